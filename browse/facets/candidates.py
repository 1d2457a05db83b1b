"""The images that a training set is chosen from: a role of an engine, and the values that it answers with.

The images of a query are numbered from 0 in the order of their ImageIDs; these numbers are their places. Labels are
named by MID, or by their place among the engine's labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from browse.query.values import State

Places = npt.NDArray[np.uint32]
"""Images by their places."""


@dataclass(frozen=True)
class LabelClass:
    """The images whose pair of one label has this state and confidence, in hundredths; places ascend."""

    state: State
    confidence: int
    places: Places


@dataclass(frozen=True)
class PairColumns:
    """Pairs of some images, by image as these were given, then by label: a row of each column is a pair.

    owners        int64: which of the images given.
    labels        int64: place among the engine's labels.
    states        uint8: place among STATES.
    confidences   uint8: in hundredths.
    """

    owners: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    states: npt.NDArray[np.uint8]
    confidences: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.owners)

    def only(self, wanted: npt.NDArray[Any]) -> PairColumns:
        """Some of the rows: a mask, or their numbers."""
        columns = (column[wanted] for column in (self.owners, self.labels, self.states, self.confidences))
        return PairColumns(*columns)


@dataclass(frozen=True)
class BoxColumns:
    """Boxes of some images, by image as these were given, in file order: a row of each column is a box.

    owners        int64: which of the images given.
    labels        int64: place among the engine's labels; sources: int64, place among source_names.
    areas         int64: in ten-thousandths of the picture; attributes: int64, as `box_rows.packed` has them.
    corners       float64[n, 4]: x_min, x_max, y_min, y_max as the files have them.
    """

    owners: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    areas: npt.NDArray[np.int64]
    attributes: npt.NDArray[np.int64]
    corners: npt.NDArray[np.float64]
    source_names: Sequence[str]

    def __len__(self) -> int:
        return len(self.owners)

    def only(self, wanted: npt.NDArray[Any]) -> BoxColumns:
        """Some of the rows: a mask, or their numbers."""
        return BoxColumns(
            self.owners[wanted],
            self.labels[wanted],
            self.sources[wanted],
            self.areas[wanted],
            self.attributes[wanted],
            self.corners[wanted],
            self.source_names,
        )


class Candidates(Protocol):
    """The visible images of a query, with what curators say. It stays as it is whatever happens later."""

    def __len__(self) -> int: ...

    @property
    def keys(self) -> npt.NDArray[np.int64]:
        """int64[n], ascending: the database key of each image."""
        ...

    @property
    def subsets(self) -> npt.NDArray[np.uint8]:
        """uint8[n]: place among SUBSETS."""
        ...

    @property
    def licenses(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: place among the engine's licenses."""
        ...

    @property
    def authors(self) -> npt.NDArray[np.uint32]:
        """uint32[n]: images of one author key have one number; NO_AUTHOR where it is not known."""
        ...

    @property
    def files(self) -> Places:
        """uint32[n]: place of the first of these images with this one's MD5, its own where it is the only one."""
        ...

    def classes_of(self, mid: str) -> list[LabelClass]:
        """The images of a label by the class of their pair, by state, then confidence. Raises UnknownValueError."""
        ...

    def pairs_on(self, places: npt.NDArray[Any]) -> PairColumns:
        """All pairs of some images, which ascend by place."""
        ...

    def boxes_on(self, places: npt.NDArray[Any]) -> BoxColumns:
        """All boxes of some images, which ascend by place."""
        ...
