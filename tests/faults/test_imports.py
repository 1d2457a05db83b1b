"""Imports that are killed, and whose writes, syncs and renames fail, at random and named points."""

from __future__ import annotations

import errno
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from browse.facets.index.store import open_generation
from browse.query.values import Query
from tests import forked
from tests.faults import nth_call
from tests.faults.nth_call import KILL, Fault
from tests.faults.tally import Tally, drawing, times
from tests.live import Site
from tests.openimages.files import LABELS, V1, image_row, write

IMAGES = 400
COUNTS = "wsr"
SEEN = (
    "SELECT DISTINCT title FROM browse_image",
    "SELECT DISTINCT confidence FROM browse_annotation",
    "SELECT count(*) FROM browse_image",
    "SELECT count(*) FROM browse_annotation",
    "SELECT generation FROM browse_datasetstate",
)


def data_set(folder: Path, number: int) -> Path:
    """The same images each time, with titles and confidences that tell the number."""
    ids = [f"{key:016x}" for key in range(IMAGES)]
    write(folder / "train/images.csv", V1, [image_row(i, Title=f"{number} {i}") for i in ids])
    rows = [f"{i},machine,/m/0{label},{confidence_of(number) / 100}" for i in ids for label in range(10, 15)]
    write(folder / "train/labels.csv", LABELS, rows)
    return folder


def confidence_of(number: int) -> int:
    return 50 + number % 50


@dataclass
class Trial:
    """An installation into which one data set after the other is imported. `number` is of the last one seen."""

    site: Site
    files: Path
    number: int = 0
    next: int = 0

    def import_next(self) -> list[str | Path]:
        """The command that imports one that was not there before."""
        self.next += 1
        return ["import_openimages", data_set(self.files / str(self.next), self.next)]

    def seen(self) -> list[object]:
        """Numbers in the titles, confidences, rows of both tables, images in the index, and whether the file is whole.

        Read without the application: starting it takes as long as a third of an import.
        """
        url = self.site.extra.get("DATABASE_URL")
        file = self.site.data_dir / "openimages.sqlite3"
        with closing(psycopg.connect(url) if url else sqlite3.connect(file)) as database:
            titles, confidences, images, annotations, states = (database.execute(one).fetchall() for one in SEEN)
            check = "ok" if url else database.execute("PRAGMA quick_check").fetchone()[0]
        numbers = sorted({title.partition(" ")[0] for (title,) in titles})
        rows = [images[0][0], annotations[0][0]]
        if not states:
            return [numbers, rows, check]
        engine = open_generation(self.site.data_dir / "index", states[0][0])
        try:
            return [numbers, sorted(confidence for (confidence,) in confidences), rows, engine.count(Query()), check]
        finally:
            engine.close()

    def wrong(self) -> str:
        """What is seen that is neither all of the last data set nor all of the next; empty where nothing is."""
        found = self.seen()
        for number in (self.number, self.next):
            if found == [[str(number)], [confidence_of(number)], [IMAGES, 5 * IMAGES], IMAGES, "ok"]:
                self.number = number
                return ""
        return f"{found} instead of {self.number} or {self.next}"


@pytest.fixture
def trial(tmp_path: Path, database_url: str) -> Trial:
    """With data set 1."""
    site = Site(tmp_path / "site", {"DATABASE_URL": database_url} if database_url else {})
    site.manage("migrate", "-v0")
    trial = Trial(site, tmp_path / "files")
    site.manage(*trial.import_next())
    trial.number = 1
    return trial


def test_imports_killed_at_any_moment(trial: Trial, tally: Tally, request: pytest.FixtureRequest) -> None:
    draw = drawing(request.node.name)
    began = time.monotonic()
    trial.site.manage(*trial.import_next())
    trial.number = trial.next
    longest_s = time.monotonic() - began
    for _ in range(times(60)):
        process = forked.start(["manage.py", *trial.import_next()], env=trial.site.environment)
        process.join(draw.uniform(0.1, longest_s))
        process.kill()
        process.join()
        wrong = trial.wrong()
        tally.tried(wrong, holds=not wrong)
    assert_goes_on(trial, tally)


def assert_goes_on(trial: Trial, tally: Tally) -> None:
    """The next import ends as ever, and leaves nothing of those before it."""
    trial.site.manage(*trial.import_next())
    trial.number = trial.next
    wrong = trial.wrong() or str([*(trial.site.data_dir / "import").glob("*")] or "")
    tally.tried(f"at the end: {wrong}", holds=not wrong)


def faulty(trial: Trial, tally: Tally, library: Path, faults: Callable[[random.Random, int], Fault], full: int) -> None:
    """Imports with a fault each; one that is no kill is told in a line."""
    draw = drawing(tally.name)
    folder = trial.site.data_dir
    for kind in COUNTS:
        counting = Fault(kind, 0)
        _, calls = nth_call.run(library, folder, counting, trial.site.environment, *trial.import_next())
        trial.number = trial.next
        for _ in range(times(full // len(COUNTS))):
            fault = faults(draw, calls)
            fault = Fault(kind, fault.at, fault.error, fault.goes_on)
            done, _ = nth_call.run(library, folder, fault, trial.site.environment, *trial.import_next())
            wrong = trial.wrong()
            if fault.error != KILL and ("Traceback" in done.stderr or done.returncode not in (0, 1)):
                wrong = f"{wrong} status {done.returncode}: {done.stderr[-1500:]}"
            if done.returncode == 0 and trial.number != trial.next:
                wrong = f"{wrong} done, and not there: {done.stdout[-300:]}"
            tally.tried(f"{fault}: {wrong}", holds=not wrong)
    assert_goes_on(trial, tally)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return nth_call.compiled(tmp_path)


def test_imports_killed_at_the_nth_write_fsync_or_rename(trial: Trial, tally: Tally, library: Path) -> None:
    faulty(trial, tally, library, lambda draw, calls: Fault("", draw.randint(1, calls)), 60)


def test_imports_whose_nth_write_fsync_or_rename_fails(trial: Trial, tally: Tally, library: Path) -> None:
    faulty(trial, tally, library, lambda draw, calls: Fault("", draw.randint(1, calls), errno.EIO), 60)


def test_imports_on_a_disk_that_fills_up(trial: Trial, tally: Tally, library: Path) -> None:
    faulty(trial, tally, library, lambda draw, calls: Fault("", draw.randint(1, calls), errno.ENOSPC, True), 45)
