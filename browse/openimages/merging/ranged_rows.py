"""Rows kept on disk by ranges of images, so that those of one range at a time are sorted in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_RANGES = 200
"""So many files are open at once, at most."""
Rows = npt.NDArray[Any]


class RangedRows:
    """Rows in the order in which they are added, within the ranges of their images. They are read once."""

    def __init__(self, path: Path, dtype: np.dtype[Any], *, rows: int, images: int, together: int) -> None:
        """Of so many rows and images, with about `together` rows in a range; the files' names begin as `path`."""
        self._dtype, self._images = dtype, max(images, 1)
        self._ranges = min(max(-(-rows // together), 1), MOST_RANGES)
        self._paths = [path.with_name(f"{path.name}-{number}") for number in range(self._ranges)]
        self._files = [path.open("wb") for path in self._paths]

    def add(self, images: npt.NDArray[Any], rows: Rows) -> None:
        """Keep some more rows; images: the number of each one's."""
        if self._ranges == 1:
            rows.tofile(self._files[0])
            return
        ranges = (images.astype(np.int64) * self._ranges // self._images).astype(np.uint16)
        order = np.argsort(ranges, kind="stable")
        sorted_rows, begin = rows[order], 0
        for number, size in enumerate(np.bincount(ranges, minlength=self._ranges).tolist()):
            sorted_rows[begin : begin + size].tofile(self._files[number])
            begin += size

    def read(self) -> Iterator[Rows]:
        """The rows of each range that has any, by range; a file is removed when its rows are read."""
        for file in self._files:
            file.close()
        for path in self._paths:
            rows: Rows = np.fromfile(path, self._dtype)
            path.unlink()
            if len(rows):
                yield rows
