"""The boxes of images, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from browse.domain.box_rows import shortest, unpacked
from browse.domain.boxes import Box
from browse.facets.embedded import kernels
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.label_counts import distinct_counts
from browse.facets.index.open_index import Index


def boxes_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
    """For visible images by their keys all boxes in file order; images without boxes are left out."""
    index = overlay.index
    if not len(index.boxes):
        return {}
    found = {key: _boxes(index, image) for key, image in visible_images(overlay, keys)}
    return {key: boxes for key, boxes in found.items() if boxes}


def visible_images(overlay: Corrections, keys: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Key and number of those of some images that are there and not hidden."""
    index = overlay.index
    numbers = np.searchsorted(index.image_keys, np.array(keys, np.int64)).tolist()
    for key, image in zip(keys, numbers, strict=True):
        if image < index.images and index.image_keys[image] == key and not overlay.is_hidden(key):
            yield key, image


def _boxes(index: Index, image: int) -> tuple[Box, ...]:
    tables = index.boxes
    here = tables.of_image(image)
    columns = (tables.labels, tables.source_numbers, tables.areas, tables.attributes)
    rows = zip(*(column[here].tolist() for column in columns), shortest(tables.corners[here]).tolist(), strict=True)
    return tuple(
        Box(index.labels[label], tables.sources[source], x_min, x_max, y_min, y_max, area, unpacked(code))
        for label, source, area, code, (x_min, x_max, y_min, y_max) in rows
    )


def label_counts(index: Index, words: Bitset) -> Counts:
    """int64[labels]: images of a set with a box of each label.

    Of the set's images with boxes and all others with boxes the smaller part is gone through; the totals are known.
    """
    tables = index.boxes
    if not len(tables):
        return np.zeros(len(index.labels), np.int64)
    rows = tables.distinct_offsets, tables.distinct_labels
    inside = words & tables.images
    if 2 * int(kernels.count_bits(inside)) <= tables.holders:
        return distinct_counts(index, inside, *rows)
    return tables.label_totals - distinct_counts(index, tables.images & ~words, *rows)
