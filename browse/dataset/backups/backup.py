"""Makes a backup: beside the folder asked for, renamed into place when it is complete, never over another one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from browse.dataset.backups.last import remember_backup
from browse.dataset.backups.manifest import NAME, BackupError, Manifest, entries_of
from browse.dataset.backups.tables import database_bytes, save_postgresql, save_sqlite
from browse.dataset.state import current_state
from browse.domain.database_trouble import told
from browse.domain.disk_space import disk_full, free_bytes, is_full
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading.lock import database_lock, import_lock
from browse.search.moment import at_one_moment

INDEX, SETS = "index", "sets"


def make_backup(folder: Path, *, with_index: bool = False, secret_key: Path | None = None) -> Manifest:
    """Write all of the installation into a new folder, the secret key into a file elsewhere; gives what is in it.

    Serving goes on, and so do all writes but imports. Raises BackupError.
    """
    folder = folder.absolute()
    _refuse_what_is_there(folder, secret_key)
    with in_words(folder), import_lock(Path(settings.DATA_DIR) / "import.lock"), database_lock():
        _require_room(folder, with_index=with_index)
        with _put_in_place(folder) as beside:
            manifest = _save(beside, with_index=with_index)
            (beside / NAME).write_text(manifest.to_text(), encoding="utf-8")
        if secret_key is not None:
            _write_secret(secret_key)
        remember_backup(folder, manifest)
    return manifest


def _refuse_what_is_there(folder: Path, secret_key: Path | None) -> None:
    for path in (folder, secret_key):
        if path is not None and os.path.lexists(path):
            raise BackupError(f"{path} exists already; a backup never overwrites anything.")
    if secret_key is not None and secret_key.absolute().is_relative_to(folder):
        raise BackupError(f"{secret_key} is in the backup; keep the secret key apart from it.")


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Raises BackupError for what disk and database refuse."""
    try:
        yield
    except ImportProblemError as error:
        raise BackupError(f"{error}.") from error
    except (AnyDatabaseError, sqlite3.Error) as error:
        if is_full(error):
            raise BackupError(f"{disk_full(folder, database_bytes(), about=True)}.") from error
        raise BackupError(f"{told(error)}.") from error
    except OSError as error:
        if is_full(error):
            raise BackupError(f"{disk_full(folder, database_bytes(), about=True)}.") from error
        raise BackupError(f"{error.filename or folder}: {error.strerror or error}.") from error


def _require_room(folder: Path, *, with_index: bool) -> None:
    wanted = database_bytes() + sum(path.stat().st_size for path in set_files())
    if with_index:
        wanted += sum(path.stat().st_size for path in _index_files())
    if free_bytes(folder) < wanted:
        raise BackupError(f"{disk_full(folder, wanted, about=True)}.")


@contextmanager
def _put_in_place(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets the name asked for once it is complete and on the disk, and else goes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        yield beside
        for path in [*beside.rglob("*"), beside]:
            sync(path)
        _refuse_what_is_there(folder, None)
        beside.rename(folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def sync(path: Path) -> None:
    """Have a file, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _save(beside: Path, *, with_index: bool) -> Manifest:
    """Fill the folder, and say what is in it."""
    with at_one_moment():
        state = current_state()
        applied = sorted(MigrationRecorder(connection).applied_migrations())
        columns = {}
        if connection.vendor == "postgresql":
            columns = save_postgresql(beside)
        else:
            save_sqlite(beside)
    for path in set_files():
        _copy(path, beside / path.relative_to(Path(settings.DATA_DIR)))
    index = state.generation if with_index else ""
    if index:
        for path in _index_files():
            _copy(path, beside / INDEX / index / path.name)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(made, connection.vendor, state.version, index, applied, columns)
    return replace(manifest, files=entries_of(beside))


def set_files() -> list[Path]:
    """The files of training sets that are complete; a set's folder has its name from then on."""
    sets = Path(settings.DATA_DIR) / SETS
    found = [*sets.glob("*/files/**/*"), *sets.glob("*/images.keys")]
    return sorted(path for path in found if path.is_file())


def _index_files() -> list[Path]:
    generation = current_state().generation
    if not generation:
        raise BackupError("there is no index yet; leave --with-index out.")
    files = sorted((Path(settings.INDEX_DIR) / generation).glob("*"))
    if not files:
        raise BackupError(f"the index generation {generation} is missing; run `python manage.py build_index`.")
    return files


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _write_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(settings.SECRET_KEY + "\n")
        file.flush()
        os.fsync(file.fileno())
