"""Which images are taken where there are caps: in the random order of a seed, for the rarest label first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.domain.random_order import Words
from browse.sets.recipe import Caps

Places = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Targeted:
    """The images that a label has as positives and as negatives, by place; each image once."""

    positives: Places
    negatives: Places


def chosen_by_caps(
    order: Iterable[str],
    targeted: Callable[[str], Targeted],
    *,
    splits: npt.NDArray[np.uint8],
    ranks: Words,
    caps: Caps,
) -> Flags:
    """bool[n]: the images taken, where caps are on the positives or negatives of a label in a split.

    order     labels, the rarest first.
    targeted  the images that may be taken for a label.
    splits    of each image; ranks: its place in the random order.

    For each label, in each split, images are added in the random order until there are as many as the cap says, of
    those too that were taken for other labels; an image taken counts for all its labels. So a label can have more than
    the cap by what others brought, and never by what was added for it.
    """
    taken = np.zeros(len(splits), np.bool_)
    for label in order:
        images = targeted(label)
        for places, most in ((images.positives, caps.positives), (images.negatives, caps.negatives)):
            _add(taken, places, most, splits, ranks)
    return taken


def _add(taken: Flags, places: Places, most: int | None, splits: npt.NDArray[np.uint8], ranks: Words) -> None:
    if most is None:
        taken[places] = True
        return
    of_split = splits[places]
    for split in np.unique(of_split):
        mine = places[of_split == split]
        free = mine[~taken[mine]]
        room = most - (len(mine) - len(free))
        if room > 0:
            taken[first_by_rank(free, ranks, room)] = True


def first_by_rank(places: Places, ranks: Words, number: int) -> Places:
    """The first of some images in the random order, at most so many."""
    if number >= len(places):
        return places
    nearest = np.argpartition(ranks[places], number - 1)[:number]
    chosen: Places = places[nearest]
    return chosen


def within_bytes(places: Places, ranks: Words, sizes: npt.NDArray[np.int64], most: int) -> Places:
    """The longest run of some images, from the first in the random order, that is not larger in all.

    sizes: of each of `places`; 0 where unknown.
    """
    order = np.argsort(ranks[places], kind="stable")
    fit = int(np.searchsorted(np.cumsum(sizes[order]), most, side="right"))
    chosen: Places = places[order[:fit]]
    return chosen
