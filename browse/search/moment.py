"""The database as it is at one moment, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def at_one_moment() -> Iterator[None]:
    """All that is read in the block is of one moment; nothing may be written. Within a transaction, that one holds.

    Only rows: PostgreSQL finds tables by their names as these are now, so an import's switch has to be looked for.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    with _begun_for_reading(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _begun_for_reading() -> Iterator[None]:
    """SQLite's transactions wait for no writer in the block; elsewhere none begin at once."""
    mode = getattr(connection, "transaction_mode", None)
    setattr(connection, "transaction_mode", None)  # noqa: B010 -- of SQLite's alone, which types do not know
    try:
        yield
    finally:
        setattr(connection, "transaction_mode", mode)  # noqa: B010
