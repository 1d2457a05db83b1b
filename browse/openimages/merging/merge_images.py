"""Image rows of one run, and those already in the database, made into one row for each ImageID.

Two rows for one image are compared column by column where both files have the column. Within a run the
larger row stands and the other is a conflict; against the database the run's row stands. What a row's
file has no column for comes from the other.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.reading.parsed import IMAGE_SCHEMA

CHUNK_ROWS = 100_000
_COLUMNS = [name for name in IMAGE_SCHEMA.names if name != "key"]

Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.uint32]


class ImageRows:
    """Rows of many tables as one sequence; tables are loaded when needed and few are held."""

    def __init__(self, sizes: list[int], load: Callable[[int], pa.Table], *, held: int = 3) -> None:
        self._starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        self._load, self._held = load, held
        self._tables: OrderedDict[int, pa.Table] = OrderedDict()

    def take(self, rows: npt.NDArray[np.int64] | Rows) -> pa.Table:
        """These rows, in this order."""
        tables = np.searchsorted(self._starts, rows, side="right") - 1
        parts, places = [], []
        for number in np.flatnonzero(np.bincount(tables)):
            here = np.flatnonzero(tables == number)
            parts.append(self._table(int(number)).take(pa.array(rows[here] - self._starts[number])))
            places.append(here)
        if not parts:
            return IMAGE_SCHEMA.empty_table()
        order = np.argsort(np.concatenate(places), kind="stable")
        whole = pa.concat_tables(parts).combine_chunks()
        return whole if len(parts) == 1 else whole.take(pa.array(order)).combine_chunks()

    def _table(self, number: int) -> pa.Table:
        if number not in self._tables:
            self._tables[number] = self._load(number)
            if len(self._tables) > self._held:
                self._tables.popitem(last=False)
        self._tables.move_to_end(number)
        return self._tables[number]


@dataclass
class ImageCounts:
    """The run's distinct rows by outcome; `repeated` are further rows for the same images.

    `disputed` holds what stands for images whose rows differ within the run, in IMAGE_SCHEMA.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    disputed: list[pa.Table] = field(default_factory=list)


@dataclass(frozen=True)
class MergedChunk:
    """Consecutive images in key order: `table` in IMAGE_SCHEMA, and which rows the run brought or changed."""

    table: pa.Table
    changed: Mask


def merge_images(
    keys: Keys, rows: ImageRows, existing_keys: Keys, existing: ImageRows, everything: Keys, counts: ImageCounts
) -> Iterator[MergedChunk]:
    """All images in key order, chunk by chunk; `counts` is filled on the way.

    `keys` are the run's, in the order of `rows`; `existing_keys` are sorted, in the order of `existing`; `everything`
    are those of both, sorted and distinct.
    """
    order, distinct, starts = _groups(keys)
    del keys
    if len(distinct) == len(everything):
        distinct = everything  # which a file may hold
    for begin in range(0, len(everything), CHUNK_ROWS):
        chunk = everything[begin : begin + CHUNK_ROWS]
        here = _span(distinct, chunk)
        table = _layers(rows, order, starts[here.start : here.stop + 1], counts)
        there = _span(existing_keys, chunk)
        old = existing.take(np.arange(there.start, there.stop))
        yield _merge_onto_existing(len(chunk), table, old, counts)


def _groups(keys: Keys) -> tuple[Rows, Keys, Rows]:
    """The places of keys by key, the distinct keys, and where each begins among the places; at last, where they end."""
    order = np.argsort(keys, kind="stable").astype(np.uint32)
    ordered = keys[order]
    first = np.ones(len(ordered) + 1, np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:-1])
    starts = np.flatnonzero(first).astype(np.uint32)
    return order, (ordered if first.all() else ordered[first[:-1]]), starts


def _span(keys: Keys, chunk: Keys) -> slice:
    """Where sorted keys fall into a chunk's range."""
    return slice(int(np.searchsorted(keys, chunk[0])), int(np.searchsorted(keys, chunk[-1], side="right")))


def _layers(rows: ImageRows, order: Rows, bounds: Rows, counts: ImageCounts) -> pa.Table:
    """One row for each key of the run: its first row, met by its second, third, …

    bounds: where the rows of each key begin in `order`, and where those of the last end.
    """
    starts, repeats = bounds[:-1], np.diff(bounds)
    table = rows.take(order[starts])
    disputed = np.zeros(len(starts), np.bool_)
    for layer in range(1, int(repeats.max(initial=1))):
        where = np.flatnonzero(repeats > layer)
        standing, coming = table.take(pa.array(where)), rows.take(order[starts[where] + layer])
        differs, larger = compare(standing, coming)
        table = _put(table, where, _overlay(standing, coming, larger))
        disputed[where] |= differs
        counts.repeated += len(where)
    if disputed.any():
        counts.disputed.append(table.take(pa.array(np.flatnonzero(disputed))))
    return table


def _merge_onto_existing(size: int, new: pa.Table, old: pa.Table, counts: ImageCounts) -> MergedChunk:
    """The run's rows laid over the database's."""
    new_keys, old_keys = new.column("key").to_numpy(), old.column("key").to_numpy()
    both = np.intersect1d(new_keys, old_keys, assume_unique=True)
    here = np.searchsorted(new_keys, both)
    merged = new
    changed = np.ones(len(new_keys), np.bool_)
    if len(both):
        standing, coming = old.take(pa.array(np.searchsorted(old_keys, both))), new.take(pa.array(here))
        differs = compare(standing, coming)[0] | _brings_more(standing, coming)
        changed[here] = differs
        merged = _put(new, here, _overlay(standing, coming, np.ones(len(both), np.bool_)))
        counts.updated += int(np.count_nonzero(differs))
        counts.unchanged += int(np.count_nonzero(~differs))
    counts.inserted += len(new_keys) - len(both)
    only_old = np.flatnonzero(~np.isin(old_keys, both, assume_unique=True))
    if not len(only_old):
        return MergedChunk(merged, changed)
    whole = pa.concat_tables([merged, old.take(pa.array(only_old))])
    order = np.argsort(np.concatenate([new_keys, old_keys[only_old]]), kind="stable")
    flags = np.concatenate([changed, np.zeros(len(only_old), np.bool_)])[order]
    assert len(order) == size
    return MergedChunk(whole.take(pa.array(order)).combine_chunks(), flags)


def compare(standing: pa.Table, coming: pa.Table) -> tuple[Mask, Mask]:
    """Of aligned rows: which differ in a column that both have, and where the coming row is the larger.

    The first column that differs decides which is larger.
    """
    differs = np.zeros(len(standing), np.bool_)
    larger = np.zeros(len(standing), np.bool_)
    for name in _COLUMNS:
        left, right = standing.column(name), coming.column(name)
        here = pc.fill_null(pc.not_equal(left, right), False).to_numpy()
        more = pc.fill_null(pc.greater(right, left), False).to_numpy()
        larger |= more & ~differs
        differs |= here
    return differs, larger


def _brings_more(standing: pa.Table, coming: pa.Table) -> Mask:
    """Of aligned rows: where the coming one has a value that the standing one lacks."""
    more = np.zeros(len(standing), np.bool_)
    for name in _COLUMNS:
        more |= pc.and_(pc.is_null(standing.column(name)), pc.is_valid(coming.column(name))).to_numpy()
    return more


def _overlay(standing: pa.Table, coming: pa.Table, coming_wins: Mask) -> pa.Table:
    """The winner's values, the other's where the winner has none."""
    wins = pa.array(coming_wins)
    columns = []
    for name in IMAGE_SCHEMA.names:
        left, right = standing.column(name), coming.column(name)
        columns.append(pc.if_else(wins, pc.coalesce(right, left), pc.coalesce(left, right)))
    return pa.Table.from_arrays(columns, schema=IMAGE_SCHEMA)


def _put(table: pa.Table, where: npt.NDArray[np.int64], rows: pa.Table) -> pa.Table:
    """The table with the rows at some positions replaced."""
    source = np.arange(len(table), dtype=np.int64)
    source[where] = len(table) + np.arange(len(where))
    return pa.concat_tables([table, rows]).take(pa.array(source)).combine_chunks()
