"""Which migrations this process knows, and whether the database has newer ones."""

from __future__ import annotations

from pkgutil import iter_modules

from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from browse import migrations

KNOWN = frozenset(module.name for module in iter_modules(migrations.__path__))
"""As they were when this process began: an upgrade replaces the files while it still runs."""


def database_is_newer() -> bool:
    """Whether a newer version of this program has migrated the database. One query; False where it cannot be asked."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return any(app == "browse" and name not in KNOWN for app, name in applied)
