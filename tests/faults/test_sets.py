"""Sets whose build is killed at drawn moments, and run again: the files are those of a build that nobody disturbed."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from signal import SIGKILL
from threading import Event

import pytest

from browse.sets.formats.registry import FORMATS
from tests.faults import nth_call
from tests.faults.nth_call import Fault
from tests.faults.tally import Tally, drawing, times
from tests.forked import ROOT
from tests.live import Site
from tests.openimages.files import LABELS, V1, image_row, write
from tests.thumbnails.fake_host import Answer, PictureHost, photo, picture_host

IMAGES, PICTURES, KILLS = 24_000, 300, 20
MIDS = ("/m/01", "/m/02", "/m/03")
OF_ROWS = tuple(name for name in FORMATS if name not in ("webdataset", "yolo"))
OF_PICTURES = tuple(name for name in FORMATS if name != "yolo")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"
STALLED_S = 4.0
Files = dict[str, str]
"""SHA-256 by name."""


@dataclass
class Build:
    """One set of a site. calls: writes and renames of a build that nobody disturbs; seconds: what that takes."""

    site: Site
    folder: Path
    recipe: dict[str, object]
    formats: tuple[str, ...]
    library: Path
    calls: int = 0
    seconds: float = 0.0
    whole: Files = field(default_factory=dict)

    def command(self) -> list[str]:
        path = self.folder.parent / "recipe.json"
        path.write_text(json.dumps(self.recipe))
        formats = [word for name in self.formats for word in ("--format", name)]
        return ["build_set", str(path), str(self.folder), *formats]

    def undisturbed(self) -> None:
        """Build it once, and remember its files."""
        began = time.monotonic()
        done, self.calls = self.run(Fault("wr", 0))
        self.seconds = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        self.whole = self.taken()

    def run(self, fault: Fault) -> tuple[subprocess.CompletedProcess[str], int]:
        return nth_call.run(self.library, self.folder.parent, fault, self.site.environment, *self.command())

    def killed_after(self, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run it for so long at most."""
        command = [sys.executable, "manage.py", *self.command()]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.site.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
            _, said = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, "", said)

    def taken(self) -> Files:
        """The files that are there, which are removed; and with them what the site has learned of pictures."""
        files = {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.rglob("*")
            if path.is_file()
        }
        shutil.rmtree(self.folder)
        with closing(sqlite3.connect(self.site.data_dir / "openimages.sqlite3")) as database, database:
            database.execute("DELETE FROM browse_picturestate")
            database.execute("DELETE FROM browse_sourcefailure")
        return files


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return nth_call.compiled(tmp_path)


def killed_and_run_again(build: Build, tally: Tally) -> None:
    """Half of the kills are at a write or rename, half after a time. Builds that come to their end are compared."""
    draw, kills, ended = drawing(tally.name), 0, 0
    build.undisturbed()
    while kills < times(KILLS):
        if draw.random() < 0.5:
            done = build.killed_after(draw.uniform(0.0, build.seconds))
        else:
            done, _ = build.run(Fault("wr", draw.randint(1, build.calls)))
        if done.returncode == -SIGKILL:
            kills += 1
            tally.tried("a killed build left a set that is not whole", holds=_is_no_half(build))
        else:
            ended += 1
            compare(build, tally, done)
    done, _ = build.run(Fault("wr", 0))
    compare(build, tally, done)
    tally.notes |= {"killed": kills, "ended": ended + 1, "writes and renames": build.calls, "files": len(build.whole)}


def _is_no_half(build: Build) -> bool:
    """A folder in its place has all files of the set, and says so."""
    return not build.folder.exists() or build.whole.keys() <= {
        path.relative_to(build.folder).as_posix() for path in build.folder.rglob("*")
    }


def compare(build: Build, tally: Tally, done: subprocess.CompletedProcess[str]) -> None:
    """One more build that came to its end."""
    if done.returncode:
        tally.tried(f"status {done.returncode}: {done.stderr[-1500:]}", holds=False)
        return
    found = build.taken()
    differ = [name for name in found.keys() | build.whole.keys() if found.get(name) != build.whole.get(name)]
    left = [path.name for path in build.folder.parent.glob(".*")]
    tally.tried(f"{len(differ)} files differ, such as {differ[:3]}; left behind: {left}", holds=not differ + left)


def imported(site: Site, folder: Path, images: list[str], labels: list[str]) -> Site:
    write(folder / "train/images.csv", V1, images)
    write(folder / "train/labels.csv", LABELS, labels)
    site.manage("migrate", "-v0")
    site.manage("import_openimages", folder)
    return site


def test_sets_killed_at_any_moment(tmp_path: Path, tally: Tally, library: Path) -> None:
    ids = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(IMAGES)]
    images = [image_row(one, AuthorProfileURL=f"https://www.flickr.com/people/{n // 3}/") for n, one in enumerate(ids)]
    labels = [
        f"{one},machine,{mid},{0.5 + (n + k) % 6 / 10:.1f}" for n, one in enumerate(ids) for k, mid in enumerate(MIDS)
    ]
    site = imported(Site(tmp_path / "site"), tmp_path / "files", images, labels)
    (tmp_path / "sets").mkdir()
    recipe = {
        "labels": [{"mid": mid, "at": 0.6} for mid in MIDS],
        "caps": {"positives": 9000, "seed": 3},
        "duplicates": "all",
        "apart": ["author"],
        "pairs": "every",
    }
    build = Build(site, tmp_path / "sets/one", recipe, OF_ROWS, library)
    killed_and_run_again(build, tally)


def stalls(sent: bytes) -> Answer:
    """Sends this much, then nothing any more."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(sent)
        Event().wait(STALLED_S)

    return Answer(raw=answer)


def trickles(handler: BaseHTTPRequestHandler) -> None:
    """Sends a byte now and then, each in time."""
    handler.wfile.write(HEAD)
    for _ in range(int(STALLED_S / 0.2)):
        handler.wfile.write(b"x")
        Event().wait(0.2)


def answers(image_id: str, number: int, original: bytes) -> tuple[str, Answer]:
    """The reason for which an image is left out, empty for most, and what its host answers."""
    return {
        0: ("error", stalls(b"")),
        20: ("error", stalls(HEAD[:30])),
        40: ("error", stalls(HEAD + original[: len(original) // 2])),
        60: ("error", Answer(raw=trickles)),
        80: ("error", Answer(503)),
        100: ("dead", Answer(404)),
        120: ("dead", Answer(302, headers={"Location": "https://live.staticflickr.com/photo_unavailable.png"})),
        140: ("mismatch", Answer(body=original[::-1])),
    }.get(number % 150, ("", Answer(body=original, delay_s=0.01)))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PictureHost]:
    with picture_host(tmp_path) as host:
        yield host


def test_sets_with_pictures_killed_at_any_moment(
    tmp_path: Path, tally: Tally, library: Path, host: PictureHost
) -> None:
    ids = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(PICTURES)]
    images, reasons = [], {}
    for number, one in enumerate(ids):
        original = photo(60 + number % 7, 40, colour=(number % 256, number // 256, 40), quality=90)
        reasons[one], host.answers[f"/o/{one}_o.jpg"] = answers(one, number, original)
        known = {
            "OriginalURL": f"https://farm{number % 5 + 1}.staticflickr.com/o/{one}_o.jpg",
            "AuthorProfileURL": f"https://www.flickr.com/people/{number}/",
            "OriginalSize": str(len(original)),
            "OriginalMD5": base64.b64encode(hashlib.md5(original).digest()).decode(),
        }
        images.append(image_row(one, **known))
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.fake_host_settings",
        "THUMBNAILS": "proxy",
        "FAKE_HOST_PORT": str(host.port),
        "FAKE_HOST_AUTHORITY": str(host.address.certificate_authority),
    }
    labels = [f"{one},machine,{MIDS[0]},0.9" for one in ids]
    site = imported(Site(tmp_path / "site", environment), tmp_path / "files", images, labels)
    (tmp_path / "sets").mkdir()
    recipe = {"labels": [{"mid": MIDS[0], "at": 0.5}], "pictures": "original"}
    build = Build(site, tmp_path / "sets/one", recipe, OF_PICTURES, library)
    killed_and_run_again(build, tally)
    check_reasons(build, reasons, tally)
    asked = Counter(path.removeprefix("/o/").removesuffix("_o.jpg") for path in host.paths())
    tally.notes |= {"pictures": PICTURES, "asked for": asked.total(), "most often one": max(asked.values())}


def check_reasons(build: Build, reasons: dict[str, str], tally: Tally) -> None:
    """What landed, and why the others did not."""
    build.run(Fault("wr", 0))
    with (build.folder / "excluded.csv").open(newline="") as file:
        found = {row["image_id"]: row["reason"] for row in csv.DictReader(file)}
    wanted = {one: reason for one, reason in reasons.items() if reason}
    landed = {path.stem for path in (build.folder / "data").glob("*.jpg")}
    tally.tried(f"{found} instead of {wanted}", holds=found == wanted and landed == reasons.keys() - wanted.keys())
    tally.notes |= {"left out": dict(Counter(found.values()))}
