"""The masks of an index, by image; all arrays are empty where the data set has none."""

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
class MaskTables:
    """Masks of each image in file order, as `layout.FILES` names them; corners: float32[masks, 4]."""

    offsets: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint16]
    file_numbers: npt.NDArray[np.uint32]
    box_ids: npt.NDArray[np.uint32]
    ious: npt.NDArray[np.int32]
    corners: npt.NDArray[np.float32]
    files: TextTable

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> MaskTables:
        """From the files of a generation."""
        return cls(
            offsets=arrays["mask_offsets"],
            labels=arrays["mask_labels"],
            file_numbers=arrays["mask_files"],
            box_ids=arrays["mask_box_ids"],
            ious=arrays["mask_ious"],
            corners=arrays["mask_corners"].reshape(-1, 4),
            files=TextTable(arrays["mask_file_text"], arrays["mask_file_text_offsets"]),
        )

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def images(self) -> npt.NDArray[np.uint64]:
        """The images with any mask, hidden ones too, as a bitset."""
        return images_with_rows(self.offsets)
