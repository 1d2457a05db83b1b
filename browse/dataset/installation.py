"""What is wrong with an installation, one line each: settings, rights, database, index, assets, disk."""

from __future__ import annotations

import filecmp
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from browse.dataset.state import current_state
from browse.domain.disk_space import LEAST_FREE_BYTES, free_bytes
from browse.domain.plural import counted


def faults() -> list[str]:
    """All that is wrong, as lines that say what of, what, and what to do; none where all is well."""
    return [line for look in LOOKS for line in look()]


def _settings() -> Iterator[str]:
    if settings.DEBUG:
        yield "settings: DEBUG=1 shows visitors the inside of the site; unset it."
    if "*" in settings.ALLOWED_HOSTS:
        yield "settings: ALLOWED_HOSTS=* accepts any host name; list those of this site."
    if "*" in settings.FORWARDED_ALLOW_IPS:
        yield "settings: FORWARDED_ALLOW_IPS=* lets visitors pass for others; list the web servers in front."


def _system_checks() -> Iterator[str]:
    """Django's and this program's own: connection, database, index, history, file modes."""
    for message in checks.run_checks():
        if message.level >= checks.WARNING:
            hint = f" {message.hint}" if message.hint else ""
            yield f"{message.id}: {' '.join(f'{message.msg}{hint}'.split())}"


def _tables() -> Iterator[str]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            names = counted(len(plan), "migration is", "migrations are")
            yield f"database: {names} not applied; run `python manage.py migrate`."
        elif not current_state().generation:
            yield "data: there is no data set yet; run `python manage.py import_openimages PATH`."
    except AnyDatabaseError:
        return  # which the system checks say


def _assets() -> Iterator[str]:
    if settings.DEBUG or settings.HAS_ASSETS:
        return
    root = Path(settings.STATIC_ROOT)
    sources: dict[str, str] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            sources.setdefault(name, storage.path(name))  # of two with one name the first is collected
    wrong = [name for name, source in sources.items() if not _is_copy(source, root / name)]
    if wrong:
        what = counted(len(wrong), "asset is", "assets are")
        yield f"assets: {what} missing or out of date in {root}; run `python manage.py collectstatic --noinput`."


def _is_copy(source: str, target: Path) -> bool:
    return target.is_file() and filecmp.cmp(source, target, shallow=False)


def _disk() -> Iterator[str]:
    places = [Path(settings.DATA_DIR)]
    if connection.vendor == "sqlite":
        places.append(Path(str(connection.settings_dict["NAME"])).parent)
    for place in dict.fromkeys(places):
        if (free := free_bytes(place)) < LEAST_FREE_BYTES:
            yield f"disk: {free:,} bytes are free on the disk of {place}; have at least {LEAST_FREE_BYTES:,}."


LOOKS: tuple[Callable[[], Iterator[str]], ...] = (_settings, _system_checks, _tables, _assets, _disk)
