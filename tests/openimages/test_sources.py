"""Which files are found behind the paths that a person names, and which folders name their subset."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.formats import subset_from_path
from browse.openimages.reading.readers import members, open_source
from browse.openimages.reading.skipped_files import SkippedFiles
from browse.openimages.reading.sources import find_sources
from tests.openimages.files import LABELS, pack, write


def subsets(*paths: Path | str) -> list[str | None]:
    """The subset that folders name for each CSV file, in order of the files."""
    found = []
    for source in find_sources([str(path) for path in paths]):
        with open_source(source) as stream:
            found += [subset_from_path(member.path) for member in members(source, stream)]
    return found


@pytest.mark.parametrize(
    ("file", "given", "subset"),
    [
        ("test/set/train/images.csv", "test/set", "train"),
        ("test/set/train/images.csv", "test/set/train", "train"),
        ("test/set/train/images.csv", "test/set/train/images.csv", "train"),
        ("test/set/images.csv", "test/set", None),
        ("test/set/images.csv", "test/set/images.csv", None),
        ("test/set/train/validation/images.csv", "test/set", "validation"),
        ("test/set/train/more/images.csv", "test/set", "train"),
    ],
)
def test_folders_from_the_named_one_on_tell_the_subset(tmp_path: Path, file: str, given: str, subset: str) -> None:
    write(tmp_path / file, LABELS, [])
    assert subsets(tmp_path / given) == [subset]


@pytest.mark.parametrize(("inside", "subset"), [("x", "train"), ("validation", "validation")])
def test_an_archives_own_folders_come_before_the_one_it_lies_in(tmp_path: Path, inside: str, subset: str) -> None:
    write(tmp_path / f"test/train/{inside}/images.csv", LABELS, [])
    archive = pack(tmp_path / f"test/train/{inside}", "images.tar")
    assert subsets(archive) == [subset]
    (tmp_path / f"test/train/{inside}/images.csv").unlink()
    assert subsets(tmp_path / "test/train") == [subset]


def test_a_relative_path_counts_like_an_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "train/images.csv", LABELS, [])
    monkeypatch.chdir(tmp_path / "train")
    assert subsets("images.csv") == subsets(".") == subsets("../train") == ["train"]


def test_links_are_read_by_their_own_name_and_folder_and_a_file_once(tmp_path: Path) -> None:
    blob = write(tmp_path / "blobs/2f1c", LABELS, [])
    (tmp_path / "set/validation").mkdir(parents=True)
    (tmp_path / "set/validation/labels.csv").symlink_to(blob)
    (tmp_path / "set/validation/same.csv").symlink_to(blob)
    [source] = find_sources([str(tmp_path / "set")])
    assert source.location == str(tmp_path / "set/validation/labels.csv")
    assert subsets(tmp_path / "set") == ["validation"]


def test_linked_folders_are_walked_once(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere/labels.csv", LABELS, [])
    (tmp_path / "set").mkdir()
    (tmp_path / "set/train").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/loop").symlink_to(tmp_path / "set")
    assert subsets(tmp_path / "set") == ["train"]


def test_files_that_are_not_read_are_counted_by_kind(tmp_path: Path) -> None:
    write(tmp_path / "set/labels.csv", LABELS, [])
    write(tmp_path / "set/labels.csv.gz", LABELS, [])
    for name in ("a.jpg", "b.JPG", "sub/c.jpg", "classes.txt", "LICENSE"):
        write(tmp_path / "set" / name, None, [])
    in_folder, in_archive = SkippedFiles(), SkippedFiles()
    find_sources([str(tmp_path / "set")], in_folder)
    where = str(tmp_path / "set")
    assert sorted(in_folder.rows(), key=lambda row: row["first"]) == [
        {"where": where, "kind": "without an ending", "count": 1, "first": "LICENSE"},
        {"where": where, "kind": ".jpg", "count": 3, "first": "a.jpg"},
        {"where": where, "kind": ".txt", "count": 1, "first": "classes.txt"},
    ]
    (tmp_path / "set/link.csv").symlink_to("labels.csv")
    [source] = find_sources([str(pack(tmp_path / "set", "set.tar"))])
    with open_source(source) as stream:
        assert len(list(members(source, stream, in_archive))) == 1
    assert {row["kind"]: row["count"] for row in in_archive.rows()} == {
        ".jpg": 3, ".txt": 1, ".csv.gz": 1, ".csv": 1, "without an ending": 1,
    }  # fmt: skip


def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("Root may look into every folder.")
    write(tmp_path / "set/a.csv", LABELS, [])
    (tmp_path / "set/closed").mkdir(mode=0)
    with pytest.raises(ImportProblemError, match=r"set/closed: cannot be read"):
        find_sources([str(tmp_path / "set")])


def test_a_link_to_nowhere_is_named(tmp_path: Path) -> None:
    write(tmp_path / "set/a.csv", LABELS, [])
    (tmp_path / "set/b.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(ImportProblemError, match=r"set/b\.csv: cannot be read"):
        find_sources([str(tmp_path / "set")])
