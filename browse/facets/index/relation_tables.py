"""The relationships of an index, by image and by triplet; all arrays are empty where the data set has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.index.box_tables import images_with_rows
from browse.facets.index.text_tables import TextTable


@dataclass(frozen=True)
class RelationTables:
    """Relationships of each image in file order, and the images of each triplet and of each relation, as
    `layout.FILES` names them.

    corners: float32[relationships, 8], x_min x_max y_min y_max of the subject, then of the object.
    triplet_subjects, triplet_relations, triplet_objects: of each triplet that occurs, by these three.
    """

    offsets: npt.NDArray[np.uint32]
    subjects: npt.NDArray[np.uint16]
    relation_numbers: npt.NDArray[np.uint16]
    objects: npt.NDArray[np.uint16]
    corners: npt.NDArray[np.float32]
    triplet_subjects: npt.NDArray[np.uint16]
    triplet_relations: npt.NDArray[np.uint16]
    triplet_objects: npt.NDArray[np.uint16]
    triplet_offsets: npt.NDArray[np.int64]
    triplet_images: npt.NDArray[np.uint32]
    related_offsets: npt.NDArray[np.int64]
    related_images: npt.NDArray[np.uint32]
    words: list[str]

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> RelationTables:
        """From the files of a generation."""
        return cls(
            offsets=arrays["relation_offsets"],
            subjects=arrays["relation_subjects"],
            relation_numbers=arrays["relation_words"],
            objects=arrays["relation_objects"],
            corners=arrays["relation_corners"].reshape(-1, 8),
            triplet_subjects=arrays["triplet_subjects"],
            triplet_relations=arrays["triplet_words"],
            triplet_objects=arrays["triplet_objects"],
            triplet_offsets=arrays["triplet_offsets"],
            triplet_images=arrays["triplet_images"],
            related_offsets=arrays["related_offsets"],
            related_images=arrays["related_images"],
            words=[*TextTable(arrays["relation_text"], arrays["relation_text_offsets"])],
        )

    def __len__(self) -> int:
        return len(self.subjects)

    @cached_property
    def images(self) -> npt.NDArray[np.uint64]:
        """The images with any relationship, hidden ones too, as a bitset."""
        return images_with_rows(self.offsets)

    def of_relation(self, number: int) -> npt.NDArray[np.uint32]:
        """The images with a relation, ascending, hidden ones too."""
        return self.related_images[self.related_offsets[number] : self.related_offsets[number + 1]]

    def of_image(self, image: int) -> slice:
        """Where an image's relationships stand in the tables by image."""
        return slice(int(self.offsets[image]), int(self.offsets[image + 1])) if len(self) else slice(0, 0)
