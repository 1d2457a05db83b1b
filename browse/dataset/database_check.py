"""Whether the database is whole, and still the one that held the data set."""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from time import monotonic

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from browse.domain.disk_space import disk_full
from browse.domain.held_data import MARK, held_since, remember
from browse.models import Image

log = logging.getLogger(__name__)

BRIEFLY_S = 0.5
"""How long every start and command may check the SQLite file; `manage.py check` takes more."""
LARGE = (
    "browse_image",
    "browse_annotation",
    "browse_boxannotation",
    "browse_relationshipannotation",
    "browse_pointannotation",
    "browse_maskannotation",
    "browse_narrativeannotation",
)
LEAST_FREE_BYTES = 1024 * 1024
"""Without so much room SQLite cannot make the files that it works with beside its own."""
RESTORE = "restore a backup (docs/operations.md)"


@dataclass(frozen=True)
class Checked:
    """What a check of the SQLite file found: faults, in words, and tables that there was no time for."""

    faults: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lost:
    """How a database lost its data set, in words, and whether the application's tables are there still."""

    says: str
    has_tables: bool


def database_name() -> str:
    """How messages and marks name the database: a path, below the data folder where it is there; no password."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        path, folder = Path(str(named["NAME"])), Path(settings.DATA_DIR)
        return str(path.relative_to(folder) if path.is_relative_to(folder) else path)
    return f"{connection.vendor}://{named['HOST']}:{named['PORT']}/{named['NAME']}"


def remember_data() -> None:
    """Note that the database holds a data set, for `lost_data`."""
    try:
        remember(Path(settings.DATA_DIR), Path(settings.STATE_DIR), database_name())
    except OSError as error:
        log.warning("%s cannot be written: %s", Path(settings.DATA_DIR) / MARK, error.strerror)


def lost_data() -> Lost | None:
    """How the database has lost the data set that it is known to have held; None where it has not."""
    since = held_since(Path(settings.DATA_DIR), database_name())
    lost = _emptiness() if since else None
    if lost is None:
        return None
    place = Path(settings.DATA_DIR) / database_name() if connection.vendor == "sqlite" else database_name()
    says = (
        f"The database {place} held a data set (since {since}) and {lost.says}. Put it back (is a volume not mounted?) "
        f"or {RESTORE}. To start without that data, delete {Path(settings.DATA_DIR) / MARK}."
    )
    return Lost(says, lost.has_tables)


def why_unfit() -> str:
    """Why nothing must be served from the database, nor written into it, as far as a short look shows; else empty."""
    lost = lost_data()
    if lost and not lost.has_tables:
        return lost.says
    return "\n".join(check_sqlite(within_s=BRIEFLY_S).faults)


def _emptiness() -> Lost | None:
    """How the database is empty, without making a file that is not there; None where there are images."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return Lost("is missing", False)
    try:
        if Image._meta.db_table not in connection.introspection.table_names():
            return Lost("is now empty", False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM browse_image LIMIT 1")
            return None if cursor.fetchone() else Lost("now has no images", True)
    except DatabaseError:  # away, or damaged: others say so
        return None


def check_sqlite(*, within_s: float) -> Checked:
    """Check the SQLite file's structure: first what people wrote, then the data set, as far as the time suffices."""
    if connection.vendor != "sqlite" or not Path(str(connection.settings_dict["NAME"])).exists():
        return Checked()
    ends_at = monotonic() + within_s
    try:
        left = _tables()
        while left:
            fault = _fault_in(left[0], ends_at - monotonic())
            if fault is None:
                break
            if fault:
                return Checked([fault], left[1:])
            left.pop(0)
    except DatabaseError as error:
        fault = _why_unread(error)
        return Checked([fault] if fault else [])
    return Checked([], left)


def _tables() -> list[str]:
    """All tables: those that only people fill first, the largest of the data set last."""
    refilled = {model._meta.db_table for model in apps.get_models() if model.__module__ == Image.__module__}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name")
        names = [str(name) for (name,) in cursor.fetchall()]

    def rank(name: str) -> int:
        model = name.partition("__")[0]  # of a table that is being filled
        return (model in refilled) + (model in LARGE)

    return sorted(names, key=rank)


def _fault_in(table: str, within_s: float) -> str | None:
    """What is wrong with a table and its indexes, or nothing; None where the time is over."""
    if within_s <= 0:
        return None
    with connection.cursor() as cursor, _interrupted_after(within_s) as was_interrupted:
        try:
            cursor.execute(f"PRAGMA quick_check({connection.ops.quote_name(table)})")
            found = [str(row[0]) for row in cursor.fetchall()]
        except DatabaseError as error:
            return None if was_interrupted else _why_unread(error, table)
    return "" if found == ["ok"] else _damaged(f"table {table}: {found[0]}")


@contextlib.contextmanager
def _interrupted_after(within_s: float) -> Iterator[list[bool]]:
    """Have SQLite stop what it does after so long; the list that is given is filled then."""
    was_interrupted: list[bool] = []
    held = connection.connection  # of this thread

    def interrupt() -> None:
        was_interrupted.append(True)
        held.interrupt()

    timer = Timer(within_s, interrupt)
    timer.start()
    try:
        yield was_interrupted
    finally:
        timer.cancel()
        timer.join()


def _why_unread(error: DatabaseError, table: str = "") -> str:
    """Why the file could not be read, by SQLite's result code; empty where another process merely had the lock."""
    path = Path(str(connection.settings_dict["NAME"]))
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged(f"table {table}: {error}" if table else str(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ""
    if shutil.disk_usage(path.parent).free < LEAST_FREE_BYTES:
        return f"The SQLite file cannot be opened: {disk_full(path, LEAST_FREE_BYTES)}."
    return f"The SQLite file {path} cannot be read: {error}."


def _damaged(fault: str) -> str:
    path = Path(str(connection.settings_dict["NAME"]))
    size = f"{path.stat().st_size:,} bytes"
    return f"The SQLite file {path} ({size}) is damaged or cut short: {fault}. Stop the site and {RESTORE}."
