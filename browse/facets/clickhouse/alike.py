"""All images of a data set by what facets ask of them where no label leads to them: few kinds, laid at the build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.facets.index.classes import PairClasses
from browse.query.values import LICENSE_CHECKS, CheckOutcome

HEAD = 4
"""Bytes of a row before the set of classes: subset, kinds, license."""


@dataclass(frozen=True)
class Alike:
    """So many images, column n, of each subset, license, kinds and license check.

    held: bool[rows, classes], which classes their pairs are of.
    """

    columns: Mapping[str, npt.NDArray[np.int64]]
    classes: PairClasses
    held: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, rows: npt.NDArray[np.uint8], counts: npt.NDArray[np.int64], classes: PairClasses) -> Alike:
        """From the rows that were laid."""
        rows = rows.reshape(len(counts), -1)
        columns = {
            "subset": rows[:, 0].astype(np.int64),
            "license": rows[:, 2] + rows[:, 3].astype(np.int64) * 256,
            "kinds": rows[:, 1].astype(np.int64),
            "outcome": np.full(len(counts), LICENSE_CHECKS.index(CheckOutcome.UNCHECKED), np.int64),
            "n": counts,
        }
        held = np.unpackbits(rows[:, HEAD:], axis=1)[:, : len(classes)].astype(np.bool_)
        return cls(columns, classes, held)

    def with_rows(
        self, columns: Mapping[str, Sequence[int]], classes: PairClasses, held: npt.NDArray[np.bool_]
    ) -> Alike:
        """With further rows, which may have further classes."""
        joined = {name: np.append(mine, np.array(columns[name], np.int64)) for name, mine in self.columns.items()}
        mine = np.zeros((len(self.held), len(classes)), np.bool_)
        mine[:, np.searchsorted(classes.raw, self.classes.raw)] = self.held
        return Alike(joined, classes, np.vstack([mine, held]))

    def bits(self, by_class: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """uint64[rows]: the bits that any class of a row's images sets. by_class: those of classes, 0 being no pair."""
        mine = by_class[self.classes.raw.astype(np.int64) + 1]
        bits: npt.NDArray[np.uint64] = np.bitwise_or.reduce(np.where(self.held, mine, np.uint64(0)), axis=1)
        return bits
