"""A connection that asks the database each statement once: for tables that nobody writes to meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


class Remembering:
    """As much of a connection as the reference engine needs; it keeps the rows of each statement with its values."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.vendor = connection.vendor
        self._connection = connection
        self._rows: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        self._asked: tuple[Any, ...] = ()

    def cursor(self) -> Remembering:
        return self

    def __enter__(self) -> Remembering:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement that was not run before, with these values of these types."""
        self._asked = (sql, *((type(value), value) for value in parameters))
        if self._asked not in self._rows:
            with self._connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                self._rows[self._asked] = cursor.fetchall()

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows[self._asked]
