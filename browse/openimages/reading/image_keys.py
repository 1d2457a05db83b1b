"""Many ImageIDs at once: text columns to database keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

PIECE_BYTES = 1 << 18
_BAD = 255
_DIGIT = np.full(256, _BAD, np.uint8)
_DIGIT[np.frombuffer(b"0123456789", np.uint8)] = np.arange(10)
_DIGIT[np.frombuffer(b"abcdef", np.uint8)] = np.arange(10, 16)
_SIGN = np.uint64(1 << 63)

Keys = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def text_bytes(column: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """A string column's offsets (n + 1, from 0) and its bytes, without a copy where it can be helped."""
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, column.offset * 4)
    data = column.buffers()[2]
    if data is None or len(column) == 0:
        return np.zeros(len(column) + 1, np.int32), np.empty(0, np.uint8)
    start, end = int(offsets[0]), int(offsets[-1])
    return offsets - start, np.frombuffer(data, np.uint8)[start:end]


def pieces(data: npt.NDArray[np.uint8]) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    """Bytes in pieces, each with its place: what is made of a piece needs no fresh memory and stays in the cache."""
    for start in range(0, len(data), PIECE_BYTES):
        yield start, data[start : start + PIECE_BYTES]


def looks_decimal(column: pa.Array) -> bool:
    """Whether these ids are decimal, as in V1's first tarball: no letter a to f, no leading 0, not all of 16 digits."""
    offsets, data = text_bytes(column)
    lengths = np.diff(offsets)
    filled = offsets[:-1][lengths > 0]
    if not bool(np.isin(lengths, (0, 16), invert=True).any()) or bool((data[filled] == ord("0")).any()):
        return False
    return not bool(((data >= ord("a")) & (data <= ord("f"))).any())


def keys_of(column: pa.Array, *, decimal: bool = False) -> tuple[Keys, Mask]:
    """Database keys of a text column, and which texts are no ImageID (their key is 0)."""
    if len(column) == 0:
        return np.empty(0, np.int64), np.empty(0, np.bool_)
    return _decimal_keys(column) if decimal else _hex_keys(column)


def _hex_keys(column: pa.Array) -> tuple[Keys, Mask]:
    offsets, data = text_bytes(column)
    odd_length = np.diff(offsets) != 16
    if odd_length.any():
        good = np.flatnonzero(~odd_length)
        keys, bad = np.zeros(len(column), np.int64), odd_length.copy()
        if len(good):
            keys[good], bad[good] = _hex_keys(pa.concat_arrays([column.take(pa.array(good))]))
        return keys, bad
    return _decode_runs(data.reshape(-1, 16))


def _decode_runs(texts: npt.NDArray[np.uint8]) -> tuple[Keys, Mask]:
    """Label rows of one image stand together: each run of equal ids is decoded once."""
    halves = np.ascontiguousarray(texts).view(np.uint64)
    starts = np.ones(len(texts), np.bool_)
    first, second = halves.T
    starts[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    if starts.mean() > 0.5:
        return _decode(texts)
    keys, bad = _decode(texts[starts])
    run = np.cumsum(starts) - 1
    return keys[run], bad[run]


def _decode(texts: npt.NDArray[np.uint8]) -> tuple[Keys, Mask]:
    digits = _DIGIT[texts]
    bad = (digits == _BAD).any(axis=1)
    values = ((digits[:, 0::2] << 4) | (digits[:, 1::2] & 15)).view(">u8").ravel().astype(np.uint64)
    keys = (values ^ _SIGN).view(np.int64)
    keys[bad] = 0
    return keys, bad


def _decimal_keys(column: pa.Array) -> tuple[Keys, Mask]:
    keys, bad = np.zeros(len(column), np.int64), np.zeros(len(column), np.bool_)
    for index, text in enumerate(column.to_pylist()):
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 1 << 64
        if value >= 1 << 64:
            bad[index] = True
        else:
            keys[index] = value - (1 << 63)
    return keys, bad
