"""Numbers the words of many texts, and lists for each word the texts that have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.text_words import ASCII_PARTING, words
from browse.domain.texts import Texts
from browse.facets.build import pair_chunks, word_kernels
from browse.facets.build.pair_chunks import Report, batches, drop_cached_pages
from browse.facets.build.word_kernels import FoldedTexts, WordArrays
from browse.facets.embedded.kernels import Counts, ImageNumbers

TEXTS_AT_ONCE = 1 << 16
BYTES_AT_ONCE = 4 << 20
_NOT_ASCII = 0x80


class Vocabulary:
    """The distinct words of some texts, numbered as they come, and the numbers of each text's words.

    Memory: four bytes for each word of each text, and some fifty for each distinct word.
    """

    def __init__(self) -> None:
        self._words = WordArrays(
            text=np.empty(0, np.uint8),
            ends=np.zeros(1, np.int64),
            slots=np.zeros(1 << 12, np.uint32),
            hashes=np.empty(0, np.uint64),
            seen=np.empty(0, np.uint32),
        )
        self._size = 0
        self._numbers: list[ImageNumbers] = []
        self._counts: list[ImageNumbers] = []

    @classmethod
    def of(cls, texts: Texts, report: Report, what: str) -> Vocabulary:
        """The words of these texts; told of progress as `what`."""
        vocabulary = cls()
        for first, last in _chunks(texts):
            vocabulary._take_in(_folded(texts, first, last), first)
            report(what, last, len(texts))
        return vocabulary

    def _take_in(self, folded: FoldedTexts, first: int) -> None:
        room = len(folded.data) // 2 + len(folded.starts)
        self._make_room(room, len(folded.data))
        numbers, counts = np.empty(room, np.uint32), np.zeros(len(folded.starts), np.uint32)
        self._size = word_kernels.number_words(folded, first, self._size, self._words, numbers, counts)
        self._numbers.append(numbers[: counts.sum()].copy())
        self._counts.append(counts)

    def _make_room(self, more_words: int, more_bytes: int) -> None:
        """So that as many more words, of so many bytes, find a place."""
        words, needed = self._words, self._size + more_words
        used = int(words.ends[self._size])
        if len(words.hashes) < needed:
            room = max(needed, 2 * self._size)
            ends, hashes, seen = _grown(words.ends, room + 1), _grown(words.hashes, room), _grown(words.seen, room)
            words = words._replace(ends=ends, hashes=hashes, seen=seen)
        if len(words.text) < used + more_bytes:
            words = words._replace(text=_grown(words.text, max(used + more_bytes, 2 * used)))
        if len(words.slots) < 2 * needed:
            words = words._replace(slots=np.zeros(1 << (2 * needed).bit_length(), np.uint32))
            word_kernels.fill_slots(words.slots, words.hashes[: self._size])
        self._words = words

    def sorted(self) -> SortedWords:
        """The words by code point, and how many texts have each."""
        keys = np.empty((2, self._size), np.uint64)
        word_kernels.leading_bytes(self._words.text, self._words.ends, keys)
        order = np.lexsort((keys[1], keys[0]))
        alike = (keys[:, order[1:]] == keys[:, order[:-1]]).all(axis=0)
        for start, stop in _runs(alike):
            order[start:stop] = sorted(order[start:stop], key=self._word)
        del keys
        ranks = np.empty(self._size, np.uint32)
        ranks[order] = np.arange(self._size, dtype=np.uint32)
        sizes = np.zeros(self._size, np.int64)
        for numbers in self._numbers:
            sizes += np.bincount(numbers, minlength=self._size)
        lengths = np.diff(self._words.ends[: self._size + 1])[order]
        text = np.empty(int(lengths.sum()), np.uint8)
        word_kernels.copy_words(self._words.text, self._words.ends, order, text)
        return SortedWords(text, np.cumsum(lengths), sizes[order], ranks)

    def _word(self, number: int) -> bytes:
        return self._words.text[self._words.ends[number] : self._words.ends[number + 1]].tobytes()

    def having(self, words: SortedWords) -> Iterator[ImageNumbers]:
        """For word after word, by code point, the texts that have it, ascending; some hundred megabytes at a time."""
        offsets = np.concatenate([[0], np.cumsum(words.sizes)])
        for first, last in batches(words.sizes, pair_chunks.SCATTER_BYTES // 4):
            ends = offsets[first:last] - offsets[first]
            listed = np.empty(offsets[last] - offsets[first], np.uint32)
            text = 0
            for numbers, counts in zip(self._numbers, self._counts, strict=True):
                word_kernels.list_texts(numbers, counts, words.ranks, first, text, ends, listed)
                text += len(counts)
            yield listed
            del listed


@dataclass(frozen=True)
class SortedWords:
    """Words by code point: their UTF-8, where each ends in it, how many texts have each; ranks, by their numbers."""

    text: npt.NDArray[np.uint8]
    ends: Counts
    sizes: Counts
    ranks: ImageNumbers


def _grown(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    larger = np.zeros(size, array.dtype)
    larger[: len(array)] = array
    return larger


def _runs(alike: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Of neighbors that are alike, each run: its first place and the one behind its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], alike, [False]]).astype(np.int8)))
    return ((int(start), int(stop) + 1) for start, stop in edges.reshape(-1, 2))


def _chunks(texts: Texts) -> Iterator[tuple[int, int]]:
    """Runs of texts that are worth taking at once: the first, and the one behind the last."""
    first = begin = 0
    while first < len(texts):
        last = int(np.searchsorted(texts.ends[first : first + TEXTS_AT_ONCE], begin + BYTES_AT_ONCE, side="right"))
        last = first + max(last, 1)
        yield first, last
        first, begin = last, int(texts.ends[last - 1])
        drop_cached_pages(texts.data)


def _folded(texts: Texts, first: int, last: int) -> FoldedTexts:
    begin = int(texts.ends[first - 1]) if first else 0
    stops = np.asarray(texts.ends[first:last]) - begin
    starts = np.concatenate([[0], stops[:-1]])
    data = np.asarray(texts.data[begin : begin + int(stops[-1])])
    odd = np.unique(np.searchsorted(stops, np.flatnonzero(data >= _NOT_ASCII), side="right"))
    parts = [data.tobytes().translate(ASCII_PARTING)]
    if len(odd):
        parts += [" ".join(words(data[starts[n] : stops[n]].tobytes().decode())).encode() for n in odd.tolist()]
        edges = np.cumsum([len(part) for part in parts])
        starts[odd], stops[odd] = edges[:-1], edges[1:]
    return FoldedTexts(np.frombuffer(b"".join(parts), np.uint8), starts, stops)
