"""Life of an index generation: built whole, opened only when whole, removed when nobody reads it."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from browse.facets.build.generation import build_generation
from browse.facets.errors import DamagedFileError, GenerationMissingError, IndexUnusableError, ManifestError
from browse.facets.index.layout import BUILDING, FILES, FORMAT, LOCK, MANIFEST, file_name, generation_name
from browse.facets.index.store import is_intact, open_generation, remove_generations
from tests.boxed import box
from tests.facets.datasets import Dataset, arrays
from tests.facets.masks import mask
from tests.facets.narratives import narrated_dataset
from tests.facets.points import point
from tests.facets.relationships import relationship
from tests.facets.small import image_id, query, small_dataset

COMMAND = "python manage.py build_index"


def full_dataset() -> Dataset:
    """The small data set with a box, a relationship, a point, a mask and a narrative, so that no file is empty."""
    pointed = {image_id(1): (point("cat:yes"),)}
    related = {image_id(1): (relationship("dog~on~cat"),)}
    return replace(
        narrated_dataset(),
        boxes={image_id(1): (box("/m/dog"),)},
        relationships=related,
        points=pointed,
        masks={image_id(1): (mask("/m/dog"),)},
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generation that fills every file; not to be changed."""
    index_dir = tmp_path_factory.mktemp("index")
    return index_dir / build_generation(arrays(full_dataset()), index_dir, dataset="small")


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A generation of one's own."""
    return Path(shutil.copytree(built, tmp_path / built.name))


def offsets(size: int) -> Iterator[int]:
    """First, last and some places between."""
    yield from sorted({*range(0, size, max(1, size // 12)), size - 1})


@pytest.mark.parametrize("name", [MANIFEST, *map(file_name, FILES)])
def test_a_flipped_byte_anywhere_is_found_and_named(copy: Path, name: str) -> None:
    path = copy / name
    data = path.read_bytes()
    assert data, "the data set fills every file"
    for offset, flip in zip(offsets(len(data)), cycle((0x01, 0x80, 0xFF)), strict=False):
        path.write_bytes(data[:offset] + bytes([data[offset] ^ flip]) + data[offset + 1 :])
        with pytest.raises(ManifestError if name == MANIFEST else DamagedFileError) as raised:
            open_generation(copy.parent, copy.name)
        assert str(path) in str(raised.value)
        assert "altered" in str(raised.value)
        assert COMMAND in str(raised.value)


@pytest.mark.parametrize("name", [MANIFEST, *map(file_name, FILES)])
def test_a_file_of_another_length_is_found_and_named(copy: Path, name: str) -> None:
    path = copy / name
    data = path.read_bytes()
    for length in (*offsets(len(data)), len(data) + 1, len(data) + 4096):
        path.write_bytes(data[:length].ljust(length, b"\0"))
        with pytest.raises(ManifestError if name == MANIFEST else DamagedFileError) as raised:
            open_generation(copy.parent, copy.name)
        assert str(path) in str(raised.value)
        assert COMMAND in str(raised.value)


@pytest.mark.parametrize("name", [MANIFEST, LOCK, *map(file_name, FILES)])
def test_a_missing_file_is_found(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(IndexUnusableError, match=r"No such file or directory.*build_index"):
        open_generation(copy.parent, copy.name)


def test_a_missing_generation_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationMissingError, match=rf"{tmp_path}/0123456789ab.*{COMMAND}"):
        open_generation(tmp_path, "0123456789ab")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format": %d' % FORMAT, b'"format": 1'),
        (b'"unicode": "', b'"unicode": "0.'),
        (b'"pairs"', b'"peers"'),
        (b'"pair_labels"', b'"pear_labels"'),
        (b"{", b"["),
    ],
)
def test_a_manifest_of_another_kind_is_refused_though_its_checksum_is_right(copy: Path, old: bytes, new: bytes) -> None:
    data = (copy / MANIFEST).read_bytes().replace(old, new)
    name = generation_name(data)
    (copy / MANIFEST).write_bytes(data)
    copy.rename(copy.with_name(name))
    with pytest.raises(ManifestError, match=rf"{MANIFEST}.*{COMMAND}"):
        open_generation(copy.parent, name)


def test_the_same_data_gives_the_same_bytes_and_name(built: Path, tmp_path: Path) -> None:
    again = tmp_path / build_generation(arrays(full_dataset()), tmp_path, dataset="small")
    assert again.name == built.name
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }
    assert build_generation(arrays(small_dataset()), tmp_path, dataset="other") != built.name


def test_building_again_mends_a_damaged_generation_and_leaves_a_good_one(copy: Path) -> None:
    def build() -> str:
        return build_generation(arrays(full_dataset()), copy.parent, dataset="small")

    before = copy.stat().st_ino
    assert build() == copy.name
    assert copy.stat().st_ino == before
    (copy / file_name("pair_labels")).write_bytes(b"")
    assert not is_intact(copy.parent, copy.name)
    assert build() == copy.name
    assert is_intact(copy.parent, copy.name)
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(what: str, done: int, total: int) -> None:
        if "by class" in what:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_generation(arrays(small_dataset()), tmp_path, dataset="small", report=fail)
    assert [*tmp_path.iterdir()] == []


def test_what_somebody_reads_is_not_removed(copy: Path) -> None:
    first, second = (open_generation(copy.parent, copy.name) for _ in range(2))
    assert remove_generations(copy.parent, set()) == []
    first.close()
    assert remove_generations(copy.parent, set()) == []
    second.close()
    assert remove_generations(copy.parent, set()) == [copy.name]
    assert not copy.exists()
    assert second.count(query("label=dog")) == 3, "what is mapped stays readable"


def test_an_engine_that_is_forgotten_gives_its_generation_free(copy: Path) -> None:
    engine = open_generation(copy.parent, copy.name)
    assert remove_generations(copy.parent, set()) == []
    del engine
    assert remove_generations(copy.parent, set()) == [copy.name]


READER = """
import sys
from pathlib import Path
from browse.facets.index.store import open_generation
from browse.query.values import Query
engine = open_generation(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
sys.stdin.read()
print(engine.count(Query()))
"""


def test_a_reader_in_another_process_counts(copy: Path) -> None:
    command = [sys.executable, "-c", READER, str(copy.parent), copy.name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin
        assert reader.stdout
        assert reader.stdout.readline() == "open\n"
        assert remove_generations(copy.parent, set()) == []
        reader.stdin.close()
        assert reader.stdout.read() == "8\n"
    assert remove_generations(copy.parent, set()) == [copy.name]


def test_a_generation_that_is_being_removed_is_not_opened(copy: Path) -> None:
    with (copy / LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(GenerationMissingError, match="being removed"):
            open_generation(copy.parent, copy.name)
    open_generation(copy.parent, copy.name).close()


def test_only_what_is_not_to_be_kept_and_is_ours_is_removed(copy: Path) -> None:
    other = copy.parent / build_generation(arrays(full_dataset()), copy.parent, dataset="other")
    foreign = copy.parent / "somebody's"
    foreign.mkdir()
    (copy.parent / "file").touch()
    assert remove_generations(copy.parent, {copy.name}) == [other.name]
    assert {path.name for path in copy.parent.iterdir()} == {copy.name, foreign.name, "file"}
    assert remove_generations(copy.parent / "nowhere", set()) == []


def test_what_a_killed_build_left_goes_and_a_build_under_way_stays(tmp_path: Path) -> None:
    left, fresh, locked = (tmp_path / f"{BUILDING}{name}" for name in ("left", "fresh", "locked"))
    an_hour_ago = time.time() - 3600
    for folder in (left, fresh, locked):
        folder.mkdir()
        (folder / LOCK).touch()
    for folder in (left, locked):
        os.utime(folder, (an_hour_ago, an_hour_ago))
    with (locked / LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert remove_generations(tmp_path, set()) == [left.name]
    assert {path.name for path in tmp_path.iterdir()} == {fresh.name, locked.name}


def test_files_are_readable_by_the_group_and_writable_by_nobody_through_the_map(copy: Path) -> None:
    engine = open_generation(copy.parent, copy.name)
    for array in engine._index.arrays.values():
        with pytest.raises(ValueError, match="read-only"):
            np.asarray(array)[:1] = 0
    engine.close()


def test_a_generation_is_in_place_when_all_of_its_files_are_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    rename = Path.rename

    def noted(handle: int) -> None:
        time.sleep(0.01)
        synced.add(os.fstat(handle).st_ino)

    def placed(folder: Path, target: Path) -> Path:
        assert {path.stat().st_ino for path in folder.iterdir() if path.name != LOCK} <= synced
        return rename(folder, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "rename", placed)
    name = build_generation(arrays(small_dataset()), tmp_path, dataset="")
    assert (tmp_path / name).stat().st_ino in synced
    assert tmp_path.stat().st_ino in synced


def test_a_generation_with_a_file_that_cannot_be_synced_is_not_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        build_generation(arrays(small_dataset()), tmp_path, dataset="")
    assert list(tmp_path.iterdir()) == []
