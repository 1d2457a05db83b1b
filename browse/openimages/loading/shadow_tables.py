"""Shadow tables: filled beside the ones in use, then renamed into their place in one transaction."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import OperationalError, connection, models, transaction

from browse.models import DatasetState, ImportProgress, sql_views
from browse.models.former_tables import forget_former, former_name, note_former, wait_until_unread
from browse.openimages import kinds
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading import loader_process
from browse.openimages.loading.connection_string import postgresql_uri

SWITCH_WITHIN_S = 120.0
PAUSE_S = (0.05, 0.5)
"""Between two tries of a switch, at random."""


def shadow_name(name: str) -> str:
    """The shadow of a data set table, by prepared name."""
    return f"{kinds.tables()[name]._meta.db_table}__next"


def start(run: str, names: Iterable[str]) -> None:
    """Create the shadow tables, empty; those that this run has begun to fill are kept."""
    wanted = [name for name in kinds.tables() if name in set(names)]
    begun = set(ImportProgress.objects.filter(run=run).values_list("table", flat=True))
    if {shadow_name(name) for name in wanted} <= begun:
        return
    clear()
    with transaction.atomic(), connection.cursor() as cursor:
        for name in wanted:
            cursor.execute(_create_statement(name))
            ImportProgress.objects.create(table=shadow_name(name), run=run)


def clear() -> None:
    """Drop whatever shadow and old tables are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name in kinds.tables():
            cursor.execute(f"DROP TABLE IF EXISTS {shadow_name(name)}")
        ImportProgress.objects.all().delete()
    drop_old()


def clear_other_runs(run: str) -> None:
    """Drop the shadow tables that another run has left half filled."""
    if ImportProgress.objects.exclude(run=run).exists():
        clear()


def drop_old() -> None:
    """Drop the tables that a switch has put out of use, one by one: who still reads them holds several."""
    forget_former()
    with connection.cursor() as cursor:
        for name in kinds.tables():
            cursor.execute(f"DROP TABLE IF EXISTS {former_name(kinds.tables()[name]._meta.db_table)}")


def _create_statement(name: str) -> str:
    """As the model says; keys are added behind the load on PostgreSQL, and are the table itself on SQLite."""
    model = kinds.tables()[name]
    if connection.vendor == "postgresql":
        return f"CREATE TABLE {shadow_name(name)} (LIKE {model._meta.db_table} INCLUDING DEFAULTS)"
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []  # entering the editor would want foreign keys off; it only writes text here
    statement, _ = editor.table_sql(model)
    statement = str(statement).replace(f'"{model._meta.db_table}"', shadow_name(name), 1)
    composite = isinstance(model._meta.pk, models.CompositePrimaryKey)
    return statement + (" WITHOUT ROWID" if composite else "")


def start_load(run: str, names: Iterable[str], folder: Path) -> subprocess.Popen[str]:
    """Begin to fill the shadow tables, each as its prepared files come, up to the one that says that they are all."""
    wanted = set(names)
    job = {
        "parent": os.getpid(),
        "uri": _uri(),
        "vendor": connection.vendor,
        "run": run,
        "folder": str(folder),
        "tables": {name: shadow_name(name) for name in kinds.loading_order() if name in wanted},
        "keys": {shadow_name(name): completion(name, run[:8]) for name in wanted},
    }
    path = folder / "job.json"
    path.touch(0o600)
    path.write_text(json.dumps(job))
    connection.close()
    return loader_process.start(path)


def wait_for_load(process: subprocess.Popen[str], report: Callable[[str, int], None]) -> None:
    """Pass progress on until the loader has ended."""
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            what, _, rows = line.rpartition(" ")
            report(what, int(rows))
        problem = process.stderr.read().strip().splitlines()
    if process.returncode:
        raise ImportProblemError(f"loading the database failed: {_why_ended(process.returncode, problem)}")


def _why_ended(status: int, said: list[str]) -> str:
    """Why the loader ended, by its exit status, which is -N for signal N, and by what it said last."""
    if status >= 0:
        return said[-1] if said else f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = "an unknown signal"
    end = f"its process was killed by {name} (signal {-status})"
    if -status == signal.SIGKILL:
        end += "; most likely the system ran out of memory: see its log, free memory or add swap"
    return f"{end}; run the same command again to resume"


def _uri() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(settings["NAME"])
    return postgresql_uri()


def completion(name: str, token: str) -> list[str]:
    """What a shadow table wants when it is full, as statements: PostgreSQL its keys, and figures for the planner."""
    if connection.vendor != "postgresql":
        return []
    table, model = shadow_name(name), kinds.tables()[name]
    keys = [f'"{model._meta.db_table}_{token}_{number}"' for number in range(len(_key_clauses(model)))]
    adding = [
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {key}, ADD CONSTRAINT {key} {clause}"
        for key, clause in zip(keys, _key_clauses(model), strict=True)
    ]
    return [*adding, f"ANALYZE {table}"]


def _key_clauses(model: type[models.Model]) -> list[str]:
    fields = model._meta.pk_fields if hasattr(model._meta, "pk_fields") else [model._meta.pk]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    unique = [field.column for field in model._meta.local_fields if field.unique and not field.primary_key]
    return [f"PRIMARY KEY ({columns})", *(f'UNIQUE ("{column}")' for column in unique)]


def put_in_place(names: Iterable[str], also: Callable[[], None]) -> None:
    """Rename the shadow tables into place and call `also` in the same transaction; `let_go` drops the old ones.

    Waits for readers in short tries, so that nobody queues up behind it, and for SWITCH_WITHIN_S at most.
    """
    drop_old()
    wanted = [name for name in kinds.tables() if name in set(names)]
    gives_up = time.monotonic() + SWITCH_WITHIN_S
    while True:
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    _lock(wanted)
                _rename(wanted)
                note_former(_generation(), [kinds.tables()[name]._meta.db_table for name in wanted])
                also()
            break
        except OperationalError:
            if time.monotonic() > gives_up:
                raise
            time.sleep(random.uniform(*PAUSE_S))  # noqa: S311 -- no secret


def let_go(generation: str) -> None:
    """Drop what a switch has put out of use, of this generation: once no download reads it, or has read for long."""
    wait_until_unread(generation)
    clear()


def _generation() -> str:
    """The one that is current in this transaction."""
    return DatasetState.objects.filter(pk=1).values_list("generation", flat=True).first() or ""


def _lock(names: list[str]) -> None:
    """Keep readers from the tables until the transaction ends. Raises OperationalError where that takes too long.

    PostgreSQL ends whoever has waited for deadlock_timeout within a circle of waits. A reader in one with this process
    is never that one: this process waits for a part of that time only, and then lets go of everything.
    """
    tables = [kinds.tables()[name]._meta.db_table for name in reversed(names)]  # as queries join them
    shadows = [shadow_name(name) for name in names]
    with connection.cursor() as cursor:
        if names:
            # No reader waits for this lock; one who waits for it long enough has the server cancel its own vacuum.
            cursor.execute(f"SET LOCAL lock_timeout = '{SWITCH_WITHIN_S:g}s'")
            cursor.execute(f"LOCK TABLE {', '.join(tables + shadows)} IN SHARE UPDATE EXCLUSIVE MODE")
        cursor.execute(_WAIT_BRIEFLY)
        list(DatasetState.objects.select_for_update().filter(pk=1))  # first, as whoever writes for curators
        if names:
            cursor.execute(f"LOCK TABLE {', '.join(tables + shadows)} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


_WAIT_BRIEFLY = """
    SELECT set_config('statement_timeout', (setting::int / 4)::text, true)
    FROM pg_settings WHERE name = 'deadlock_timeout'
"""


def _rename(names: list[str]) -> None:
    """Rename the tables. SQLite would have views follow the old ones, so they are made again."""
    with connection.cursor() as cursor, _views_apart(cursor):
        for name in names:
            table = kinds.tables()[name]._meta.db_table
            cursor.execute(f"ALTER TABLE {table} RENAME TO {former_name(table)}")
            cursor.execute(f"ALTER TABLE {shadow_name(name)} RENAME TO {table}")


@contextmanager
def _views_apart(cursor) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """On SQLite without the views for people who bring SQL while the block runs."""
    is_sqlite = connection.vendor == "sqlite"
    for statement in sql_views.drop(connection.vendor) if is_sqlite else []:
        cursor.execute(statement)
    yield
    for statement in sql_views.create(connection.vendor) if is_sqlite else []:
        cursor.execute(statement)
