"""The boxes of an index, by image and by label; all arrays are empty where the data set has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.index.text_tables import TextTable


@dataclass(frozen=True)
class BoxTables:
    """Boxes of each image in file order, their labels, and boxes of each label by image, as `layout.FILES` names them.

    corners: float32[boxes, 4], x_min x_max y_min y_max. attributes: packed as `domain.box_rows` says.
    """

    offsets: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint16]
    source_numbers: npt.NDArray[np.uint8]
    attributes: npt.NDArray[np.uint16]
    areas: npt.NDArray[np.uint16]
    corners: npt.NDArray[np.float32]
    distinct_offsets: npt.NDArray[np.uint32]
    distinct_labels: npt.NDArray[np.uint16]
    posting_offsets: npt.NDArray[np.int64]
    posting_images: npt.NDArray[np.uint32]
    posting_areas: npt.NDArray[np.uint16]
    posting_attributes: npt.NDArray[np.uint16]
    sources: list[str]

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> BoxTables:
        """From the files of a generation."""
        return cls(
            offsets=arrays["box_offsets"],
            labels=arrays["box_labels"],
            source_numbers=arrays["box_sources"],
            attributes=arrays["box_attributes"],
            areas=arrays["box_areas"],
            corners=arrays["box_corners"].reshape(-1, 4),
            distinct_offsets=arrays["box_distinct_offsets"],
            distinct_labels=arrays["box_distinct_labels"],
            posting_offsets=arrays["box_posting_offsets"],
            posting_images=arrays["box_posting_images"],
            posting_areas=arrays["box_posting_areas"],
            posting_attributes=arrays["box_posting_attributes"],
            sources=[*TextTable(arrays["box_source_text"], arrays["box_source_text_offsets"])],
        )

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def images(self) -> npt.NDArray[np.uint64]:
        """The images with any box, hidden ones too, as a bitset."""
        return images_with_rows(self.offsets)

    @cached_property
    def holders(self) -> int:
        """How many images have any box, hidden ones too."""
        return int(np.count_nonzero(np.diff(self.offsets)))

    @cached_property
    def label_totals(self) -> npt.NDArray[np.int64]:
        """int64[labels]: the images with any box of each label, hidden ones too."""
        return np.bincount(self.distinct_labels, minlength=max(len(self.posting_offsets) - 1, 0))

    def of_image(self, image: int) -> slice:
        """Where an image's boxes stand in the tables by image."""
        return slice(int(self.offsets[image]), int(self.offsets[image + 1])) if len(self) else slice(0, 0)

    def of_label(self, label: int) -> slice:
        """Where a label's boxes stand in the tables by label."""
        return slice(*self.posting_offsets[label : label + 2].tolist()) if len(self) else slice(0, 0)


def rows_of_images(
    offsets: npt.NDArray[np.uint32], images: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows of some images, one image's after the other's, and of each row which of the images given has it."""
    starts = offsets[images].astype(np.int64)
    numbers = offsets[images + 1].astype(np.int64) - starts
    owners = np.repeat(np.arange(len(images)), numbers)
    before = np.cumsum(numbers) - numbers
    return np.arange(len(owners)) + (starts - before)[owners], owners


def images_with_rows(offsets: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint64]:
    """The images with any row, as a bitset, by where the rows of each begin."""
    has = np.diff(offsets) > 0
    words = np.zeros((len(has) + 63) // 64 * 8, np.uint8)
    packed = np.packbits(has, bitorder="little")
    words[: len(packed)] = packed
    return words.view(np.uint64)
