"""Loops over the index, compiled by numba; they release the GIL and allocate nothing large.

A set of images is a bitset: uint64 words, bit i % 64 of word i // 64 for image number i, unused high bits zero.
Arrays from the index are read-only maps, which numba compiles for separately: `browse.facets.warm` calls each kernel
with the types it meets in service.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

Word = np.uint64
Bitset = npt.NDArray[np.uint64]
ImageNumbers = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
ClassCodes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def kernel(function: F) -> F:
    """Compile on first call, keep the machine code on disk, let other threads run meanwhile.

    Where no folder can be written to (beside this file, or NUMBA_CACHE_DIR), each process compiles for itself.
    """
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, njit(nogil=True)(function))


def _on_word(build: Callable[[Any, Any], Any]) -> Any:
    def typed(_context: Any, _word: Any) -> Any:
        def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return build(builder, arguments[0])

        return types.uint64(types.uint64), emit

    return intrinsic(typed)


ones = _on_word(lambda builder, word: builder.ctpop(word))
lowest = _on_word(lambda builder, word: builder.cttz(word, ir.Constant(ir.IntType(1), 0)))


@kernel
def set_bits(words: Bitset, ids: ImageNumbers, starts: Counts, stops: Counts) -> None:
    """Put the images of some segments of a posting file into a set."""
    one = Word(1)
    for segment in range(len(starts)):
        for place in range(starts[segment], stops[segment]):
            image = Word(ids[place])
            words[image >> Word(6)] |= one << (image & Word(63))


@kernel
def put_bits(words: Bitset, images: ImageNumbers, inside: npt.NDArray[np.bool_]) -> None:
    """Put each of these images into a set, or take it out."""
    one = Word(1)
    for place in range(len(images)):
        image = Word(images[place])
        bit = one << (image & Word(63))
        if inside[place]:
            words[image >> Word(6)] |= bit
        else:
            words[image >> Word(6)] &= ~bit


@kernel
def set_matching_bits(words: Bitset, images: ImageNumbers, held: Bitset, wanted: Bitset) -> None:
    """Put each of these images into a set where one of its bits is wanted, or take it out.

    held: uint64[images, words]. Without branches, which no processor would foresee.
    """
    one = Word(1)
    for place in range(len(images)):
        image = Word(images[place])
        shift = image & Word(63)
        common = Word(0)
        for part in range(len(wanted)):
            common |= held[place, part] & wanted[part]
        word = words[image >> Word(6)] & ~(one << shift)
        words[image >> Word(6)] = word | (Word(common != Word(0)) << shift)


@kernel
def adjust_label_counts(
    words: Bitset,
    images: ImageNumbers,
    labels: ImageNumbers,
    before: npt.NDArray[np.int16],
    after: npt.NDArray[np.int16],
    mask: npt.NDArray[np.bool_],
    counts: Counts,
) -> None:
    """Correct counts[label] of the pairs in `mask` by those of these images that are in a set; below 0 is no class."""
    for place in range(len(images)):
        image = Word(images[place])
        if (words[image >> Word(6)] >> (image & Word(63))) & Word(1):
            if before[place] >= 0:
                counts[labels[place]] -= mask[before[place]]
            if after[place] >= 0:
                counts[labels[place]] += mask[after[place]]


@kernel
def adjust_class_counts(
    words: Bitset, images: ImageNumbers, before: npt.NDArray[np.int16], after: npt.NDArray[np.int16], counts: Counts
) -> None:
    """Count each of these images that is in a set under its class after, no longer before; below 0 is no class."""
    for place in range(len(images)):
        image = Word(images[place])
        if (words[image >> Word(6)] >> (image & Word(63))) & Word(1):
            if before[place] >= 0:
                counts[before[place]] -= 1
            if after[place] >= 0:
                counts[after[place]] += 1


@kernel
def and_not(words: Bitset, gone: Bitset) -> None:
    """Take the images of one set out of another."""
    for place in range(len(words)):
        words[place] &= ~gone[place]


@kernel
def count_bits(words: Bitset) -> int:
    """How many images a set has."""
    total = Word(0)
    for place in range(len(words)):
        total += ones(words[place])
    return int(total)


@kernel
def count_below(words: Bitset, image: int) -> int:
    """How many images before this one a set has."""
    total = Word(0)
    for place in range(image >> 6):
        total += ones(words[place])
    if image & 63:
        total += ones(words[image >> 6] & ((Word(1) << Word(image & 63)) - Word(1)))
    return int(total)


@kernel
def count_common(first: Bitset, second: Bitset) -> int:
    """How many images two sets share."""
    total = Word(0)
    for place in range(len(first)):
        total += ones(first[place] & second[place])
    return int(total)


@kernel
def count_listed(words: Bitset, ids: ImageNumbers) -> int:
    """How many of the listed images are in a set."""
    total = Word(0)
    for place in range(len(ids)):
        image = Word(ids[place])
        total += (words[image >> Word(6)] >> (image & Word(63))) & Word(1)
    return int(total)


@kernel
def count_segments(words: Bitset, ids: ImageNumbers, starts: Counts, stops: Counts, counts: Counts) -> None:
    """Add to counts[k] how many images of ids[starts[k]:stops[k]] are in a set."""
    for segment in range(len(starts)):
        total = Word(0)
        for place in range(starts[segment], stops[segment]):
            image = Word(ids[place])
            total += (words[image >> Word(6)] >> (image & Word(63))) & Word(1)
        counts[segment] += np.int64(total)


@kernel
def select(words: Bitset, skip: int, out: ImageNumbers) -> int:
    """Write the images of a set, ascending and without the first `skip`, into `out` as far as it goes; how many."""
    filled = 0
    for place in range(len(words)):
        word = words[place]
        if word == Word(0):
            continue
        size = int(np.int64(ones(word)))
        if skip >= size:
            skip -= size
            continue
        while word != Word(0):
            if skip > 0:
                skip -= 1
            elif filled < len(out):
                out[filled] = np.uint32((Word(place) << Word(6)) + lowest(word))
                filled += 1
            else:
                return filled
            word &= word - Word(1)
        if filled == len(out):
            return filled
    return filled


@kernel
def add_to_planes(planes: Bitset, words: Bitset) -> None:
    """Count one more for each image of a set. planes: uint64[bits, words], plane b holding bit b of each count."""
    for place in range(len(words)):
        carry = words[place]
        plane = 0
        while carry != Word(0):
            before = planes[plane, place]
            planes[plane, place] = before ^ carry
            carry &= before
            plane += 1


@kernel
def at_least(planes: Bitset, least: int, words: Bitset) -> None:
    """Keep of a set the images counted `least` times or more: 1 to 2 to the power of planes."""
    bits = len(planes)
    addend = (1 << bits) - least
    for place in range(len(words)):
        carry = Word(0)
        for plane in range(bits):
            if (addend >> plane) & 1:
                carry |= planes[plane, place]
            else:
                carry &= planes[plane, place]
        words[place] &= carry


@kernel
def count_values(words: Bitset, values: ImageNumbers, counts: ImageNumbers) -> None:
    """Add to counts[v] the images of a set whose value is v; values beyond the counts are nobody's."""
    for place in range(len(words)):
        word = words[place]
        while word != Word(0):
            image = (Word(place) << Word(6)) + lowest(word)
            word &= word - Word(1)
            value = values[image]
            if value < len(counts):
                counts[value] += 1


@kernel
def sum_values(words: Bitset, values: ImageNumbers) -> int:
    """The sum of the values of the images in a set."""
    total = np.int64(0)
    for place in range(len(words)):
        word = words[place]
        while word != Word(0):
            total += np.int64(values[(Word(place) << Word(6)) + lowest(word)])
            word &= word - Word(1)
    return int(total)


@kernel
def mix(word: Word) -> Word:
    """The output function of splitmix64. Steele, Lea, Flood (2014), Fast Splittable Pseudorandom Number Generators."""
    word = (word ^ (word >> Word(30))) * Word(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> Word(27))) * Word(0x94D049BB133111EB)
    return word ^ (word >> Word(31))


_SIGN = Word(1 << 63)


@kernel
def shuffle_between(
    words: Bitset, keys: npt.NDArray[np.int64], salt: Word, low: Word, high: Word, places: Bitset, out: ImageNumbers
) -> tuple[int, int]:
    """Write the images of a set with low <= h <= high, h the place in the random order, and their h, as far as it goes.

    Gives how many images have a smaller h, and how many one in between.
    """
    before, filled = np.int64(0), np.int64(0)
    for place in range(len(words)):
        word = words[place]
        while word != Word(0):
            image = (Word(place) << Word(6)) + lowest(word)
            word &= word - Word(1)
            h = mix((Word(keys[image]) ^ _SIGN) ^ salt)
            before += np.int64(h < low)  # without a branch, which would be foreseen half of the time
            if h - low <= high - low:
                if filled < len(out):
                    places[filled] = h
                    out[filled] = np.uint32(image)
                filled += 1
    return int(before), int(filled)
