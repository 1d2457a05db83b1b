"""Loops over the boxes of a label, by image, compiled by numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, kernel, lowest_bit

Areas = npt.NDArray[np.uint16]
Codes = npt.NDArray[np.uint16]
Conditions = npt.NDArray[np.int64]
"""One row for each condition: lowest and highest area, attribute values allowed as bits, least and most boxes."""


@kernel
def _meets(area: np.int64, values: np.int64, conditions: Conditions, row: int) -> bool:
    return bool(conditions[row, 0] <= area <= conditions[row, 1] and values & ~conditions[row, 2] == 0)


@kernel
def mark_images(
    images: ImageNumbers, areas: Areas, attributes: Codes, values: Counts, condition: Conditions, words: Bitset
) -> None:
    """Add the images that have as many boxes of a condition as it asks for. values: by packed attributes, as bits."""
    place = 0
    while place < len(images):
        image = images[place]
        count = 0
        while place < len(images) and images[place] == image:
            count += _meets(np.int64(areas[place]), values[attributes[place]], condition, 0)
            place += 1
        if condition[0, 3] <= count <= condition[0, 4]:
            words[image >> 6] |= np.uint64(1) << np.uint64(image & 63)


@kernel
def count_images(
    images: ImageNumbers,
    areas: Areas,
    attributes: Codes,
    by_area: Bitset,
    by_attributes: Bitset,
    numbers: Counts,
    words: Bitset,
    counts: Counts,
) -> None:
    """For each of at most 64 conditions the images of a set that have as many boxes of it as it asks for.

    by_area, by_attributes: the conditions that a box of some area, or of some packed attributes, meets, as bits.
    numbers: int64[conditions, 2], least and most boxes; the least is 1 or more.
    """
    tally = np.zeros(64, np.int64)
    place = 0
    while place < len(images):
        image = images[place]
        inside = (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1) == 1
        met = np.uint64(0)
        while place < len(images) and images[place] == image:
            mask = by_area[areas[place]] & by_attributes[attributes[place]] if inside else np.uint64(0)
            met |= mask
            while mask:
                tally[lowest_bit(mask)] += 1
                mask &= mask - np.uint64(1)
            place += 1
        while met:
            row = lowest_bit(met)
            counts[row] += numbers[row, 0] <= tally[row] <= numbers[row, 1]
            tally[row] = 0
            met &= met - np.uint64(1)


@kernel
def measure(
    images: ImageNumbers,
    areas: Areas,
    attributes: Codes,
    values: Counts,
    condition: Conditions,
    words: Bitset,
    found: ImageNumbers,
    measures: Counts,
) -> int:
    """The images of a set with boxes of a condition; of each how many, and the area of the largest. How many images."""
    size = 0
    place = 0
    while place < len(images):
        image = images[place]
        count, most = 0, np.int64(0)
        while place < len(images) and images[place] == image:
            if _meets(np.int64(areas[place]), values[attributes[place]], condition, 0):
                count += 1
                most = max(most, np.int64(areas[place]))
            place += 1
        if count and (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1) == 1:
            found[size], measures[size, 0], measures[size, 1] = image, count, most
            size += 1
    return size


@kernel
def gather(
    offsets: npt.NDArray[np.uint32],
    labels: npt.NDArray[np.uint16],
    areas: Areas,
    attributes: Codes,
    inside: npt.NDArray[np.bool_],
    found_images: ImageNumbers,
    found_areas: Areas,
    found_attributes: Codes,
) -> None:
    """Image, area and attributes of all boxes of some labels, by image. inside: which labels these are."""
    size = 0
    for image in range(len(offsets) - 1):
        for place in range(offsets[image], offsets[image + 1]):
            if inside[labels[place]]:
                found_images[size], found_areas[size] = image, areas[place]
                found_attributes[size] = attributes[place]
                size += 1


@kernel
def count_labels(
    words: Bitset, offsets: npt.NDArray[np.uint32], labels: npt.NDArray[np.uint16], last: Counts, counts: Counts
) -> None:
    """For each label the images of a set with a box of it. last: as many zeros as there are labels."""
    for image in range(len(offsets) - 1):
        if (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1) == 0:
            continue
        for place in range(offsets[image], offsets[image + 1]):
            label = labels[place]
            if last[label] != image + 1:
                last[label] = image + 1
                counts[label] += 1
