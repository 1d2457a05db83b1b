"""The tables that the last switch put out of use: downloads that began before it read them to their end.

A switch renames the tables in use, notes whose generation they were, and keeps them while a download of that
generation holds a lock on a file in its folder of the index, KEPT_S at most.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from browse.domain.file_modes import INDEX_FILE
from browse.models.dataset import ImportProgress

KEPT_S = 600.0
"""The longest that a download may hold up what comes after a switch."""
LOOK_AGAIN_S = 0.2
END = "__old"
HELD = "downloads"
"""The file in a generation's folder that its downloads lock."""


def former_name(table: str) -> str:
    """What a table is called once it is out of use."""
    return f"{table}{END}"


def note_former(generation: str, tables: Iterable[str]) -> None:
    """Note of which generation these tables are, in the switch's transaction; none where it left them in place.

    Nothing is being filled any more then.
    """
    ImportProgress.objects.all().delete()
    names = (END, *map(former_name, tables))
    ImportProgress.objects.bulk_create(ImportProgress(table=name, run=generation) for name in names)


def forget_former() -> None:
    """Have nobody begin to read them any more."""
    ImportProgress.objects.filter(table__endswith=END).delete()


def former_tables(generation: str) -> frozenset[str] | None:
    """Which tables of this generation have their former names; None where it is not the one before. One query."""
    rows = ImportProgress.objects.filter(run=generation, table__endswith=END)
    names = list(rows.values_list("table", flat=True))
    return frozenset(name.removesuffix(END) for name in names) - {""} if names else None


@contextmanager
def reading(tables: frozenset[str]) -> Iterator[None]:
    """What is asked in the block is asked of these tables as they were before the switch."""
    if not tables:
        yield
        return
    names = re.compile(f'"({"|".join(map(re.escape, sorted(tables)))})"')

    def ask(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute(names.sub(rf'"\1{END}"', sql), params, many, context)

    with connection.execute_wrapper(ask):
        yield


def held(version: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines of a file of a version, whose tables and index are kept until they end or are given up."""
    lock = _locked(version.rpartition(".")[0], fcntl.LOCK_SH)
    try:
        yield from lines
    finally:
        if lock is not None:
            os.close(lock)


def wait_until_unread(generation: str) -> bool:
    """Wait until no download of a generation is under way; whether that was so within KEPT_S."""
    gives_up = time.monotonic() + KEPT_S
    while True:
        try:
            lock = _locked(generation, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > gives_up:
                return False
            time.sleep(LOOK_AGAIN_S)
            continue
        if lock is not None:
            os.close(lock)
        return True


def _locked(generation: str, how: int) -> int | None:
    """The open file; None where there is no such folder, or no reader has made the file. Raises BlockingIOError."""
    if not generation:
        return None
    makes = os.O_CREAT if how == fcntl.LOCK_SH else 0
    try:
        file = os.open(Path(settings.INDEX_DIR) / generation / HELD, os.O_RDONLY | makes | os.O_CLOEXEC, INDEX_FILE)
    except OSError:
        return None
    try:
        fcntl.flock(file, how)
    except BaseException:
        os.close(file)
        raise
    return file
