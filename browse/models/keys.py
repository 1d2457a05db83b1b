"""Many rows by their keys, with little work around what the database does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def one_of(keys: Iterable[int]) -> RawSQL:
    """For `pk__in` and the like: keys as one parameter. As thousands they would cost more than the rows."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(keys))])
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])


def rows_of(values: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` of whole numbers and texts, as the database's driver gives them. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*values.query.sql_with_params())
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
