"""Finds the rows that lost a dispute: the run's files are read once more, only where there are any."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.csv_rows import Block, blocks, first_line_of, read_rows
from browse.openimages.formats import FileFormat, FileKind, recognise, subset_from_path
from browse.openimages.merge_images import compare
from browse.openimages.parse_images import DICTIONARIES as IMAGE_DICTIONARIES
from browse.openimages.parse_images import parse_images
from browse.openimages.parse_labels import DICTIONARIES as LABEL_DICTIONARIES
from browse.openimages.parse_labels import parse_labels, wide_rows
from browse.openimages.parsed import ParsedImages, ParsedLabels
from browse.openimages.readers import Member, members, open_source
from browse.openimages.rejects import Reason, Reject
from browse.openimages.sources import Source
from browse.openimages.staging import is_decimal


@dataclass(frozen=True)
class Disputes:
    """What stands where a run's rows differ: image rows, and annotations packed by these numbers."""

    images: pa.Table
    annotations: npt.NDArray[np.uint64]
    keys: npt.NDArray[np.int64]
    label_numbers: dict[str, int]
    source_numbers: dict[str, int]

    def __bool__(self) -> bool:
        return bool(len(self.images) or len(self.annotations))


def losing_rows(sources: list[Source], disputes: Disputes, subset: str | None) -> Iterator[Reject]:
    """Every row that differs from what stands, with its file and line, in reading order."""
    for source in sources:
        with open_source(source) as stream, contextlib.closing(members(source, stream)) as found:
            for member in found:
                yield from _in_member(member, disputes, subset)


def _in_member(member: Member, disputes: Disputes, subset: str | None) -> Iterator[Reject]:
    line, rest = first_line_of(member.stream)
    found = recognise(line.decode("utf-8", errors="replace"))
    if found.kind not in (FileKind.IMAGES, FileKind.LABELS, FileKind.WIDE_LABELS):
        return
    decimal = is_decimal(found, rest)
    for block in blocks(member.stream, rest, first_line=2, name=member.name):
        for row, text in _losers(block, found, disputes, subset_from_path(member.path) or subset, decimal):
            yield Reject(member.name, row, Reason.CONFLICT, text)


def _losers(
    block: Block, found: FileFormat, disputes: Disputes, subset: str | None, decimal: bool
) -> Iterator[tuple[int, str]]:
    if found.kind is FileKind.IMAGES:
        rows = read_rows(block, found.columns, IMAGE_DICTIONARIES & set(found.columns))
        images = parse_images(rows, subset=subset, decimal=decimal)
        raw_at = {int(line): index for index, line in enumerate(rows.lines)}
        for position in _losing_images(images, disputes):
            line = int(images.lines[position])
            yield line, rows.raw(raw_at[line])
        return
    wide = found.kind is FileKind.WIDE_LABELS
    rows = wide_rows(block) if wide else read_rows(block, found.columns, LABEL_DICTIONARIES)
    labels = parse_labels(rows, decimal=decimal)
    for position in _losing_labels(labels, disputes):
        yield int(labels.lines[position]), labels.raw(int(position))


def _losing_images(images: ParsedImages, disputes: Disputes) -> npt.NDArray[np.int64]:
    standing_keys = disputes.images.column("key").to_numpy()
    here = np.flatnonzero(np.isin(images.table.column("key").to_numpy(), standing_keys))
    if not len(here):
        return here
    coming = images.table.take(pa.array(here))
    order = np.argsort(standing_keys)
    places = order[np.searchsorted(standing_keys[order], coming.column("key").to_numpy())]
    differs, _ = compare(disputes.images.take(pa.array(places)), coming)
    return here[differs]


def _losing_labels(rows: ParsedLabels, disputes: Disputes) -> npt.NDArray[np.int64]:
    if not len(rows.keys) or not len(disputes.annotations) or not len(disputes.keys):
        return np.empty(0, np.int64)
    places = np.minimum(np.searchsorted(disputes.keys, rows.keys), len(disputes.keys) - 1)
    known = disputes.keys[places] == rows.keys
    label = np.array([disputes.label_numbers.get(mid, 0) for mid in rows.mids] or [0], np.uint64)[rows.labels]
    source = np.array([disputes.source_numbers.get(n, 0) for n in rows.source_names] or [0], np.uint64)[rows.sources]
    pair = places.astype(np.uint64) << np.uint64(24) | label << np.uint64(8) | source
    standing = np.sort(disputes.annotations)
    at = np.minimum(np.searchsorted(standing >> np.uint64(8), pair), len(standing) - 1)
    disputed = known & ((standing[at] >> np.uint64(8)) == pair)
    return np.flatnonzero(disputed & ((standing[at] & np.uint64(0xFF)) != rows.confidences))
