"""A release's files as packed rows on disk, in buckets by ImageID: one bucket of both releases fits in memory.

Equal ImageIDs lie in equal buckets. ImageIDs are spread evenly, so buckets are about equally large.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.models import Subset
from browse.openimages.job import ReadOptions
from browse.openimages.kinds.dictionaries import DICTIONARY
from browse.openimages.kinds.images import IMAGES
from browse.openimages.kinds.labels import LABELS, WIDE_LABELS
from browse.openimages.member_rows import MemberRows, open_member
from browse.openimages.pipeline import map_ordered, read_ahead
from browse.openimages.reading.parsed import ParsedImages, ParsedLabels, ParsedNames
from browse.openimages.reading.readers import members, open_source
from browse.openimages.reading.sources import Source

BUCKETS = 128
UNKNOWN = len(Subset)
"""In place of a subset that no file tells."""
IMAGE_ROW = np.dtype([("key", "<i8"), ("subset", "|u1")])
LABEL_ROW = np.dtype([("key", "<i8"), ("label", "<u4"), ("source", "|u1"), ("confidence", "|u1"), ("subset", "|u1")])
"""label, source: numbers of `Numbers`; confidence: in hundredths; subset: as the file's own name tells it."""
MOST_SOURCES = 255
Rows = npt.NDArray[np.void]
Report = Callable[[str, int, int], None]
"""Told (what is read, rows of it so far, 0)."""


class ManySourcesError(ValueError):
    """More sources of annotations than a row has room for."""


@dataclass
class Numbers:
    """Labels and sources by the numbers that rows have, of both releases; names of labels, those read last first."""

    mids: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def labels_of(self, mids: list[str]) -> npt.NDArray[np.uint32]:
        """The number of each label."""
        return np.array([self.mids.setdefault(mid, len(self.mids)) for mid in mids] or [0], np.uint32)

    def sources_of(self, names: list[str]) -> npt.NDArray[np.uint8]:
        """The number of each source. Raises ManySourcesError."""
        numbers = [self.sources.setdefault(name, len(self.sources)) for name in names] or [0]
        if len(self.sources) > MOST_SOURCES:
            raise ManySourcesError(f"more than {MOST_SOURCES} sources of annotations")
        return np.array(numbers, np.uint8)


@dataclass
class ReleaseFiles:
    """A release that was read. files: (name, kind, rows, rejected); names of files that are of no use are left out."""

    folder: Path
    files: list[tuple[str, str, int, int]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of image-level labels."""
        return sum(rows for _, kind, rows, _ in self.files if kind == "labels")

    @property
    def rejected(self) -> int:
        """Rows that could not be read."""
        return sum(rejected for *_, rejected in self.files)

    def bucket(self, kind: str, number: int) -> Rows:
        """The rows of one bucket, in the order in which they were read."""
        path, dtype = self.folder / f"{kind}-{number:03d}", IMAGE_ROW if kind == "images" else LABEL_ROW
        return np.fromfile(path, dtype) if path.exists() else np.empty(0, dtype)


def read_release(sources: list[Source], folder: Path, numbers: Numbers, report: Report) -> ReleaseFiles:
    """Read the images, labels and names of a release's files into a folder. Raises ImportProblemError."""
    folder.mkdir()
    release = ReleaseFiles(folder)
    for source in sources:
        with open_source(source) as stream, contextlib.closing(members(source, stream)) as found:
            for member in found:
                rows = open_member(member, ReadOptions())
                if rows.kind in _READERS:
                    _read(rows, release, numbers, report)
    return release


def _read(rows: MemberRows, release: ReleaseFiles, numbers: Numbers, report: Report) -> None:
    kind = rows.kind
    assert kind is not None
    title, keep = _READERS[kind]
    subset = UNKNOWN if rows.context.subset is None else Subset[rows.context.subset.upper()].value
    read = rejected = 0
    parse = partial(_parsed, kind.parse, rows.context)
    with contextlib.closing(read_ahead(rows.blocks(), 2)) as ahead:
        for block in map_ordered(parse, ahead, workers=2):
            keep(block, release, numbers, subset)
            read, rejected = read + block.rows_read, rejected + len(block.bad)
            report(rows.member.name, read, 0)
    release.files.append((rows.member.name, title, read, rejected))


def _parsed(parse: Any, context: Any, block: Any) -> Any:
    return parse(block, context)


def _keep_images(block: ParsedImages, release: ReleaseFiles, numbers: Numbers, subset: int) -> None:
    rows = np.empty(block.table.num_rows, IMAGE_ROW)
    rows["key"], rows["subset"] = (block.table.column(name).to_numpy() for name in ("key", "subset"))
    _append(release, "images", rows)


def _keep_labels(block: ParsedLabels, release: ReleaseFiles, numbers: Numbers, subset: int) -> None:
    rows = np.empty(len(block.keys), LABEL_ROW)
    rows["key"], rows["confidence"], rows["subset"] = block.keys, block.confidences, subset
    rows["label"] = numbers.labels_of(block.mids)[block.labels]
    rows["source"] = numbers.sources_of(block.source_names)[block.sources]
    _append(release, "labels", rows)


def _keep_names(block: ParsedNames, release: ReleaseFiles, numbers: Numbers, subset: int) -> None:
    for _, mid, name, _ in block.names:
        numbers.names[mid] = name


_READERS: dict[Any, tuple[str, Callable[[Any, ReleaseFiles, Numbers, int], None]]] = {
    IMAGES: ("images", _keep_images),
    LABELS: ("labels", _keep_labels),
    WIDE_LABELS: ("labels", _keep_labels),
    DICTIONARY: ("names", _keep_names),
}


def _append(release: ReleaseFiles, kind: str, rows: Rows) -> None:
    for number, mine in _by_bucket(rows):
        with (release.folder / f"{kind}-{number:03d}").open("ab") as out:
            mine.tofile(out)


def _by_bucket(rows: Rows) -> Iterator[tuple[int, Rows]]:
    """The rows of each bucket that has some, in their order."""
    places = (rows["key"].view(np.uint64) ^ np.uint64(1 << 63)) >> np.uint64(57)
    order = np.argsort(places, kind="stable")
    counts = np.bincount(places.astype(np.int64), minlength=BUCKETS)
    ends = np.cumsum(counts)
    for number in np.flatnonzero(counts).tolist():
        yield number, rows[order[ends[number] - counts[number] : ends[number]]]
