"""What remembers that a data folder held data, and what is said where it does not any more."""

import os
import shutil
from pathlib import Path

import pytest

from browse.domain.held_data import MARK, held_since, mount_point, record_of, remember, why_missing


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that held data, with the record in `state` beside it."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "index").mkdir()
    remember(folder, tmp_path / "state", "openimages.sqlite3")
    return folder


def test_a_folder_that_nothing_is_known_of_is_a_first_start(tmp_path: Path) -> None:
    assert why_missing(tmp_path, tmp_path / "state") == ""
    assert held_since(tmp_path, "openimages.sqlite3") == ""


def test_a_folder_with_its_mark_is_the_one_that_held_data(data: Path, tmp_path: Path) -> None:
    assert why_missing(data, tmp_path / "state") == ""
    assert held_since(data, "openimages.sqlite3")
    assert held_since(data, "postgresql://:/another") == ""


def test_several_databases_of_one_folder_are_remembered(data: Path, tmp_path: Path) -> None:
    remember(data, tmp_path / "state", "postgresql://:/another")
    assert held_since(data, "openimages.sqlite3")
    assert held_since(data, "postgresql://:/another")


def test_an_emptied_folder_is_named_until_its_record_is_deleted(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data)
    data.mkdir()
    record = record_of(data, tmp_path / "state")
    for _ in range(2):
        says = why_missing(data, tmp_path / "state")
        assert str(data) in says
        assert f"delete {record}" in says
    record.unlink()
    assert why_missing(data, tmp_path / "state") == ""


def test_a_folder_removed_from_a_file_system_that_is_there_is_forgotten(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(data)
    assert why_missing(data, tmp_path / "state") == ""
    data.mkdir()
    assert why_missing(data, tmp_path / "state") == ""


@pytest.mark.parametrize("is_there", [True, False])
def test_a_mount_point_without_its_volume_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    shutil.rmtree(data)
    if is_there:
        data.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: False)
    assert f"nothing is mounted at {mount_point(Path('/'))}" in why_missing(data, tmp_path / "state")


def test_a_damaged_mark_says_nothing_and_is_written_anew(data: Path, tmp_path: Path) -> None:
    (data / MARK).write_bytes(b"\0" * 20)
    assert held_since(data, "openimages.sqlite3") == ""
    remember(data, tmp_path / "state", "openimages.sqlite3")
    assert held_since(data, "openimages.sqlite3")


def test_a_record_that_cannot_be_kept_outside_keeps_nobody_from_the_mark(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file is no folder")
    remember(tmp_path, tmp_path / "state", "openimages.sqlite3")
    assert held_since(tmp_path, "openimages.sqlite3")
