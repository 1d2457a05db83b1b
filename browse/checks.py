"""System checks: `python manage.py check` names what is wrong with the index or with history, and what to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from browse.facets.errors import IndexUnusableError
from browse.facets.store import open_generation
from browse.index_build import current_state
from browse.models import HISTORY
from browse.models.append_only import at_work, triggers


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


def check_index(**_: Any) -> list[checks.CheckMessage]:
    """A warning, not an error: an error would keep `build_index` itself from running."""
    fault = index_fault()
    return [checks.Warning(str(fault), id="browse.W001")] if fault else []


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
    says = f"History can be changed: {', '.join(tables)} lack triggers that refuse it."
    hint = "Run `python manage.py migrate`; where that does not help, a migration has to guard them again."
    return [checks.Warning(says, hint=hint, id="browse.W002")]
