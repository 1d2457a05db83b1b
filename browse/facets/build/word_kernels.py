"""Loops that number words and list the texts that have them, compiled by numba."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, kernel

Bytes = npt.NDArray[np.uint8]
_BLANK = np.uint8(32)
_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
"""Of the 64-bit hash FNV-1a."""
_ONE = np.uint64(1)


class FoldedTexts(NamedTuple):
    """Some texts with nothing but words and blanks left: text i is data[starts[i]:stops[i]]."""

    data: Bytes
    starts: Counts
    stops: Counts


class WordArrays(NamedTuple):
    """Words by number, and room for more: word n is text[ends[n]:ends[n + 1]].

    slots   a power of two of places, more than twice as many as words: number + 1 of the word that lies there, or 0.
    hashes  of each word.
    seen    for each word the number of the last text that has it, plus 1.
    """

    text: Bytes
    ends: Counts
    slots: ImageNumbers
    hashes: Bitset
    seen: ImageNumbers


@kernel
def number_words(
    texts: FoldedTexts, first: int, size: int, words: WordArrays, numbers: ImageNumbers, counts: ImageNumbers
) -> int:
    """Write the numbers of the distinct words of each text; how many words are known then.

    first: number of the first of these texts; size: how many words are known before. numbers: out; counts: out, how
    many of them each text has.
    """
    data = texts.data
    placed = 0
    for place in range(len(texts.starts)):
        begin = texts.starts[place]
        stop = texts.stops[place]
        mark = np.uint32(first + place + 1)
        while begin < stop:
            if data[begin] == _BLANK:
                begin += 1
                continue
            code = _SEED
            end = begin
            while end < stop and data[end] != _BLANK:
                code = (code ^ np.uint64(data[end])) * _PRIME
                end += 1
            number = _find(data, begin, end, code, words)
            if number < 0:
                number = size
                size += 1
                _put(data, begin, end, code, number, words)
            if words.seen[number] != mark:
                words.seen[number] = mark
                numbers[placed] = number
                placed += 1
                counts[place] += np.uint32(1)
            begin = end
    return size


@kernel
def _slot(code: np.uint64, slots: ImageNumbers) -> np.uint64:
    return (code ^ (code >> np.uint64(32))) & np.uint64(len(slots) - 1)


@kernel
def _find(data: Bytes, begin: int, end: int, code: np.uint64, words: WordArrays) -> int:
    """The number of a word, or -1."""
    slot = _slot(code, words.slots)
    while words.slots[slot] != 0:
        number = int(words.slots[slot]) - 1
        start = words.ends[number]
        if words.hashes[number] == code and words.ends[number + 1] - start == end - begin:
            same = True
            for step in range(end - begin):
                if words.text[start + step] != data[begin + step]:
                    same = False
                    break
            if same:
                return number
        slot = (slot + _ONE) & np.uint64(len(words.slots) - 1)
    return -1


@kernel
def _put(data: Bytes, begin: int, end: int, code: np.uint64, number: int, words: WordArrays) -> None:
    """Keep a word that is not there yet."""
    start = words.ends[number]
    for step in range(end - begin):
        words.text[start + step] = data[begin + step]
    words.ends[number + 1] = start + end - begin
    words.hashes[number] = code
    slot = _slot(code, words.slots)
    while words.slots[slot] != 0:
        slot = (slot + _ONE) & np.uint64(len(words.slots) - 1)
    words.slots[slot] = np.uint32(number + 1)


@kernel
def fill_slots(slots: ImageNumbers, hashes: Bitset) -> None:
    """Give every word a place among empty ones."""
    for number in range(len(hashes)):
        slot = _slot(hashes[number], slots)
        while slots[slot] != 0:
            slot = (slot + _ONE) & np.uint64(len(slots) - 1)
        slots[slot] = np.uint32(number + 1)


@kernel
def leading_bytes(text: Bytes, ends: Counts, keys: Bitset) -> None:
    """The first sixteen bytes of each word as two numbers that sort as they do; keys: uint64[2, words]."""
    for word in range(keys.shape[1]):
        for half in range(2):
            key = np.uint64(0)
            for step in range(8):
                place = ends[word] + 8 * half + step
                byte = np.uint64(text[place]) if place < ends[word + 1] else np.uint64(0)
                key = (key << np.uint64(8)) | byte
            keys[half, word] = key


@kernel
def copy_words(text: Bytes, ends: Counts, order: Counts, out: Bytes) -> None:
    """The words one behind the other, in another order."""
    place = 0
    for word in order:
        for step in range(ends[word], ends[word + 1]):
            out[place] = text[step]
            place += 1


@kernel
def list_texts(
    numbers: ImageNumbers,
    counts: ImageNumbers,
    ranks: ImageNumbers,
    first: int,
    first_text: int,
    ends: Counts,
    out: ImageNumbers,
) -> None:
    """Append each text to the lists of its words, for words from rank `first` on.

    numbers, counts: of texts from `first_text` on, as number_words writes them. ends: int64[some words], where in `out`
    the next text of each goes.
    """
    place = 0
    for text in range(len(counts)):
        for _ in range(counts[text]):
            word = np.int64(ranks[numbers[place]]) - first
            if 0 <= word < len(ends):
                out[ends[word]] = np.uint32(first_text + text)
                ends[word] += 1
            place += 1
