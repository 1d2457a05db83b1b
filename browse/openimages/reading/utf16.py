"""UTF-16 files that begin with a byte order mark, read as the UTF-8 that all else is."""

from __future__ import annotations

import codecs
import io

from browse.openimages.reading.containers import ByteStream

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = b"\xff"


class Utf8Stream(io.RawIOBase):
    """The same bytes, or those of the same text where they begin with UTF-16's mark.

    What is no text in UTF-16 becomes bytes that are no UTF-8, so that the rows it stands in are rejected.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._begun = False
        self._decoder: codecs.IncrementalDecoder | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while True:
            data = self._stream.read(size)
            if not self._begun:
                data = self._begin(data)
            if self._decoder is None or self._decoder.getstate()[0] == b"" == data:
                return data
            text = self._decoded(data)
            if text or not data:
                return text

    def _begin(self, data: bytes) -> bytes:
        """The first bytes, two at least; whether they are a mark."""
        self._begun = True
        while len(data) < 2 and (more := self._stream.read(2)):
            data += more
        if data.startswith(_MARKS):
            self._decoder = codecs.getincrementaldecoder("utf-16")("surrogatepass")
        return data

    def _decoded(self, data: bytes) -> bytes:
        assert self._decoder is not None
        try:
            return self._decoder.decode(data, final=not data).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:  # an odd number of bytes in all, or half a pair at the end
            self._decoder.reset()
            return _NO_TEXT
