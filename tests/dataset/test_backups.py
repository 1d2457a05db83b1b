"""Backups made while people write, and what an empty installation has after one was restored there."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pytest_django import Settings

from browse.dataset.backups import backup, tables
from browse.dataset.backups.backup import make_backup
from browse.dataset.backups.last import last_backup
from browse.dataset.backups.manifest import BackupError
from browse.dataset.backups.restore import restore
from browse.dataset.nodes import FOLDER_ID
from browse.openimages.loading.lock import import_lock
from tests import forked, postgres
from tests.live import Site
from tests.openimages.test_kill import data_set
from tests.postgres import ON_POSTGRESQL

VERDICT = (
    'INSERT INTO browse_verdict (uid, image_key, mid, says, at, "by", why) '
    "VALUES ('{uid}', 1, '/m/010', 'yes', '2026-01-31 12:00:00+00:00', 'ann', 'a\ttab \\ and \"quotes\"')"
)
ACCOUNT = (
    "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, "
    "date_joined) VALUES ('!', false, 'ann', '', '', '', false, true, '2026-01-31 12:00:00+00:00')"
)
RAISE = "UPDATE browse_datasetstate SET revision = revision + 1"
SET_FILE = Path("sets", "0", "files", "train", "a.csv")
WRITTEN = {"browse_verdict", "browse_datasetstate"} | ({"django_migrations"} if ON_POSTGRESQL else set())
"""Tables that change meanwhile; migrations of PostgreSQL are applied anew, at another time."""


def url_of(site: Site) -> str:
    return site.extra["DATABASE_URL"]


@contextmanager
def connected(site: Site) -> Iterator[Any]:
    """A connection of the driver's to the site's database."""
    url = url_of(site)
    connection: Any = psycopg.connect(url) if ON_POSTGRESQL else sqlite3.connect(url.removeprefix("sqlite:///"))
    try:
        yield connection
    finally:
        connection.close()


def rows_of(site: Site) -> dict[str, list[str]]:
    """All rows of all tables, in an order of their own."""
    query = (
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if ON_POSTGRESQL
        else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    with connected(site) as connection:
        tables = [name for (name,) in connection.execute(query).fetchall()]
        return {table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}").fetchall())) for table in tables}


def write_verdict(site: Site, connection: Any) -> None:
    """As the site does: a row, and a new revision, in one transaction."""
    uid = str(uuid4()) if ON_POSTGRESQL else uuid4().hex
    connection.execute(RAISE)
    connection.execute(VERDICT.format(uid=uid))
    connection.commit()


@contextmanager
def being_written_to(site: Site) -> Iterator[None]:
    """Verdicts are given without a pause while the block runs."""
    is_over, has_begun = Event(), Event()

    def write() -> None:
        with connected(site) as connection:
            while not is_over.is_set():
                write_verdict(site, connection)
                has_begun.set()
                time.sleep(0.001)

    writer = Thread(target=write)
    writer.start()
    try:
        assert has_begun.wait(60)
        yield
    finally:
        is_over.set()
        writer.join()


def fails(site: Site, *arguments: str | Path) -> str:
    """What a command that fails says."""
    done = forked.run(["manage.py", *arguments], env=site.environment)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def filled(tmp_path: Path, fresh_database_url: str) -> Site:
    """An installation with a small data set, an account, a verdict and a training set's files."""
    site = Site(tmp_path / "site", {"DATABASE_URL": fresh_database_url})
    site.manage("migrate", "-v0")
    site.manage("import_openimages", data_set(tmp_path / "files", 300, seed=1), "--max-rejects=0.1")
    with connected(site) as connection:
        connection.execute(ACCOUNT)
        connection.commit()
        write_verdict(site, connection)
    made = site.data_dir / SET_FILE
    made.parent.mkdir(parents=True)
    made.write_text("a,b\n")
    return site


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """An installation without anything."""
    if ON_POSTGRESQL:
        with postgres.fresh() as url:
            yield Site(tmp_path / "empty", {"DATABASE_URL": url})
    else:
        yield Site(tmp_path / "empty", {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}"})


def test_an_installation_comes_back_as_it_was_at_one_moment(filled: Site, empty: Site, tmp_path: Path) -> None:
    saved, key = tmp_path / "saved", tmp_path / "elsewhere" / "key"
    with being_written_to(filled):
        said = filled.manage("backup", saved, "--with-index", "--secret-key", key)
    assert "Backed up version" in said
    empty.manage("restore", saved, "--secret-key", key)

    before, after = rows_of(filled), rows_of(empty)
    assert after.keys() == before.keys()
    assert {table for table in before if before[table] != after[table]} <= WRITTEN
    assert set(after["browse_verdict"]) <= set(before["browse_verdict"])
    with connected(empty) as connection:
        [(revision,)] = connection.execute("SELECT revision FROM browse_datasetstate").fetchall()
        assert revision == len(after["browse_verdict"])
        write_verdict(empty, connection)  # numbered behind the others
    assert (len(before["auth_user"]), len(before["browse_image"])) == (1, 300)
    assert (empty.data_dir / SET_FILE).read_text() == "a,b\n"
    assert key.read_text() == (empty.data_dir / "secret_key").read_text()
    assert key.read_text().strip() == (filled.data_dir / "secret_key").read_text().strip()
    assert key.stat().st_mode & 0o777 == 0o600
    assert names_in(empty.data_dir / "index") == names_in(filled.data_dir / "index")
    replaces_what_is_there_when_told(empty, saved)


@pytest.mark.deep
def test_a_backup_of_an_older_version_is_brought_up_to_this_one(
    tmp_path: Path, fresh_database_url: str, empty: Site
) -> None:
    older = Site(tmp_path / "site", {"DATABASE_URL": fresh_database_url})
    older.manage("migrate", "browse", "0012", "-v0")
    older.manage("migrate", "auth", "-v0")
    with connected(older) as connection:
        connection.execute(ACCOUNT)
        connection.commit()
    older.manage("backup", tmp_path / "saved")
    empty.manage("restore", tmp_path / "saved")
    assert rows_of(empty)["auth_user"] == rows_of(older)["auth_user"]
    assert "0013_sql_views" in str(rows_of(empty)["django_migrations"])
    assert "0013_sql_views" not in str(rows_of(older)["django_migrations"])


def replaces_what_is_there_when_told(site: Site, saved: Path) -> None:
    """And builds the index where there is none."""
    now = rows_of(site)
    assert "exists already" in fails(site, "backup", saved)
    assert "has images already; to put the backup in its place, add --replace" in fails(site, "restore", saved)
    assert rows_of(site) == now
    for name in ("manifest.json", "index"):
        (saved / name).rename(saved.with_name(f"{name}-of-saved"))
    manifest = json.loads(saved.with_name("manifest.json-of-saved").read_text())
    files = {name: entry for name, entry in manifest["files"].items() if not name.startswith("index/")}
    (saved / "manifest.json").write_text(json.dumps(manifest | {"files": files, "index": ""}))
    shutil.rmtree(site.data_dir / "index")
    said = site.manage("restore", saved, "--replace")
    assert len(rows_of(site)["browse_verdict"]) == len(now["browse_verdict"]) - 1
    assert site.manage("check").startswith("System check identified no issues")
    if not ON_POSTGRESQL:
        former = next(line for line in said.splitlines() if "former" in line).split()[4].rstrip(";")
        assert rows_of(replace(site, extra={"DATABASE_URL": f"sqlite:///{former}"})) == now


def names_in(folder: Path) -> list[str]:
    """All that lies in a folder of indexes but the mark by which nodes know that they share it, which no copy has."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != FOLDER_ID)


@pytest.fixture
def here(settings: Settings, tmp_path: Path, transactional_db: None) -> Path:
    """The data folder of this process's own installation."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return tmp_path


def test_a_damaged_backup_is_refused(here: Path) -> None:
    saved, data = here / "saved", here / "data"
    (data / SET_FILE).parent.mkdir(parents=True)
    (data / SET_FILE).write_text("a,b\n")
    make_backup(saved)
    path, manifest = saved / SET_FILE, json.loads((saved / "manifest.json").read_text())

    def said() -> str:
        with pytest.raises(BackupError) as refused:
            restore(saved, lambda what, done, total: None, replaces=True)
        return str(refused.value)

    path.write_text("a,c\n")
    assert f"{path} is damaged" in said()
    path.write_text("a,b\nc")
    assert f"{path} has 5 bytes instead of 4" in said()
    path.unlink()
    assert f"{path} cannot be read" in said()
    for wrong, words in (
        ({"migrations": [["browse", "9999_later"]]}, "newer version of this program (with 9999_later)"),
        ({"database": "other"}, "The backup is of other"),
        ({"format": 2}, "has format 2"),
        ({"files": {"../outside": {"bytes": 1, "sha256": ""}}}, "is damaged: '../outside'"),
    ):
        (saved / "manifest.json").write_text(json.dumps(manifest | wrong))
        assert words in said()
    (saved / "manifest.json").write_text("{")
    assert "is damaged" in said()
    (saved / "manifest.json").unlink()
    assert "is not a backup" in said()


def test_the_secret_key_is_kept_apart(here: Path) -> None:
    with pytest.raises(BackupError, match="keep the secret key apart"):
        make_backup(here / "made", secret_key=here / "made" / "key")


def test_a_backup_that_is_broken_off_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        assert any(folder.iterdir())
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(backup, "entries_of", full)
    with pytest.raises(BackupError, match=r"the disk of .* is full: about [0-9,]+ bytes wanted"):
        make_backup(here / "made")
    assert sorted(path.name for path in here.iterdir()) == ["data"]
    assert last_backup() is None


def test_the_disk_is_looked_at_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "free_bytes", lambda place: 10)
    with pytest.raises(BackupError, match=r"is full: about [0-9,]+ bytes wanted"):
        make_backup(here / "made")
    assert sorted(path.name for path in here.iterdir()) == ["data"]


def test_a_backup_without_an_index_to_include_says_so(here: Path) -> None:
    with pytest.raises(BackupError, match="leave --with-index out"):
        make_backup(here / "made", with_index=True)


def test_the_last_backup_is_remembered(here: Path) -> None:
    made = make_backup(here / "made")
    last = last_backup()
    assert last is not None
    assert (last.folder, last.bytes) == (str(here / "made"), made.total_bytes)


@pytest.mark.django_db
def test_a_file_that_stays_locked_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if ON_POSTGRESQL:
        pytest.skip("There is no file.")
    monkeypatch.setattr(tables, "LOCKED_S", 0.0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        tables.save_sqlite(tmp_path)  # within the transaction of a test, which has written


def test_a_backup_waits_for_no_import(here: Path) -> None:
    with import_lock(here / "data" / "import.lock"), pytest.raises(BackupError, match=r"backup is running \(process"):
        make_backup(here / "made")
