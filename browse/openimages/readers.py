"""Opens sources as streams of bytes, and archives as streams of their CSV members."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

import httpx
from isal import igzip, igzip_lib

from browse.openimages.errors import ImportProblemError
from browse.openimages.left_out import LeftOut, printable
from browse.openimages.sources import Source, client, refuse_status_and_encoding

MAX_MEMBERS = 10_000
MAX_BYTES = 256 << 30
MAX_RATIO = 400
"""Unpacked to packed bytes; real label files pack to a seventh, the most regular rows to a hundredth."""
RATIO_FREE_BYTES = 64 << 20
DAMAGED_GZIP: tuple[type[Exception], ...]
DAMAGED_GZIP = (EOFError, igzip.BadGzipFile, igzip_lib.IsalError)  # type: ignore[assignment]  # its stub is wrong


class ByteStream(Protocol):
    """What is read from, one piece after the other."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """One CSV stream: `name` is shown in rejects and summaries, the folders of `path` tell the subset."""

    name: str
    path: str
    stream: ByteStream


@contextmanager
def open_source(source: Source, consumed: Consumed | None = None) -> Iterator[ByteStream]:
    """The source's bytes, unpacked from gzip by its name.

    Raises ImportProblemError where it, or what `members` makes of it, cannot be read or is damaged.
    `consumed` tells, while it is read, how many of `source.size` bytes have been.
    """
    try:
        with _open_raw(source) as raw:
            counted = _Counted(raw, consumed or Consumed(), source.shown)
            if not source.name.lower().endswith((".gz", ".tgz")):
                yield counted
                return
            with igzip.open(counted, "rb") as unpacked:  # type: ignore[no-untyped-call]
                yield _Limited(unpacked, counted.consumed, source.shown)
    except httpx.HTTPError as error:
        raise ImportProblemError(f"{source.shown}: {error}") from error
    except DAMAGED_GZIP as error:
        raise ImportProblemError(f"{source.shown}: not a whole gzip file: {error}") from error
    except tarfile.TarError as error:
        raise ImportProblemError(f"{source.shown}: not a whole tar archive: {error}") from error


@contextmanager
def _open_raw(source: Source) -> Iterator[ByteStream]:
    if not source.is_url:
        with Path(source.location).open("rb") as file:
            yield file
        return
    with client() as asking, asking.stream("GET", source.location) as answer:
        refuse_status_and_encoding(answer)
        chunks = cast(io.RawIOBase, _Chunks(answer.iter_raw(1 << 20)))
        yield io.BufferedReader(chunks, 1 << 20)


def members(source: Source, stream: ByteStream, left_out: LeftOut | None = None) -> Generator[Member]:
    """The CSV streams of an opened source: itself, or an archive's .csv members in their order.

    A member's stream must be read before the next is asked for. Members are never written to disk. Files of an
    archive that are not read are noted in `left_out`.
    """
    if not source.is_archive:
        yield Member(source.shown, f"{source.folder}/{PurePosixPath(source.name).name}", stream)
        return
    with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", bufsize=1 << 20) as archive:
        for number, entry in enumerate(archive, start=1):
            if number > MAX_MEMBERS:
                raise ImportProblemError(f"{source.shown}: more than {MAX_MEMBERS:,} members")
            wanted = entry.isfile() and entry.name.lower().endswith(".csv")
            if wanted and (content := archive.extractfile(entry)) is not None:
                yield Member(f"{source.shown}!{printable(entry.name)}", f"{source.folder}/{entry.name}", content)
            elif not entry.isdir() and left_out is not None:
                left_out.add(source.location, entry.name)
            archive.members = []  # type: ignore[attr-defined]  # a stream's list of members would grow for nothing


@dataclass
class Consumed:
    """How many bytes of a source have been read, as they lie."""

    count: int = 0


class _Counted(io.RawIOBase):
    """Counts the bytes read."""

    def __init__(self, stream: ByteStream, consumed: Consumed, name: str) -> None:
        self._stream, self.consumed, self._name = stream, consumed, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._stream.read(size)
        except OSError as error:
            raise ImportProblemError(f"{self._name}: cannot be read: {error.strerror or error}") from error
        self.consumed.count += len(data)
        return data


class _Limited(io.RawIOBase):
    """Unpacked bytes; refuses a stream that unpacks to far more than data does."""

    def __init__(self, stream: ByteStream, packed: Consumed, name: str) -> None:
        self._stream, self._packed, self._name = stream, packed, name
        self._count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._count += len(data)
        allowed = max(RATIO_FREE_BYTES, self._packed.count * MAX_RATIO)
        if self._count > min(allowed, MAX_BYTES):
            raise ImportProblemError(f"{self._name}: unpacks to more than {MAX_RATIO} times its size; not read on")
        return data


class _Chunks(io.RawIOBase):
    """An iterator of chunks as a readable stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            following = next(self._chunks, None)
            if following is None:
                return 0
            self._rest = following
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
