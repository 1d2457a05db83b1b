"""All facets of a query. Where no label leads to images: totals that were laid, less the images that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from browse.facets.clickhouse import counting
from browse.facets.clickhouse.alike import Alike
from browse.facets.clickhouse.cells import Cells, at_least
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import Conditions, classes_in
from browse.facets.clickhouse.counted import Counted
from browse.facets.clickhouse.counting import Counts
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.label_plan import is_planned
from browse.facets.clickhouse.planned import Planned, TooManyRowsError
from browse.query.values import SUBSETS, Query, Term


class Facets:
    """Counts of one query's facets. variants: the query, then others that differ from it by one facet's value."""

    def __init__(self, changes: Changes, variants: Sequence[Query], deadline: float | None) -> None:
        self._changes, self._variants, self._deadline = changes, variants, deadline
        self._query = query = variants[0]
        self._laid = changes.alike if _is_about_all(query) else None
        self._less: Counted | None = None
        if self._laid is None:
            self._counted = _counted(changes, variants, deadline)
        elif query.without:
            self._less = self._left_out()
        else:
            changes.generation.ask("SELECT 1 AS one", deadline)  # every shard has to be there

    def _left_out(self) -> Counted:
        """The images that would match but for what they must not have."""
        left_out = replace(self._query, any=self._query.without, min_any=1, without=())
        images = Images(self._changes, left_out, self._deadline)
        conditions = images.conditions
        return Counted(
            images,
            [
                [
                    *conditions.of(replace(one, without=())),
                    at_least(1, [conditions.holds(one, term) for term in one.without]),
                ]
                for one in self._variants
            ],
        )

    def counts(self) -> list[int]:
        """How many images match each variant."""
        if self._laid is None:
            return self._counted.counts()
        conditions = Conditions(self._changes)
        wanted = [[*conditions.of(replace(one, without=()))] for one in self._variants]
        cells = _cells(self._laid, conditions)
        less = self._less.counts() if self._less else [0] * len(wanted)
        return [cells.count(one) - fewer for one, fewer in zip(wanted, less, strict=True)]

    def labels(self) -> Counts:
        """int64[labels]: images with a pair of each label in the query's range and states."""
        query, counted = self._query, self._changes.label_counts
        if self._laid is None:
            return self._counted.labels()
        if query.licenses or query.has or query.license_checks:
            return counting.label_counts(Images(self._changes, query, self._deadline))
        mask = classes_in(query)[counted.classes.raw.astype(np.int64) + 1]
        total: Counts = counted.counts[:, _places(query)][:, :, mask].sum(axis=(1, 2), dtype=np.int64)
        return total - self._less.labels() if self._less else total

    def groups(self) -> Counts:
        """int64[labels]: images with such a pair of each label that has others below it, or of one of these."""
        if self._laid is None:
            return self._counted.groups()
        return counting.group_counts(Images(self._changes, self._query, self._deadline))

    def authors(self, top: int | None) -> list[tuple[str, int, int]]:
        """As `counting.authors`."""
        if self._laid is None and isinstance(self._counted, Planned):
            best = self._counted.best_authors(top)
            return self._all_authors(top) if best is None else counting.named(self._changes, best, self._deadline)
        found = self._author_counts()
        if found is None:
            return self._all_authors(top)
        found[:1] = 0  # nobody's
        return counting.named(self._changes, counting.largest(found, top), self._deadline)

    def _all_authors(self, top: int | None) -> list[tuple[str, int, int]]:
        return counting.authors(self._changes, self._query, top, self._deadline)

    def _author_counts(self) -> Counts | None:
        if self._laid is None:
            assert isinstance(self._counted, Counted)
            return None if self._query.authors else self._counted.authors()
        every = replace(self._query, without=())
        if counting.is_all(replace(every, subsets=frozenset())):
            total: Counts = self._changes.author_counts[_places(every)].sum(axis=0)
        elif self._less is None:
            return None
        else:
            total = counting.by_author(Images(self._changes, every, self._deadline))
        if self._less is not None:
            less = self._less.all_authors()
            total[: len(less)] -= less
        return total


def _counted(changes: Changes, variants: Sequence[Query], deadline: float | None) -> Counted | Planned:
    """The images of a query, read as sparingly as can be."""
    if is_planned(variants[0]):
        try:
            return Planned(changes, variants, deadline)
        except TooManyRowsError:
            pass
    images = Images(changes, variants[0], deadline)
    return Counted(images, [[*images.conditions.of(one)] for one in variants])


def _is_about_all(query: Query) -> bool:
    """Whether the images of a query are all but those that it leaves out, by what is counted of all images."""
    fixed = query.authors or query.text or query.caption or query.ids
    return not (query.label or query.any or fixed) and all(isinstance(term, Term) for term in query.without)


def _places(query: Query) -> list[int]:
    """The places of a query's subsets among SUBSETS."""
    return [place for place, name in enumerate(SUBSETS) if name in (query.subsets or SUBSETS)]


def _cells(laid: Alike, conditions: Conditions) -> Cells:
    """The totals, by the atoms of conditions."""
    known = {sql: laid.columns[sql] for sql in ("subset", "license", "kinds")}
    known[conditions.license_check()] = laid.columns["outcome"]
    columns = {name: known[sql] for sql, name in conditions.atoms.items() if sql in known}
    bits = {name: laid.bits(by_class) for _, name, by_class in conditions.bits()}
    return Cells([pa.table({**columns, **bits, "n": laid.columns["n"]})])
