"""Loops over the boxes of images for pages of boxes, compiled by numba.

offsets: where the boxes of each image begin. codes: each box's label, area and packed attributes. masks: for each value
of these three the terms that it meets, as bits.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, kernel

Offsets = npt.NDArray[np.uint32]
Column = npt.NDArray[np.uint16]
Codes = tuple[Column, Column, Column]
Masks = tuple[Bitset, Bitset, Bitset]


@kernel
def find_holders(
    words: Bitset,
    offsets: Offsets,
    codes: Codes,
    masks: Masks,
    holders: Bitset,
    counts: Counts,
) -> int:
    """Mark the images of a set that have boxes of a term, and count these by area; how many images that are."""
    labels, areas, attributes = codes
    by_label, by_area, by_attributes = masks
    images = 0
    for image in range(len(offsets) - 1):
        if offsets[image] == offsets[image + 1] or (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1) == 0:
            continue
        found = 0
        for row in range(offsets[image], offsets[image + 1]):
            met = by_label[labels[row]]
            if met and met & by_area[areas[row]] & by_attributes[attributes[row]]:
                counts[areas[row]] += 1
                found += 1
        if found:
            holders[image >> 6] |= np.uint64(1) << np.uint64(image & 63)
            images += 1
    return images


@kernel
def count_boxes(words: Bitset, offsets: Offsets, codes: Codes, masks: Masks, counts: Counts) -> None:
    """Count by label the boxes of a term on the images of a set."""
    labels, areas, attributes = codes
    by_label, by_area, by_attributes = masks
    for image in range(len(offsets) - 1):
        if (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1) == 0:
            continue
        for row in range(offsets[image], offsets[image + 1]):
            met = by_label[labels[row]]
            if met and met & by_area[areas[row]] & by_attributes[attributes[row]]:
                counts[labels[row]] += 1


@kernel
def take_boxes(
    images: ImageNumbers,
    offsets: Offsets,
    codes: Codes,
    masks: Masks,
    skip: int,
    places: npt.NDArray[np.int64],
) -> None:
    """Fill `places` with image and row of boxes of a term on these images, in their order, but for the first `skip`."""
    labels, areas, attributes = codes
    by_label, by_area, by_attributes = masks
    taken = 0
    for image in images:
        for row in range(offsets[image], offsets[image + 1]):
            met = by_label[labels[row]]
            if not (met and met & by_area[areas[row]] & by_attributes[attributes[row]]):
                continue
            if skip:
                skip -= 1
                continue
            if taken == len(places):
                return
            places[taken, 0], places[taken, 1] = image, row
            taken += 1
