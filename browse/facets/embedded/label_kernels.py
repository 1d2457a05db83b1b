"""The passes that count the labels of a set of images, compiled by numba: most of the time of all facets.

A middling set jumps about in memory, and waiting for it would take most of the time. So what an image needs is sent for
some images ahead: first where its pairs stand, then these. Images differ in their number of pairs, which no processor
foresees: so pairs are copied, as many as most images have at once, and counted when many are together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

from browse.facets.embedded.kernels import Bitset, ClassCodes, Counts, ImageNumbers, Word, kernel, lowest, ones

_AHEAD = 16
"""So many images before its turn an image's pairs are sent for, and where they stand twice as many before."""
_WIDTH = 16
"""So many pairs are copied at once."""
_TOGETHER = 1024
"""So many pairs are counted at once, at most."""


def _element(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    return builder.gep(context.make_array(array_type)(context, builder, array).data, [place])


def _emit_prefetch(_context: Any, array: Any, place: Any) -> Any:
    """Ask for an element of an array to be brought near."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        element = _element(context, builder, signature.args[0], *arguments)
        target = builder.bitcast(element, ir.PointerType(ir.IntType(8)))
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [target.type, flag, flag, flag])
        function = builder.module.declare_intrinsic("llvm.prefetch", [target.type], kind)
        builder.call(function, [target, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit


def _emit_copy(_context: Any, target: Any, to: Any, source: Any, place: Any) -> Any:
    """Copy _WIDTH elements, from a place in one array on, to a place in another of the same type."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        goal = _element(context, builder, signature.args[0], *arguments[:2])
        origin = _element(context, builder, signature.args[2], *arguments[2:])
        together = ir.PointerType(ir.VectorType(origin.type.pointee, _WIDTH))
        elements = builder.load(builder.bitcast(origin, together), align=1)
        builder.store(elements, builder.bitcast(goal, together), align=1)
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64), emit


prefetch: Any = intrinsic(_emit_prefetch)
_copy: Any = intrinsic(_emit_copy)


@kernel
def count_labels(
    words: Bitset,
    offsets: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    codes: ClassCodes,
    mask: npt.NDArray[np.bool_],
    every: bool,
    counts: Counts,
) -> None:
    """Add to counts[label] the pairs, of the classes in `mask` or of every class, of the images in a set."""
    own = np.zeros(len(counts), np.uint32)  # half as large: it fits in the nearest cache
    images = np.zeros(2 * _AHEAD, np.int64)  # the next ones in turn, plus 1
    some_labels, some_codes = np.empty(_TOGETHER + _WIDTH, labels.dtype), np.empty(_TOGETHER + _WIDTH, codes.dtype)
    size = turn = 0
    for place in range(len(words) + 1):
        word = words[place] if place < len(words) else Word(0)
        rest = 0 if place < len(words) else 2 * _AHEAD
        while word != Word(0) or rest > 0:
            image = np.int64(0)
            if word != Word(0):
                image = np.int64((Word(place) << Word(6)) + lowest(word)) + 1
                word &= word - Word(1)
                prefetch(offsets, image)
            else:
                rest -= 1
            due, images[turn] = int(images[turn]), image
            soon = images[(turn + _AHEAD) % (2 * _AHEAD)]
            turn = (turn + 1) % (2 * _AHEAD)
            if soon != 0:
                prefetch(labels, np.int64(offsets[soon - 1]))
                if not every:
                    prefetch(codes, np.int64(offsets[soon - 1]))
            if due == 0:
                continue
            start, stop = np.int64(offsets[due - 1]), np.int64(offsets[due])
            if stop - start > _WIDTH or start > len(labels) - _WIDTH:
                _add(labels[start:stop], codes[start:stop], int(stop - start), mask, every, own)
                continue
            if size + _WIDTH > _TOGETHER:
                _add(some_labels, some_codes, size, mask, every, own)
                size = 0
            _copy(some_labels, size, labels, start)
            if not every:
                _copy(some_codes, size, codes, start)
            size += int(stop - start)
    _add(some_labels, some_codes, size, mask, every, own)
    counts += own


@kernel
def _add(
    labels: npt.NDArray[np.uint16],
    codes: ClassCodes,
    size: int,
    mask: npt.NDArray[np.bool_],
    every: bool,
    counts: ImageNumbers,
) -> None:
    """Count the first `size` of some pairs by label."""
    if every:
        for pair in range(size):
            counts[labels[pair]] += 1
    else:
        for pair in range(size):
            counts[labels[pair]] += np.uint32(mask[codes[pair]])


@kernel
def hold_once_more(often: Bitset, images: Bitset) -> None:
    """Lay one more set over others. often: uint64[times, words], the images in one of them, in two, and so on."""
    for times in range(len(often) - 1, 0, -1):
        for place in range(len(images)):
            often[times, place] |= often[times - 1, place] & images[place]
    for place in range(len(images)):
        often[0, place] |= images[place]


@kernel
def find_differing(words: Bitset, often: Bitset, wanting: Bitset, sizes: Counts) -> None:
    """Find the images of a set that are in none of others, and leave in `often` those in them once more than in it,
    twice more, and so on. sizes: int64[1 + times], how many these are.
    """
    for place in range(len(words)):
        wanting[place] = words[place] & ~often[0, place]
        sizes[0] += np.int64(ones(wanting[place]))
    for times in range(len(often)):
        for place in range(len(words)):
            more = often[times + 1, place] if times + 1 < len(often) else Word(0)
            often[times, place] = more | (often[times, place] & ~words[place])
            sizes[times + 1] += np.int64(ones(often[times, place]))


@kernel
def take_classes(words: Bitset, ids: ImageNumbers, bounds: Counts, mask: npt.NDArray[np.bool_], counts: Counts) -> None:
    """Take from counts[label] the images of a set with a pair of a class that is not in `mask`.

    bounds: as the index has them, of all classes of each label, one after the other.
    """
    classes = len(mask)
    for label in range(len(counts)):
        later = min(label + _AHEAD, len(counts) - 1) * classes
        for code in range(classes):
            if not mask[code]:
                prefetch(ids, bounds[later + code])
        for code in range(classes):
            if mask[code]:
                continue
            segment = label * classes + code
            total = Word(0)
            for place in range(bounds[segment], bounds[segment + 1]):
                image = Word(ids[place])
                total += (words[image >> Word(6)] >> (image & Word(63))) & Word(1)
            counts[label] -= np.int64(total)
