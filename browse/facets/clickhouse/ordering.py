"""Pages in a query's order, over shards: how many there are on each level of each shard, then only the rows shown."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from browse.facets.clickhouse.conditions import pair_in
from browse.facets.clickhouse.counting import level_of
from browse.facets.clickhouse.images import Images
from browse.query.box_terms import BoxTerm
from browse.query.values import Query, Sort

_U64 = (1 << 64) - 1
_MIX = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_BUCKETS_SHIFT = 52
"""Random places are counted by their first twelve bits."""


@dataclass(frozen=True)
class Order:
    """An order: ascending by level, then by place on it, then by key. Both are SQL over atoms and columns.

    is_whole: whether levels are sent whole, since their rows are not in the order of shards.
    """

    level: str = "toInt64(0)"
    place: str = "toUInt64(0)"
    is_whole: bool = False


def order_of(images: Images, query: Query) -> Order:
    """The order that a query asks for."""
    conditions = images.conditions
    if query.sort is Sort.CONFIDENCE:
        term = query.first_pair
        assert term is not None
        held = conditions.held(term)
        if not term.below:
            return Order(f"-{level_of(held)}")
        best = f"arrayMax(arrayMap(c -> {level_of('c')}, arrayFilter(c -> {pair_in('c', query, term)}, {held})))"
        return Order(f"-{best}")
    if query.sort in (Sort.BOXES, Sort.AREA) and query.first_box is not None:
        return Order(f"-toInt64({conditions.atom(_measure(images, query.first_box, query.sort))})")
    if query.sort is Sort.RANDOM:
        place = conditions.atom(_random_place(query.seed or 0))
        return Order(f"toInt64(bitShiftRight({place}, {_BUCKETS_SHIFT}))", place, is_whole=True)
    return Order()


def _measure(images: Images, term: BoxTerm, sort: Sort) -> str:
    if sort is Sort.BOXES:
        return images.conditions.boxes(term)
    box = images.conditions.box(term)
    return f"arrayMax(arrayFilter((a, l, t) -> {box}, box_areas, box_labels, box_attributes))"


def mix(word: int) -> int:
    """The output function of splitmix64, on unsigned 64-bit numbers."""
    word = ((word ^ (word >> 30)) * _MIX[0]) & _U64
    word = ((word ^ (word >> 27)) * _MIX[1]) & _U64
    return word ^ (word >> 31)


def _random_place(seed: int) -> str:
    start = f"bitXor(reinterpretAsUInt64(key), toUInt64({(1 << 63) ^ mix(seed)}))"
    for shift, factor in ((30, _MIX[0]), (27, _MIX[1])):
        start = f"(bitXor({start}, bitShiftRight({start}, {shift})) * toUInt64({factor}))"
    return f"bitXor({start}, bitShiftRight({start}, 31))"


@dataclass(frozen=True)
class Levels:
    """How many rows there are on each level, ascending, of each shard: int64[shards, levels]."""

    levels: list[int]
    counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]

    @property
    def count(self) -> int:
        """How many in all."""
        return int(self.counts.sum())


def levels_of(images: Images, source: str, level: str) -> Levels:
    """The levels of the rows of a part of a statement."""
    found = images.ask(f"SELECT {level} AS level, count() AS n FROM {source} GROUP BY level")
    levels = sorted({one for table in found.values() for one in table["level"].to_pylist()})
    counts = np.zeros((len(found), len(levels)), np.int64)
    for place, table in found.items():
        where = np.searchsorted(levels, table["level"].to_numpy())
        counts[place, where] = table["n"].to_numpy()
    return Levels(levels, counts)


def rows_between(
    images: Images, source: str, order: Order, found: Levels, span: tuple[int, int], columns: Sequence[str] = ("key",)
) -> list[tuple[int, ...]]:
    """The rows from place `span[0]` to before `span[1]` in an order, by these columns.

    Shards are asked for no more rows than they may give, and not at all where they can give none.
    """
    start, stop = span[0], min(span[1], found.count)
    if start >= stop:
        return []
    ends = np.cumsum(found.counts.sum(axis=0))
    first, last = (int(one) for one in np.searchsorted(ends, [start, stop - 1], side="right"))
    before = int(ends[first - 1]) if first else 0
    offset = 0 if order.is_whole else start - before
    rows: list[tuple[int, ...]] = []
    for place in range(len(found.counts)):
        here = int(found.counts[place, first : last + 1].sum())
        skipped = min(int(found.counts[place, first]), offset)
        offset -= skipped
        wanted = here - skipped if order.is_whole else min(here - skipped, stop - start)
        if wanted:
            sql = f"""SELECT {order.level} AS level_, {order.place} AS within_, {", ".join(columns)} FROM {source}
                      WHERE level_ BETWEEN {found.levels[first]} AND {found.levels[last]}
                      ORDER BY level_, within_, {", ".join(columns)} LIMIT {wanted} OFFSET {skipped}"""
            rows += _rows(images.ask(sql, only=[place])[place])
    begin = start - before if order.is_whole else 0
    return [row[2:] for row in sorted(rows)[begin : begin + stop - start]]


def _rows(table: pa.Table) -> list[tuple[int, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def page(images: Images, query: Query, start: int, stop: int) -> tuple[int, list[int]]:
    """How many images match, and the keys of those from a place to before another."""
    order = order_of(images, query)
    source = images.matching(["key"])
    found = levels_of(images, source, order.level)
    return found.count, [row[0] for row in rows_between(images, source, order, found, (start, stop))]
