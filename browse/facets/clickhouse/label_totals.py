"""Totals of labels on many images, laid at the build, so that a query of one such label reads none of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

NAMES = ("class", "subset", "license", "kinds", "n")
"""Columns of the cells: how many pairs of a label are of such a class, on such images."""


@dataclass(frozen=True)
class LabelTotals:
    """The labels that have totals, ascending. rows: int64[cells, 1 + NAMES], by label, which comes first."""

    labels: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]

    @cached_property
    def there(self) -> frozenset[int]:
        """The labels that have totals."""
        return frozenset(self.labels.tolist())

    def of(self, label: int) -> dict[str, npt.NDArray[np.int64]]:
        """The cells of a label, by column."""
        low, high = np.searchsorted(self.rows[:, 0], [label, label + 1])
        return {name: self.rows[low:high, 1 + place] for place, name in enumerate(NAMES)}


def portions(labels: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], most: int) -> Iterator[list[int]]:
    """Labels in turn, so many together that they have no more pairs than this, or one alone that has more."""
    some: list[int] = []
    held = 0
    for label in labels.tolist():
        if some and held + int(sizes[label]) > most:
            yield some
            some, held = [], 0
        some.append(label)
        held += int(sizes[label])
    if some:
        yield some
