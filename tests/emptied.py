"""The database after a test that commits: as empty as Django's flush leaves it, at a tenth of the work.

The flush goes through all tables, whatever they hold, and then names content types and permissions anew. Here only
tables that have rows are emptied, and these names, which no test changes for good, stay. The guard of history is off
meanwhile.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.test import TransactionTestCase

from browse.models import HISTORY
from tests.history import unguarded

KEPT = {"django_content_type", "auth_permission"}


def empty_quickly() -> None:
    """Have each transactional test end so."""
    TransactionTestCase._fixture_teardown = lambda self: empty()


def empty() -> None:
    """Remove all rows but the names of content types and permissions."""
    tables = written_tables()
    if connection.vendor == "postgresql":
        _empty_postgresql(tables)
    elif {model._meta.db_table for model in HISTORY} & set(tables):
        with unguarded():
            _empty_sqlite(tables)
    else:
        _empty_sqlite(tables)


def written_tables() -> list[str]:
    """The tables of models that have rows to be removed."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    rows = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in sorted(set(names) - KEPT))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows))
        return [name for (name,) in cursor.fetchall()]


def _empty_postgresql(tables: list[str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger: no guard, no look at foreign keys
        _delete(tables)


def _empty_sqlite(tables: list[str]) -> None:
    with connection.constraint_checks_disabled(), transaction.atomic():
        _delete(tables)


def _delete(tables: list[str]) -> None:
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"DELETE FROM {name}")
