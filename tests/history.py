"""Taking the guard off history: for tests that lose some, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from browse.models import HISTORY
from browse.models.append_only import guard, unguard


@contextmanager
def unguarded() -> Iterator[None]:
    """Rows of the history tables can be removed within."""
    _execute(unguard)
    yield
    _execute(guard)


def _execute(statements: Callable[[str, str], list[str]]) -> None:
    with connection.cursor() as cursor:
        for model in HISTORY:
            for statement in statements(connection.vendor, model._meta.db_table):
                cursor.execute(statement)
