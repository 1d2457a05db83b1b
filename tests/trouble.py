"""A database in trouble: statements that fail as the driver in use has them fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from browse.domain.database_trouble import Trouble

WRITES = ("INSERT", "UPDATE", "DELETE")
_SQLITE = {Trouble.FULL: 13, Trouble.LOCKED: 5, Trouble.SLOW: 9, Trouble.UNUSABLE: 10}
_POSTGRESQL = {
    Trouble.FULL: psycopg.errors.DiskFull,
    Trouble.LOCKED: psycopg.errors.LockNotAvailable,
    Trouble.AWAY: psycopg.OperationalError,
    Trouble.SLOW: psycopg.errors.QueryCanceled,
    Trouble.UNUSABLE: psycopg.errors.IoError,
}


def failure(trouble: Trouble) -> OperationalError:
    """Django's error with the driver's below it; its text has two lines and names a file, which nobody may be shown."""
    text = "/srv/secret.sqlite3 failed\nDETAIL: much more"
    given: Exception
    if connection.vendor == "sqlite" and trouble in _SQLITE:  # it is never away
        given = sqlite3.OperationalError(text)
        given.sqlite_errorcode = _SQLITE[trouble]
    else:
        given = _POSTGRESQL[trouble](text)
    error = OperationalError(text)
    error.__cause__ = given
    return error


@contextmanager
def database_in(trouble: Trouble, *, only_writes: bool = False) -> Iterator[list[str]]:
    """Every statement fails, or every one that writes; gives the list of those that did.

    What was begun meanwhile is rolled back, also where it failed in the transaction of a test.
    """
    failed: list[str] = []

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if only_writes and not sql.startswith(WRITES):
            return run(sql, params, many, context)
        failed.append(sql)
        raise failure(trouble)

    place = transaction.savepoint()
    try:
        with connection.execute_wrapper(execute):
            yield failed
    finally:
        connection.needs_rollback = False
        transaction.savepoint_rollback(place)
