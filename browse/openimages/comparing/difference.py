"""What differs between two releases, counted exactly by label and subset: one bucket of images after the other.

A pair is an image and a label. Where a release names a pair several times for one source, the row read first counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.openimages.comparing.buckets import BUCKETS, UNKNOWN, Numbers, ReleaseFiles, Rows
from browse.openimages.comparing.columns import COLUMNS, SUBSETS
from browse.query.pairs import YES_FROM, by_source

_NONE = 255
_NO, _YES, _SILENT = 0, 1, 2
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Difference:
    """numbers: int64[labels, SUBSETS, COLUMNS], by the numbers of labels; images: int64[SUBSETS + 1, SUBSETS + 1], how
    many images were in a subset before (row) and are in another now (column), the last being none.
    """

    numbers: Counts
    images: Counts


@dataclass(frozen=True)
class _Pairs:
    """One release's pairs in a bucket, by image and label. machine: hundredths, or _NONE; human: _NO, _YES, _SILENT."""

    keys: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    machine: npt.NDArray[np.uint8]
    human: npt.NDArray[np.uint8]
    subsets: npt.NDArray[np.uint8]


def difference_of(
    before: ReleaseFiles, after: ReleaseFiles, numbers: Numbers, report: Callable[[str, int, int], None]
) -> Difference:
    """Compare two releases that were read with the same numbers."""
    names = sorted(numbers.sources, key=by_source)
    ranks = np.zeros(max(len(names), 1), np.int64)
    ranks[[numbers.sources[name] for name in names]] = [
        by_source(name)[0] >= 0 and place + 1 for place, name in enumerate(names)
    ]
    found = np.zeros((len(numbers.mids), len(SUBSETS), len(COLUMNS)), np.int64)
    images = np.zeros((len(SUBSETS) + 1, len(SUBSETS) + 1), np.int64)
    for number in range(BUCKETS):
        _compare(number, before, after, ranks, found, images)
        report("compare", number + 1, BUCKETS)
    return Difference(found, images)


def _compare(
    number: int, before: ReleaseFiles, after: ReleaseFiles, ranks: Counts, found: Counts, images: Counts
) -> None:
    old, new = (_pairs(release.bucket("labels", number), ranks) for release in (before, after))
    old_images, new_images = (_subsets(release.bucket("images", number)) for release in (before, after))
    _count_images(old_images, new_images, images)
    codes, (in_old, in_new) = _joined(old, new)
    machine = [_spread(pairs.machine, places, len(codes), _NONE) for pairs, places in ((old, in_old), (new, in_new))]
    human = [_spread(pairs.human, places, len(codes), _SILENT) for pairs, places in ((old, in_old), (new, in_new))]
    keys, labels = np.empty(len(codes), np.int64), np.empty(len(codes), np.int64)
    told = np.full(len(codes), UNKNOWN, np.uint8)
    for pairs, places in ((old, in_old), (new, in_new)):
        keys[places], labels[places] = pairs.keys, pairs.labels
        known = pairs.subsets != UNKNOWN
        told[places[known]] = pairs.subsets[known]
    subsets = _subset_of(keys, told, old_images, new_images)
    places, size = labels * len(SUBSETS) + subsets, found.shape[0] * len(SUBSETS)
    for column, is_so in enumerate(_facts(machine, human)):
        found[:, :, column] += np.bincount(places[is_so], minlength=size).reshape(found.shape[:2])


def _facts(machine: list[npt.NDArray[np.uint8]], human: list[npt.NDArray[np.uint8]]) -> list[npt.NDArray[np.bool_]]:
    """For each of COLUMNS the pairs of which it holds."""
    had, has = (one != _NONE for one in machine)
    (old_yes, new_yes), (old_no, new_no) = ([one == says for one in human] for says in (_YES, _NO))
    was_silent, is_silent = (one == _SILENT for one in human)
    return [
        *(had, has, has & ~had, had & ~has, had & has & (machine[0] != machine[1])),
        *(old_yes, new_yes, old_no, new_no),
        *(new_yes & was_silent, old_yes & is_silent, new_no & was_silent, old_no & is_silent),
        *(old_no & new_yes, old_yes & new_no),
    ]


def _pairs(rows: Rows, ranks: Counts) -> _Pairs:
    """The pairs of some rows: the machine's word, and that of the most authoritative person."""
    rank = ranks[rows["source"]]
    order = np.lexsort((rank, rows["label"], rows["key"]))
    rows, rank = rows[order], rank[order]
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = (rows["key"][1:] != rows["key"][:-1]) | (rows["label"][1:] != rows["label"][:-1])
    starts = np.flatnonzero(is_first)
    first = rows[starts]
    machine = np.where(rank[starts] == 0, first["confidence"], _NONE).astype(np.uint8)
    human = np.full(len(starts), _SILENT, np.uint8)
    if len(starts):
        places = np.where(rank > 0, np.arange(len(rows)), len(rows))
        word = np.minimum.reduceat(places, starts)
        said = word < len(rows)
        human[said] = np.where(rows["confidence"][word[said]] >= YES_FROM, _YES, _NO)
    return _Pairs(first["key"].copy(), first["label"].astype(np.int64), machine, human, first["subset"].copy())


def _joined(old: _Pairs, new: _Pairs) -> tuple[Counts, tuple[Counts, Counts]]:
    """A code for each pair of either release, ascending, and where the pairs of each stand among them."""
    keys = np.unique(np.concatenate([old.keys, new.keys]))
    codes = [np.searchsorted(keys, pairs.keys) << 32 | pairs.labels for pairs in (old, new)]
    every = np.unique(np.concatenate(codes))
    return every, (np.searchsorted(every, codes[0]), np.searchsorted(every, codes[1]))


def _spread(values: npt.NDArray[np.uint8], places: Counts, size: int, missing: int) -> npt.NDArray[np.uint8]:
    spread = np.full(size, missing, np.uint8)
    spread[places] = values
    return spread


def _subsets(rows: Rows) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Images by key, each with its subset: that of the row read first."""
    keys, first = np.unique(rows["key"], return_index=True)
    return keys, rows["subset"][first]


def _subset_of(
    keys: npt.NDArray[np.int64], told: npt.NDArray[np.uint8], *images: tuple[Counts, npt.NDArray[np.uint8]]
) -> Counts:
    """Of each image the subset of the later release, else of the earlier, else what its label files are called by."""
    subsets = told.astype(np.int64)
    for known, values in images:
        if len(known):
            places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            there = known[places] == keys
            subsets[there] = values[places[there]]
    return subsets


def _count_images(
    old: tuple[Counts, npt.NDArray[np.uint8]], new: tuple[Counts, npt.NDArray[np.uint8]], images: Counts
) -> None:
    every = np.unique(np.concatenate([old[0], new[0]]))
    sides = []
    for keys, subsets in (old, new):
        side = np.full(len(every), len(SUBSETS), np.int64)
        side[np.searchsorted(every, keys)] = subsets
        sides.append(side)
    np.add.at(images, (sides[0], sides[1]), 1)
