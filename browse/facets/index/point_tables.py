"""The points of an index, by image, and by label and verdict; all arrays are empty where the data set has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.points import VERDICTS
from browse.facets.index.box_tables import images_with_rows
from browse.facets.index.text_tables import TextTable


@dataclass(frozen=True)
class PointTables:
    """Points of each image in file order, and the images of each label and verdict, as `layout.FILES` names them.

    votes: uint16[points, 3]; places: float32[points, 2], x y.
    """

    offsets: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint16]
    source_numbers: npt.NDArray[np.uint8]
    verdicts: npt.NDArray[np.uint8]
    votes: npt.NDArray[np.uint16]
    text_numbers: npt.NDArray[np.uint32]
    places: npt.NDArray[np.float32]
    posting_offsets: npt.NDArray[np.int64]
    posting_images: npt.NDArray[np.uint32]
    texts: TextTable
    sources: list[str]

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> PointTables:
        """From the files of a generation."""
        return cls(
            offsets=arrays["point_offsets"],
            labels=arrays["point_labels"],
            source_numbers=arrays["point_sources"],
            verdicts=arrays["point_verdicts"],
            votes=arrays["point_votes"].reshape(-1, len(VERDICTS)),
            text_numbers=arrays["point_texts"],
            places=arrays["point_places"].reshape(-1, 2),
            posting_offsets=arrays["point_posting_offsets"],
            posting_images=arrays["point_posting_images"],
            texts=TextTable(arrays["point_text"], arrays["point_text_offsets"]),
            sources=[*TextTable(arrays["point_source_text"], arrays["point_source_text_offsets"])],
        )

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def images(self) -> npt.NDArray[np.uint64]:
        """The images with any point, hidden ones too, as a bitset."""
        return images_with_rows(self.offsets)

    def of_image(self, image: int) -> slice:
        """Where an image's points stand in the tables by image."""
        return slice(int(self.offsets[image]), int(self.offsets[image + 1])) if len(self) else slice(0, 0)
