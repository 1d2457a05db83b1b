"""Puts a backup in place of an empty installation, or, when told, of one that has data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from browse.dataset.backups.backup import INDEX, SETS, in_words, sync
from browse.dataset.backups.manifest import BackupError, Manifest, read_manifest, verify
from browse.dataset.backups.tables import SQLITE_FILE, TABLES, load_postgresql
from browse.dataset.database_check import remember_data
from browse.dataset.index_build import Report
from browse.dataset.index_exchange import place_index
from browse.dataset.state import current_state
from browse.domain.disk_space import disk_full, free_bytes
from browse.domain.file_modes import INDEX_FILE, INDEX_FOLDER, make_folder
from browse.facets.index.layout import BUILDING
from browse.facets.index.store import is_intact, set_aside
from browse.models import HISTORY, Image
from browse.models.versions import KNOWN
from browse.openimages.loading.lock import database_lock, import_lock

_FILES_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What was put in place, the index generation in use, and where the former SQLite file is, if there was one."""

    manifest: Manifest
    generation: str
    former: Path | None


def restore(folder: Path, report: Report, *, replaces: bool = False, secret_key: Path | None = None) -> Restored:
    """Put a backup in place: database, training sets, and its index, or one that is built now.

    Raises BackupError, before anything is changed, where the backup is not whole, of another kind of database, or of a
    newer version, and where there is data already, unless that is to be replaced.
    """
    manifest = read_manifest(folder)
    _require_fit(manifest)
    secret = _read_secret(secret_key)
    with in_words(Path(settings.DATA_DIR)):
        verify(folder, manifest)
        if not replaces and (held := _held()):
            raise BackupError(f"This installation has {held} already; to put the backup in its place, add --replace.")
        _require_room(manifest)
        with import_lock(Path(settings.DATA_DIR) / "import.lock"):
            former = _restore_database(folder, manifest)
            _restore_folder(folder / SETS, Path(settings.DATA_DIR) / SETS)
            if secret:
                _write_secret(secret)
            call_command("migrate", verbosity=0, interactive=False)
            if manifest.index:
                _restore_index(folder / INDEX / manifest.index, manifest.index)
        remember_data()
        return Restored(manifest, _index_in_use(report), former)


def _require_fit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest.database}, and DATABASE_URL names {connection.vendor}: "
            "set it to a database of the same kind."
        )
    newer = [name for app, name in manifest.migrations if app == "browse" and name not in KNOWN]
    if newer:
        raise BackupError(
            f"The backup was made by a newer version of this program (with {newer[0]}); install that one."
        )


def _held() -> str:
    """What there is already, in words; nothing in an empty installation. What cannot be read counts as data."""
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and not path.exists():
        return ""
    kinds: Iterable[type[models.Model]] = (Image, User, *HISTORY)
    try:
        tables = connection.introspection.table_names()
        for kind in kinds:
            if kind._meta.db_table in tables and kind._default_manager.exists():
                return str(kind._meta.verbose_name_plural)
    except DatabaseError as error:
        return f"a database that cannot be read ({error})"
    return ""


def _require_room(manifest: Manifest) -> None:
    """Raises BackupError where the files do not fit; how much room PostgreSQL has, only its server knows."""
    is_file = connection.vendor == "sqlite"
    place = Path(str(connection.settings_dict["NAME"])) if is_file else Path(settings.DATA_DIR)
    wanted = sum(entry.bytes for name, entry in manifest.files.items() if not name.startswith(f"{TABLES}/"))
    if free_bytes(place) < wanted:
        raise BackupError(f"{disk_full(place, wanted)}.")


def _restore_database(folder: Path, manifest: Manifest) -> Path | None:
    if connection.vendor == "sqlite":
        return _restore_sqlite(folder / SQLITE_FILE)
    with database_lock():
        _make_tables(manifest)
        load_postgresql(folder, manifest.columns)
    return None


def _restore_sqlite(saved: Path) -> Path | None:
    """Put the file in place; where the one that was there goes."""
    path = Path(str(connection.settings_dict["NAME"]))
    former = None
    beside = path.with_name(f"{path.name}.restoring")
    shutil.copyfile(saved, beside)
    sync(beside)
    keeps = bool(_held())
    connection.close()
    if keeps:
        former = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        for ending in _FILES_BESIDE:
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).rename(former.with_name(former.name + ending))
    for ending in _FILES_BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    beside.replace(path)
    return former


def _make_tables(manifest: Manifest) -> None:
    """The tables that the backup's rows belong to, where there are none. Raises BackupError where they are others."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    wanted = set(manifest.migrations)
    if not applied:
        last = dict(sorted(wanted))
        MigrationExecutor(connection).migrate(list(last.items()))
        applied = set(MigrationRecorder(connection).applied_migrations())
    if applied != wanted:
        other = ".".join(min(applied ^ wanted))
        raise BackupError(
            f"The database has tables of another version than the backup ({other}); restore into an empty database, "
            "made with createdb."
        )


def _restore_folder(saved: Path, target: Path) -> None:
    if saved.is_dir():
        shutil.copytree(saved, target, copy_function=shutil.copyfile, dirs_exist_ok=True)


def _restore_index(saved: Path, generation: str) -> None:
    """Copy a generation beside its place, and rename it there."""
    target = Path(settings.INDEX_DIR) / generation
    if is_intact(Path(settings.INDEX_DIR), generation):
        return
    make_folder(target.parent, INDEX_FOLDER)
    beside = target.with_name(f"{BUILDING}{generation}-{os.getpid()}")
    make_folder(beside, INDEX_FOLDER)
    for path in saved.iterdir():
        shutil.copyfile(path, beside / path.name)
        (beside / path.name).chmod(INDEX_FILE)
        sync(beside / path.name)
    set_aside(target)
    beside.rename(target)


def _index_in_use(report: Report) -> str:
    """The generation that belongs to the tables, which is built where it is not there; nothing without images."""
    generation = current_state().generation
    if not generation or is_intact(Path(settings.INDEX_DIR), generation):
        return generation
    return place_index(report)


def _read_secret(path: Path | None) -> str:
    if path is None:
        return ""
    if os.environ.get("SECRET_KEY"):
        raise BackupError("SECRET_KEY is set, and would be used instead of --secret-key; leave one of them out.")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error


def _write_secret(secret: str) -> None:
    path = Path(settings.DATA_DIR) / "secret_key"
    beside = path.with_name(f"{path.name}.restoring")
    beside.touch(mode=0o600)
    beside.write_text(secret + "\n", encoding="utf-8")
    beside.replace(path)
