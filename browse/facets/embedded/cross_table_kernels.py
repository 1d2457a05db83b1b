"""The walk that fills a table of images by the classes of their pairs of several labels, compiled by numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, Word, kernel, lowest, ones

_BLOCK = 1 << 16
"""So many images are gone through at a time: what is noted of them stays near the processor."""


@kernel
def cross_tabulate(
    sets: tuple[Bitset, Bitset, Bitset],
    first: int,
    lists: tuple[ImageNumbers, Counts],
    entries: tuple[ImageNumbers, Counts, Counts],
    table: tuple[Counts, int, npt.NDArray[np.bool_]],
    kept: tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], Bitset],
    sizes: Counts,
) -> None:
    """Add to sizes[c] the images of combination c in a set, and make out those of all combinations c with matches[c].

    c is the sum over labels of steps[label] times the class of the image's pair plus 1, or 0.

    sets      of the images from `first` on: all that are visible, the set, which is part of it, and what is made out
    lists     the index's posting file, and int64[labels, classes + 1], where in it each label's images stand
    entries   images that are of another class than the lists have them in, by how much c changes, label by label, and
              where those of each label begin and end
    table     steps; only images with a pair of one of so many labels, the first ones, are told apart; matches
    kept      for each label, if it is such a one, in which of some sets those images are put that the lists have with
              it in some classes, or -1; bool[classes], these; and uint64[sets, words], of all images, without any yet
    """
    (visible, within, found), (ids, bounds), (entry_images, moves, ends) = sets, lists, entries
    (steps, leading, matches), (kept_rows, kept_classes, kept_sets) = table, kept
    at, entry_at = bounds[:, :-1].copy(), ends[:-1].copy()
    if first:
        _skip(ids, bounds, entry_images, ends, first, at, entry_at)
    rows, seen = np.zeros(_BLOCK, np.uint32), np.zeros(_BLOCK >> 6, np.uint64)
    for start in range(0, len(visible), _BLOCK >> 6):
        stop = min(start + (_BLOCK >> 6), len(visible))
        base, end = first + (start << 6), first + (stop << 6)
        for label in range(len(steps)):
            told = seen
            if kept_rows[label] >= 0:
                told = kept_sets[kept_rows[label]][base >> 6 : end >> 6]
            for code in range(at.shape[1]):
                segment, move = ids[at[label, code] : bounds[label, code + 1]], np.uint32((code + 1) * steps[label])
                noted = told if kept_classes[code] else seen
                at[label, code] += _note(segment, base, end, move, label < leading, rows, noted)
            if kept_rows[label] >= 0:
                for place in range(len(told)):
                    seen[place] |= told[place]
            place = entry_at[label]
            while place < ends[label + 1] and entry_images[place] < end:
                _note(entry_images[place : place + 1], base, end, np.uint32(moves[place]), label < leading, rows, seen)
                place += 1
            entry_at[label] = place
        _count(visible[start:stop], within[start:stop], found[start:stop], rows, seen, matches, sizes)


@kernel
def _skip(
    ids: ImageNumbers,
    bounds: Counts,
    entry_images: ImageNumbers,
    ends: Counts,
    first: int,
    at: Counts,
    entry_at: Counts,
) -> None:
    """Go to the first image of a range in each list."""
    for label in range(len(at)):
        for code in range(at.shape[1]):
            segment = ids[at[label, code] : bounds[label, code + 1]]
            at[label, code] += np.searchsorted(segment, np.uint32(first))
        entry_at[label] += np.searchsorted(entry_images[entry_at[label] : ends[label + 1]], np.uint32(first))


@kernel
def _note(
    segment: ImageNumbers, base: int, end: int, move: np.uint32, leads: bool, rows: ImageNumbers, seen: Bitset
) -> int:
    """Move the images of a list before `end`, of a block from `base` on, by so much; how many these are."""
    one, place = Word(1), 0
    if leads:
        while place < len(segment) and segment[place] < end:
            image = Word(segment[place]) - Word(base)
            rows[image] += move
            seen[image >> Word(6)] |= one << (image & Word(63))
            place += 1
        return place
    while place < len(segment) and segment[place] < end:
        image = Word(segment[place]) - Word(base)
        if (seen[image >> Word(6)] >> (image & Word(63))) & one:
            rows[image] += move
        place += 1
    return place


@kernel
def _count(
    visible: Bitset,
    within: Bitset,
    found: Bitset,
    rows: ImageNumbers,
    seen: Bitset,
    matches: npt.NDArray[np.bool_],
    sizes: Counts,
) -> None:
    """Count a block's images, and leave nothing noted of it."""
    for place in range(len(visible)):
        word, shown, inside = seen[place], visible[place], within[place]
        rest = shown & ~word
        sizes[0] += np.int64(ones(rest & inside))
        held = rest if matches[0] else Word(0)
        seen[place] = Word(0)
        while word != Word(0):
            bit = lowest(word)
            word &= word - Word(1)
            image = (Word(place) << Word(6)) + bit
            row = rows[image]
            rows[image] = 0
            sizes[row] += np.int64((inside >> bit) & Word(1))
            held |= Word(matches[row]) << bit
        found[place] = held & shown
