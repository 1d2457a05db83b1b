"""Loops over the index that count images by labels and whatever is below them, compiled by numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, ClassCodes, Counts, ImageNumbers, Word, kernel, lowest


@kernel
def count_groups(
    words: Bitset,
    offsets: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    classes: ClassCodes,
    mask: npt.NDArray[np.bool_],
    group_offsets: ImageNumbers,
    groups: npt.NDArray[np.uint16],
    counts: Counts,
) -> None:
    """Add to counts[group] how many images of a set have a pair in `mask` of a label that counts for the group."""
    seen = np.full(len(counts), -1, np.int64)
    for place in range(len(words)):
        word = words[place]
        while word != Word(0):
            image = np.int64((Word(place) << Word(6)) + lowest(word))
            word &= word - Word(1)
            for pair in range(offsets[image], offsets[image + 1]):
                if mask[classes[pair]]:
                    label = labels[pair]
                    for at in range(group_offsets[label], group_offsets[label + 1]):
                        group = groups[at]
                        if seen[group] != image:
                            seen[group] = image
                            counts[group] += 1


@kernel
def count_variants(
    words: Bitset,
    offsets: ImageNumbers,
    labels: npt.NDArray[np.uint16],
    classes: ClassCodes,
    inside: npt.NDArray[np.bool_],
    wanted: Bitset,
    counts: Counts,
) -> None:
    """Add to counts[v] how many images of a set have a pair, of one of the labels `inside`, of a class that v wants.

    wanted: uint64[classes, words], bit v of a class's words saying whether v wants it.
    """
    parts = wanted.shape[1]
    held = np.zeros(parts, np.uint64)
    for place in range(len(words)):
        word = words[place]
        while word != Word(0):
            image = np.int64((Word(place) << Word(6)) + lowest(word))
            word &= word - Word(1)
            held[:] = Word(0)
            for pair in range(offsets[image], offsets[image + 1]):
                if inside[labels[pair]]:
                    for part in range(parts):
                        held[part] |= wanted[classes[pair], part]
            for part in range(parts):
                bits = held[part]
                while bits != Word(0):
                    counts[part * 64 + np.int64(lowest(bits))] += 1
                    bits &= bits - Word(1)
