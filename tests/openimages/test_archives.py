"""Archives that are damaged or cut off: every file comes out whole, or the archive is refused by name."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.readers import members, open_source
from browse.openimages.reading.sources import find_sources
from tests.drawn import drawn

BLOCK = 512
CONTENTS = {f"set/{name}.csv": f"{name},".encode() * size for name, size in (("a", 300), ("b", 256), ("c", 5))}


def tar_of(contents: dict[str, bytes], kind: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


WHOLE = tar_of(CONTENTS)
HEADERS = [n for n in range(0, len(WHOLE), BLOCK) if WHOLE[n + 257 : n + 262] == b"ustar"]


def read(path: Path, content: bytes) -> dict[str, bytes]:
    """The files of an archive with these bytes, which has its way of packing by its name."""
    path.write_bytes(content)
    [source] = find_sources([str(path)])
    with open_source(source) as stream:
        return {
            member.path.removeprefix(f"{path.parent.name}/"): member.stream.read() for member in members(source, stream)
        }


def with_bytes(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.tgz"])
def test_a_whole_archive_is_read(tmp_path: Path, name: str, kind: int) -> None:
    long = {f"{'d' * 90}/{'e' * 60}/a.csv": b"1", "é.csv": b"2"} if kind != tarfile.USTAR_FORMAT else {}
    content = tar_of(CONTENTS | long, kind)
    assert read(tmp_path / name, content if name == "x.tar" else gzip.compress(content)) == CONTENTS | long


def test_further_zeros_and_several_gzip_members_are_no_damage(tmp_path: Path) -> None:
    assert read(tmp_path / "x.tar", WHOLE[: HEADERS[-1] + 2 * BLOCK] + bytes(2 * BLOCK)) == CONTENTS
    assert read(tmp_path / "x.tar", WHOLE + bytes(3 << 20)) == CONTENTS
    packed = gzip.compress(WHOLE[:700]) + gzip.compress(WHOLE[700:]) + bytes(99)
    assert read(tmp_path / "x.tar.gz", packed) == CONTENTS


def test_a_cut_anywhere_is_named(tmp_path: Path) -> None:
    for end in range(0, HEADERS[-1] + 3 * BLOCK, BLOCK // 4):
        with pytest.raises(ImportProblemError, match=r"x\.tar: incomplete or damaged tar archive"):
            read(tmp_path / "x.tar", WHOLE[:end])
        with pytest.raises(ImportProblemError, match=r"x\.tar\.gz: incomplete or damaged tar archive"):
            read(tmp_path / "x.tar.gz", gzip.compress(WHOLE[:end], 1))


@pytest.mark.parametrize("at", HEADERS)
def test_a_header_of_zeros_is_not_the_end(tmp_path: Path, at: int) -> None:
    with pytest.raises(ImportProblemError, match=r"incomplete or damaged tar archive: more than zeros behind its end"):
        read(tmp_path / "x.tar", with_bytes(WHOLE, at, bytes(BLOCK)))


@drawn(quick=200, deep=5000)
@given(st.sampled_from(HEADERS), st.integers(0, BLOCK - 1), st.integers(0, 7))
def test_a_flipped_bit_in_a_header_loses_no_file(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, bit: int
) -> None:
    path = tmp_path_factory.mktemp("flipped") / "x.tar"
    hit = with_bytes(WHOLE, at + byte, bytes([WHOLE[at + byte] ^ 1 << bit]))
    try:
        found = read(path, hit)
    except ImportProblemError as error:
        found = str(error)
    # a filling byte of the checksum says nothing
    assert found == CONTENTS or "x.tar: incomplete or damaged tar archive" in found


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (with_bytes(gzip.compress(WHOLE), len(gzip.compress(WHOLE)) - 8, b"\0\1\2\3"), "CRC"),
        (with_bytes(gzip.compress(WHOLE), len(gzip.compress(WHOLE)) - 4, b"\0\1\2\3"), "length"),
        (gzip.compress(WHOLE)[:-1], "end-of-stream"),
        (gzip.compress(WHOLE) + b"more", ""),
        (gzip.compress(WHOLE) + gzip.compress(b"")[:-1], ""),
        (b"", "empty"),
    ],
)
def test_a_gzip_file_is_read_to_its_very_end(tmp_path: Path, packed: bytes, message: str) -> None:
    with pytest.raises(ImportProblemError, match=rf"x\.tar\.gz: incomplete or damaged gzip file: .*{message}"):
        read(tmp_path / "x.tar.gz", packed)


def header(kind: bytes, size: int, name: str = "x") -> bytes:
    """A member's header as tarfile writes it, of any type and size."""
    member = tarfile.TarInfo(name)
    member.type, member.size = kind, size
    return member.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_members_header_may_take_one_mebibyte(tmp_path: Path, kind: bytes) -> None:
    size = 200 << 20
    with pytest.raises(ImportProblemError, match=r"a member's header of more than 1 MiB"):
        read(tmp_path / "x.tar", header(kind, size) + b"x" * 4096)
    with pytest.raises(ImportProblemError, match=r"a member's header of more than 1 MiB"):
        read(tmp_path / "x.tar", WHOLE[: HEADERS[-1]] + header(kind, 1 << 20) + bytes(1 << 20) + WHOLE)


def test_a_chain_of_headers_is_one_header(tmp_path: Path) -> None:
    chain = (header(tarfile.GNUTYPE_LONGNAME, 1) + b"y".ljust(BLOCK, b"\0")) * 5000
    with pytest.raises(ImportProblemError, match=r"x\.tar: incomplete or damaged tar archive"):
        read(tmp_path / "x.tar", chain + WHOLE)


@pytest.mark.parametrize("size", [-1, -(1 << 40)])
def test_a_size_below_zero_is_damage(tmp_path: Path, size: int) -> None:
    with pytest.raises(ImportProblemError, match=r"x\.tar: incomplete or damaged tar archive"):
        read(tmp_path / "x.tar", WHOLE[: HEADERS[-1]] + header(tarfile.REGTYPE, size) + WHOLE[HEADERS[-1] :])
