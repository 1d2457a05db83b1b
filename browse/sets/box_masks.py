"""Which masks the boxes of a set have, told from the boxes of their images alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from browse.domain.masks import Mask, boxes_of_masks
from browse.facets.candidates import BoxColumns
from browse.sets.boxes import BoxRule

MasksOf = Callable[[Sequence[int]], Mapping[int, tuple[Mask, ...]]]
"""The masks of images by their database keys, as an engine gives them."""


@dataclass
class ImageMasks:
    """The masks of one image's boxes. of_boxes: of each that the set has; further: of those that have one already."""

    of_boxes: list[Mask | None]
    further: list[Mask] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many boxes have one."""
        return sum(mask is not None for mask in self.of_boxes)


def masks_by_image(
    columns: BoxColumns, rule: BoxRule, mids: Sequence[str], masks: Sequence[tuple[Mask, ...]]
) -> list[ImageMasks]:
    """columns: all boxes of some images; rule: which of them the set has; masks: all of each of these images."""
    wants = rule.wants(columns)
    ends = np.searchsorted(columns.owners, np.arange(len(masks) + 1)).tolist()
    return [_of_image(columns, wants, mids, *ends_of, own) for ends_of, own in zip(pairwise(ends), masks, strict=True)]


def _of_image(
    columns: BoxColumns,
    wants: npt.NDArray[np.bool_],
    mids: Sequence[str],
    begin: int,
    end: int,
    masks: tuple[Mask, ...],
) -> ImageMasks:
    asked = np.flatnonzero(wants[begin:end]).tolist()
    found = ImageMasks([None] * len(asked))
    if not masks:
        return found
    labels, corners = columns.labels[begin:end].tolist(), columns.corners[begin:end].tolist()
    boxes = [(mids[label], sides) for label, sides in zip(labels, corners, strict=True)]
    number = {place: number for number, place in enumerate(asked)}
    for mask, place in zip(masks, boxes_of_masks(masks, boxes), strict=True):
        if place is None or place not in number:
            continue
        if found.of_boxes[number[place]] is None:
            found.of_boxes[number[place]] = mask
        else:
            found.further.append(mask)
    return found
