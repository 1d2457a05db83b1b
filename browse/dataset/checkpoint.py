"""SQLite's write-ahead log, brought into the database's file: a copy of the file lacks what is in the log alone."""

from __future__ import annotations

import logging
import time
from threading import Thread

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)


def checkpoint() -> bool:
    """Empty the log into the file, without waiting for anybody: whether that could be done, or there is none."""
    if connection.vendor != "sqlite":
        return True
    patience_ms = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return not cursor.fetchone()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")
    except DatabaseError as error:
        log.debug("no checkpoint: %s", error)
        return False


def checkpoint_forever(every_s: float) -> None:
    """Begin to do so again and again, in a thread of its own."""

    def repeat() -> None:
        while True:
            time.sleep(every_s)
            checkpoint()
            connection.close()

    if connection.vendor == "sqlite":
        Thread(target=repeat, name="checkpointer", daemon=True).start()
