"""Finds many texts among others, again and again: the others are hashed once, where Arrow hashes them each time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.reading.image_keys import text_bytes

_WORDS = 3
"""So many words of eight bytes at a text's end go into its hash: of the address of a profile, the account's name."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Places = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


class TextPlaces:
    """Texts, all different and none of them null, of which others are told the places."""

    def __init__(self, texts: pa.Array) -> None:
        self._texts = texts
        hashes = text_hashes(texts)
        self._order = np.argsort(hashes)
        self._hashes = hashes[self._order]

    def of(self, texts: pa.Array) -> Places:
        """Where each text stands, -1 for those that are not there; none of them may be null."""
        if not len(self._texts):
            return np.full(len(texts), -1)
        hashes = text_hashes(texts)
        found = np.minimum(self._found(hashes), len(self._hashes) - 1)
        places = np.where(self._hashes[found] == hashes, self._order[found], -1)
        standing = self._texts.take(pa.array(places, mask=places < 0))
        others = np.flatnonzero(pc.fill_null(pc.not_equal(standing, texts), False).to_numpy(zero_copy_only=False))
        if len(others):  # texts of one hash
            again = pc.index_in(texts.take(pa.array(others)), value_set=self._texts)
            places[others] = pc.fill_null(again, -1).to_numpy()
        return places

    def _found(self, hashes: Hashes) -> Places:
        """Where each hash would stand among those of the texts; in order, which takes half as long."""
        order = np.argsort(hashes)
        found = np.empty(len(hashes), np.int64)
        found[order] = np.searchsorted(self._hashes, hashes[order])
        return found


def text_hashes(texts: pa.Array) -> Hashes:
    """A number for each text, the same for equal ones."""
    offsets, data = text_bytes(texts)
    padded = np.concatenate([np.zeros(8 * _WORDS, np.uint8), data])
    words = np.ndarray(len(padded) - 7, "<u8", padded, strides=(1,))  # one at every byte
    lengths, ends = np.diff(offsets), offsets[1:]
    hashes: Hashes = lengths.astype(np.uint64)
    for number in range(_WORDS):
        missing = 8 * np.clip(8 * (number + 1) - lengths, 0, 8).astype(np.uint64)
        word = words[ends + 8 * (_WORDS - number - 1)] >> np.minimum(missing, 63)
        hashes = (hashes ^ np.where(missing < 64, word, 0)) * _FACTOR
        hashes ^= hashes >> np.uint64(32)
    hashes *= _FACTOR
    return hashes
