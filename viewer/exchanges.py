"""A request and its answer, as the worker passes them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from gunicorn.http.body import ChunkedReader, LengthReader

from viewer.bodies import MOST_BODY_BYTES
from viewer.connections import AT_ONCE_BYTES

LARGEST_FILE_BYTES = 4 * 1024 * 1024
"""A larger file is sent as a stream."""


class Next(Enum):
    """What becomes of a connection."""

    REQUEST = auto()
    END = auto()
    STREAM = auto()


@dataclass(frozen=True)
class Answer:
    """What the application answered: gunicorn's response with status and headers, and the body, not yet sent."""

    response: Any
    body: Any
    environ: dict[str, Any]
    began: datetime

    @property
    def has_content(self) -> bool:
        """Not so for HEAD: nothing is made then."""
        return bool(self.environ["REQUEST_METHOD"] != "HEAD")

    @property
    def is_file(self) -> bool:
        return isinstance(self.body, self.environ["wsgi.file_wrapper"])

    @property
    def is_stream(self) -> bool:
        """Whether it is made while it is sent, or does not belong in memory."""
        if not self.has_content:
            return False
        if self.is_file:
            length = self.response.response_length
            return length is None or length > LARGEST_FILE_BYTES
        return bool(getattr(self.body, "streaming", False))

    def write(self) -> None:
        """Write all of it, and close it. Raises OSError where the client is gone, and what the application raises."""
        try:
            if not self.has_content:
                pass
            elif self.is_file:
                while block := self.body.filelike.read(AT_ONCE_BYTES):
                    self.response.write(block)
            else:
                for block in self.body:
                    self.response.write(block)
            self.response.close()
        finally:
            if hasattr(self.body, "close"):
                self.body.close()


def body_length(request: Any) -> int:
    """Bytes to receive before the request is answered: none of a body that the application refuses by its head."""
    reader = request.body.reader
    length = reader.length if isinstance(reader, LengthReader) else 0
    if isinstance(reader, ChunkedReader) or length > MOST_BODY_BYTES:
        request.force_close()
        return 0
    return length
