"""What SQLite's write-ahead log holds, and what a copy of the database's file lacks."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper

from browse.dataset import checkpoint as module
from browse.dataset.checkpoint import checkpoint


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Path]:
    """A SQLite file as the site opens it, with a row that is in its log alone."""
    path = tmp_path / "openimages.sqlite3"
    options = {"timeout": 30, "init_command": "PRAGMA journal_mode = WAL"}
    settings = {"NAME": str(path), "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    settings |= {"AUTOCOMMIT": True, "TIME_ZONE": None}
    wrapper = DatabaseWrapper(settings, "of-this-test")
    monkeypatch.setattr(module, "connection", wrapper)
    with django_db_blocker.unblock():
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE rows (text)")
            cursor.execute("INSERT INTO rows VALUES ('recent')")
        yield path
        wrapper.close()


def rows_in_a_copy(file: Path) -> int:
    """Rows that a copy of the file alone has; none where it has not even the table."""
    copy = shutil.copy(file, file.with_name("copy.sqlite3"))
    with sqlite3.connect(copy) as database:
        [[tables]] = database.execute("SELECT count(*) FROM sqlite_master")
        rows = len(database.execute("SELECT * FROM rows").fetchall()) if tables else 0
    database.close()
    return rows


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_after_a_checkpoint_a_copy_of_the_file_lacks_nothing(file: Path) -> None:
    assert rows_in_a_copy(file) == 0
    assert checkpoint()
    assert rows_in_a_copy(file) == 1
    assert log_of(file).stat().st_size == 0


def test_a_checkpoint_waits_for_no_writer_and_keeps_the_patience_of_others(file: Path) -> None:
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO rows VALUES ('later')")
    assert not checkpoint()
    writer.execute("COMMIT")
    writer.close()
    assert checkpoint()
    with module.connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (30_000,)


def test_sqlite_makes_a_whole_copy_whatever_is_in_the_log(file: Path, tmp_path: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("VACUUM INTO ?", [str(tmp_path / "backup.sqlite3")])
    database.close()
    assert rows_in_a_copy(tmp_path / "backup.sqlite3") == 1


def test_a_file_that_cannot_be_used_ends_nothing(file: Path) -> None:
    module.connection.close()
    file.write_bytes(b"no database" * 1000)
    assert not checkpoint()
