"""Counts over the images of one query: of few from their own rows, of many by a statement for each kind of count."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from browse.facets.clickhouse import counting
from browse.facets.clickhouse.cells import Cells, Column, Condition
from browse.facets.clickhouse.conditions import both, classes_in
from browse.facets.clickhouse.counting import Counts
from browse.facets.clickhouse.images import Images

FEW = 200_000
"""So many images that match are read row by row: every statement costs a shard some milliseconds at the least."""
FEW_READ = 50_000
"""So many are read row by row before it is known which of them match."""


_WIDE = ("author", "labels", "classes")


class Counted:
    """What images of a query have. wanted: conditions on them, by which they are counted; the first is the query's."""

    def __init__(self, images: Images, wanted: Sequence[Sequence[Condition]]) -> None:
        self._images, self._wanted = images, wanted
        atoms = [*images.conditions.atoms.values()]
        if images.most <= FEW_READ:
            self._rows: Cells | None = self._read([*atoms, *_WIDE], images.rows(_WIDE))
            self._cells = self._rows.alike(atoms)
            self._match = self._rows.mask(wanted[0])
        else:
            grouped = ", ".join(atoms) or "one"
            self._cells = self._read([*(atoms or ["1 AS one"]), "count() AS n"], f"{images.rows()} GROUP BY {grouped}")
            self._rows, self._match = None, np.empty(0, np.bool_)
            if self._cells.count(wanted[0]) <= FEW:
                self._rows = self._read(_WIDE, self._matching)
                self._match = np.ones(len(self._rows), np.bool_)

    def _read(self, columns: Sequence[str], source: str) -> Cells:
        return Cells([*self._images.ask(f"SELECT {', '.join(columns)} FROM {source}").values()])

    def counts(self) -> list[int]:
        """How many there are by each of the conditions."""
        return [self._cells.count(conditions) for conditions in self._wanted]

    def labels(self) -> Counts:
        """int64[labels]: those with a pair of each label in the query's range and states."""
        if self._rows is not None:
            return np.bincount(self._rows.values("labels")[self._is_counted], minlength=self._labels)
        return counting.label_counts(self._images, self._further)

    def groups(self) -> Counts:
        """int64[labels]: those with such a pair of each label that has others below it, or of one of these."""
        if self._rows is None:
            return counting.group_counts(self._images)
        labels, owners = (all_[self._is_counted] for all_ in (self._rows.values("labels"), self._rows.owners("labels")))
        offsets, above = self._images.changes.generation.below.groups_of
        sizes = np.diff(offsets)[labels].astype(np.int64)
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        groups = above[np.repeat(offsets[labels], sizes) + within]
        once = np.unique(np.repeat(owners, sizes) * self._labels + groups)
        return np.bincount(once % max(self._labels, 1), minlength=self._labels)

    def authors(self) -> Counts | None:
        """int64[authors + 1]: those by each author; None where so many would have to be sent."""
        if self._rows is None:
            return None
        return np.bincount(self._rows.column("author")[self._match])

    def all_authors(self) -> Counts:
        """The same, however many are sent."""
        found = self.authors()
        return counting.by_author(self._images, self._further) if found is None else found

    @property
    def _labels(self) -> int:
        return len(self._images.changes.generation.labels)

    @property
    def _further(self) -> str:
        """What the query is asked beyond what leads to the images."""
        leading = {*self._images.conditions.of(self._images.query)}
        return both(one.sql for one in self._wanted[0] if one not in leading)

    @property
    def _matching(self) -> str:
        return self._images.matching(_WIDE, further=self._further)

    @cached_property
    def _is_counted(self) -> Column:
        """Which pairs in the rows are in the query's range and states, of images that match."""
        assert self._rows is not None
        counted = classes_in(self._images.query)[self._rows.values("classes")]
        return counted if self._match.all() else counted & self._match[self._rows.owners("labels")]
