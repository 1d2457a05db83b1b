"""A SQLite file that is missing, emptied, cut short or damaged, and what is said of it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection, models
from django.db.backends.sqlite3.base import DatabaseWrapper

from browse.dataset import checks, database_check
from browse.dataset.database_check import check_sqlite, lost_data, remember_data, why_unfit
from browse.management.commands.check import Command
from browse.models import Annotation, Image, Verdict
from browse.openimages import kinds

TABLES = (Verdict, Image, Annotation)
ROWS = 2000


def name_of(model: type[models.Model]) -> str:
    return model._meta.db_table


@pytest.fixture
def file(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Path]:
    """A SQLite file with tables of these names, known to have held data."""
    settings.DATA_DIR, settings.STATE_DIR = tmp_path / "data", tmp_path / "state"
    path = settings.DATA_DIR / "openimages.sqlite3"
    path.parent.mkdir()
    with sqlite3.connect(path) as database:
        for model in TABLES:
            database.execute(f"CREATE TABLE {name_of(model)} (id INTEGER PRIMARY KEY, text TEXT)")
            values = [(number, "0123456789" * 5) for number in range(ROWS)]
            database.executemany(f"INSERT INTO {name_of(model)} VALUES (?, ?)", values)
    database.close()
    wrapper = DatabaseWrapper({**connection.settings_dict, "NAME": str(path), "OPTIONS": {}}, "of-this-test")
    monkeypatch.setattr(database_check, "connection", wrapper)
    remember_data()
    with django_db_blocker.unblock():
        yield path
        wrapper.close()


def first_page_of(file: Path, table: str) -> int:
    with sqlite3.connect(file) as database:
        [[page]] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table])
    database.close()
    return int(page)


def spoil(file: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with file.open("r+b") as out:
        out.seek((first_page_of(file, table) - 1) * 4096)
        out.write(b"\x55" * 4096)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def make_anew(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE other (id)")
    database.close()


@pytest.mark.parametrize(
    ("lose", "words"), [(Path.unlink, "is missing"), (empty, "is now empty"), (make_anew, "is now empty")]
)
def test_a_database_that_lost_its_data_is_unfit_and_named(file: Path, lose: Callable[[Path], None], words: str) -> None:
    assert why_unfit() == ""
    database_check.connection.close()
    lose(file)
    assert f"{file} held a data set" in why_unfit()
    assert words in why_unfit()
    [error] = checks.check_database()
    assert error.is_serious()


def test_looking_for_a_missing_file_makes_none(file: Path) -> None:
    file.unlink()
    why_unfit()
    check_sqlite(within_s=1)
    assert not file.exists()


def test_tables_without_images_keep_the_sample_away_and_let_imports_in(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute(f"DELETE FROM {name_of(Image)}")
    database.close()
    lost = lost_data()
    assert lost is not None
    assert "now has no images" in lost.says
    assert why_unfit() == ""
    [warning] = checks.check_database()
    assert not warning.is_serious()


def test_a_database_that_never_held_data_is_a_first_start(file: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.mkdir()
    assert lost_data() is None
    assert why_unfit() == ""


@pytest.mark.parametrize("length", [1000, 4096, 20_000, -4096])
def test_a_file_that_is_cut_short_is_named_with_its_size(file: Path, length: int) -> None:
    data = file.read_bytes()[:length]
    file.write_bytes(data)
    assert f"{file} ({len(data):,} bytes) is damaged or cut short" in why_unfit()
    with pytest.raises(CommandError, match=r"cut short.*restore a backup"):
        Command()._check_sqlite()


@pytest.mark.parametrize("model", TABLES)
def test_a_table_with_a_damaged_page_is_named(file: Path, model: type[models.Model]) -> None:
    spoil(file, name_of(model))
    [fault] = check_sqlite(within_s=60).faults
    assert name_of(model) in fault


def test_what_people_wrote_is_checked_before_the_data_set(file: Path) -> None:
    assert check_sqlite(within_s=0).unchecked == [name_of(model) for model in (Verdict, Annotation, Image)]


def test_whatever_an_import_fills_stands_beside_the_images() -> None:
    """Where a table is checked hangs on its model's module."""
    assert {model.__module__ for model in kinds.tables().values()} == {Image.__module__}


@pytest.mark.parametrize(
    ("code", "free", "words"),
    [
        (sqlite3.SQLITE_IOERR, 4096, "is full: 1,048,576 bytes wanted, 4,096 free"),
        (sqlite3.SQLITE_IOERR, 10**9, "cannot be read: some words"),
        (sqlite3.SQLITE_CANTOPEN, 10**9, "cannot be read: some words"),
        (sqlite3.SQLITE_BUSY, 10**9, ""),
        (sqlite3.SQLITE_CORRUPT, 4096, "damaged or cut short"),
    ],
)
def test_a_file_that_cannot_be_read_is_called_damaged_only_where_it_is(
    file: Path, monkeypatch: pytest.MonkeyPatch, code: int, free: int, words: str
) -> None:
    def fail(execute: Any, sql: str, *rest: Any) -> None:
        cause = sqlite3.OperationalError("some words")
        cause.sqlite_errorcode = code
        raise OperationalError("some words") from cause

    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9 - free, free))
    with database_check.connection.execute_wrapper(fail):
        faults = check_sqlite(within_s=60).faults
    assert len(faults) == (1 if words else 0)
    assert words in "".join(faults)
    assert ("damaged" in "".join(faults)) == (code == sqlite3.SQLITE_CORRUPT)


def test_what_takes_too_long_is_interrupted(file: Path) -> None:
    forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with (
        database_check.connection.cursor() as cursor,
        database_check._interrupted_after(0.05) as was_interrupted,
        pytest.raises(OperationalError, match="interrupted"),
    ):
        cursor.execute(forever)
    assert was_interrupted
