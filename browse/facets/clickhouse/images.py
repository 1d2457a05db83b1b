"""The images that queries are about, as a part of a statement: where they are read from, and which of them match."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyarrow as pa

from browse.facets.clickhouse.changes import GONE, NOW, Changes
from browse.facets.clickhouse.conditions import Conditions, both
from browse.facets.clickhouse.generation import listed
from browse.facets.clickhouse.schema import BASE, FURTHER
from browse.facets.clickhouse.shards import SentTable
from browse.query.values import MAX_TERMS, Query, Term

_FURTHER = re.compile(rf"\b({'|'.join(FURTHER)})\b")
_USED = re.compile(rf"\b({'|'.join((*BASE, *FURTHER))})\b")


@dataclass
class Images:
    """The images that one query, and others that differ from it by one facet's value, may match.

    within: a table that goes along; only its images count. Read `rows` last: it has the atoms that were asked for.
    """

    changes: Changes
    query: Query
    deadline: float | None = None
    within: SentTable | None = None
    conditions: Conditions = field(init=False)

    def __post_init__(self) -> None:
        driver = self._driver()
        self.conditions = Conditions(self.changes, driver=driver, deadline=self.deadline)

    def _wanted(self) -> list[Term]:
        """The pairs that the image must have."""
        return [term for term in self.query.label if isinstance(term, Term)]

    def _driver(self) -> int | None:
        """The label of fewest pairs of which the image must have one, whatever its class."""
        sizes, numbers = self.changes.generation.label_sizes, self.changes.generation.label_numbers
        labels = [numbers[term.mid] for term in self._wanted() if not term.below]
        return min(labels, key=lambda label: int(sizes[label]), default=None)

    def _labels_needed(self) -> list[int]:
        """Labels of one of which the image must have a pair, where no single one must be there."""
        generation = self.changes.generation
        terms = self._wanted()[:1] or (self.query.any if all(isinstance(one, Term) for one in self.query.any) else ())
        found: set[int] = set()
        for term in terms:
            if isinstance(term, Term):
                number = generation.label_numbers[term.mid]
                found |= {*(generation.below.with_own(number).tolist() if term.below else [number])}
        return sorted(found)

    @property
    def most(self) -> int:
        """No more images than this are read."""
        generation = self.changes.generation
        labels = self._labels_needed() if self.conditions.driver is None else [self.conditions.driver]
        if labels:
            return int(generation.label_sizes[labels].sum()) + len(self.changes.now)
        return len(self.query.ids) or generation.images

    def where(self, query: Query | None = None) -> str:
        """What those that match satisfy, over atoms."""
        return both(one.sql for one in self.conditions.of(self.query if query is None else query))

    def matching(self, columns: Sequence[str] = (), *, further: str = "1") -> str:
        """A part of a statement: those that match the query, with atoms and these columns."""
        condition = self.where()
        return f"(SELECT * FROM {self.rows(columns)} WHERE {condition} AND {further})"

    def rows(self, columns: Sequence[str] = ()) -> str:
        """A part of a statement: all images that are read, with atoms and these columns."""
        conditions = self.conditions
        fixed = both(chain(conditions.fixed(self.query), self._inside()))
        atoms = [f"{sql} AS {name}" for sql, name in conditions.atoms.items()]
        selected = ", ".join([*columns, *atoms]) or "1 AS one"
        return f"(SELECT {selected} FROM {self._source(f'{selected} {fixed}')} WHERE {fixed})"

    def _inside(self) -> Iterator[str]:
        if self.within is not None:
            yield f"key IN (SELECT key FROM {self.within.name})"

    def _source(self, used: str) -> str:
        """Where images are read from, with what is named in a text; those changed as they are now."""
        db, driver = self.changes.generation.db, self.conditions.driver
        further = sorted(set(_FURTHER.findall(used)))
        base = [name for name in BASE if name in set(_USED.findall(used)) or name == "key"]
        visible = f"key NOT IN (SELECT key FROM {GONE})" if self.changes.is_laid else "1"
        labels = self._labels_needed() if driver is None else [driver]
        if further or not labels:
            own = "" if driver is None else f", classes[indexOf(labels, {driver})] AS class"
            among = f"key IN (SELECT key FROM {db}.post WHERE label IN ({listed(labels)}))" if labels else "1"
            built = f"SELECT {', '.join([*base, *further])}{own} FROM {db}.img WHERE {among} AND {visible}"
        else:
            own = "" if driver is None else ", class"
            built = f"SELECT {', '.join(base)}{own} FROM {db}.post WHERE {_once(labels)} AND {visible}"
        if not self.changes.is_laid:
            return f"({built})"
        return f"({built} UNION ALL {self._changed(base, further)})"

    def _changed(self, base: Sequence[str], further: Sequence[str]) -> str:
        db, driver = self.changes.generation.db, self.conditions.driver
        own = "" if driver is None else f", {NOW}.classes[indexOf({NOW}.labels, {driver})] AS class"
        columns = ", ".join([*(f"{NOW}.{name} AS {name}" for name in base), *further])
        if not further:
            return f"SELECT {columns}{own} FROM {NOW}"
        built = f"SELECT key AS built, {', '.join(further)} FROM {db}.img WHERE key IN (SELECT key FROM {NOW})"
        return f"SELECT {columns}{own} FROM {NOW} INNER JOIN ({built}) AS own ON {NOW}.key = own.built"

    def tables(self, place: int) -> Iterable[SentTable]:
        """What goes along to a shard."""
        return [*self.changes.tables(place), *([] if self.within is None else [self.within])]

    def ask(self, sql: str, *, only: Sequence[int] | None = None) -> dict[int, pa.Table]:
        """What the shards answer to a statement made of these parts."""
        return self.changes.generation.ask(sql, self.deadline, tables=self.tables, only=only)

    def ask_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The same as rows, one shard's after the other's."""
        return self.changes.generation.rows(sql, self.deadline, tables=self.tables)


def _once(labels: Sequence[int]) -> str:
    """The rows of `post` of some labels, but of each image one alone."""
    if len(labels) == 1:
        return f"label = {labels[0]}"
    among = f"label IN ({listed(labels)})"
    if len(labels) > MAX_TERMS:
        return f"{among} AND label = arrayFirst(l -> l IN ({listed(labels)}), labels)"
    none_before = (f"label = {label} AND NOT hasAny(labels, CAST([{listed(labels[:place])}] AS Array(UInt16)))"
                   for place, label in enumerate(labels))  # fmt: skip
    return f"{among} AND ({' OR '.join(none_before)})"
