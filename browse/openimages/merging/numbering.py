"""Numbers for the labels and sources of a run, and label rows packed by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.parsed import ParsedBoxes, ParsedLabels
from browse.openimages.workspace import Entry

MAX_LABELS = 1 << 16
MAX_SOURCES = 1 << 8

Packed = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


class Book(Enum):
    """What is numbered throughout a run."""

    LABELS = "labels"
    SOURCES = "sources"


@dataclass
class LabelNumbering:
    """Numbers of MIDs and sources, in the order in which they were first seen; of rows that are kept only."""

    mids: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)

    def replay(self, entries: Iterable[Entry]) -> None:
        """Take in what earlier batches have numbered."""
        for entry in entries:
            for mid in entry.mids:
                self.mids[mid] = len(self.mids)
            for name in entry.sources:
                self.sources[name] = len(self.sources)

    def packed(self, entry: Entry, images: npt.NDArray[np.int64], part: ParsedLabels, known: Mask) -> Packed:
        """The rows whose image is known, packed; `images` are all rows' numbers. New names are noted in the entry."""
        rows = slice(None) if known.all() else known
        labels, sources = self.numbers(entry, part, rows)
        return _pack(images[rows], labels, sources, part.confidences[rows])

    def numbers(self, entry: Entry, part: ParsedLabels | ParsedBoxes, rows: Mask | slice) -> tuple[Packed, Packed]:
        """Numbers of labels and sources of these rows. New names are noted in the entry."""
        labels = numbered_texts(part.labels[rows], part.mids, self.mids, entry.mids)
        sources = numbered_texts(part.sources[rows], part.source_names, self.sources, entry.sources)
        self._check(entry.member)
        return labels, sources

    def numbers_of(
        self, entry: Entry, book: Book, codes: npt.NDArray[np.int32], texts: list[str], *, new: list[str]
    ) -> Packed:
        """Each row's number in a book, by its place among these texts; new ones are added to it and to `new`."""
        found = numbered_texts(codes, texts, self.mids if book is Book.LABELS else self.sources, new)
        self._check(entry.member)
        return found

    def packed_later(self, member: str, images: npt.NDArray[np.int64], table: pa.Table) -> Packed:
        """Parked rows whose images have been found since, packed."""
        labels, sources = self.numbers_later(member, table)
        return _pack(images, labels, sources, table.column("confidence").to_numpy())

    def numbers_later(self, member: str, table: pa.Table) -> tuple[Packed, Packed]:
        """Numbers of labels and sources of parked rows whose images have been found since."""
        labels = numbered_texts(*encoded_texts(table.column("mid")), self.mids, [])
        sources = numbered_texts(*encoded_texts(table.column("source")), self.sources, [])
        self._check(member)
        return labels, sources

    def _check(self, member: str) -> None:
        for book, most, what in ((self.mids, MAX_LABELS, "labels"), (self.sources, MAX_SOURCES, "sources")):
            if len(book) > most:
                raise ImportProblemError(f"{member}: more than {most:,} different {what}")


def parked_rows(part: ParsedLabels, rows: npt.NDArray[np.int64], *, with_raw: bool) -> pa.Table:
    """Rows whose image is not known yet: tried again when every file was read. `with_raw` keeps them as they were."""
    return named_rows(part, rows, with_raw=with_raw).append_column("confidence", pa.array(part.confidences[rows]))


def named_rows(part: ParsedLabels | ParsedBoxes, rows: npt.NDArray[np.int64], *, with_raw: bool) -> pa.Table:
    """Image key, MID and source of rows, their lines, and the rows as they were, or null."""
    return pa.table(
        {
            "key": pa.array(part.keys[rows]),
            "mid": pa.DictionaryArray.from_arrays(part.labels[rows], pa.array(part.mids, pa.string())),
            "source": pa.DictionaryArray.from_arrays(part.sources[rows], pa.array(part.source_names, pa.string())),
            "line": pa.array(part.lines[rows]),
            "raw": part.raw(rows) if with_raw else pa.nulls(len(rows), pa.binary()),
        }
    )


def _pack(images: npt.NDArray[np.int64], labels: Packed, sources: Packed, confidences: npt.NDArray[np.uint8]) -> Packed:
    packed: Packed = images.astype(np.uint64) << np.uint64(32) | labels << np.uint64(16) | sources << np.uint64(8)
    packed |= confidences
    return packed


def encoded_texts(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], list[str]]:
    array = column.combine_chunks()
    return array.indices.to_numpy(zero_copy_only=False), array.dictionary.to_pylist()


def numbered_texts(codes: npt.NDArray[np.int32], texts: list[str], book: dict[str, int], new: list[str]) -> Packed:
    """Each row's number; texts that the rows use and the book lacks are added to both."""
    used = np.bincount(codes, minlength=len(texts)) > 0
    numbers = np.zeros(max(1, len(texts)), np.uint64)
    for code in np.flatnonzero(used):
        text = texts[code]
        if text not in book:
            book[text] = len(book)
            new.append(text)
        numbers[code] = book[text]
    return numbers[codes]
