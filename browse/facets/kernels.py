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
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def kernel(function: F) -> F:
    """Compile on first call, keep the machine code on disk, let other threads run meanwhile."""
    return cast(F, njit(cache=True, nogil=True)(function))


def _unary(build: Callable[[Any, Any], Any]) -> Any:
    def typed(_context: Any, _word: Any) -> Any:
        def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return build(builder, arguments[0])

        return types.uint64(types.uint64), emit

    return intrinsic(typed)


_ones = _unary(lambda builder, word: builder.ctpop(word))
_lowest = _unary(lambda builder, word: builder.cttz(word, ir.Constant(ir.IntType(1), 0)))


@kernel
def set_bits(words: Words, ids: Numbers, starts: Counts, stops: Counts) -> None:
    """Put the images of some segments of a posting file into a set."""
    one = np.uint64(1)
    for segment in range(len(starts)):
        for place in range(starts[segment], stops[segment]):
            image = np.uint64(ids[place])
            words[image >> np.uint64(6)] |= one << (image & np.uint64(63))


@kernel
def take_away(words: Words, gone: Words) -> None:
    """Take the images of one set out of another."""
    for place in range(len(words)):
        words[place] &= ~gone[place]


@kernel
def count_bits(words: Words) -> int:
    """How many images a set has."""
    total = np.uint64(0)
    for place in range(len(words)):
        total += _ones(words[place])
    return np.int64(total)


@kernel
def count_common(first: Words, second: Words) -> int:
    """How many images two sets share."""
    total = np.uint64(0)
    for place in range(len(first)):
        total += _ones(first[place] & second[place])
    return np.int64(total)


@kernel
def count_listed(words: Words, ids: Numbers) -> int:
    """How many of the listed images are in a set."""
    total = np.uint64(0)
    for place in range(len(ids)):
        image = np.uint64(ids[place])
        total += (words[image >> np.uint64(6)] >> (image & np.uint64(63))) & np.uint64(1)
    return np.int64(total)


@kernel
def count_segments(words: Words, ids: Numbers, bounds: Counts, counts: Counts) -> None:
    """Add to counts[k] how many images of ids[bounds[k]:bounds[k + 1]] are in a set."""
    for segment in range(len(bounds) - 1):
        total = np.uint64(0)
        for place in range(bounds[segment], bounds[segment + 1]):
            image = np.uint64(ids[place])
            total += (words[image >> np.uint64(6)] >> (image & np.uint64(63))) & np.uint64(1)
        counts[segment] += np.int64(total)


@kernel
def select(words: Words, skip: int, out: Numbers) -> int:
    """Write the images of a set, ascending and without the first `skip`, into `out` as far as it goes; how many."""
    filled = 0
    for place in range(len(words)):
        word = words[place]
        if word == np.uint64(0):
            continue
        ones = np.int64(_ones(word))
        if skip >= ones:
            skip -= ones
            continue
        while word != np.uint64(0):
            if skip > 0:
                skip -= 1
            elif filled < len(out):
                out[filled] = np.uint32((np.uint64(place) << np.uint64(6)) + _lowest(word))
                filled += 1
            else:
                return filled
            word &= word - np.uint64(1)
        if filled == len(out):
            return filled
    return filled


@kernel
def keep_at_least(words: Words, terms: npt.NDArray[np.uint64], least: int, besides: int) -> None:
    """Keep of a set the images in at least `least` (1 to 31) of the sets uint64[terms, words], not asking number `besides`."""
    for place in range(len(words)):
        if words[place] == np.uint64(0):
            continue
        p0 = np.uint64(0)
        p1 = np.uint64(0)
        p2 = np.uint64(0)
        p3 = np.uint64(0)
        p4 = np.uint64(0)
        for term in range(len(terms)):
            if term == besides:
                continue
            carry = terms[term, place]
            p0, carry = p0 ^ carry, p0 & carry
            p1, carry = p1 ^ carry, p1 & carry
            p2, carry = p2 ^ carry, p2 & carry
            p3, carry = p3 ^ carry, p3 & carry
            p4 ^= carry
        words[place] &= _not_below(p0, p1, p2, p3, p4, least)


@kernel
def _not_below(p0: int, p1: int, p2: int, p3: int, p4: int, least: int) -> int:
    """Bits whose five-plane number is `least` or more: the carry out of adding 32 - least."""
    addend = 32 - least
    carry = np.uint64(0)
    for plane, word in enumerate((p0, p1, p2, p3, p4)):
        if (addend >> plane) & 1:
            carry = word | carry
        else:
            carry = word & carry
    return carry


@kernel
def count_labels(
    words: Words,
    offsets: Numbers,
    labels: npt.NDArray[np.uint16],
    codes: Codes,
    mask: npt.NDArray[np.bool_],
    counts: Counts,
) -> None:
    """Add to counts[label] the pairs, of the classes in `mask`, of the images in a set: the forward index's pass."""
    for place in range(len(words)):
        word = words[place]
        while word != np.uint64(0):
            image = (np.uint64(place) << np.uint64(6)) + _lowest(word)
            word &= word - np.uint64(1)
            for pair in range(offsets[image], offsets[image + np.uint64(1)]):
                counts[labels[pair]] += mask[codes[pair]]


@kernel
def count_values(words: Words, values: Numbers, counts: Counts) -> None:
    """Add to counts[v] the images of a set whose value is v; values beyond the counts are nobody's."""
    for place in range(len(words)):
        word = words[place]
        while word != np.uint64(0):
            image = (np.uint64(place) << np.uint64(6)) + _lowest(word)
            word &= word - np.uint64(1)
            value = values[image]
            if value < len(counts):
                counts[value] += 1


@kernel
def mix(word: int) -> int:
    """The output function of splitmix64. Steele, Lea and Flood (2014), Fast Splittable Pseudorandom Number Generators."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


_SIGN = np.uint64(1 << 63)


@kernel
def shuffle_histogram(words: Words, keys: npt.NDArray[np.int64], salt: int, shift: int, counts: Counts) -> None:
    """Add to counts[h >> shift] each image of a set, h its place in the random order."""
    for place in range(len(words)):
        word = words[place]
        while word != np.uint64(0):
            image = (np.uint64(place) << np.uint64(6)) + _lowest(word)
            word &= word - np.uint64(1)
            counts[mix((np.uint64(keys[image]) ^ _SIGN) ^ salt) >> shift] += 1


@kernel
def shuffle_between(
    words: Words, keys: npt.NDArray[np.int64], salt: int, shift: int, low: int, high: int, places: Words, out: Numbers
) -> None:
    """Write the images of a set whose h >> shift is in low to high, and their h; both arrays fit exactly."""
    filled = 0
    for place in range(len(words)):
        word = words[place]
        while word != np.uint64(0):
            image = (np.uint64(place) << np.uint64(6)) + _lowest(word)
            word &= word - np.uint64(1)
            h = mix((np.uint64(keys[image]) ^ _SIGN) ^ salt)
            bucket = h >> shift
            if low <= bucket and bucket <= high:
                places[filled] = h
                out[filled] = np.uint32(image)
                filled += 1
