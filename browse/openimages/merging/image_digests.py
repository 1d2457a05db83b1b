"""Digests of image rows for the data set digest, made from rows as they stream by in the order of their keys.

docs/dataset-digest.md gives the byte layout.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.domain.dataset_digest import RUN_IMAGES, hashing_threads
from browse.openimages.reading.parsed import IMAGE_SCHEMA
from browse.query.values import SUBSETS

_TEXTS = ("original_url", "landing_url", "license", "author_url", "author", "title")
_WAITING = 2
"""Runs that may wait to be hashed: so much of the rows is held."""
_SIGN = np.uint64(1 << 63)
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint8).reshape(256, 2)
_SUBSETS = pa.array(SUBSETS, pa.large_string())


class ImageDigests:
    """Takes in tables in IMAGE_SCHEMA, by ascending key, and gives the SHA-256 of each run of RUN_IMAGES rows."""

    def __init__(self) -> None:
        self._threads = hashing_threads()
        self._rest = IMAGE_SCHEMA.empty_table()
        self._waiting: deque[Future[bytes]] = deque()
        self._done: list[bytes] = []

    def __enter__(self) -> ImageDigests:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)

    def take_in(self, table: pa.Table) -> None:
        """The rows that follow those before."""
        rows = pa.concat_tables([self._rest, table.select(IMAGE_SCHEMA.names)])
        whole = len(rows) - len(rows) % RUN_IMAGES
        for start in range(0, whole, RUN_IMAGES):
            self._hash(rows.slice(start, RUN_IMAGES))
        self._rest = rows.slice(whole)

    def finish(self) -> bytes:
        """32 bytes for each run; the last run may be shorter than the others."""
        if len(self._rest):
            self._hash(self._rest)
        while self._waiting:
            self._done.append(self._waiting.popleft().result())
        return b"".join(self._done)

    def _hash(self, run: pa.Table) -> None:
        if len(self._waiting) >= _WAITING:
            self._done.append(self._waiting.popleft().result())
        self._waiting.append(self._threads.submit(run_digest, run))


def run_digest(run: pa.Table) -> bytes:
    """SHA-256 of the rows of a table in IMAGE_SCHEMA: twelve fields each, every one behind its length."""
    parts: list[pa.Array] = []
    for field in _fields(run):
        parts += [_lengths(field), field]
    joined = pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.large_binary()))
    ends = np.frombuffer(joined.buffers()[1], np.int64, len(joined) + 1)
    return hashlib.sha256(memoryview(joined.buffers()[2])[ends[0] : ends[-1]]).digest()


def _fields(run: pa.Table) -> list[pa.Array]:
    """The columns of an export as binary arrays without nulls; numbers as decimal digits, unknown ones as nothing."""
    column = {name: run.column(name).combine_chunks() for name in run.column_names}
    numbers = {name: column[name].cast(pa.large_string()) for name in ("original_size", "rotation")}
    fields = [
        _image_ids(column["key"].to_numpy()),
        _SUBSETS.take(column["subset"]),
        *(column[name] for name in _TEXTS),
        numbers["original_size"],
        column["original_md5"],
        column["thumbnail_url"],
        numbers["rotation"],
    ]
    return [pc.fill_null(field.cast(pa.large_binary()), b"") for field in fields]


def _image_ids(keys: npt.NDArray[np.int64]) -> pa.Array:
    """ImageIDs, 16 hex digits each, of database keys."""
    octets = (keys.view(np.uint64) ^ _SIGN).astype(">u8").view(np.uint8)
    return _fixed(_HEX[octets], 16, len(keys))


def _lengths(field: pa.Array) -> pa.Array:
    """The length of each value in bytes, as four bytes, the lowest first. Raises ValueError for 4 GiB and more."""
    lengths = pc.binary_length(field).to_numpy()
    if len(lengths) and int(lengths.max()) >> 32:
        raise ValueError(f"a text of {int(lengths.max()):,} bytes")
    return _fixed(lengths.astype("<u4"), 4, len(lengths))


def _fixed(values: npt.NDArray[np.generic], width: int, count: int) -> pa.Array:
    """Values of equal width as a binary array."""
    ends = np.arange(0, (count + 1) * width, width, dtype=np.int64)
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), count, [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(values))]
    )
