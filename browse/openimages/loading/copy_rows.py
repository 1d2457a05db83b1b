"""Rows as PostgreSQL's COPY takes them in binary form (PostgreSQL's documentation, COPY, "Binary Format")."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""What comes before all rows."""
TAIL = b"\xff\xff"
"""What comes after them."""
_NOTHING = pa.scalar(b"", pa.large_binary())
Numbers = npt.NDArray[Any]


def binary_rows(rows: pa.Table) -> memoryview:
    """The number of each row's fields, then of each field how many bytes it has, -1 for null, and these bytes.

    Columns are whole numbers, shares, truth values, texts or bytes, as wide as the table's.
    """
    fixed = [_in_each(rows, rows.num_columns, ">i2")]
    pieces: list[pa.Array] = []
    for column in rows.columns:
        values = column.combine_chunks()
        if values.null_count or pa.types.is_string(values.type) or pa.types.is_binary(values.type):
            lengths, content = _of_any_length(values)
            pieces += [_bytes_of(_side_by_side([*fixed, lengths])), content]
            fixed = []
        else:
            numbers = _big_endian(values)
            fixed += [_in_each(rows, numbers.itemsize, ">i4"), numbers]
    if not pieces:
        return _side_by_side(fixed).view(np.uint8).data
    if fixed:
        pieces.append(_bytes_of(_side_by_side(fixed)))
    whole = pc.binary_join_element_wise(*pieces, _NOTHING)
    return memoryview(whole.buffers()[2])[: pc.sum(pc.binary_length(whole)).as_py() or 0]


def _in_each(rows: pa.Table, number: int, kind: str) -> Numbers:
    """The same number for each row, held once."""
    return np.broadcast_to(np.array(number, kind), len(rows))


def _side_by_side(columns: list[Numbers]) -> Numbers:
    """The same columns as rows without gaps."""
    rows = np.empty(len(columns[0]), [(str(place), column.dtype) for place, column in enumerate(columns)])
    for place, column in enumerate(columns):
        rows[str(place)] = column
    return rows


def _bytes_of(rows: Numbers) -> pa.Array:
    """The bytes of each row."""
    return _bytes(rows.view(np.uint8), np.full(len(rows), rows.itemsize))


def _of_any_length(values: pa.Array) -> tuple[Numbers, pa.Array]:
    """How many bytes each value has, -1 for null, and these bytes."""
    if pa.types.is_string(values.type) or pa.types.is_binary(values.type):
        content = values.cast(pa.binary()).cast(pa.large_binary())
        lengths = pc.fill_null(pc.binary_length(content), -1).to_numpy().astype(">i4")
        return lengths, pc.fill_null(content, b"")
    known = values.is_valid().to_numpy(zero_copy_only=False)
    numbers = _big_endian(values.drop_null())
    content = _bytes(numbers.view(np.uint8), np.where(known, numbers.itemsize, 0))
    return np.where(known, numbers.itemsize, -1).astype(">i4"), content


def _big_endian(values: pa.Array) -> Numbers:
    numbers: Numbers = values.to_numpy(zero_copy_only=False)
    return numbers.astype(numbers.dtype.newbyteorder(">"))


def _bytes(content: npt.NDArray[np.uint8], lengths: Numbers) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.large_binary(), len(lengths), buffers)
