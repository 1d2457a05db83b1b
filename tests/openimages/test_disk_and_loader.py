"""An import whose disk is full or whose loader is killed, and files with blocks of NUL bytes: all is said in words."""

import errno
import os
import re
import signal
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection

from browse.dataset import import_run
from browse.management.commands.import_openimages import describe
from browse.models import DatasetState, Image, ImportProgress
from browse.openimages import kinds
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading import bulk_load, shadow_tables, sqlite_load
from browse.openimages.loading.handover import PROGRESS_TABLE, READY
from browse.openimages.loading.shadow_tables import shadow_name, wait_for_load
from browse.openimages.merging.prepare import Preparation
from browse.openimages.workspace import Workspace
from tests.openimages.files import V1, image_row, write
from tests.openimages.imports import ID, load, one_image

OTHER = "00000000000000bb"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_an_import_on_a_full_disk_says_what_it_needs_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = one_image(tmp_path / "set", image_row(ID))
    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "write_table", full)
        with pytest.raises(ImportProblemError, match=r"is full: about [\d,]+ bytes wanted, [\d,]+ free; make room"):
            load(folder)
    assert not DatasetState.objects.exists()
    assert load(folder).resumed
    assert Image.objects.count() == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -KILL $$", r"killed by SIGKILL \(signal 9\).*ran out of memory.*again to resume"),
        ("kill -SEGV $$", r"killed by SIGSEGV \(signal 11\); run the same command again to resume"),
        ("kill -40 $$", r"killed by an unknown signal \(signal 40\)"),
        ("echo first >&2; echo no such table >&2; exit 1", "failed: no such table"),
        ("exit 3", "exit status 3"),
    ],
)
def test_it_is_said_how_a_loader_ended(script: str, words: str) -> None:
    process = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with pytest.raises(ImportProblemError, match=words) as raised:
        wait_for_load(process, lambda name, rows: None)
    assert ("memory" in str(raised.value)) == (process.returncode == -signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_a_block_of_nul_bytes_is_named_with_its_line(tmp_path: Path) -> None:
    rows = [image_row(ID).encode(), bytes(4096), image_row(OTHER).encode()]
    file = write(tmp_path / "set/train/images.csv", V1, rows)
    summary = load(file, max_rejects=1.0)
    assert summary.nul_bytes == [(str(file), 3, 4096)]
    assert re.search(rf"4,096 NUL bytes, the first in line 3, .*{file}", describe(summary))
    assert Image.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_a_file_that_begins_with_nul_bytes_is_not_taken_for_utf_16(tmp_path: Path) -> None:
    folder = one_image(tmp_path / "set", image_row(ID))
    write(folder / "train/more.csv", None, [bytes(4096)])
    [why] = load(folder).unread.values()
    assert "NUL bytes" in why


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_all_that_is_loaded_before_images_is_complete_when_the_first_images_are_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete: list[set[str]] = []
    save_table = Preparation.save_table

    def noted(merge: Preparation, name: str, number: int, table: pa.Table) -> None:
        if name == "image":
            complete.append({path.stem for path in merge.folder.glob(f"*{READY}")})
        save_table(merge, name, number, table)

    monkeypatch.setattr(Preparation, "save_table", noted)
    load(one_image(tmp_path / "set", image_row(ID)))
    before = {*takewhile(lambda name: name != "image", kinds.tables())}
    assert before
    assert [before - found for found in complete] == [set()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_nothing_stays_of_what_was_loaded_for_an_import_that_is_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []
    start_load = shadow_tables.start_load

    def noted(run: str, names: Iterable[str], folder: Path) -> subprocess.Popen[str]:
        begun.append(shadow_name("image") in connection.introspection.table_names())
        return start_load(run, names, folder)

    monkeypatch.setattr(shadow_tables, "start_load", noted)
    folder = one_image(tmp_path / "set", image_row(ID), image_row("bad"))
    with pytest.raises(ImportProblemError, match="1 of 2 rows rejected"):
        load(folder)
    assert begun == [True]
    assert not {shadow_name(name) for name in kinds.tables()} & {*connection.introspection.table_names()}
    assert not ImportProgress.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_data_dir")
def test_a_loader_that_fails_early_ends_the_import_before_the_index_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(*_: object) -> subprocess.Popen[str]:
        script = ["sh", "-c", "echo no such table >&2; exit 1"]
        process = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        return process

    monkeypatch.setattr(shadow_tables, "start_load", failed)
    monkeypatch.setattr(import_run, "build_index", lambda *_: pytest.fail("the index is built"))
    with pytest.raises(ImportProblemError, match="loading the database failed: no such table"):
        load(one_image(tmp_path / "set", image_row(ID)))


def test_annotations_are_loaded_while_others_are_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_load, "PACKED_ROWS", 2)
    job = bulk_load.Job(os.getppid(), "", "sqlite", "run", str(tmp_path), {}, {})
    np.arange(100, 105).tofile(tmp_path / "image_keys")
    np.array([7], np.int32).tofile(tmp_path / "label_ids")
    np.array([1], np.int32).tofile(tmp_path / "source_ids")
    (tmp_path / f"source{READY}").touch()
    annotations = np.arange(5, dtype=np.uint64) << np.uint64(32)
    with (tmp_path / "annotations").open("wb") as out:
        loaded, resumed = (bulk_load.PACKED["annotation"](job, done) for done in (0, 1))
        annotations[:3].tofile(out)
        assert next(loaded)["image_id"].to_pylist() == [100, 101]
        assert next(resumed)["image_id"].to_pylist() == [101, 102]
        annotations[3:].tofile(out)
        assert next(loaded)["image_id"].to_pylist() == [102, 103]
    (tmp_path / f"annotation{READY}").touch()
    assert [batch["image_id"].to_pylist() for batch in loaded] == [[104]]
    assert [batch["image_id"].to_pylist() for batch in resumed] == [[103, 104]]


def test_nothing_stays_of_a_batch_with_a_row_that_sqlite_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_load, "PACKED_ROWS", 4)
    monkeypatch.setattr(bulk_load, "STATEMENT_VALUES", 8)
    path = tmp_path / "database"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE a (image_id PRIMARY KEY, label_id, source_id, confidence) WITHOUT ROWID")
        database.execute(f'CREATE TABLE {PROGRESS_TABLE} (run, "table", rows)')
        database.execute(f"INSERT INTO {PROGRESS_TABLE} VALUES ('run', 'a', 0)")
    np.arange(100, 107).tofile(tmp_path / "image_keys")
    np.array([7], np.int32).tofile(tmp_path / "label_ids")
    np.array([1], np.int32).tofile(tmp_path / "source_ids")
    (np.array([0, 1, 2, 3, 4, 5, 6, 4], np.uint64) << np.uint64(32)).tofile(tmp_path / "annotations")
    for name in ("source", "annotation"):
        (tmp_path / f"{name}{READY}").touch()
    job = bulk_load.Job(os.getppid(), str(path), "sqlite", "run", str(tmp_path), {}, {})
    with pytest.raises(Exception, match="UNIQUE constraint failed"), sqlite_load.connect(str(path)) as connection:
        bulk_load.load_table(connection, job, "annotation", "a")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT image_id FROM a").fetchall() == [(100,), (101,), (102,), (103,)]
        assert database.execute(f"SELECT rows FROM {PROGRESS_TABLE}").fetchone() == (4,)
