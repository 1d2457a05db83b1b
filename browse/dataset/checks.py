"""System checks: `python manage.py check` names what is wrong with database, index or history, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db import Error as AnyDatabaseError

from browse.dataset.database_check import BRIEFLY_S, check_sqlite, lost_data
from browse.dataset.nodes import keys_differ, other_keys
from browse.dataset.state import current_state
from browse.domain.database_trouble import told
from browse.domain.file_modes import wider
from browse.facets.errors import IndexUnusableError
from browse.facets.index.store import open_generation
from browse.models import HISTORY
from browse.models.append_only import at_work, triggers

_NAMED = 8


def index_fault() -> IndexUnusableError | None:
    """Why the current index generation cannot be used, every checksum compared; None where it can."""
    try:
        generation = current_state().generation
    except DatabaseError:  # there are no tables yet
        return None
    try:
        if generation:
            open_generation(settings.INDEX_DIR, generation).close()
    except IndexUnusableError as error:
        return error
    return None


def check_connection(**_: Any) -> list[checks.CheckMessage]:
    """A warning that says why the database cannot be used."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except AnyDatabaseError as error:
        return [checks.Warning(told(error), hint="Start it, or correct DATABASE_URL.", id="browse.W004")]
    return []


def check_index(**_: Any) -> list[checks.CheckMessage]:
    """A warning, not an error: an error would keep `build_index` itself from running."""
    fault = index_fault()
    return [checks.Warning(str(fault), id="browse.W001")] if fault else []


def check_keys(**_: Any) -> list[checks.CheckMessage]:
    """A warning that names other nodes with another secret key."""
    try:
        nodes = other_keys()
    except DatabaseError:  # there are no tables yet
        return []
    return [checks.Warning(keys_differ(nodes), id="browse.W005")] if nodes else []


def check_database(**_: Any) -> list[checks.CheckMessage]:
    """An error where the database lost its data, or is damaged: nothing is written into such a one."""
    if lost := lost_data():
        kind = checks.Warning if lost.has_tables else checks.Error
        return [kind(lost.says, id="browse.E001")]
    return [checks.Error(fault, id="browse.E002") for fault in check_sqlite(within_s=BRIEFLY_S).faults]


def check_modes(**_: Any) -> list[checks.CheckMessage]:
    """A warning that names what others may reach of the data folder and the SQLite files."""
    sqlite = str(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else ""
    data, sent = Path(settings.DATA_DIR), (Path(settings.THUMBNAIL_DIR), Path(settings.STATIC_ROOT))
    kept = [Path(sqlite + ending) for ending in ("", "-wal", "-shm")] if sqlite else []
    outside = [path for path in kept if not path.is_relative_to(data)]
    found = [*wider(data, index=Path(settings.INDEX_DIR), sent=sent, private=outside)]
    if not found:
        return []
    more = [f"and {len(found) - _NAMED:,} more"] if len(found) > _NAMED else []
    says = "File permissions are too open: " + "; ".join([*map(str, found[:_NAMED]), *more]) + "."
    hint = "Restrict them with chmod; new files are created with the intended modes."
    return [checks.Warning(says, hint=hint, id="browse.W003")]


def unguarded_tables() -> list[str]:
    """The history tables whose rows can be changed: those that exist and lack a trigger of theirs."""
    try:
        with connection.cursor() as cursor:
            there = set(connection.introspection.table_names(cursor))
            cursor.execute(at_work(connection.vendor))
            known = {name for (name,) in cursor.fetchall()}
    except DatabaseError:  # there is no database yet
        return []
    tables = [model._meta.db_table for model in HISTORY]
    return [table for table in tables if table in there and not known.issuperset(triggers(connection.vendor, table))]


def check_history(**_: Any) -> list[checks.CheckMessage]:
    """A warning, since migrations run checks before they make the triggers."""
    tables = unguarded_tables()
    if not tables:
        return []
    says = f"History is not protected: {', '.join(tables)} lack triggers that reject changes."
    hint = "Run `python manage.py migrate`; if that does not help, a migration has to restore them."
    return [checks.Warning(says, hint=hint, id="browse.W002")]
