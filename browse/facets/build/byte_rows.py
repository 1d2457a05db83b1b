"""Names as bytes, as kernels write them out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def byte_rows(texts: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Each text behind its length in four bytes, in one row of the same width each, and how wide each is."""
    fields = [len(text.encode()).to_bytes(4, "little") + text.encode() for text in texts]
    widths = np.array([len(field) for field in fields] or [0], np.int64)
    table = np.zeros((len(widths), int(widths.max())), np.uint8)
    for row, field in zip(table, fields, strict=False):
        row[: len(field)] = np.frombuffer(field, np.uint8)
    return table, widths
