"""Opens a SQLite database for bulk work, with the driver's own library."""

from __future__ import annotations

from typing import Any

import adbc_driver_sqlite.dbapi


def connect(path: str) -> Any:
    """An ADBC connection to SQLite with the settings for bulk work."""
    connection = adbc_driver_sqlite.dbapi.connect(path)
    connection.adbc_connection.set_autocommit(True)
    with connection.cursor() as cursor:
        for setting in ("busy_timeout=60000", "journal_mode=wal", "synchronous=normal", "cache_size=-65536"):
            cursor.execute(f"PRAGMA {setting}")
            cursor.fetchall()
    connection.adbc_connection.set_autocommit(False)
    return connection
