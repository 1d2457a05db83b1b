"""Counts over the images of a query of labels alone, which read as few images as can be.

An image that has one of the labels asked for and no other is counted by that label's totals, if it has any. Images with
several of them, and those of labels without totals, are read as rows. Totals count the former too, as if they had no
other label: so they are taken off again. It is the same with images that curators changed.
"""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.facets.clickhouse import counting
from browse.facets.clickhouse.cells import Cells, Mask, in_ranges
from browse.facets.clickhouse.changes import SAID, Changes
from browse.facets.clickhouse.conditions import ALL, Conditions, both, classes_in
from browse.facets.clickhouse.counting import Counts
from browse.facets.clickhouse.generation import listed
from browse.facets.clickhouse.image_columns import COLUMNS, UNCHECKED, Column, ImageColumns
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.label_plan import LabelPlan
from browse.facets.clickhouse.schema import BASE
from browse.facets.index.classes import RAW_CLASSES
from browse.query.values import SUBSETS, Query

MOST_ROWS = 400_000
"""No more images are read row by row."""
MOST_AUTHORS = 4_000_000
"""Of no more images that are counted by totals the authors are sent."""
_MANY_AUTHORS = 50_000
"""Of more images authors are not sorted, but counted in an array of all."""
_ROW, _LABELS, _AUTHORS = 0, 1, 2
"""What a row of an answer is: an image, labels with numbers of images, authors of images."""
_NOTHING = ", ".join(f"CAST(0 AS {BASE[name]}) AS {name}" for name in COLUMNS)
_NO_LISTS = "CAST([] AS Array(UInt16))"


class TooManyRowsError(Exception):
    """More images would have to be read than are sent as rows."""


class Planned:
    """What images of a query have. variants: the query, then others that differ from it by one facet's value.

    Raises TooManyRowsError.
    """

    def __init__(self, changes: Changes, variants: Sequence[Query], deadline: float | None) -> None:
        self._changes, self._query, self._deadline = changes, variants[0], deadline
        self._generation, self._plan = changes.generation, LabelPlan(changes.generation, variants[0])
        self._conditions = Conditions(changes, deadline=deadline)
        self._wanted = [[*self._conditions.of(one)] for one in variants]
        self._atoms = {label: self._conditions.class_of(label) for label in self._plan.labels}
        self._columns = {"subset": "subset", "license": "license", "kinds": "kinds"}
        self._columns[self._conditions.license_check()] = "outcome"
        self._beside: list[tuple[Column, Column]] = []
        self._their_authors: list[Column] = []
        self._read_rows = self._ask()

    def counts(self) -> list[int]:
        """How many there are by each of the variants."""
        return [self._cells.count(conditions) for conditions in self._wanted]

    def labels(self) -> Counts:
        """int64[labels]: those with a pair of each label in the query's range and states."""
        wanted, total = classes_in(self._query), np.zeros(len(self._generation.labels), np.int64)
        for others, numbers in self._beside:
            total[others] += numbers  # each of them once
        for images, weights in self._weighted:
            counted = wanted[images.classes]
            each = None if (weights == 1).all() else weights[images.owners[counted]]
            total += np.rint(np.bincount(images.labels[counted], each, len(total))).astype(np.int64)
        return total

    def groups(self) -> Counts:
        """int64[labels]: those with such a pair of each label that has others below it, or of one of these."""
        return counting.group_counts(Images(self._changes, self._query, self._deadline))

    def best_authors(self, top: int | None) -> list[tuple[int, int]] | None:
        """(number, images) of the first authors by number of images; None where so many would have to be sent.

        There are far more authors than most queries have images: so they are not counted in an array of all.
        """
        if not self._sends_authors:
            return None
        sent = np.concatenate([np.empty(0, np.uint32), *self._their_authors])
        others = np.concatenate([np.empty(0, np.int64), *(images.by_name["author"] for images, _ in self._weighted)])
        weights = np.concatenate([np.empty(0), *(weights for _, weights in self._weighted)])
        if len(sent) + len(others) > _MANY_AUTHORS:
            total = np.bincount(sent, minlength=int(others.max(initial=0)) + 1)
            total += np.rint(np.bincount(others, weights, len(total))).astype(np.int64)
            numbers = np.flatnonzero(total)
            more = total[numbers]
        else:
            numbers, of_image = np.unique(np.append(others, sent), return_inverse=True)
            more = np.rint(np.bincount(of_image, np.append(weights, np.ones(len(sent))))).astype(np.int64)
        named = numbers > 0  # 0 is nobody
        numbers, more = numbers[named], more[named]
        return [(int(numbers[place]), n) for place, n in counting.largest(more, top)]

    def _ask(self) -> ImageColumns:
        """Ask the shards, once, for all that is not known here."""
        parts = [*self._rows_part(), *self._totals_parts()]
        sql = f"SELECT * FROM ({' UNION ALL '.join(parts)})" if parts else "SELECT 1 AS one"
        found = self._generation.ask(sql, self._deadline, tables=self._changes.said_of)
        rows = [
            pa.Table.from_batches([self._rows_of(one) for one in table.to_batches()], table.schema)
            for table in (found.values() if parts else ())
        ]
        if sum(map(len, rows)) > MOST_ROWS:
            raise TooManyRowsError
        return ImageColumns.of_answers(rows)

    def _rows_of(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The images in a part of an answer; what else is there is kept."""
        kinds = batch["kind"].to_numpy()
        for place in np.flatnonzero(kinds == _LABELS).tolist():
            self._beside.append((_list(batch, "labels", place), _list(batch, "numbers", place)))
        for place in np.flatnonzero(kinds == _AUTHORS).tolist():
            self._their_authors.append(_list(batch, "numbers", place))
        return batch.filter(pa.array(kinds == _ROW)) if kinds.any() else batch

    def _rows_part(self) -> Iterator[str]:
        if sources := [*self._plan.sources()]:
            among = " OR ".join(f"({one})" for one in sources)
            as_built = f"key NOT IN (SELECT key FROM {SAID})" if self._changes.built else ALL
            yield f"""SELECT {_ROW} AS kind, {", ".join(COLUMNS)}, labels, classes, CAST([] AS Array(UInt32)) AS numbers
                      FROM {self._generation.db}.post WHERE {both([f"({among})", as_built])} LIMIT {MOST_ROWS + 1}"""

    def _totals_parts(self) -> Iterator[str]:
        """Labels and authors of the images that totals say match, whatever else they have."""
        db, chosen = self._generation.db, [*self._matching_by_totals()]
        if not chosen:
            return
        those, wanted = " OR ".join(f"({one})" for one in chosen), in_ranges("other_class", classes_in(self._query))
        yield f"""SELECT {_LABELS} AS kind, {_NOTHING}, groupArray(other) AS labels, {_NO_LISTS} AS classes,
                  groupArray(n) AS numbers FROM (SELECT other, toUInt32(sum(images)) AS n FROM {db}.beside
                  WHERE ({those}) AND {wanted} GROUP BY other)"""
        if self._sends_authors:
            yield f"""SELECT {_AUTHORS} AS kind, {_NOTHING}, {_NO_LISTS} AS labels, {_NO_LISTS} AS classes,
                      groupArray(one) AS numbers
                      FROM (SELECT author AS one FROM {db}.post WHERE {those})"""

    def _matching_by_totals(self) -> Iterator[str]:
        """For each label the pairs that make an image match which has no other of the labels."""
        subsets = [SUBSETS.index(one) for one in self._query.subsets]
        inside = f"subset IN ({listed(sorted(subsets))})" if subsets else ALL
        classes = np.arange(RAW_CLASSES + 1)
        for label in self._plan.with_totals:
            columns = {name: np.zeros_like(classes) for name in self._conditions.atoms.values()}
            columns[self._atoms[label]] = classes
            if subsets:
                columns[self._conditions.atom("subset")] = np.full_like(classes, subsets[0])
            matching = Cells([pa.table(columns)]).mask(self._wanted[0])
            matching[0] = False
            if matching.any():
                yield both([f"label = {label}", in_ranges("class", matching), inside])

    @cached_property
    def _sends_authors(self) -> bool:
        """Whether of those that totals say match the authors are sent."""
        return sum(int(self._generation.label_sizes[one]) for one in self._plan.with_totals) <= MOST_AUTHORS

    @cached_property
    def _cells(self) -> Cells:
        """Images that are alike in what conditions look at; such as are taken off again with numbers below 0."""
        added = [self._table(self._read_rows), self._table(self._changes.said_now)]
        taken = [
            self._table(images.taken(images.class_of(label) > 0), label)
            for label in self._plan.with_totals
            for images in (self._read_rows, self._changes.said_built)
        ]
        names = [*self._conditions.atoms.values()]
        tables = [self._of_totals(label) for label in self._plan.with_totals]
        for sign, some in ((1, added), (-1, taken)):
            for table in some:
                if table.num_rows:
                    alike = Cells([table]).alike(names)
                    columns = {name: alike.column(name) for name in names}
                    tables.append(pa.table({**columns, "n": alike.n * sign}))
        return Cells(tables or [pa.table({name: np.empty(0, np.int64) for name in [*names, "n"]})])

    def _table(self, images: ImageColumns, label: int | None = None) -> pa.Table:
        """The atoms of images; as if of the labels they had no other than one."""
        columns: dict[str, Column] = {}
        for sql, name in self._conditions.atoms.items():
            if sql in self._columns:
                columns[name] = images.by_name[self._columns[sql]]
        for one, name in self._atoms.items():
            is_told = label is None or one == label
            columns[name] = images.class_of(one) if is_told else np.zeros(len(images), np.int64)
        return pa.table({name: columns[name].astype(np.int64) for name in self._conditions.atoms.values()})

    def _of_totals(self, label: int) -> pa.Table:
        """The atoms of all images that have a label, as built, and as if they had no other of the query's."""
        cells = self._generation.label_totals.of(label)
        cells["outcome"] = np.full(len(cells["n"]), UNCHECKED, np.int64)
        columns = {name: np.zeros(len(cells["n"]), np.int64) for name in self._conditions.atoms.values()}
        columns |= {
            name: cells[self._columns[sql]] for sql, name in self._conditions.atoms.items() if sql in self._columns
        }
        columns[self._atoms[label]] = cells["class"]
        return pa.table({**columns, "n": cells["n"]})

    @cached_property
    def _weighted(self) -> list[tuple[ImageColumns, npt.NDArray[np.float64]]]:
        """Images, each with how often it counts beyond what totals say of those that have its labels."""
        found = [
            (self._read_rows, self._matches(self._read_rows).astype(np.float64)),
            (self._changes.said_now, self._matches(self._changes.said_now).astype(np.float64)),
            (self._changes.said_built, np.zeros(len(self._changes.said_built))),
        ]
        for label in self._plan.with_totals:
            for images, weights in (found[0], found[2]):
                np.subtract(weights, self._matches(images, label) & (images.class_of(label) > 0), out=weights)
        return [(images.taken(weights != 0), weights[weights != 0]) for images, weights in found if weights.any()]

    def _matches(self, images: ImageColumns, label: int | None = None) -> Mask:
        return Cells([self._table(images, label)]).mask(self._wanted[0])


def _list(batch: pa.RecordBatch, name: str, place: int) -> Column:
    found: Column = batch[name][place].values.to_numpy()
    return found
