"""The database in a backup: SQLite's file, or the tables of PostgreSQL as text.

SQLite copies its file by its online backup API in one step, which is one read transaction: writers go on, in the
write-ahead log, and the copy has rows and pages as they are. `VACUUM INTO` would number rows without a key anew, and
make every page again. PostgreSQL sends all tables by COPY in one repeatable-read transaction: pg_dump refuses a server
that is newer than itself, and its files are restored with programs that need not be here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

SQLITE_FILE = "database.sqlite3"
TABLES = "tables"
LOCKED_S = 30.0
"""How long to wait for a file that a writer keeps from being read."""
_PIECE_BYTES = 1024 * 1024


def database_bytes() -> int:
    """About how large the database's part of a backup is."""
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class WHERE relname = ANY(%s)", [names()])
        return int(cursor.fetchone()[0])


def names() -> list[str]:
    """All tables but the record of migrations, which are the same wherever those are applied."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def save_sqlite(folder: Path) -> None:
    """Copy the SQLite file, as it is at one moment. Raises sqlite3.Error, also where it stays locked."""
    connection.ensure_connection()
    target = sqlite3.connect(folder / SQLITE_FILE)
    ends_at = time.monotonic() + LOCKED_S

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > ends_at:
            raise sqlite3.OperationalError("the database is locked")

    try:
        connection.connection.backup(target, progress=give_up)
        target.execute("PRAGMA journal_mode = DELETE")  # a copy with no second file beside it
    finally:
        target.close()


def save_postgresql(folder: Path) -> dict[str, list[str]]:
    """Write each table to a file, all as they are at one moment; gives their columns. Must be within at_one_moment."""
    (folder / TABLES).mkdir()
    columns = {table: _columns(table) for table in names()}
    for table, known in columns.items():
        statement = f"COPY (SELECT {_quoted(known)} FROM {_quoted([table])}) TO STDOUT"  # noqa: S608 - names of tables
        path = folder / TABLES / f"{table}.txt"
        with path.open("wb") as file, _raw_cursor() as cursor, cursor.copy(statement) as copy:
            for piece in copy:
                file.write(piece)
    return columns


def load_postgresql(folder: Path, columns: dict[str, list[str]]) -> None:
    """Put each table's rows in place of those that are there, all or nothing."""
    own, tables = set(names()), _quoted(columns)
    missing = own.symmetric_difference(columns)
    assert not missing, f"the same migrations make the same tables: {missing}"
    with transaction.atomic(), connection.cursor() as cursor:
        for table in columns:  # history refuses to be emptied otherwise
            cursor.execute(f"ALTER TABLE {_quoted([table])} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {tables}")
        for table in columns:
            cursor.execute(f"ALTER TABLE {_quoted([table])} ENABLE TRIGGER USER")
        for table, known in columns.items():
            _load(folder / TABLES / f"{table}.txt", table, known)
        for table, known in columns.items():
            _number_on(cursor, table, known)


def _load(path: Path, table: str, columns: list[str]) -> None:
    statement = f"COPY {_quoted([table])} ({_quoted(columns)}) FROM STDIN"
    with path.open("rb") as file, _raw_cursor() as cursor, cursor.copy(statement) as copy:
        while piece := file.read(_PIECE_BYTES):
            copy.write(piece)


def _number_on(cursor: Any, table: str, columns: list[str]) -> None:
    """Have new rows numbered behind those that were loaded."""
    for column in columns:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [_quoted([table]), column])
        if (sequence := cursor.fetchone()[0]) is not None:
            highest = f"SELECT max({_quoted([column])}) FROM {_quoted([table])}"  # noqa: S608 - names of tables
            cursor.execute(f"SELECT setval(%s, coalesce(({highest}), 1), ({highest}) IS NOT NULL)", [sequence])


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum",
            [_quoted([table])],
        )
        return [str(name) for (name,) in cursor.fetchall()]


def _quoted(given: Iterable[str]) -> str:
    return ", ".join(map(connection.ops.quote_name, given))


def _raw_cursor() -> Any:
    """The driver's own, which knows COPY."""
    return connection.connection.cursor()
