"""A database as an earlier release left it, and what every table of it holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend

from tests import postgres
from viewer import environment

Tables = dict[str, list[dict[str, Any]]]


@contextmanager
def fresh_database(file: Path) -> Iterator[str]:
    """The URL of a new empty database of the kind that this run is for: the file, or one on the server."""
    if connection.vendor == "postgresql":
        with postgres.fresh() as url:
            yield url
    else:
        yield f"sqlite:///{file}"


@contextmanager
def database_at(url: str) -> Iterator[None]:
    """Make another database the default one within; it is closed at the end."""
    with mock.patch.dict(os.environ, OTHER_DATABASE=url):
        entry = environment.database("OTHER_DATABASE", default="")
    usual = connections["default"]
    backend = load_backend(usual.settings_dict["ENGINE"])
    connections["default"] = backend.DatabaseWrapper({**usual.settings_dict, "NAME": entry["NAME"]}, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


def migrate(*target: str) -> None:
    """`manage.py migrate`, whose signals name content types and permissions anew besides."""
    call_command("migrate", *target, verbosity=0)
    ContentType.objects.clear_cache()


def models_at(migration: str) -> Apps:
    """The models as they are after this migration of `browse`, with those of the other applications."""
    loader = MigrationExecutor(connection).loader
    others = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] != "browse"]
    return loader.project_state([*others, ("browse", migration)]).apps


def everything() -> Tables:
    """The rows of every table, in no order that means something."""
    tables: Tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            tables[table] = sorted((dict(zip(columns, row, strict=True)) for row in cursor.fetchall()), key=repr)
    return tables
