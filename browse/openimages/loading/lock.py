"""One import at a time: a kernel lock on a file, which a killed process gives back by itself.

On PostgreSQL several data folders may share one database: there a lock of the database is held as well.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from browse.domain.file_lock import FileLockedError, file_lock
from browse.openimages.errors import ImportLockedError
from browse.openimages.loading.connection_string import postgresql_uri

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
    try:
        with file_lock(path) as descriptor:
            yield descriptor
    except FileLockedError as error:
        raise ImportLockedError(
            f"another import, index build, or backup is running ({error.holder}); wait for it"
        ) from error


@contextmanager
def database_lock() -> Iterator[None]:
    """Hold the lock of a PostgreSQL database, on a connection of its own; ImportLockedError names who holds it."""
    if connection.vendor != "postgresql":
        yield
        return
    import psycopg  # noqa: PLC0415 - of this database alone, and takes long

    with connection.wrap_database_errors, psycopg.connect(postgresql_uri(), autocommit=True) as session:
        name = f"process {os.getpid()} on {socket.gethostname()}"
        session.execute("SELECT set_config('application_name', %s, false)", [name])
        session.execute(f"SET lock_timeout = '{WAIT_S}s'")
        try:
            session.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_KEY])
        except psycopg.errors.LockNotAvailable as error:
            name, since = session.execute(_HOLDER, [ADVISORY_KEY]).fetchone() or (None, None)
            holder = f"{name} since {since:%Y-%m-%dT%H:%M:%S%z}" if since else "from another data folder"
            raise ImportLockedError(
                f"another import, index build, or backup is running ({holder}); wait for it"
            ) from error
        yield
