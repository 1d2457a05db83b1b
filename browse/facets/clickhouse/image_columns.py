"""Images as columns, with the classes of their pairs by label: what the shards sent, and what curators changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.facets.clickhouse.generation import ImageRow
from browse.query.values import LICENSE_CHECKS, CheckOutcome

COLUMNS = ("subset", "license", "kinds", "author")
UNCHECKED = LICENSE_CHECKS.index(CheckOutcome.UNCHECKED)
"""The place among LICENSE_CHECKS of images that nobody checked."""
Column = npt.NDArray[Any]


@dataclass(frozen=True)
class ImageColumns:
    """Some images. by_name: a value an image, of COLUMNS and the place of its newest license check, `outcome`.

    sizes: how many pairs each has; labels, classes: those of all of them, end to end.
    """

    by_name: Mapping[str, Column]
    sizes: npt.NDArray[np.int64]
    labels: Column
    classes: Column

    def __len__(self) -> int:
        return len(self.sizes)

    @classmethod
    def of_answers(cls, answers: Sequence[pa.Table]) -> ImageColumns:
        """From what shards sent: COLUMNS, labels and classes."""
        by_name = {name: _joined(table[name].to_numpy() for table in answers) for name in COLUMNS}
        chunks = [chunk for table in answers for chunk in table["labels"].chunks]
        sizes = _joined(np.diff(chunk.offsets.to_numpy()).astype(np.int64) for chunk in chunks)
        by_name["outcome"] = np.full(len(sizes), UNCHECKED, np.int64)
        labels, classes = (
            _joined(chunk.flatten().to_numpy() for table in answers for chunk in table[name].chunks)
            for name in ("labels", "classes")
        )
        return cls(by_name, sizes, labels, classes)

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[ImageRow, Mapping[int, int], CheckOutcome]]) -> ImageColumns:
        """From images as they were built, each with the classes of its pairs by label, and its newest check."""
        by_name: dict[str, Column] = {
            name: np.array([getattr(row, name) for row, _, _ in rows], np.int64) for name in COLUMNS
        }
        by_name["outcome"] = np.array([LICENSE_CHECKS.index(one) for _, _, one in rows], np.int64)
        return cls(
            by_name,
            np.array([len(pairs) for _, pairs, _ in rows], np.int64),
            np.array([label for _, pairs, _ in rows for label in pairs], np.int64),
            np.array([one for _, pairs, _ in rows for one in pairs.values()], np.int64),
        )

    @cached_property
    def owners(self) -> npt.NDArray[np.int64]:
        """For each pair the place of its image."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def class_of(self, label: int) -> Column:
        """The class of each image's pair of a label; 0 without one."""
        found = np.zeros(len(self), np.int64)
        here = np.flatnonzero(self.labels == label)
        found[self.owners[here]] = self.classes[here]
        return found

    def taken(self, chosen: npt.NDArray[np.bool_]) -> ImageColumns:
        """Those of the images that are chosen."""
        if chosen.all():
            return self
        pairs = chosen[self.owners]
        by_name = {name: column[chosen] for name, column in self.by_name.items()}
        return ImageColumns(by_name, self.sizes[chosen], self.labels[pairs], self.classes[pairs])


def _joined(parts: Iterable[Column]) -> Column:
    found = [*parts]
    if len(found) == 1:
        return found[0]
    return np.concatenate(found) if found else np.empty(0, np.int64)
