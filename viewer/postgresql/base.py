"""The backend: see the package."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import psycopg
from django.db.backends.postgresql import base

from browse.domain.deadlines import until
from viewer.postgresql import driver

USABLE_WITHIN_S = 2.0
SILENT_S = 1.0
"""After an attempt to connect that got no answer nobody else tries for so long: each would hold a thread."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Bounds what connecting, asking whether a connection is alive, and statements take."""

    Database = driver
    silent_until: ClassVar[float] = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises OperationalError at once where the server was silent a moment ago."""
        if time.monotonic() < DatabaseWrapper.silent_until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.silent_until = time.monotonic() + SILENT_S
            raise

    def init_connection_state(self) -> None:
        """Have the server end statements that take too long."""
        super().init_connection_state()
        longest_s = driver.PatientConnection.statement_s
        if longest_s is not None:
            self.connection.execute(f"SET statement_timeout = {round(1000 * longest_s)}")

    def is_usable(self) -> bool:
        """Whether the connection is alive; soon."""
        with until(time.monotonic() + USABLE_WITHIN_S):
            return super().is_usable()
