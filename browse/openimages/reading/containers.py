"""What files come in: as they are, packed, or in an archive. One table, which all that is read goes by."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, cast

from isal import igzip, igzip_lib

from browse.openimages.reading import tar_archive


class ByteStream(Protocol):
    """What is read from, one piece after the other."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class ArchivedFile:
    """A file, or something else, of an archive: its path in there, its bytes where it is a file."""

    name: str
    content: ByteStream | None
    is_folder: bool = False


@dataclass(frozen=True)
class Container:
    """A way of packing.

    endings   of the names of files that are packed so, in small letters.
    unpacked  gives the bytes of a stream of packed ones, where they are packed.
    files     gives what is in an archive, from (its unpacked bytes, its path or address); a file's bytes must be read
              before the next is asked for. None where it holds one file.
    damage    what either raises where the packing is damaged, and what a message says then.
    """

    endings: tuple[str, ...]
    unpacked: Callable[[ByteStream], AbstractContextManager[ByteStream]] | None = None
    files: Callable[[ByteStream, str], Iterator[ArchivedFile]] | None = None
    damage: Mapping[type[Exception], str] = field(default_factory=dict)

    def what_is_wrong(self, error: Exception) -> str:
        """What a message says of an error in `damage`."""
        return next(text for kind, text in self.damage.items() if isinstance(error, kind))


def _gunzip(stream: ByteStream) -> AbstractContextManager[ByteStream]:
    opened = igzip.open(stream, "rb")  # type: ignore[no-untyped-call]
    return cast(AbstractContextManager[ByteStream], opened)


def _tar_files(stream: ByteStream, _location: str) -> Iterator[ArchivedFile]:
    for entry, content in tar_archive.entries(stream):
        yield ArchivedFile(entry.name, content, entry.isdir())


_GZIP_ERRORS: tuple[type[Exception], ...]
_GZIP_ERRORS = (EOFError, igzip.BadGzipFile, igzip_lib.IsalError)  # type: ignore[assignment]  # its stub is wrong
_NOT_GZIP = dict.fromkeys(_GZIP_ERRORS, "incomplete or damaged gzip file")
_NOT_TAR: Mapping[type[Exception], str] = {tarfile.TarError: "incomplete or damaged tar archive"}

PLAIN = (".csv", ".json", ".jsonl")
"""Endings of the names of files that are read as they are, also within archives."""

CONTAINERS: tuple[Container, ...] = (
    Container(PLAIN),
    Container((".csv.gz", ".json.gz", ".jsonl.gz"), _gunzip, damage=_NOT_GZIP),
    Container((".tar.gz", ".tgz"), _gunzip, _tar_files, {**_NOT_GZIP, **_NOT_TAR}),
    Container((".tar",), files=_tar_files, damage=_NOT_TAR),
)


def endings() -> tuple[str, ...]:
    """The endings of all names that are read."""
    return tuple(ending for container in CONTAINERS for ending in container.endings)


def container_of(name: str) -> Container | None:
    """How a file of this name is packed; None where it is not read."""
    lower = name.lower()
    return next((container for container in CONTAINERS if lower.endswith(container.endings)), None)
