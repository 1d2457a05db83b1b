"""The narratives of an index, by image, and the words of their captions; all arrays are empty where it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.index.box_tables import images_with_rows
from browse.facets.index.text_tables import TextTable, WordTable


@dataclass(frozen=True)
class NarrativeTables:
    """Narratives of each image in file order, as `layout.FILES` names them; captions and recordings by narrative."""

    offsets: npt.NDArray[np.uint32]
    owners: npt.NDArray[np.uint32]
    annotators: npt.NDArray[np.uint16]
    file_numbers: npt.NDArray[np.uint32]
    begins: npt.NDArray[np.int64]
    captions: TextTable
    recordings: TextTable
    files: TextTable
    words: WordTable

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> NarrativeTables:
        """From the files of a generation."""

        def texts(name: str) -> TextTable:
            return TextTable(arrays[f"{name}_text"], arrays[f"{name}_text_offsets"])

        return cls(
            offsets=arrays["narrative_offsets"],
            owners=arrays["narrative_images"],
            annotators=arrays["narrative_annotators"],
            file_numbers=arrays["narrative_files"],
            begins=arrays["narrative_begins"],
            captions=texts("caption"),
            recordings=texts("recording"),
            files=texts("narrative_file"),
            words=WordTable(texts("caption_word"), arrays["caption_word_offsets"], arrays["caption_word_places"]),
        )

    def __len__(self) -> int:
        return len(self.owners)

    @cached_property
    def images(self) -> npt.NDArray[np.uint64]:
        """The images with any narrative, hidden ones too, as a bitset."""
        return images_with_rows(self.offsets)

    def of_image(self, image: int) -> slice:
        """Where an image's narratives stand."""
        return slice(int(self.offsets[image]), int(self.offsets[image + 1])) if len(self) else slice(0, 0)
