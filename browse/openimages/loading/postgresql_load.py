"""Fills a shadow table of PostgreSQL and adds its keys, in one transaction.

A table that is emptied in the transaction that fills it needs no write-ahead log where `wal_level` is `minimal`, and
its rows can be stored as frozen: no page of it has to be written once more to note that its rows are committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import psycopg
import pyarrow as pa
from psycopg import sql

from browse.openimages.loading.copy_rows import HEAD, TAIL, binary_rows
from browse.openimages.loading.handover import PART_ROWS

_SETTINGS = ("synchronous_commit = off", "statement_timeout = 0", "maintenance_work_mem = '512MB'")


def connect(uri: str) -> psycopg.Connection:
    """A connection with the settings for bulk work."""
    connection = psycopg.connect(uri)
    for setting in _SETTINGS:
        connection.execute(f"SET {setting}".encode())
    connection.commit()
    return connection


def copy_rows(
    connection: psycopg.Connection, table: str, batches: Iterator[pa.Table], copied: Callable[[int], None]
) -> int:
    """Fill the table anew with the rows of all batches, and tell how many there are; they are not committed yet.

    copied: told of the rows so far.
    """
    first = next(batches, None)
    if first is None:
        return 0
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
    columns = sql.SQL(", ").join(map(sql.Identifier, first.column_names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE)").format(sql.Identifier(table), columns)
    rows = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEAD)
        for batch in chain([first], batches):
            for begin in range(0, batch.num_rows, PART_ROWS):
                copy.write(binary_rows(batch.slice(begin, PART_ROWS)))
            rows += batch.num_rows
            copied(rows)
        copy.write(TAIL)
    return rows


def complete(connection: psycopg.Connection, statements: Iterable[str]) -> None:
    """Do what a full table still lacks."""
    for statement in statements:
        connection.execute(statement.encode())
