"""Writes to a SQLite database in bulk, with the driver's own library.

The driver's DB-API would do too, but loads parts of PyArrow that nothing here needs: a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_manager import (
    INGEST_OPTION_MODE,
    INGEST_OPTION_MODE_APPEND,
    INGEST_OPTION_TARGET_TABLE,
    AdbcConnection,
    AdbcStatement,
)

_SETTINGS = ("busy_timeout=60000", "journal_mode=wal", "synchronous=normal", "cache_size=-65536")


@contextmanager
def connect(path: str) -> Iterator[Connection]:
    """A connection with the settings for bulk work, while the block runs; what it did not commit is undone."""
    with adbc_driver_sqlite.connect(path) as database, AdbcConnection(database) as adbc:
        connection = Connection(adbc)
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        adbc.set_autocommit(False)
        yield connection


class Connection:
    """An open database, of which statements form a transaction until `commit` or `rollback`."""

    def __init__(self, adbc: AdbcConnection) -> None:
        self._adbc = adbc
        self.commit = adbc.commit
        self.rollback = adbc.rollback

    def execute(self, statement: str) -> Found:
        """Run a statement; what it found."""
        with closing(AdbcStatement(self._adbc)) as prepared:
            prepared.set_sql_query(statement)
            stream, _ = prepared.execute_query()
            return Found(pa.RecordBatchReader.from_stream(stream).read_all().to_pylist())

    def execute_many(self, statement: str, values: pa.Table) -> None:
        """Run a statement once for each row of values."""
        with closing(AdbcStatement(self._adbc)) as prepared:
            prepared.set_sql_query(statement)
            prepared.prepare()
            prepared.bind_stream(values.__arrow_c_stream__())
            prepared.execute_update()

    def append(self, table: str, rows: pa.Table) -> None:
        """Add rows to a table by the names of their columns."""
        with closing(AdbcStatement(self._adbc)) as insert:
            insert.set_options(**{INGEST_OPTION_TARGET_TABLE: table, INGEST_OPTION_MODE: INGEST_OPTION_MODE_APPEND})
            insert.bind_stream(rows.__arrow_c_stream__())
            insert.execute_update()


class Found:
    """The rows that a statement found, as a cursor of the DB-API gives them."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = iter(rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None after the last."""
        row = next(self._rows, None)
        return None if row is None else tuple(row.values())
