"""What errors of the two drivers mean: from the codes that they carry, and real ones of SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from browse.domain.database_trouble import Trouble, in_one_line, trouble_of

POSTGRESQL = [
    (psycopg.errors.DiskFull, Trouble.FULL),
    (psycopg.errors.LockNotAvailable, Trouble.LOCKED),
    (psycopg.errors.DeadlockDetected, Trouble.LOCKED),
    (psycopg.errors.SerializationFailure, Trouble.LOCKED),
    (psycopg.errors.QueryCanceled, Trouble.SLOW),
    (psycopg.errors.AdminShutdown, Trouble.AWAY),
    (psycopg.errors.CrashShutdown, Trouble.AWAY),
    (psycopg.errors.CannotConnectNow, Trouble.AWAY),
    (psycopg.errors.ConnectionFailure, Trouble.AWAY),
    (psycopg.errors.TooManyConnections, Trouble.AWAY),
    (psycopg.errors.ReadOnlySqlTransaction, Trouble.UNUSABLE),
    (psycopg.errors.IoError, Trouble.UNUSABLE),
    (psycopg.errors.DataCorrupted, Trouble.UNUSABLE),
    (psycopg.errors.ConnectionTimeout, Trouble.AWAY),
    (psycopg.OperationalError, Trouble.AWAY),
    (psycopg.InterfaceError, Trouble.AWAY),
    (psycopg.ProgrammingError, None),
    (psycopg.DataError, None),
    (psycopg.errors.UniqueViolation, None),
    (psycopg.errors.UndefinedTable, None),
    (psycopg.errors.RaiseException, None),
]


@pytest.mark.parametrize(("kind", "trouble"), POSTGRESQL, ids=[kind.__name__ for kind, _ in POSTGRESQL])
def test_codes_of_postgresql_say_what_is_wrong(kind: type[psycopg.Error], trouble: Trouble | None) -> None:
    given = kind("said\nin lines")
    wrapped = OperationalError(str(given))
    wrapped.__cause__ = given
    assert trouble_of(given) is trouble
    assert trouble_of(wrapped) is trouble
    assert in_one_line(wrapped) == "said in lines"


def test_errors_of_nobodys_driver_are_no_trouble_of_the_database() -> None:
    for error in (ValueError(), ProgrammingError("x"), IntegrityError(), DataError(), InterfaceError(), OSError()):
        assert trouble_of(error) is None


def failure(work: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as failed:
        work.execute(statement)
    return failed.value


def test_errors_of_sqlite_say_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    with closing(sqlite3.connect(path, timeout=0)) as one, closing(sqlite3.connect(path, timeout=0)) as other:
        one.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (x UNIQUE); PRAGMA max_page_count = 3;")
        assert trouble_of(failure(one, "INSERT INTO t VALUES (zeroblob(100000))")) is Trouble.FULL
        one.rollback()
        one.execute("BEGIN IMMEDIATE")
        assert trouble_of(failure(other, "BEGIN IMMEDIATE")) is Trouble.LOCKED
        one.rollback()
        one.execute("INSERT INTO t VALUES (1)")
        assert trouble_of(failure(one, "INSERT INTO t VALUES (1)")) is None
        assert trouble_of(failure(one, "SELECT * FROM nothing")) is None
        other.execute("PRAGMA query_only = 1")
        assert trouble_of(failure(other, "INSERT INTO t VALUES (2)")) is Trouble.UNUSABLE
    with pytest.raises(sqlite3.Error) as failed:
        sqlite3.connect(tmp_path / "no folder" / "x")
    assert trouble_of(failed.value) is Trouble.UNUSABLE
    path.write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(path)) as one:
        assert trouble_of(failure(one, "SELECT * FROM t")) is Trouble.UNUSABLE
