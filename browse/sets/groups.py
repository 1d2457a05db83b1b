"""Groups of images that must stand in one split: by one author, with one file, alike, and whatever these join."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import NO_AUTHOR
from browse.domain.random_order import random_places
from browse.sets.recipe import Apart

Places = npt.NDArray[np.uint32]
_AT_ONCE = 1 << 20


def groups_of(
    authors: npt.NDArray[np.uint32], files: Places, apart: Collection[Apart], looks: Places | None = None
) -> Places:
    """uint32[n]: for each image the first of its group, by place.

    authors: one number for each author, NO_AUTHOR where unknown; files: the first image with the same MD5; looks: see
    `looks.alike`, None where they may stand together. Groups are the connected components over equal authors, files and
    looks, of those that must stand apart.
    """
    groups = np.arange(len(files), dtype=np.uint32)
    if Apart.AUTHOR in apart and len(authors):
        groups = _first_of_author(authors, groups)
    if Apart.FILE in apart:
        groups = _joined(groups, files)
    return groups if looks is None else _joined(groups, looks)


def _first_of_author(authors: npt.NDArray[np.uint32], places: Places) -> Places:
    known = authors != NO_AUTHOR
    numbers = authors[known]
    first = np.zeros(int(numbers.max(initial=0)) + 1, np.uint32)
    first[numbers[::-1]] = places[known][::-1]  # the last written stays, and that is the first image
    groups = places.copy()
    groups[known] = first[numbers]
    return groups


def _joined(groups: Places, files: Places) -> Places:
    """Groups with those joined that share a file, or look alike: union-find over the few images that are not alone."""
    roots: dict[int, int] = {}

    def root(group: int) -> int:
        while (above := roots.get(group, group)) != group:
            roots[group] = roots.get(above, above)
            group = above
        return group

    again = np.flatnonzero(files != np.arange(len(files), dtype=np.uint32))
    for one, other in zip(groups[again].tolist(), groups[files[again]].tolist(), strict=True):
        low, high = sorted((root(one), root(other)))
        roots[high] = low
    table = np.arange(len(files), dtype=np.uint32)
    for group in roots:
        table[group] = root(group)
    return table[groups]


def split_of_groups(
    keys: npt.NDArray[np.int64], groups: Places, shares: Collection[tuple[str, int]], seed: int
) -> npt.NDArray[np.uint8]:
    """uint8[n]: the split of each image, as a place among `shares`, by its group's first image and the seed."""
    total = sum(share for _, share in shares)
    ends, reached = [], 0
    for _, share in shares:
        reached += share
        ends.append((reached << 64) // total)
    borders = np.array([min(end, (1 << 64) - 1) for end in ends[:-1]], np.uint64)
    split = np.empty(len(keys), np.uint8)
    for start in range(0, len(keys), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        split[some] = np.searchsorted(borders, random_places(keys[some], seed), side="right")
    return split[groups]
