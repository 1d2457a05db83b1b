"""Free text as Flickr gave it: HTML entities unescaped once, line breaks and tabs made blanks, controls stripped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from html.entities import html5

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.reading.image_keys import pieces, text_bytes

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SILENT_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAK = re.compile(r"[\t-\r\x85\u2028\u2029]+")
"""Controls that part words: tabs and all that Unicode takes for the end of a line."""
_ENTITY = re.compile(r"&(#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]*);")


def clean_text(text: str) -> str:
    """One title or name: entities unescaped once; tabs and line breaks, however many, one blank; other controls gone.

    Only what ends with a semicolon is an entity: ampersands stand in titles as they are, also before `copy` or `para`.
    """
    return _BREAK.sub(" ", _SILENT_CONTROL.sub("", _ENTITY.sub(_unescaped, text)))


def _unescaped(entity: re.Match[str]) -> str:
    if entity[1].startswith("#"):
        return _character(entity[0])
    return html5.get(f"{entity[1]};", entity[0])


_character = lru_cache(1 << 12)(html.unescape)


def clean_url(text: str) -> str:
    """A URL: control characters taken out, nothing unescaped."""
    return _CONTROL.sub("", text)


def clean_texts(column: pa.Array) -> pa.Array:
    """`clean_text` of a string column; only rows that need it are touched."""
    return _replace(column, _suspects(column, free_text=True), clean_text)


def clean_urls(column: pa.Array) -> pa.Array:
    """`clean_url` of a string column."""
    return _replace(column, _suspects(column, free_text=False), clean_url)


def _suspects(column: pa.Array, *, free_text: bool) -> npt.NDArray[np.int64]:
    """Rows that hold a byte of a control character (C1 ones begin with 0xC2), in free text an ampersand or U+2028/9."""
    offsets, data = text_bytes(column)
    odd = [_odd_bytes(piece, free_text=free_text) + start for start, piece in pieces(data)]
    positions = np.concatenate([np.empty(0, np.int64), *odd])
    if free_text:
        starts = positions[data[positions] == 0xE2]  # E2 80 A8 and E2 80 A9; a whole character follows each start
        others = starts[(data[starts + 1] != 0x80) | (data[starts + 2] & 0xFE != 0xA8)]
        positions = np.setdiff1d(positions, others, assume_unique=True)
    rows = np.searchsorted(offsets, positions, side="right") - 1
    return rows[np.diff(rows, prepend=-1) > 0]


def _odd_bytes(data: npt.NDArray[np.uint8], *, free_text: bool) -> npt.NDArray[np.int64]:
    """Where bytes stand that may belong to something odd, ascending."""
    odd = data < 0x20
    for byte in (0x7F, 0xC2, ord("&"), 0xE2) if free_text else (0x7F, 0xC2):
        odd |= data == byte
    return np.flatnonzero(odd)


def _replace(column: pa.Array, rows: npt.NDArray[np.int64], clean: Callable[[str], str]) -> pa.Array:
    if not len(rows):
        return column
    cleaned = pa.array(map(clean, column.take(pa.array(rows)).to_pylist()), pa.string())
    replaced = np.zeros(len(column), np.bool_)
    replaced[rows] = True
    return pc.replace_with_mask(column, pa.array(replaced), cleaned)


_BASE64 = np.zeros(256, np.uint8)
_BASE64[np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8)] = np.arange(64)


def md5_bytes(column: pa.Array) -> npt.NDArray[np.bytes_]:
    """The 16 bytes (S16) of base64 texts of 24 characters; zeros where a text is empty or null."""
    known = np.flatnonzero(pc.fill_null(pc.equal(pc.utf8_length(column), 24), False).to_numpy(zero_copy_only=False))
    result = np.zeros((len(column), 16), np.uint8)
    if len(known):
        _, data = text_bytes(pa.concat_arrays([column.take(pa.array(known))]))
        six = _BASE64[data.reshape(-1, 24)].reshape(-1, 6, 4)
        high = six[:, :, 0] << 2 | six[:, :, 1] >> 4
        middle = six[:, :, 1] << 4 | six[:, :, 2] >> 2
        low = six[:, :, 2] << 6 | six[:, :, 3]
        result[known] = np.stack([high, middle, low], axis=2).reshape(-1, 18)[:, :16]
    return result.view("S16").ravel()


def photo_ids(landing: pa.Array, original: pa.Array) -> npt.NDArray[np.uint64]:
    """Ids of photos at Flickr: `…flickr.com/photos/OWNER/ID` of landing URLs, else `…staticflickr.com/SERVER/ID_…` of
    originals' URLs; 0 where neither has one.
    """
    result = _numbers(_last_part(landing, "flickr.com/photos/"))
    missing = np.flatnonzero(result == 0)
    if len(missing):
        files = _last_part(original.take(pa.array(missing)), "staticflickr.com/")
        result[missing] = _numbers(_part(files, "_", 0))
    return result


def _last_part(urls: pa.Array, place: str) -> pa.Array:
    """What stands after the last slash of URLs that lead to this place; empty for others."""
    leads = pc.fill_null(pc.match_substring(urls, place), False)
    paths = pc.ascii_rtrim(pc.if_else(leads, urls, "/0/"), "/")
    return _part(paths, "/", -1)


def _part(texts: pa.Array, separator: str, place: int) -> pa.Array:
    parts = pc.split_pattern(texts, separator, max_splits=1, reverse=place < 0)
    ends = parts.offsets.to_numpy()
    return parts.values.take(pa.array(ends[1:] - 1 if place < 0 else ends[:-1]))


def _numbers(texts: pa.Array) -> npt.NDArray[np.uint64]:
    valid = pc.and_(pc.ascii_is_decimal(texts), pc.less_equal(pc.binary_length(texts), 19))
    numbers: npt.NDArray[np.uint64] = (
        pc.if_else(valid, texts, "0").cast(pa.uint64()).to_numpy(zero_copy_only=False).copy()
    )
    return numbers
