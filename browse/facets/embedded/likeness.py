"""The images whose labels are most like those of one image."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from browse.domain.likeness import label_weights, likeness
from browse.facets.embedded import kernels
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, Word, kernel
from browse.facets.embedded.label_kernels import prefetch
from browse.facets.embedded.pairs_of_images import pairs_of
from browse.facets.index.classes import Mask
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES

_BLOCK = 1 << 15
"""Images whose sums are kept at a time: few enough for a core's own memory."""
_TOGETHER = 32
"""Of so many images the largest sum is looked for first."""
_AHEAD = 8
"""So many images ahead the labels of one are sent for."""
_LEFT_OUT = 0.2
"""So much of what an image must share to be among the first may come from labels whose lists are not gone through."""
_LARGEST_SUM = (1 << 16) - 1
_NEAR_HALF = 1e-6
_LOW_HALF = Word(0xFFFFFFFF)
Pairs = tuple[ImageNumbers, npt.NDArray[np.uint16]]
"""Where the labels of each image begin, and all labels."""
Ranked = list[tuple[int, int]]
"""(image number, likeness in millionths), largest first, ties by number."""


def most_alike(overlay: Corrections, image: int, same: ImageNumbers, top: int) -> Ranked:
    """At most `top` visible images that share a label with this one, but for those in `same`.

    Images that curators changed are few, and compared one by one; the index's own lists serve for all others.
    """
    index, mask = overlay.index, overlay.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES)
    squares = label_weights(overlay.images, overlay.label_totals(mask)) ** 2
    left_out = np.unique(np.append(same, np.uint32(image)))
    changed = np.setdiff1d(overlay.changed, left_out)
    own = _labels_of(overlay, np.array([image], np.uint32), mask)[1]
    total = int(squares[own].sum())
    if not total:
        return []
    skip = np.zeros(index.width, np.uint64)
    kernels.put_bits(skip, np.union1d(left_out, changed), np.ones(len(left_out) + len(changed), np.bool_))
    likes, images = np.zeros(top, np.int64), np.zeros(top, np.uint32)
    weighing = own[np.argsort(-squares[own], kind="stable")][: np.count_nonzero(squares[own])]
    gains = np.zeros_like(squares)
    gains[weighing] = squares[weighing]
    lists = index.posting_images, *_segments(overlay, weighing, mask)
    least_sums = np.concatenate([[0], np.cumsum(np.sort(squares))])
    weighs = gains, squares, least_sums
    found = rank_alike(lists, squares[weighing], index.default_pairs, weighs, skip, likes, images)
    ranked = list(zip(images[:found].tolist(), likes[:found].tolist(), strict=True))
    ranked += _changed_alike(overlay, changed, own, (squares, mask), total)
    return sorted(ranked, key=lambda one: (-one[1], one[0]))[:top]


def _segments(overlay: Corrections, labels: Counts, mask: Mask) -> tuple[Counts, Counts]:
    """Where the posting lists of labels begin and end: int64[labels, classes], of the classes that count."""
    own = np.flatnonzero(mask[: len(overlay.index.classes)])
    bounds = np.array([overlay.index.bounds(label) for label in labels.tolist()], np.int64)
    return np.ascontiguousarray(bounds[:, own]), np.ascontiguousarray(bounds[:, own + 1])


def _labels_of(overlay: Corrections, images: ImageNumbers, mask: Mask) -> tuple[Counts, Counts]:
    """The labels that visible images, ascending, have in some classes: place of the image, label."""
    owners, labels, codes = pairs_of(overlay, images)
    holds = mask[codes]
    return owners[holds], labels[holds]


def _changed_alike(
    overlay: Corrections, changed: ImageNumbers, own: Counts, weighs: tuple[Counts, Mask], total: int
) -> Ranked:
    images = np.setdiff1d(changed, overlay.laid.hidden).astype(np.uint32)
    if not len(images):
        return []
    squares, mask = weighs
    owners, labels = _labels_of(overlay, images, mask)
    gains = squares[labels]
    others = np.bincount(owners, gains, len(images)).astype(np.int64)
    common = np.bincount(owners, gains * np.isin(labels, own), len(images)).astype(np.int64)
    rows = zip(images.tolist(), common.tolist(), others.tolist(), strict=True)
    ranked = [(image, likeness(shared, total, other)) for image, shared, other in rows if shared]
    return [(image, like) for image, like in ranked if like]


@kernel
def rank_alike(
    lists: tuple[ImageNumbers, Counts, Counts],
    adds: Counts,
    pairs: Pairs,
    weighs: tuple[Counts, Counts, Counts],
    skip: Bitset,
    likes: Counts,
    images: ImageNumbers,
) -> int:
    """Fill `likes` and `images` with the images of some labels' posting lists that are most alike; how many there are.

    lists    image numbers, and int64[labels, classes], where each list begins and ends among them.
    adds     what each of these labels adds to what is shared, largest first.
    pairs    the forward index: of each image all labels that count.
    weighs   what each label of the data set adds to what is shared, and its squared weight; for each number of labels
             what these weigh at least.

    Images go by in order, so that of equals the first stay. What an image has in all is at least what it shares, and
    what so many labels weigh at least: where even that would not do, it is not looked at. So once there are enough
    images, lists of labels that add little, which are the longest, need not be gone through: an image that shares
    enough has some of the others. Sums are rounded up, and serve to tell which images to look at.
    """
    found, least, total = 0, 0.0, adds.sum()
    unit = total // (_LARGEST_SUM - len(adds)) + 1
    places, asked, rest = lists[1].copy(), len(adds), np.int64(0)
    sums, chosen, count = np.zeros(_BLOCK, np.uint16), np.zeros(_BLOCK + _AHEAD, np.int64), len(pairs[0]) - 1
    for first in range(0, count, _BLOCK):
        while rest + adds[asked - 1] <= least * _LEFT_OUT:
            asked -= 1
            rest += adds[asked]
        last = min(first + _BLOCK, count)
        if not _add_block(lists, places[:asked], adds, unit, first, last, sums):
            continue
        size = _choose(sums, np.uint16((least - rest) // unit), first, chosen)
        for at in range(size):
            prefetch(pairs[1], np.int64(pairs[0][chosen[at + _AHEAD]]))
            image = chosen[at]
            most = float(sums[image - first] * unit + rest)
            if most <= least or most * most <= least * weighs[2][pairs[0][image + 1] - pairs[0][image]]:
                continue
            if (skip[image >> 6] >> Word(image & 63)) & Word(1):
                continue
            common, other = _own_sums(pairs, weighs, image)
            if common > least:
                found = _put(likes, images, found, rounded_likeness(common, total, other), image)
                if found == len(likes):
                    least = total * ((likes[found - 1] + 0.5) / 1e6) ** 2 * (1 - 1e-9)
        sums[:] = 0
    return found


@kernel
def _choose(sums: npt.NDArray[np.uint16], enough: np.uint16, first: int, chosen: Counts) -> int:
    """List the images of a block whose sums are larger, and how many these are. first: the number of the first image.

    What stands behind them in the list are images as well.
    """
    size = 0
    for start in range(0, len(sums), _TOGETHER):
        largest = np.uint16(0)
        for place in range(start, start + _TOGETHER):
            largest = max(largest, sums[place])
        if largest > enough:
            for place in range(start, start + _TOGETHER):
                chosen[size] = first + place
                size += sums[place] > enough
    chosen[size : size + _AHEAD] = first
    return size


@kernel
def _add_block(
    lists: tuple[ImageNumbers, Counts, Counts],
    places: Counts,
    adds: Counts,
    unit: int,
    first: int,
    last: int,
    sums: npt.NDArray[np.uint16],
) -> bool:
    """Add up what the images from `first` to before `last` share, in units; move `places` on. Whether any does."""
    ids, _, stops = lists
    has_any = False
    for label in range(len(places)):
        gain = np.uint16((adds[label] + unit - 1) // unit)
        for code in range(places.shape[1]):
            place, stop = places[label, code], stops[label, code]
            while place < stop and ids[place] < last:
                sums[ids[place] - first] += gain
                place += 1
            has_any |= place > places[label, code]
            places[label, code] = place
    return has_any


@kernel
def _own_sums(pairs: Pairs, weighs: tuple[Counts, Counts, Counts], image: int) -> tuple[int, int]:
    """The sums of an image's squared weights: of the labels that it shares, and of all."""
    (offsets, labels), (gains, squares, _) = pairs, weighs
    common, total = 0, 0
    for pair in range(offsets[image], offsets[image + 1]):
        common += gains[labels[pair]]
        total += squares[labels[pair]]
    return common, total


@kernel
def _put(likes: Counts, images: ImageNumbers, found: int, like: int, image: int) -> int:
    """Put an image behind those that are at least as much alike; how many there are then."""
    if like == 0 or (found == len(likes) and like <= likes[found - 1]):
        return found
    place = min(found, len(likes) - 1)
    while place > 0 and likes[place - 1] < like:
        likes[place], images[place] = likes[place - 1], images[place - 1]
        place -= 1
    likes[place], images[place] = like, image
    return min(found + 1, len(likes))


@kernel
def rounded_likeness(common: int, own: int, other: int) -> int:
    """As `domain.likeness.likeness`; what lies next to a half is told by whole numbers of 128 bits."""
    share = 1e6 * common / math.sqrt(float(own) * float(other))
    below = math.floor(share)
    if abs(share - below - 0.5) >= _NEAR_HALF:
        return math.floor(share + 0.5)
    twice, odd = Word(2_000_000) * Word(common), Word(2 * int(below) + 1)
    least, reached = _product(odd * Word(own), odd * Word(other)), _product(twice, twice)
    is_up = least[0] < reached[0] or (least[0] == reached[0] and least[1] <= reached[1])
    return int(below) + int(is_up)


@kernel
def _product(first: Word, second: Word) -> tuple[Word, Word]:
    """The product of two numbers: its upper and its lower 64 bits."""
    half = Word(32)
    a, b, c, d = first >> half, first & _LOW_HALF, second >> half, second & _LOW_HALF
    low, middle = b * d, a * d
    middle_low = b * c + (low >> half)
    upper = a * c + (middle >> half) + (middle_low >> half)
    carry = (middle & _LOW_HALF) + (middle_low & _LOW_HALF)
    return upper + (carry >> half), (carry << half) | (low & _LOW_HALF)
