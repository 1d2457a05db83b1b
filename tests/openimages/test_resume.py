"""Runs broken off at drawn points, with batches of a few rows, against one run in one go; without a database."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browse.openimages import kinds
from browse.openimages.conflicts import disputes, losing_rows
from browse.openimages.job import Job, ReadOptions
from browse.openimages.loading.memory import gc_frozen
from browse.openimages.merge_kinds import late_rejects, merge_kinds
from browse.openimages.merging.known_images import KnownImages
from browse.openimages.merging.numbering import LabelNumbering
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading import csv_rows
from browse.openimages.reading.rejects import write_rejects
from browse.openimages.reading.sources import find_sources
from browse.openimages.staging import read_sources
from browse.openimages.workspace import Entry, Workspace
from tests.drawn import drawn
from tests.openimages.box_files import BOXES, CLICKS, NO_CLICKS, ONE, OTHER, SIDES, box_row, clicked
from tests.openimages.files import LABELS, V1, image_row, pack, write

NONE = np.empty(0, np.int64)


class KilledError(Exception):
    """Stands for the end of a process."""


class Dying(Workspace):
    """Breaks off just before or just behind a commit."""

    commits_left, before = 0, False

    def commit(self, entry: Entry) -> None:
        self.commits_left -= 1
        if self.commits_left < 0 and self.before:
            raise KilledError
        super().commit(entry)
        if self.commits_left < 0:
            raise KilledError


@dataclass(frozen=True)
class Files:
    """CSV files by header and rows, in the order in which they stand in an archive, or in a folder."""

    files: list[tuple[str, list[str]]]
    archive: bool

    def write(self, folder: Path) -> Path:
        for number, (header, rows) in enumerate(self.files):
            write(folder / "set" / f"{number}.csv", header, rows)
        return pack(folder / "set", "set.tar") if self.archive else folder / "set"


@dataclass(frozen=True)
class Outcome:
    """All that a run hands on: prepared files, counts, and rejected rows."""

    prepared: dict[str, bytes]
    counts: list[object]
    rejects: list[str]


IMAGE_ROWS = st.builds(
    lambda number, subset, title: image_row(f"{number:016x}", subset, Title=title),
    st.integers(0, 12),
    st.sampled_from(["train", "validation", "nowhere"]),
    st.sampled_from(["A", "B"]),
)
LABEL_ROWS = st.builds(
    lambda number, source, mid, confidence: f"{number:016x},{source},{mid},{confidence}",
    st.integers(0, 15),
    st.sampled_from(["machine", "human"]),
    st.sampled_from(["/m/01", "/m/02", "/m/03", "dog"]),
    st.sampled_from(["0.5", "0.9", "2"]),
)
BOX_ROWS = st.builds(
    lambda number, mid, sides, attributes: box_row(f"{number:016x}", mid, sides, attributes),
    st.integers(0, 15),
    st.sampled_from(["/m/01", "/m/02", "dog"]),
    st.sampled_from(["0.1,0.5,0.2,0.4", "0,1,0,1", "0.5,0.1,0,1"]),
    st.sampled_from(["0,0,0,0,0", "1,-1,0,-1,0", "-1,-1,-1,-1,-1"]),
)
CLICKED_ROWS = st.builds(
    lambda number, clicks, sides: clicked(f"{number:016x}", clicks, sides),
    st.integers(0, 15),
    st.sampled_from([ONE, OTHER, NO_CLICKS, (*NO_CLICKS[:7], ONE[0])]),
    st.sampled_from(SIDES),
)
FILES = st.one_of(
    st.tuples(st.just(V1), st.lists(IMAGE_ROWS, max_size=20)),
    st.tuples(st.just(LABELS), st.lists(LABEL_ROWS, max_size=30)),
    st.tuples(st.just(BOXES), st.lists(BOX_ROWS, max_size=30)),
    st.tuples(st.just(CLICKS), st.lists(CLICKED_ROWS, max_size=30)),
)
KILLS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=4)


def read(workspace: Workspace, path: Path, limit: int | None) -> None:
    known = KnownImages(workspace, NONE)
    sources = find_sources([str(path)])
    read_sources(Job(workspace, sources, ReadOptions(limit=limit), known, LabelNumbering(), lambda *_: None))


def outcome(workspace: Workspace, path: Path) -> Outcome:
    merge = Preparation(workspace, NONE, replace=True, report=lambda *_: None)
    with gc_frozen():
        prepared = merge_kinds(merge)
    found = [*late_rejects(merge), *losing_rows(find_sources([str(path)]), disputes(merge), ReadOptions())]
    write_rejects(merge.folder.parent / "late", found, header=False)
    late = (merge.folder.parent / "late").read_text().splitlines()
    early = [line for file in workspace.reject_files() for line in file.read_text().splitlines()]
    totals = [sum(getattr(entry, name) for entry in workspace.entries) for name in ("rows_read", "skipped", "rejected")]
    return Outcome(
        {file.name: file.read_bytes() for file in merge.folder.iterdir()},
        [prepared.tables, prepared.counts, prepared.placeholders, prepared.skipped, *totals],
        sorted(early + late),
    )


MOVES_TO_ANOTHER_SUBSET = Files(
    [
        (V1, [image_row(f"{0:016x}"), image_row(f"{1:016x}", "validation"), image_row(f"{1:016x}", "train")]),
        (V1, [image_row(f"{2:016x}"), image_row(f"{3:016x}", "train"), image_row(f"{4:016x}", "train")]),
    ],
    archive=False,
)
TAKEN_UNDER_ITS_SECOND_SUBSET = Files(
    [(V1, [image_row(f"{number:016x}", subset) for number, subset in [(0, "train"), (1, "train"), (1, "validation")]])],
    archive=False,
)


@drawn(quick=20, deep=150)
@example(files=MOVES_TO_ANOTHER_SUBSET, limit=3, kills=[], batch_rows=1, block_bytes=200)
@example(files=TAKEN_UNDER_ITS_SECOND_SUBSET, limit=1, kills=[], batch_rows=1, block_bytes=200)
@given(
    st.builds(Files, st.lists(FILES, min_size=1, max_size=4), st.booleans()),
    st.none() | st.integers(1, 4),
    KILLS,
    st.integers(1, 7),
    st.sampled_from([200, 1000, 1 << 20]),
)
def test_a_run_broken_off_anywhere_ends_as_one_in_one_go(
    files: Files, limit: int | None, kills: list[tuple[int, bool]], batch_rows: int, block_bytes: int
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        path = files.write(folder)
        whole = Workspace(folder / "whole", "files")
        read(whole, path, limit)
        expected = outcome(whole, path)
        small = tuple(replace(kind, batch_rows=batch_rows) for kind in kinds.FILE_KINDS)
        patch.setattr(kinds, "FILE_KINDS", small)
        patch.setattr(csv_rows, "BLOCK_BYTES", block_bytes)
        for commits, before in kills:
            dying = Dying(folder / "pieces", "files")
            dying.commits_left, dying.before = commits, before
            try:
                read(dying, path, limit)
            except KilledError:
                continue
        pieces = Workspace(folder / "pieces", "files")
        read(pieces, path, limit)
        assert outcome(pieces, path) == expected
