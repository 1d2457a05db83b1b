"""Columns of a block's records, as arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.reading.csv_rows import Rows

Codes = npt.NDArray[np.int32]


def column_of(rows: Rows, name: str) -> pa.Array:
    """A column in one piece."""
    column = rows.table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column


def encoded(rows: Rows, name: str) -> tuple[Codes, list[str]]:
    """A dictionary-encoded column: each row's place among the texts, and these."""
    column = column_of(rows, name)
    return column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist()


def bad_of(codes: Codes, good: list[bool]) -> npt.NDArray[np.bool_]:
    """Which rows have a text that is not good."""
    return mask_of(codes, [not one for one in good])


def mask_of(codes: Codes, flags: list[bool]) -> npt.NDArray[np.bool_]:
    """Each row's flag, by its text's place."""
    mask: npt.NDArray[np.bool_] = np.array(flags or [False], np.bool_)[codes]
    return mask
