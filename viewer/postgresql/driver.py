"""psycopg as Django's backend uses it, with connections that wait only so long."""

from __future__ import annotations

from typing import Any, ClassVar

import psycopg
from psycopg import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    errors,
)

from browse.domain.deadlines import seconds_left

__all__ = [
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "PatientConnection",
    "ProgrammingError",
    "connect",
]
GRACE_S = 1.0
"""The server itself ends a statement that takes too long; one that does not even do that hangs."""
LEAST_S = 0.25
"""For what ends a transaction after the deadline."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for an answer until the deadline of what it is for, and never longer than `statement_s` and a grace.

    Where none comes it is closed, and raises QueryCanceled.
    """

    statement_s: ClassVar[float | None] = None
    """The longest that a statement may take, in a process that serves; commands take their time."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's."""
        bounds = [seconds_left(), None if self.statement_s is None else self.statement_s + GRACE_S, timeout]
        known = [max(LEAST_S, bound) for bound in bounds if bound is not None]
        try:
            return super().wait(gen, interval, min(known, default=None))
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise errors.QueryCanceled("the server did not answer in time") from None


connect = PatientConnection.connect
