"""Members of a tar archive that is read as a stream, to its very end.

tarfile takes a damaged header behind the first one, or a cut between two members, for the end of the archive, and reads
a member's own header however large it says to be. Here both are errors: what is not a whole archive is none.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol, cast

MAX_HEADER_BYTES = 1 << 20
"""What a member may take before its content: its name, links, extended attributes and maps of holes."""
_CHUNK = 1 << 20
_ZEROS = bytes(tarfile.BLOCKSIZE)


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def entries(stream: _Readable) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    """Each member with its content, None where it is no file; the content must be read before the next is asked for.

    Raises tarfile.ReadError where a header is damaged, or the end of the archive is missing or not the stream's own.
    """
    forward = _Forward(stream)
    with _damage_is_named():
        archive = tarfile.TarFile(fileobj=cast(IO[bytes], forward))
    with archive:
        while (entry := _next(archive, forward)) is not None:
            yield entry, archive.extractfile(entry) if entry.isfile() else None
            archive.members = []  # type: ignore[attr-defined]  # a stream's list of members would grow for nothing
    forward.read_to_end()


def _next(archive: tarfile.TarFile, forward: _Forward) -> tarfile.TarInfo | None:
    forward.header_left = MAX_HEADER_BYTES
    with _damage_is_named():
        entry = archive.next()
    if entry is not None and entry.size < 0:
        raise tarfile.ReadError("a member of less than no bytes")
    forward.header_left = None
    return entry


@contextmanager
def _damage_is_named() -> Iterator[None]:
    """What tarfile stumbles over in a header's numbers, texts and chains is damage."""
    try:
        yield
    except (ValueError, OverflowError, RecursionError) as error:
        raise tarfile.ReadError(f"a damaged header: {error}") from error


class _Forward:
    """A stream as the file that tarfile wants; it is never gone back in."""

    def __init__(self, stream: _Readable) -> None:
        self._stream, self._position, self._last = stream, 0, b""
        self.header_left: int | None = MAX_HEADER_BYTES
        """How many bytes the header may still take while one is read."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, _whence: int = 0) -> int:
        """Pass over what lies before a position, or stop at the end of the stream."""
        if position < self._position:
            raise tarfile.ReadError("a header that leads back")
        while self._position < position and self._take(position - self._position):
            pass
        return self._position

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end of the stream."""
        if self.header_left is not None:
            self.header_left -= size
            if size < 0 or self.header_left < 0:
                raise tarfile.ReadError(f"a member's header of more than {MAX_HEADER_BYTES >> 20} MiB")
        data = self._take(size)
        while len(data) < size and (more := self._take(size - len(data))):
            data += more
        self._last = data
        return data

    def _take(self, size: int) -> bytes:
        data = self._stream.read(min(size, _CHUNK))
        self._position += len(data)
        return data

    def read_to_end(self) -> None:
        """Read what lies behind the last header; raises ReadError unless two blocks of zeros, or more zeros, end it."""
        if self._last != _ZEROS:
            what = "a damaged header" if self._last else "no end-of-archive blocks"
            raise tarfile.ReadError(f"{what} at byte {self._position - len(self._last):,}")
        begin = self._position
        while data := self._take(_CHUNK):
            if data.count(0) != len(data):
                raise tarfile.ReadError(f"more than zeros behind its end at byte {begin:,}")
        if self._position - begin < tarfile.BLOCKSIZE:
            raise tarfile.ReadError("one of its two end-of-archive blocks is missing")
