"""Images that are alike, as the shards count them, and conditions on them: as SQL, and over these columns here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Mask = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]


class Cells:
    """Rows of shards' answers; each stands for as many images as column n says, or for one without it."""

    def __init__(self, answers: Sequence[pa.Table]) -> None:
        self._answers = answers
        self._columns: dict[str, Column] = {}
        self._masks: dict[Condition, Mask] = {}

    def __len__(self) -> int:
        return sum(table.num_rows for table in self._answers)

    @cached_property
    def n(self) -> npt.NDArray[np.int64]:
        """int64[rows]: how many images each stands for."""
        names = self._answers[0].column_names
        return self.column("n").astype(np.int64) if "n" in names else np.ones(len(self), np.int64)

    def column(self, name: str) -> Column:
        """One value a row."""
        if name not in self._columns:
            self._columns[name] = np.concatenate([table[name].to_numpy() for table in self._answers])
        return self._columns[name]

    def values(self, name: str) -> Column:
        """The values of all rows' lists."""
        flat = [chunk.flatten().to_numpy() for chunk in self._chunks(name)]
        return np.concatenate(flat) if flat else np.empty(0, np.int64)

    def owners(self, name: str) -> npt.NDArray[np.int64]:
        """For each of them the place of its row."""
        return np.repeat(np.arange(len(self)), self._sizes(name))

    def values_at(self, name: str, place: int) -> npt.NDArray[np.int64]:
        """The value at a place, from 0, of each row's list; 0 where that is shorter, as the servers have it."""
        sizes, found = self._sizes(name), np.zeros(len(self), np.int64)
        there = sizes > place
        found[there] = self.values(name)[(np.cumsum(sizes) - sizes + place)[there]]
        return found

    def _sizes(self, name: str) -> npt.NDArray[np.int64]:
        sizes = [np.diff(chunk.offsets.to_numpy()) for chunk in self._chunks(name)]
        return np.concatenate([np.empty(0, np.int64), *sizes])

    def _chunks(self, name: str) -> list[pa.ListArray]:
        return [chunk for table in self._answers for chunk in table[name].chunks]

    def mask(self, conditions: Iterable[Condition]) -> Mask:
        """The rows that satisfy all of these."""
        found = np.ones(len(self), np.bool_)
        for one in conditions:
            if one not in self._masks:
                self._masks[one] = one.on(self)
            found &= self._masks[one]
        return found

    def alike(self, names: Sequence[str]) -> Cells:
        """The rows with those together that are alike in these columns; as they are where a column has lists."""
        if not names or any(pa.types.is_list(self._answers[0].schema.field(name).type) for name in names):
            return self
        rows = pa.table({name: self.column(name) for name in names})
        groups = rows.group_by([*names], use_threads=False).aggregate([([], "count_all")])
        return Cells([groups.rename_columns([*names, "n"])])

    def count(self, conditions: Iterable[Condition]) -> int:
        """How many images satisfy all of these."""
        return int(self.n[self.mask(conditions)].sum())


@dataclass(frozen=True)
class Condition:
    """What images must satisfy: over atoms in SQL, which `written` gives, and over the same columns of an answer.

    key: equal ones say the same.
    """

    key: Hashable
    written: Callable[[], str] = field(compare=False)
    on: Callable[[Cells], Mask] = field(compare=False)

    @property
    def sql(self) -> str:
        """It in SQL; most conditions are only looked at here."""
        return self.written()


def in_ranges(value: str, wanted: Mask) -> str:
    """In SQL that a whole number is a place at which a mask is set."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(np.int8), [0]])))
    ranges = zip(steps[::2].tolist(), (steps[1::2] - 1).tolist(), strict=True)
    return f"({' OR '.join(f'{value} BETWEEN {low} AND {high}' for low, high in ranges) or '0'})"


def is_set(atom: str) -> Condition:
    """That an atom is not 0."""
    return Condition(("set", atom), lambda: atom, lambda cells: cells.column(atom) != 0)


def is_among(atom: str, wanted: Mask) -> Condition:
    """That an atom is a place at which a mask is set."""
    key = "among", atom, wanted.tobytes()
    return Condition(key, lambda: in_ranges(atom, wanted), lambda cells: wanted[cells.column(atom)])


def has_bit(atom: str, place: int) -> Condition:
    """That a bit of an atom is set."""
    bit = np.uint64(1 << place)
    return Condition(
        ("bit", atom, place),
        lambda: f"bitTest({atom}, {place})",
        lambda cells: cells.column(atom).astype(np.uint64) & bit != 0,
    )


def is_one_of(atom: str, values: Sequence[int]) -> Condition:
    """That an atom is one of these."""
    return Condition(
        ("one of", atom, *values),
        lambda: f"{atom} IN ({', '.join(map(str, values))})",
        lambda cells: np.isin(cells.column(atom), values),
    )


def is_between(atom: str, place: int, low: int, high: int) -> Condition:
    """That the value at a place, from 0, of a list lies between two numbers, or is one of them; 0 if it is shorter."""

    def on(cells: Cells) -> Mask:
        here = cells.values_at(atom, place)
        found: Mask = (here >= low) & (here <= high)
        return found

    key = "between", atom, place, low, high
    return Condition(key, lambda: f"{atom}[{place + 1}] BETWEEN {low} AND {high}", on)


def fails(one: Condition) -> Condition:
    """That it is not satisfied."""
    return Condition(("not", one.key), lambda: f"NOT ({one.sql})", lambda cells: ~cells.mask([one]))


def at_least(number: int, some: Sequence[Condition]) -> Condition:
    """That so many of these are satisfied."""

    def on(cells: Cells) -> Mask:
        found: Mask = np.sum([cells.mask([one]) for one in some], axis=0) >= number
        return found

    key = "at least", number, *(one.key for one in some)
    return Condition(key, lambda: f"({' + '.join(f'({one.sql})' for one in some)}) >= {number}", on)
