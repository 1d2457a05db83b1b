"""Files in forms: small ones, in memory, where the form takes one (`browse.posted.takes_file`); no others are read."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParserError

from viewer.bodies import MOST_FILE_BYTES


class FileRefusedError(MultiPartParserError):
    """The form takes no file, or none as large as this; the message says so. 400."""


class SmallFiles(MemoryFileUploadHandler):
    """Keeps a form's file in memory. Refuses, by the head of its part, one that the form does not take."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins. Raises FileRefusedError."""
        match = self.request.resolver_match if self.request else None
        if match is None or not getattr(match.func, "takes_file", False):
            raise FileRefusedError("This form does not accept files.")
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of it. Raises FileRefusedError."""
        if start + len(raw_data) > MOST_FILE_BYTES:
            raise FileRefusedError(f"The file is too large: at most {MOST_FILE_BYTES:,} bytes are allowed.")
        return super().receive_data_chunk(raw_data, start)
