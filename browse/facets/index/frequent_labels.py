"""The labels of many images, and how many images each has together with every other label."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LEAST_SHARE = 1 / 40
"""A label of this share of all images is one of them."""


class FrequentLabels:
    """Counts in the default states, by the annotations alone.

    labels: those there are, ascending; together: uint32[frequent labels, labels], one row after the other.
    """

    def __init__(self, labels: npt.NDArray[np.uint16], together: npt.NDArray[np.uint32], all_labels: int) -> None:
        self._rows = {label: row for row, label in enumerate(labels.tolist())}
        self._together = together.reshape(len(labels), all_labels)

    def __contains__(self, label: int) -> bool:
        return label in self._rows

    def together(self, label: int) -> npt.NDArray[np.uint32]:
        """uint32[labels]: the images that have a frequent label and each label; its own place has all of its images."""
        row: npt.NDArray[np.uint32] = self._together[self._rows[label]]
        return row
