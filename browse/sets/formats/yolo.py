"""YOLO: beside each picture a text file with a box a line, lists of the pictures of each split, and `data.yaml`.

An image without any box is listed where people ruled out every label of the boxes: then it is background for certain.
All others without a box are unknown, and listed nowhere.
"""

from __future__ import annotations

import json
from typing import Any

from browse.domain.csv_text import decimal_text
from browse.sets.boxes import corner_and_size
from browse.sets.errors import SetError
from browse.sets.formats.output import Output
from browse.sets.formats.writer import Plain, SetInfo, box_classes
from browse.sets.pictures import FOLDER, file_name
from browse.sets.rows import Batch
from browse.sets.targets import NEGATIVE

MOST_IMAGES = 500_000
"""There is a file for each."""
CONFIG = "data.yaml"


class YoloWriter(Plain):
    """`data/<ImageID>.txt`, `{split}.txt` and `data.yaml`."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """The classes. Raises SetError for a set without boxes, or with too many images."""
        super().begin(about, out)
        if about.boxes is None:
            raise SetError("format: yolo holds boxes; add boxes to the recipe, or choose another format")
        if about.images > MOST_IMAGES:
            raise SetError(f"format: yolo has a file for each image, {MOST_IMAGES:,} at most; lower the caps")
        self._numbers = {one.mid: number for number, one in enumerate(about.boxes.classes)}
        out.write(CONFIG, self._config().encode())

    def write(self, batch: Batch, out: Output) -> None:
        """The files of a batch's images, and their names."""
        listed = []
        together = zip(batch.image_rows, batch.pairs_by_image, batch.boxes_by_image, strict=True)
        for row, pairs, boxes in together:
            if boxes or self._is_background(pairs):
                lines = "".join(f"{self._numbers[box['mid']]} {_place(box)}\n" for box in boxes)
                out.write(f"{FOLDER}/{row['image_id']}.txt", lines.encode())
                listed.append(f"./{file_name(row['image_id'])}\n")
        out.append(f"{batch.split}.txt", "".join(listed).encode())

    def _is_background(self, pairs: list[dict[str, Any]]) -> bool:
        negatives = {pair["mid"] for pair in pairs if pair["target"] == NEGATIVE}
        return negatives >= self._numbers.keys()

    def _config(self) -> str:
        """As Ultralytics reads it, from wherever it runs: without `path` the lists are found beside this file.

        Texts in YAML may be written as in JSON.
        """
        there = {split.name for split in self.about.splits}
        parts = {"train": "train", "val": "validation", "test": "test"}
        lines = [f"{part}: {split}.txt" for part, split in parts.items() if split in there]
        names = [f"  {n}: {json.dumps(one.class_name)}" for n, one in enumerate(box_classes(self.about))]
        return "\n".join([*lines, "names:", *names, ""])


def _place(box: dict[str, Any]) -> str:
    left, top, width, height = corner_and_size(box)
    center = (round(left + width / 2, 15), round(top + height / 2, 15), width, height)
    return " ".join(map(decimal_text, center))
