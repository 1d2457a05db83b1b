"""Streams for clients of HTTP/1.0, which has no chunks: a file with its length, so that one cut off is told."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.http import StreamingHttpResponse

MOST_ROWS = 100_000
MOST_BYTES = 128 * 1024 * 1024
"""Where the number of rows is not known."""
AT_ONCE_BYTES = 64 * 1024
COUNT_HEADER = "X-Record-Count"


class TooLongError(Exception):
    """The stream has more than MOST_ROWS rows, or MOST_BYTES."""


def finish(response: StreamingHttpResponse) -> None:
    """Make all of it, into a file without a name, and give its length. Raises TooLongError, OSError, SearchError."""
    said = response.headers.get(COUNT_HEADER, "")
    if said.isdecimal() and int(said) > MOST_ROWS:
        raise TooLongError
    most_lines = MOST_ROWS + 1 if not said and "Content-Encoding" not in response.headers else None
    file = TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115 -- closed with the answer
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    lines = 0
    for piece in response:
        lines += piece.count(b"\n")
        file.write(piece)
        if file.tell() > MOST_BYTES or (most_lines is not None and lines > most_lines):
            raise TooLongError
    response.headers["Content-Length"] = str(file.tell())
    file.seek(0)
    response.streaming_content = _blocks(file)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(AT_ONCE_BYTES):
        yield block
