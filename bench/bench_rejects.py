"""What rows cost that an import does not take, or takes late, beside rows that it takes.

    python bench/bench_rejects.py [--rows N] [--rounds N]

Draws 100,000 images and N label rows, a share of which names images that are nowhere, and imports them into new SQLite
files: from a folder, from archives with the labels behind and before the images, and with --known-images-only. Each
figure is the least of the rounds, which go through all cases in turn: processor time of all processes of an import, for
other jobs on the machine change it less than its duration.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGES = 100_000
HEADER = "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title"
LICENSE = "https://creativecommons.org/licenses/by/2.0/"


@dataclass(frozen=True)
class Case:
    """One import: percent of label rows that name unknown images, and how the files lie."""

    name: str
    unknown: int = 0
    rows: bool = True
    archive: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


AFTER, BEFORE = ("images.csv", "labels.csv"), ("labels.csv", "images.csv")
CASES = (
    Case("images alone", rows=False),
    Case("folder, 0 % unknown"),
    Case("folder, 10 % unknown", 10),
    Case("folder, 80 % unknown", 80),
    Case("folder, 80 % unknown, --known-images-only", 80, options=("--known-images-only",)),
    Case("archive, labels behind images", archive=AFTER),
    Case("archive, labels before images", archive=BEFORE),
    Case("archive, labels before images, 10 % unknown", 10, archive=BEFORE),
    Case("archive, labels before images, 80 % unknown", 80, archive=BEFORE),
)


def write_case(folder: Path, case: Case, rows: int) -> Path:
    """The files of a case; what to import."""
    folder.mkdir()
    ids = [f"{random.Random(n).getrandbits(64):016x}" for n in range(2 * IMAGES)]
    known, unknown = sorted(ids[:IMAGES]), sorted(ids[IMAGES:])
    with (folder / "images.csv").open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        out.writelines(f'{i},train,,https://www.flickr.com/photos/a/1,{LICENSE},,"A","t"\n' for i in known)
    with (folder / "labels.csv").open("w", encoding="utf-8") as out:
        out.write("ImageID,Source,LabelName,Confidence\n")
        out.writelines(_label_rows(known, unknown, case.unknown, rows if case.rows else 1))
    if not case.archive:
        return folder
    with tarfile.open(folder.with_suffix(".tar"), "w") as archive:
        for name in case.archive:
            archive.add(folder / name, f"train/{name}")
    return folder.with_suffix(".tar")


def _label_rows(known: list[str], unknown: list[str], percent: int, rows: int) -> list[str]:
    """Ten labels an image, images in order; the unknown ones spread evenly among them."""
    lines = []
    for number in range(rows):
        place = number * IMAGES // rows
        image_id = (unknown if number * 37 % 100 < percent else known)[place]
        lines.append(f"{image_id},machine,/m/{number * 7919 % 5000:04x},0.{5 + number % 5}\n")
    return lines


def seconds_of(path: Path, case: Case, folder: Path) -> tuple[float, dict[str, float]]:
    """The processor seconds of one import into a new data folder, and the seconds by stage."""
    environment = {**os.environ, "OPENIMAGES_DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    command = [*manage, "import_openimages", str(path), "--max-rejects", "1", "--json", *case.options]
    began = _processor_s()
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return _processor_s() - began, json.loads(done.stdout)["stages"]


def _processor_s() -> float:
    """What child processes that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    best: dict[str, tuple[float, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        paths = [write_case(Path(name) / f"case{n}", case, args.rows) for n, case in enumerate(CASES)]
        for number in range(args.rounds):
            for n, (case, path) in enumerate(zip(CASES, paths, strict=True)):
                found = seconds_of(path, case, Path(name) / f"data{number}-{n}")
                best[case.name] = min(best.get(case.name, found), found, key=lambda one: one[0])
    report(best, args.rows)


def report(best: dict[str, tuple[float, dict[str, float]]], rows: int) -> None:
    """Print each case, with what one of its rows that are not taken, or late, costs in rows that are taken."""
    alone = best[CASES[0].name][0]
    taken = (best[CASES[1].name][0] - alone) / rows
    print(f"{rows:,} label rows; a row that is taken costs {taken * 1e6:.2f} µs")
    for case in CASES:
        seconds, stages = best[case.name]
        late = 1.0 if case.archive == BEFORE else case.unknown / 100
        odd = (seconds - alone - (1 - late) * rows * taken) / (late * rows) if late else 0.0
        cost = f"; each row not taken, or late: {odd * 1e6:.2f} µs, {odd / taken:.2f} times as much" if late else ""
        print(f"{case.name}: {seconds:.2f} s (read {stages['read']}, merge {stages['merge']} s){cost}")


if __name__ == "__main__":
    main()
