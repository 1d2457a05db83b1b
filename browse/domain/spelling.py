"""Words that are spelt nearly alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

MOST_SLIPS = 2
_FAR = 99

Slips = npt.NDArray[np.int16]


def slips_allowed(word: str) -> int:
    """How many slips a word may have and still be meant: one for each three letters, at most MOST_SLIPS."""
    return min(MOST_SLIPS, len(word) // 3)


class Spellings:
    """Words by length, to be compared with another one all at once."""

    def __init__(self, words: Iterable[str]) -> None:
        by_length: dict[int, list[str]] = {}
        for word in words:
            by_length.setdefault(len(word), []).append(word)
        self._words = by_length
        self._letters = {
            length: np.array([[*map(ord, word)] for word in same], np.int32).reshape(len(same), length).T.copy()
            for length, same in by_length.items()
        }

    def near(self, word: str) -> dict[str, int]:
        """The words that this one may be meant for, and with how many slips it is written then.

        A slip is a letter left out, put in, or replaced, or two neighbors exchanged: the optimal string alignment
        distance.
        """
        most = slips_allowed(word)
        lengths = range(len(word) - most, len(word) + most + 1)
        return {
            near: slips
            for length in lengths
            if length in self._words
            for near, slips in zip(self._words[length], _slips(word, self._letters[length], most).tolist(), strict=True)
            if slips <= most
        }


def _slips(word: str, letters: npt.NDArray[np.int32], most: int) -> Slips:
    """int16[words]: distance to each word of int32[letters, words]; too large where it is above `most`."""
    length, words = letters.shape
    before: list[Slips] = []
    row = [np.full(words, place, np.int16) for place in range(length + 1)]
    far = np.full(words, _FAR, np.int16)
    for i, letter in enumerate(map(ord, word), 1):
        new = [far] * (length + 1)
        new[0] = np.full(words, i, np.int16)
        for j in range(max(1, i - most), min(length, i + most) + 1):
            here = letters[j - 1]
            cell = np.minimum(np.minimum(row[j], new[j - 1]) + np.int16(1), row[j - 1] + (here != letter))
            if i > 1 and j > 1:
                swapped = (letters[j - 2] == letter) & (here == ord(word[i - 2]))
                cell = np.where(swapped, np.minimum(cell, before[j - 2] + np.int16(1)), cell)
            new[j] = cell.astype(np.int16)
        before, row = row, new
    return row[length]
