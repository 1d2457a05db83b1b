"""Opens sources as streams of bytes, and archives as streams of their members."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

import httpx

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.containers import PLAIN, ByteStream
from browse.openimages.reading.locations import shown_in
from browse.openimages.reading.skipped_files import SkippedFiles, is_hidden, printable
from browse.openimages.reading.sources import Source, client, refuse_status_and_encoding
from browse.openimages.reading.utf16 import Utf8Stream

MAX_MEMBERS = 10_000
MAX_BYTES = 256 << 30
MAX_RATIO = 400
"""Unpacked to packed bytes; real label files pack to a seventh, the most regular rows to a hundredth."""
RATIO_FREE_BYTES = 64 << 20


@dataclass(frozen=True)
class Member:
    """One file's stream: `name` is shown in rejects and summaries, the folders of `path` tell the subset.

    file: where it lies as it is; empty where it lies packed or elsewhere.
    """

    name: str
    path: str
    stream: ByteStream
    file: str = ""


@contextmanager
def open_source(source: Source, consumed: Consumed | None = None) -> Iterator[ByteStream]:
    """The source's bytes, unpacked as its name says.

    Raises ImportProblemError where it, or what `members` makes of it, cannot be read or is damaged.
    `consumed` tells, while it is read, how many of `source.size` bytes have been.
    """
    container = source.container
    try:
        with _open_raw(source) as raw:
            counted = _Counted(raw, consumed or Consumed(), source)
            if container.unpacked is None:
                yield counted
                return
            with container.unpacked(counted) as unpacked:
                yield _Limited(unpacked, counted.consumed, source.shown)
    except httpx.HTTPError as error:
        raise ImportProblemError(f"{source.shown}: {shown_in(str(error))}") from error
    except tuple(container.damage) as error:
        raise ImportProblemError(f"{source.shown}: {container.what_is_wrong(error)}: {error}") from error


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


def members(source: Source, stream: ByteStream, left_out: SkippedFiles | None = None) -> Generator[Member]:
    """The streams of an opened source, as UTF-8: itself, or those of an archive's members that are read, in order.

    A member's stream must be read before the next is asked for. Members are never written to disk. Files of an
    archive that are not read are noted in `left_out`.
    """
    files = source.container.files
    if files is None:
        file = "" if source.is_url or source.container.unpacked else source.location
        yield Member(source.shown, f"{source.folder}/{PurePosixPath(source.name).name}", Utf8Stream(stream), file)
        return
    for number, entry in enumerate(files(stream, source.location), start=1):
        if number > MAX_MEMBERS:
            raise ImportProblemError(f"{source.shown}: more than {MAX_MEMBERS:,} members")
        wanted = entry.name.lower().endswith(PLAIN) and not is_hidden(entry.name)
        if wanted and entry.content is not None:
            text = Utf8Stream(entry.content)
            yield Member(f"{source.shown}!{printable(entry.name)}", f"{source.folder}/{entry.name}", text)
        elif not entry.is_folder and left_out is not None:
            left_out.add(source.shown, entry.name)


@dataclass
class Consumed:
    """How many bytes of a source have been read, as they lie."""

    count: int = 0


class _Counted(io.RawIOBase):
    """Counts the bytes read; refuses an end that comes too early or too late for the source's size."""

    def __init__(self, stream: ByteStream, consumed: Consumed, source: Source) -> None:
        self._stream, self.consumed, self._source = stream, consumed, source

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
            raise ImportProblemError(f"{self._source.shown}: cannot be read: {error.strerror or error}") from error
        self.consumed.count += len(data)
        if not data and size and self._source.size and self.consumed.count != self._source.size:
            counts = f"{self.consumed.count:,} bytes were read, and it had {self._source.size:,}"
            raise ImportProblemError(f"{self._source.shown}: cut off or changed while being read: {counts}")
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
        if not data and size and not self._packed.count:
            raise EOFError("it is empty")
        allowed = max(RATIO_FREE_BYTES, self._packed.count * MAX_RATIO)
        if self._count > min(allowed, MAX_BYTES):
            raise ImportProblemError(f"{self._name}: unpacks to more than {MAX_RATIO} times its size; reading stopped")
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
