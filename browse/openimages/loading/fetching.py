"""Rows of the database in large pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection, transaction

FETCH_ROWS = 20_000
"""Rows that are held as objects at a time."""


def fetch(sql: str, params: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of a query in lists of at most FETCH_ROWS, with bounded memory on every database."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(FETCH_ROWS):
            yield rows


def fetch_all(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return [row for rows in fetch(sql, params) for row in rows]


def fetch_columns(sql: str, schema: pa.Schema, params: Sequence[Any] = ()) -> Iterator[pa.Table]:
    """Rows of a query in tables of at most FETCH_ROWS."""
    for rows in fetch(sql, params):
        arrays = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)]
        yield pa.Table.from_arrays(arrays, schema=schema)


def fetch_table(sql: str, schema: pa.Schema, params: Sequence[Any] = ()) -> pa.Table:
    """All rows of a query."""
    return pa.concat_tables([schema.empty_table(), *fetch_columns(sql, schema, params)]).combine_chunks()


def lookup(numbers: Mapping[int, int]) -> npt.NDArray[np.uint64]:
    """Numbers at the places of row ids."""
    table = np.zeros(max(numbers, default=0) + 1, np.uint64)
    for row_id, number in numbers.items():
        table[row_id] = number
    return table
