"""A further way of packing is one entry in the table: found, unpacked, and named where it is damaged."""

from __future__ import annotations

import bz2
import io
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

import pytest

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading import containers
from browse.openimages.reading.containers import ArchivedFile, ByteStream, Container
from browse.openimages.reading.readers import members, open_source
from browse.openimages.reading.skipped_files import SkippedFiles
from browse.openimages.reading.sources import find_sources

HEADER = b"ImageID,Source,LabelName,Confidence\n"


def bunzip(stream: ByteStream) -> AbstractContextManager[ByteStream]:
    return cast(AbstractContextManager[ByteStream], bz2.open(cast(io.RawIOBase, stream), "rb"))


def zipped_files(stream: ByteStream, location: str) -> Iterator[ArchivedFile]:
    """A zip file's list of files stands at its end, so it is read in place, and then its bytes as they lie."""
    with zipfile.ZipFile(location) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as content:
                yield ArchivedFile(entry.filename, content, entry.is_dir())
    while stream.read(1 << 20):
        pass


BZIP2 = Container((".csv.bz2",), bunzip, damage={OSError: "not a whole bzip2 file", EOFError: "not a whole bzip2 file"})
ZIP = Container((".zip",), files=zipped_files, damage={zipfile.BadZipFile: "not a whole zip file"})


@pytest.fixture(autouse=True)
def further_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "CONTAINERS", (*containers.CONTAINERS, BZIP2, ZIP))


def contents(path: Path, left_out: SkippedFiles | None = None) -> dict[str, bytes]:
    """The CSV files of all sources at a path, by the paths that tell their subset."""
    found = {}
    for source in find_sources([str(path)], left_out):
        with open_source(source) as stream:
            found |= {member.path: member.stream.read() for member in members(source, stream, left_out)}
    return found


def test_files_in_further_containers_are_found_and_unpacked(tmp_path: Path) -> None:
    folder = tmp_path / "train"
    folder.mkdir()
    (folder / "a.csv.bz2").write_bytes(bz2.compress(HEADER))
    with zipfile.ZipFile(folder / "b.ZIP", "w") as archive:
        archive.writestr("validation/c.csv", HEADER * 2)
        archive.writestr("readme.txt", "no rows")
    (folder / "d.rar").write_bytes(b"?")
    left_out = SkippedFiles()
    assert contents(folder, left_out) == {"train/a.csv.bz2": HEADER, "train/validation/c.csv": HEADER * 2}
    assert [(row["kind"], row["first"]) for row in left_out.rows()] == [(".rar", "d.rar"), (".txt", "readme.txt")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.bz2", bz2.compress(HEADER)[:-4], r"a\.csv\.bz2: not a whole bzip2 file"),
        ("a.zip", b"PK", r"a\.zip: not a whole zip file"),
    ],
    ids=["bzip2", "zip"],
)
def test_damage_is_said_in_the_containers_words(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImportProblemError, match=message):
        contents(tmp_path / name)


def test_a_name_of_no_container_is_refused_with_all_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(b"?")
    with pytest.raises(ImportProblemError, match=r"not one of \.csv, \.json, \.jsonl, .*, \.csv\.bz2, \.zip$"):
        find_sources([str(tmp_path / "a.rar")])
