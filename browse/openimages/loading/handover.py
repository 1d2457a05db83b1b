"""What the importing and the loading process agree on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

PROGRESS_TABLE = "browse_importprogress"
READY = ".ready"
"""Behind a table's name the name of a file that says that the prepared table is complete."""
PART_ROWS = 100_000
"""Rows of a prepared table that are read, and loaded, at a time."""


def mapped_keys(path: Path) -> npt.NDArray[np.int64]:
    """The image keys of a file, which take no memory of their own: both processes share the system's cache of it."""
    return np.memmap(path, np.int64, "r") if path.stat().st_size else np.empty(0, np.int64)
