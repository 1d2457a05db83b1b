"""One import at a time: a kernel lock on a file, which a killed process gives back by itself.

On PostgreSQL several data folders may share one database: there a lock of the database is held as well.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.db import connection

from browse.openimages.errors import ImportLockedError
from browse.openimages.shadow import postgresql_uri

ADVISORY_KEY = 0x6F70656E
WAIT_S = 2
"""How long the server may take to notice that the process which held the lock is dead."""
_HOLDER = """
    SELECT a.application_name, a.backend_start
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = %s
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def import_lock(path: Path) -> Iterator[int]:
    """Hold the lock file, yielding its descriptor; ImportLockedError names who holds it otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ImportLockedError(f"another import is running ({_holder(descriptor)}); wait for it") from error
        _write_holder(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def _write_holder(descriptor: int) -> None:
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError):
        return "starting just now"


@contextmanager
def database_lock() -> Iterator[None]:
    """Hold the lock of a PostgreSQL database, on a connection of its own; ImportLockedError names who holds it."""
    if connection.vendor != "postgresql":
        yield
        return
    with psycopg.connect(postgresql_uri(), autocommit=True) as session:
        name = f"process {os.getpid()} on {socket.gethostname()}"
        session.execute("SELECT set_config('application_name', %s, false)", [name])
        session.execute(f"SET lock_timeout = '{WAIT_S}s'")
        try:
            session.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_KEY])
        except psycopg.errors.LockNotAvailable as error:
            name, since = session.execute(_HOLDER, [ADVISORY_KEY]).fetchone() or (None, None)
            holder = f"{name} since {since:%Y-%m-%dT%H:%M:%S%z}" if since else "from another data folder"
            raise ImportLockedError(f"another import is running ({holder}); wait for it") from error
        yield
