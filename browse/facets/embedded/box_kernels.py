"""Loops over the boxes of a label, by image, compiled by numba."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers, kernel

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
    """Add the images that have as many boxes of a condition as it asks for. values: by packed attributes, as bits.

    Without a branch: how many boxes an image has, and which of them count, nobody can guess.
    """
    low, high, others = condition[0, 0], condition[0, 1], ~condition[0, 2]
    least, most = condition[0, 3], condition[0, 4]
    count, last = 0, len(images) - 1
    for place in range(len(images)):
        image, area = images[place], np.int64(areas[place])
        count += (low <= area) & (area <= high) & (values[attributes[place]] & others == 0)
        ends = (images[min(place + 1, last)] != image) | (place == last)
        words[image >> 6] |= np.uint64(ends & (least <= count) & (count <= most)) << np.uint64(image & 63)
        count *= 1 - ends


@kernel
def count_images(
    boxes: tuple[ImageNumbers, Areas, Codes],
    met: tuple[Bitset, Bitset],
    kinds: tuple[Codes, Codes],
    limits: tuple[Bitset, Bitset, Bitset, Bitset],
    words: Bitset,
    single: ImageNumbers,
    several: ImageNumbers,
) -> None:
    """Count the images of a set by what at most 64 conditions make of their boxes; all are counted side by side.

    boxes    image, area and attributes of each, by image.
    met      the conditions that a box of some area, or of some packed attributes, meets, as bits; kinds: which of these
             areas, or attributes, meet the same ones.
    limits   as `limit_planes` makes them; the least is 1 or more.
    single   uint32[kinds, kinds]: add the images with one box, by its kinds.
    several  uint32[bytes, 256]: add the others by each byte of the bits of conditions that have as many boxes as they
             ask for.
    """
    (images, areas, attributes), (by_area, by_attributes), (area_kinds, attribute_kinds) = boxes, met, kinds
    planes = np.zeros(32, np.uint64)
    place = 0
    while place < len(images):
        image, first = images[place], place
        inside = (words[image >> 6] >> np.uint64(image & 63)) & np.uint64(1)
        place += 1
        if place == len(images) or images[place] != image:
            single[area_kinds[areas[first]], attribute_kinds[attributes[first]]] += np.uint32(inside)
            continue
        planes[0] = by_area[areas[first]] & by_attributes[attributes[first]]
        used = 1
        while place < len(images) and images[place] == image:
            used = _count_one(by_area[areas[place]] & by_attributes[attributes[place]], planes, used)
            place += 1
        held = _within(planes, used, limits)
        for byte in range(len(several)):
            several[byte, (held >> np.uint64(8 * byte)) & np.uint64(255)] += np.uint32(inside)


@kernel
def _count_one(met: np.uint64, planes: Bitset, used: int) -> int:
    """Count one more box for the conditions that it meets; how many planes are in use then."""
    carry = met
    for plane in range(used):
        before = planes[plane]
        planes[plane] = before ^ carry
        carry &= before
    if carry:
        planes[used] = carry
        return used + 1
    return used


@kernel
def _within(planes: Bitset, used: int, limits: tuple[Bitset, Bitset, Bitset, Bitset]) -> np.uint64:
    """The conditions whose number is neither below the least nor above the most: numbers as bits, plane by plane."""
    least, least_above, most, most_above = limits
    enough, few = ~np.uint64(0), ~np.uint64(0)
    for plane in range(used):
        held = planes[plane]
        enough = (held & ~least[plane]) | (~(held ^ least[plane]) & enough)
        few = (~held & most[plane]) | (~(held ^ most[plane]) & few)
    found: np.uint64 = enough & ~least_above[used] & (few | most_above[used])
    return found


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
