"""Rows of images that are told by all that they hold, kept as they are read and made into one file sorted by image.

Equal rows of one file are as many things. What another file of the run, or the database, has as well is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.errors import ImportProblemError
from browse.openimages.job import Job
from browse.openimages.loading import stored_rows
from browse.openimages.loading.row_tables import Holds, PackedRows, RowTable, words_file
from browse.openimages.merging.numbering import Book, LabelNumbering, encoded_texts, numbered_texts
from browse.openimages.merging.prepare import FoundRows, Preparation
from browse.openimages.merging.row_streams import RowCounts, RunRows, beside, distinct_rows, numbered
from browse.openimages.reading.parsed import ParsedRows
from browse.openimages.reading.rejects import Rejects
from browse.openimages.workspace import Entry

_BOOKS = {Holds.LABEL: Book.LABELS, Holds.SOURCE: Book.SOURCES}
Codes = npt.NDArray[np.int32]
Positions = npt.NDArray[np.int64]


@dataclass
class _Words:
    """Texts of a kind's own, numbered in the order in which they were met."""

    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def numbers(self, codes: Codes, texts: list[str]) -> npt.NDArray[np.uint64]:
        """Each row's number, by its place among these texts."""
        return numbered_texts(codes, texts, self._numbers, self.texts)


@dataclass(frozen=True)
class RowMerge:
    """Keeps and merges the rows of one table."""

    table: RowTable

    @property
    def _keys(self) -> str:
        return f"{self.table.name}_keys"

    @property
    def _parked(self) -> str:
        return f"parked_{self.table.name}"

    @property
    def _words(self) -> str:
        return f"{self.table.name}_words"

    def keep(self, job: Job, entry: Entry, parts: list[ParsedRows]) -> None:
        """Rows whose image is known by now, and apart from them those that wait, with their places among these."""
        job.known.refresh()
        kept, keys, parked = [self.table.none()], [np.empty(0, np.int64)], []
        words, count = _Words(), 0
        for part in parts:
            known = job.known.number(part.keys)[1]
            unknown = ~known & ~job.known.is_beyond(part.keys)
            rows = part.rows[known]
            for name, (codes, texts) in part.texts.items():
                rows[name] = self._numbers(job.books, entry, words, name, codes[known], texts)
            kept.append(rows)
            keys.append(part.keys[known])
            entry.skipped += int(np.count_nonzero(~known & ~unknown))
            if unknown.any():
                places = count + np.cumsum(known)
                with_raw = not job.options.known_images_only
                parked.append(_parked_rows(part, np.flatnonzero(unknown), places, with_raw=with_raw))
            count += len(rows)
        job.workspace.write_array(self.table.name, entry, np.concatenate(kept))
        job.workspace.write_array(self._keys, entry, np.concatenate(keys))
        rounded = sum(part.rounded for part in parts)
        entry.own = {self.table.name: count, self._words: words.texts, "coordinates_rounded": rounded}
        if parked:
            table = pa.concat_tables(parked).unify_dictionaries().combine_chunks()
            entry.own[self._parked] = table.num_rows
            job.workspace.write_table(self._parked, entry, table)

    def _numbers(
        self, books: LabelNumbering, entry: Entry, words: _Words, name: str, codes: Codes, texts: list[str]
    ) -> npt.NDArray[np.uint64]:
        """A field's numbers; labels and sources that are new are noted in the entry."""
        book = self._book_of(name)
        if book is None:
            return words.numbers(codes, texts)
        return books.numbers_of(entry, book, codes, texts, new=entry.mids if book is Book.LABELS else entry.sources)

    def _book_of(self, name: str) -> Book | None:
        holds = next(column.holds for column in self.table.columns if column.field == name)
        return _BOOKS.get(holds)

    def find(self, merge: Preparation) -> None:
        """Look for the images of rows that wait for one."""
        for entry in self._entries_with(merge, self._parked):
            table = merge.workspace.read_table(self._parked, entry)
            images, known = merge.find_images(table)
            found = table.filter(pa.array(known))
            rows = np.frombuffer(table.column("row").combine_chunks().buffers()[1], self.table.dtype, len(table))[known]
            rows["image"] = images[known]
            words = _Words(list(entry.own[self._words]))
            for name in table.column_names:
                if name in (self.table.dtype.names or ()):
                    codes, texts = encoded_texts(found.column(name))
                    book = self._book_of(name)
                    rows[name] = (
                        words.numbers(codes, texts)
                        if book is None
                        else merge.books.numbers_of(entry, book, codes, texts, new=[])
                    )
            merge.found_rows[self.table.name, entry.number] = FoundRows(
                rows, found.column("position").to_numpy(), words.texts
            )

    def unknown(self, merge: Preparation) -> Iterator[Rejects]:
        """The rows that name an image which is nowhere, where such rows are rejected."""
        return merge.unknown_among(self._parked, self._entries_with(merge, self._parked))

    def _entries_with(self, merge: Preparation, name: str) -> list[Entry]:
        return [entry for entry in merge.workspace.entries if entry.own.get(name)]

    def merge(self, merge: Preparation) -> None:
        """Write all rows, sorted by image and in file order there, with their places among the image's."""
        name = self.table.name
        entries = [entry for entry in merge.workspace.entries if name in entry.own]
        if not entries and not merge.fresh:
            return
        counts = RowCounts()
        if entries:
            merge.counts[name] = counts
        words = self._all_words(merge, entries)
        sizes = [e.own[name] + len(found.rows if (found := self._found(merge, e)) else ()) for e in entries]
        parts = (self._final(merge, entry, words) for entry in entries)
        run = RunRows(merge.folder / f"{name}_run", self.table.dtype, entries, sizes, parts, len(merge.keys))
        merge.report(f"merging {name}", 0, len(run))
        count = 0
        with (merge.folder / name).open("wb") as out:
            for rows, origins in beside(run.chunks(), self._old(merge, words), self.table.none()):
                merged = (
                    numbered(distinct_rows(rows, origins, counts, self.table.untold), merge.keys, name)
                    if origins.any()
                    else rows
                )
                merged.tofile(out)
                count += len(merged)
        if counts.inserted or merge.fresh:
            merge.result.tables[self.table.table] = count

    def _found(self, merge: Preparation, entry: Entry) -> FoundRows | None:
        return merge.found_rows.get((self.table.name, entry.number))

    def _all_words(self, merge: Preparation, entries: list[Entry]) -> list[str]:
        """The texts of the kind's own, of the run and of the database, by code point."""
        known = stored_rows.words_in(self.table, stored_rows.table_name(self.table)) if len(merge.existing_keys) else []
        words = set(known)
        for entry in entries:
            words.update(entry.own[self._words], found.words if (found := self._found(merge, entry)) else ())
        for field_name in self.table.fields_of(Holds.WORD):
            most = np.iinfo(self.table.dtype[field_name]).max
            if len(words) > most:
                raise ImportProblemError(f"{entries[-1].member}: more than {most:,} texts of {self.table.name}")
        merge.words[self.table.name] = sorted(words)
        (merge.folder / words_file(self.table)).write_text(json.dumps(merge.words[self.table.name]))
        return merge.words[self.table.name]

    def _old(self, merge: Preparation, words: list[str]) -> Iterator[PackedRows]:
        if not len(merge.existing_keys):
            return iter(())
        label_of = {int(row_id): number for number, row_id in enumerate(merge.label_ids)}
        source_of = {row_id: number for number, row_id in enumerate(sorted(merge.sources.values()))}
        stored_in = stored_rows.table_name(self.table)
        return stored_rows.packed_rows(self.table, merge.keys, label_of, source_of, words, stored_in)

    def _final(self, merge: Preparation, entry: Entry, words: list[str]) -> PackedRows:
        """An entry's rows by final numbers, those that waited among them."""
        rows = np.fromfile(merge.workspace.path(self.table.name, entry), self.table.dtype)
        rows["image"] = np.searchsorted(merge.keys, merge.workspace.read_array(self._keys, entry, np.int64))
        own = entry.own[self._words]
        if found := self._found(merge, entry):
            rows, own = np.insert(rows, found.places, found.rows), found.words
        numbers = merge.renumbering(merge.keys[:0])
        place_of = {word: place for place, word in enumerate(words)}
        final = {
            Holds.LABEL: numbers.labels,
            Holds.SOURCE: numbers.sources,
            Holds.WORD: np.array([place_of[word] for word in own] or [0], np.uint64),
        }
        for holds, number_of in final.items():
            for name in self.table.fields_of(holds):
                rows[name] = number_of[rows[name]]
        return rows


def _parked_rows(part: ParsedRows, rows: Positions, places: Positions, *, with_raw: bool) -> pa.Table:
    """Rows that wait; places: before which of the entry's rows with an image each row of the part belongs."""
    packed = pa.py_buffer(part.rows[rows].tobytes())
    width = pa.binary(part.rows.dtype.itemsize)
    named = {
        name: pa.DictionaryArray.from_arrays(codes[rows], pa.array(texts, pa.string()))
        for name, (codes, texts) in part.texts.items()
    }
    return pa.table(
        {
            "key": pa.array(part.keys[rows]),
            "line": pa.array(part.lines[rows]),
            "raw": part.raw(rows) if with_raw else pa.nulls(len(rows), pa.binary()),
            "position": pa.array(places[rows], pa.int64()),
            "row": pa.Array.from_buffers(width, len(rows), [None, packed]),
            **named,
        }
    )
