"""Sorted texts of an open index: names, and words with who has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import ImageNumbers

Offsets = npt.NDArray[np.int64] | npt.NDArray[np.uint32]
_BEHIND = b"\xff"
"""Sorts behind every continuation of a text: no UTF-8 has this byte."""


class TextTable(Sequence[str]):
    """Sorted, distinct texts, read from their bytes one at a time. UTF-8 sorts by code point."""

    def __init__(self, text: npt.NDArray[np.uint8], offsets: Offsets) -> None:
        self._text = text
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return self._bytes(place).decode()

    def _bytes(self, place: int) -> bytes:
        return self._text[self._offsets[place] : self._offsets[place + 1]].tobytes()

    def find(self, text: str) -> int | None:
        """The place of a text, or None where it is not there."""
        found = self.among(text)
        return found.start if found else None

    def among(self, text: str, *, begins: bool = False) -> range:
        """The places of a text, one or none, or of all texts that begin with it."""
        try:
            wanted = text.encode()
        except UnicodeEncodeError:
            return range(0)
        low = self._first_from(wanted)
        if begins:
            return range(low, self._first_from(wanted + _BEHIND))
        return range(low, low + (low < len(self) and self._bytes(low) == wanted))

    def _first_from(self, wanted: bytes) -> int:
        """The place of the first text that is not before this one."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(len(self)))


class WordTable:
    """Words, and for each the numbers of the images, or authors, that have it."""

    def __init__(self, words: TextTable, offsets: npt.NDArray[np.uint32], places: ImageNumbers) -> None:
        self._words = words
        self._offsets = offsets
        self._places = places

    def having(self, word: str, *, begins: bool) -> ImageNumbers:
        """Who has this word, or one that begins with it; the latter may stand there several times."""
        found = self._words.among(word, begins=begins)
        places: ImageNumbers = self._places[self._offsets[found.start] : self._offsets[found.stop]]
        return places
