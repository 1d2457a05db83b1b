"""The folder of a set's pictures and its journal: what is there after a process was killed at any moment."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from browse.sets.pictures import FOLDER, JOURNAL, LIST, Landed, Missing, PictureFolder, take_over
from browse.sets.recipe import PictureKind, Pictures

ORIGINAL = Pictures(PictureKind.ORIGINAL)
ONE, TWO, THREE = (f"{number:016x}" for number in range(3))
GONE = Missing("dead", "status 404")
LANDED = Landed(3, hashlib.sha256(b"one").hexdigest(), 4, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one picture that is there, and one that is not to be had."""
    pictures = PictureFolder(tmp_path, ORIGINAL)
    pictures.keep(ONE, b"one", width=4, height=5)
    pictures.miss(TWO, GONE)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER).iterdir())


def test_what_came_of_each_picture_is_there_again(folder: Path) -> None:
    again = PictureFolder(folder, ORIGINAL)
    assert (again.landed, again.missing) == ({ONE: LANDED}, {TWO: GONE})
    assert again.read(ONE) == b"one"
    assert [*again.rows()] == [(ONE, f"data/{ONE}.jpg", 3, LANDED.sha256, 4, 5)]


def test_a_line_that_was_cut_counts_for_nothing(folder: Path) -> None:
    whole = (folder / JOURNAL).read_bytes()
    with (folder / JOURNAL).open("ab") as file:
        file.write(b'{"id":"' + THREE.encode())
    again = PictureFolder(folder, ORIGINAL)
    assert (folder / JOURNAL).read_bytes() == whole
    again.keep(THREE, b"x", width=None, height=None)
    assert {*PictureFolder(folder, ORIGINAL).landed} == {ONE, THREE}


def test_a_picture_killed_between_its_line_and_its_place_is_put_there(folder: Path) -> None:
    path = folder / FOLDER / f"{ONE}.jpg"
    path.rename(path.with_name(f"{path.name}.part"))
    assert {*PictureFolder(folder, ORIGINAL).landed} == {ONE}
    assert path.read_bytes() == b"one"


@pytest.mark.parametrize("left", [f"{THREE}.jpg", f"{THREE}.jpg.part"])
def test_pictures_without_a_line_are_removed(folder: Path, left: str) -> None:
    (folder / FOLDER / left).write_bytes(b"x")
    (folder / FOLDER / "train-00000-of-00001.parquet").write_bytes(b"x")
    PictureFolder(folder, ORIGINAL)
    assert names(folder) == [f"{ONE}.jpg", "train-00000-of-00001.parquet"]


def test_a_picture_that_was_cut_or_removed_counts_for_nothing(folder: Path) -> None:
    (folder / FOLDER / f"{ONE}.jpg").write_bytes(b"on")
    assert PictureFolder(folder, ORIGINAL).landed == {}
    assert names(folder) == []


def test_other_pictures_begin_anew(folder: Path) -> None:
    again = PictureFolder(folder, Pictures(PictureKind.RENDERED, 512))
    assert (again.landed, again.missing, names(folder)) == ({}, {}, [])
    assert PictureFolder(folder, ORIGINAL).landed == {}


def test_missing_ones_can_be_forgotten_and_other_images_removed(folder: Path) -> None:
    pictures = PictureFolder(folder, ORIGINAL)
    pictures.keep(THREE, b"three", width=1, height=1)
    assert pictures.forget_missing() == [TWO]
    pictures.only([THREE])
    assert names(folder) == [f"{THREE}.jpg"]
    again = PictureFolder(folder, ORIGINAL)
    assert ({*again.landed}, again.missing) == ({THREE}, {})


def test_pictures_of_a_finished_set_are_taken_over_however_often_that_is_begun(folder: Path, tmp_path: Path) -> None:
    head = "image_id,file_name,bytes,sha256,width,height"
    (folder / LIST).write_text(f"{head}\n{ONE},data/{ONE}.jpg,3,{LANDED.sha256},4,5\n")
    for _ in range(2):
        take_over(folder, tmp_path / "new", ORIGINAL, ())
        again = PictureFolder(tmp_path / "new", ORIGINAL)
        assert (again.landed, again.missing) == ({ONE: LANDED}, {})
