"""Opens what a person names: folders, .csv, .csv.gz, .tar, .tar.gz, https URLs; always as streams."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast
from urllib.parse import unquote, urlsplit

import httpx
from isal import igzip

from browse.openimages.errors import ImportProblemError

MAX_MEMBERS = 10_000
MAX_BYTES = 256 << 30
MAX_RATIO = 400
"""Unpacked to packed bytes; real label files pack to a seventh, the most regular rows to a hundredth."""
RATIO_FREE_BYTES = 64 << 20
SUFFIXES = (".csv", ".csv.gz", ".tar.gz", ".tgz", ".tar")


class ByteStream(Protocol):
    """What is read from, one piece after the other."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Source:
    """One file to read: a path or an https URL.

    `signature` changes when its content may have; `size` is in bytes as it lies, 0 where unknown.
    """

    location: str
    signature: str
    size: int = 0
    is_url: bool = False

    @property
    def name(self) -> str:
        """What its format is told by: the path, or the URL's path."""
        return unquote(urlsplit(self.location).path) if self.is_url else self.location

    @property
    def is_archive(self) -> bool:
        return self.name.lower().endswith((".tar.gz", ".tgz", ".tar"))


@dataclass(frozen=True)
class Member:
    """One CSV stream: `name` is shown in rejects and summaries, `path` tells the subset's folder."""

    name: str
    path: str
    stream: ByteStream


def find_sources(paths: list[str]) -> list[Source]:
    """Every file named, folders walked, sorted and each once. Raises ImportProblemError for what cannot be read."""
    found: dict[str, Source] = {}
    for path in paths:
        for source in _expand(path):
            found.setdefault(source.location, source)
    return [found[location] for location in sorted(found)]


def _expand(text: str) -> Iterator[Source]:
    if "://" in text:
        yield _url_source(text)
        return
    path = Path(text)
    if path.is_dir():
        inside = [_file_source(file) for file in sorted(path.rglob("*")) if file.is_file() and _is_data(file)]
        if not inside:
            raise ImportProblemError(f"{text}: no {', '.join(SUFFIXES)} file in this folder")
        yield from inside
    elif not path.exists():
        raise ImportProblemError(f"{text}: no such file or folder")
    elif not _is_data(path):
        raise ImportProblemError(f"{text}: not one of {', '.join(SUFFIXES)}")
    else:
        yield _file_source(path)


def _is_data(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def _file_source(path: Path) -> Source:
    if not os.access(path, os.R_OK):
        raise ImportProblemError(f"{path}: cannot be read; check its permissions")
    status = path.stat()
    return Source(str(path.resolve()), f"{status.st_size}:{status.st_mtime_ns}", status.st_size)


def _url_source(url: str) -> Source:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ImportProblemError(f"{url}: only https URLs are read")
    if not unquote(parts.path).lower().endswith(SUFFIXES):
        raise ImportProblemError(f"{url}: the path does not end in one of {', '.join(SUFFIXES)}")
    try:
        with _client() as client:
            answer = client.head(url)
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise ImportProblemError(f"{url}: {error}") from error
    headers = answer.headers
    length = headers.get("content-length", "")
    signature = ":".join([headers.get("etag", ""), headers.get("last-modified", ""), length])
    return Source(url, signature, int(length) if length.isdecimal() else 0, is_url=True)


def _client() -> httpx.Client:
    return httpx.Client(follow_redirects=True, timeout=60, event_hooks={"request": [_https_only]})


def _https_only(request: httpx.Request) -> None:
    """Also where a redirect leads."""
    if request.url.scheme != "https":
        raise httpx.UnsupportedProtocol(f"leads to {request.url}, which is not https", request=request)


@contextmanager
def open_source(source: Source, consumed: Consumed | None = None) -> Iterator[ByteStream]:
    """The source's bytes, unpacked from gzip by its name. Raises ImportProblemError where it cannot be read.

    `consumed` tells, while it is read, how many of `source.size` bytes have been.
    """
    with _open_raw(source) as raw:
        counted = _Counted(raw, consumed or Consumed())
        if not source.name.lower().endswith((".gz", ".tgz")):
            yield counted
            return
        with igzip.open(counted, "rb") as unpacked:  # type: ignore[no-untyped-call]
            yield _Limited(unpacked, counted.consumed, source.location)


@contextmanager
def _open_raw(source: Source) -> Iterator[ByteStream]:
    if not source.is_url:
        with Path(source.location).open("rb") as file:
            yield file
        return
    try:
        with _client() as client, client.stream("GET", source.location) as answer:
            answer.raise_for_status()
            chunks = cast(io.RawIOBase, _Chunks(answer.iter_raw(1 << 20)))
            yield io.BufferedReader(chunks, 1 << 20)
    except httpx.HTTPError as error:
        raise ImportProblemError(f"{source.location}: {error}") from error


def members(source: Source, stream: ByteStream) -> Generator[Member]:
    """The CSV streams of an opened source: itself, or an archive's .csv members in their order.

    A member's stream must be read before the next is asked for. Members are never written to disk.
    """
    if not source.is_archive:
        yield Member(source.location, source.name, stream)
        return
    try:
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", bufsize=1 << 20) as archive:
            yield from _archive_members(source, archive)
    except (tarfile.TarError, EOFError) as error:
        raise ImportProblemError(f"{source.location}: not a whole tar archive: {error}") from error


def _archive_members(source: Source, archive: tarfile.TarFile) -> Iterator[Member]:
    for number, entry in enumerate(archive, start=1):
        if number > MAX_MEMBERS:
            raise ImportProblemError(f"{source.location}: more than {MAX_MEMBERS:,} members")
        if not entry.isfile() or not entry.name.lower().endswith(".csv"):
            continue
        stream = archive.extractfile(entry)
        if stream is not None:
            yield Member(f"{source.location}!{entry.name}", entry.name, stream)
        archive.members = []  # type: ignore[attr-defined]  # a stream's list of members would grow for nothing


@dataclass
class Consumed:
    """How many bytes of a source have been read, as they lie."""

    count: int = 0


class _Counted(io.RawIOBase):
    """Counts the bytes read."""

    def __init__(self, stream: ByteStream, consumed: Consumed) -> None:
        self._stream, self.consumed = stream, consumed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.consumed.count += len(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
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
        try:
            data = self._stream.read(size)
        except (OSError, EOFError, igzip.BadGzipFile) as error:
            raise ImportProblemError(f"{self._name}: not a whole gzip file: {error}") from error
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
