"""Builds a set of 1,000 pictures from a host on loopback, killed three times, and checks what landed.

    python pictures.py FOLDER [--img2dataset PYTHON]

FOLDER is for the data and the set. With the Python of an environment that has img2dataset, that downloads the same
pictures by the set's list, through a proxy that leads every host to loopback, and has to agree on which are good.
It runs in the project's own environment, with what `make test` needs.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.openimages.files import LABELS, V4, image_row, write  # noqa: E402
from tests.thumbnails.fake_host import Answer, PictureHost, photo, picture_host  # noqa: E402

GOOD = 200
BAD = {"404": 300, "302": 230, "wrong MD5": 150, "too large": 100, "429": 10, "drip": 4, "silent": 3, "cut short": 3}
REASONS = {
    "404": "dead",
    "302": "dead",
    "wrong MD5": "mismatch",
    "too large": "mismatch",
    "429": "error",
    "drip": "error",
    "silent": "error",
    "cut short": "error",
}
"""What stands in excluded.csv for each."""
KILLED_AT = (120, 400, 700)
"""How many lines the journal of pictures has then."""
BOXES = LABELS + ",XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
LABEL, OTHER = "/m/0bt9lr", "/m/01yrx"
PLACEHOLDER = "/photo_unavailable.jpg"
FORMATS = ("csv", "parquet", "huggingface", "coco", "fiftyone", "open_images", "img2dataset", "webdataset", "yolo")


def main() -> None:
    """Build, kill, build again, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--img2dataset", metavar="PYTHON")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    folder = options.folder.resolve()
    kinds = _kinds()
    with picture_host(folder) as host:
        originals = _answers(host, kinds)
        environment = _environment(folder, host)
        _import(folder, originals, environment)
        began = time.monotonic()
        landed = _killed(folder, environment)
        _build(folder, environment).wait()
        print(f"built in {time.monotonic() - began:.0f} s, killed at {', '.join(map(str, landed))} pictures")
        _check(folder / "set", kinds, originals, host)
        if options.img2dataset:
            _compare(folder, options.img2dataset, host, kinds)


def _kinds() -> dict[str, str]:
    """By ImageID what becomes of its picture; mixed, and the same each time."""
    kinds = ["good"] * GOOD + [kind for kind, number in BAD.items() for _ in range(number)]
    ids = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(len(kinds))]
    return dict(sorted(zip(ids, kinds, strict=True)))


def _path(image_id: str) -> str:
    return f"/1/{image_id}_o.jpg"


def _answers(host: PictureHost, kinds: dict[str, str]) -> dict[str, bytes]:
    """Tell the host what to answer; the originals by ImageID."""
    originals = {}
    other = photo(90, 60, colour=(1, 2, 3))
    for number, (image_id, kind) in enumerate(kinds.items()):
        original = photo(90 + number % 7, 60, colour=(number % 256, number // 256, 40), quality=90)
        originals[image_id] = original
        wrong = other[: len(original)].ljust(len(original), b"\0")
        host.answers[_path(image_id)] = {
            "good": Answer(body=original, delay_s=0.02),
            "404": Answer(404, delay_s=0.02),
            "302": Answer(302, headers={"Location": f"https://live.staticflickr.com{PLACEHOLDER}"}),
            "wrong MD5": Answer(body=wrong),
            "too large": Answer(body=original + b"\0" * 1000),
            "429": Answer(429, headers={"Retry-After": "1"}),
            "drip": Answer(raw=_drip),
            "silent": Answer(raw=_silent),
            "cut short": Answer(raw=_cut_short),
        }[kind]
    host.answers[PLACEHOLDER] = Answer(body=other)
    return originals


def _drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for longer than anybody waits."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n")
    for _ in range(60):
        handler.wfile.write(b"x")
        time.sleep(0.5)


def _silent(handler: BaseHTTPRequestHandler) -> None:
    """Nothing."""
    threading.Event().wait(20)


def _cut_short(handler: BaseHTTPRequestHandler) -> None:
    """The beginning of a picture, and nothing more."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff")
    threading.Event().wait(20)


def _environment(folder: Path, host: PictureHost) -> dict[str, str]:
    return {
        **os.environ,
        "OPENIMAGES_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "bench.thumbnail_settings",
        "FAKE_HOST_PORT": str(host.port),
        "FAKE_HOST_AUTHORITY": str(host.address.certificate_authority),
    }


def _import(folder: Path, originals: dict[str, bytes], environment: dict[str, str]) -> None:
    """Import a data set with one label on all of these images, boxes on most, and a rotation of some."""
    source, images, boxes = folder / "source", [], []
    for number, (image_id, data) in enumerate(originals.items()):
        own = {
            "OriginalURL": f"https://farm1.staticflickr.com{_path(image_id)}",
            "AuthorProfileURL": f"https://www.flickr.com/people/{number}/",
            "OriginalSize": str(len(data)),
            "OriginalMD5": base64.b64encode(hashlib.md5(data).digest()).decode(),
            "Rotation": "90.0" if number % 5 == 0 else "0.0",
        }
        images.append(image_row(image_id, **own))
        mids = [LABEL, OTHER][: number % 3]
        place = f"0.1,0.{2 + number % 7},0.25,0.75,{number % 2},0,0,0,0"
        boxes += [f"{image_id},xclick,{mid},1,{place}" for mid in mids]
    write(source / "images.csv", V4, images)
    write(source / "train-annotations-bbox.csv", BOXES, boxes)
    write(source / "labels.csv", LABELS, [f"{image_id},machine,{LABEL},0.9" for image_id in originals])
    write(source / "class-descriptions.csv", None, [f"{LABEL},Dog", f"{OTHER},Cat"])
    for command in (["migrate", "--verbosity", "0"], ["import_openimages", str(source)]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    recipe = {"labels": [{"mid": LABEL, "at": 0.5}], "pictures": "original"}
    recipe["boxes"] = {"labels": [LABEL, OTHER]}
    (folder / "recipe.json").write_text(json.dumps(recipe))


def _build(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "build_set", str(folder / "recipe.json"), str(folder / "set")]
    command += [word for name in FORMATS for word in ("--format", name)]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def _killed(folder: Path, environment: dict[str, str]) -> list[int]:
    """Kill builds when so many pictures are dealt with; how many lines the journal had afterwards."""
    journal, found = folder / ".set.building" / ".pictures.jsonl", []
    for lines in KILLED_AT:
        process = _build(folder, environment)
        while process.poll() is None and _lines(journal) < lines:
            time.sleep(0.02)
        if process.poll() is not None:
            raise SystemExit(f"the build ended before it could be killed: {process.returncode}")
        process.kill()
        process.wait()
        found.append(_lines(journal))
    return found


def _lines(journal: Path) -> int:
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def _check(folder: Path, kinds: dict[str, str], originals: dict[str, bytes], host: PictureHost) -> None:
    """Exits with what is wrong."""
    with (folder / "excluded.csv").open(newline="") as file:
        reasons = {row["image_id"]: row["reason"] for row in csv.DictReader(file)}
    wanted = {image_id: REASONS[kind] for image_id, kind in kinds.items() if kind != "good"}
    landed = {path.stem: path.read_bytes() for path in (folder / "data").glob("*.jpg")}
    good = {image_id: originals[image_id] for image_id, kind in kinds.items() if kind == "good"}
    asked = Counter(path.removeprefix("/1/").removesuffix("_o.jpg") for path in host.paths())
    twice = sum(asked[image_id] > 1 for image_id in good)
    print(f"{len(landed):,} landed, {len(reasons):,} left out: {dict(Counter(reasons.values()))}")
    print(f"good pictures that were asked for twice, being under way when it was killed: {twice}")
    if landed != good or reasons != wanted:
        differ = [one for one in kinds if reasons.get(one) != wanted.get(one) or landed.get(one) != good.get(one)]
        raise SystemExit(f"{len(differ)} differ, such as {[(one, kinds[one], reasons.get(one)) for one in differ[:5]]}")
    if twice > 8 * len(KILLED_AT):
        raise SystemExit("more good pictures were asked for twice than can have been under way")


def _compare(folder: Path, python: str, host: PictureHost, kinds: dict[str, str]) -> None:
    """Have img2dataset download the originals of all images by the list of a set without pictures."""
    environment = _environment(folder, host)
    command = [sys.executable, "manage.py", "build_set", str(folder / "recipe.json"), str(folder / "list")]
    subprocess.run([*command, "--pictures", "none", "--format", "img2dataset"], cwd=ROOT, env=environment, check=True)
    with _proxy(host) as proxy:
        told = {"https_proxy": proxy, "SSL_CERT_FILE": str(host.address.certificate_authority)}
        path = f"{Path(python).parent}:{os.environ['PATH']}"
        run = ["sh", str(folder / "list" / "run.sh"), "--processes_count", "1", "--thread_count", "8"]
        run += ["--timeout", "3", "--disable_all_reencoding", "True", "--enable_wandb", "False"]
        subprocess.run(run, env={**os.environ, **told, "PATH": path, "NO_ALBUMENTATIONS_UPDATE": "1"}, check=True)
    found, errors = set(), Counter[str]()
    for file in (folder / "list" / "images").glob("*/*.json"):
        row = json.loads(file.read_bytes())
        if row["status"] == "success":
            found.add(row["image_id"])
        else:
            errors[str(row["error_message"])[:40]] += 1
    for file in (folder / "list" / "images").glob("*_stats.json"):
        print(f"img2dataset: {json.loads(file.read_bytes())['status_dict']}")
    good = {image_id for image_id, kind in kinds.items() if kind == "good"}
    print(f"img2dataset: {len(found):,} good, {len(found ^ good):,} on which it does not agree")
    if found != good:
        raise SystemExit("img2dataset does not agree on which pictures are good")


@contextmanager
def _proxy(host: PictureHost) -> Iterator[str]:
    """A proxy on loopback that leads every host to the one here; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, host.port), daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _serve(server: socket.socket, port: int) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_tunnel, args=(client, port), daemon=True).start()


def _tunnel(client: socket.socket, port: int) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        request += client.recv(4096)
    target = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=_pass_on, args=(client, target), daemon=True).start()
    _pass_on(target, client)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return


if __name__ == "__main__":
    main()
