"""COCO: one annotation file for each split, of whole images: annotations without boxes, negatives as LVIS writes them.

Only positives are annotations. An image names its negatives in `neg_category_ids`, and all its pairs, unknown ones too,
in `labels`. No box is made up, since a label says nothing of where it is; boxes have files of their own.
"""

from __future__ import annotations

from typing import Any

from browse.sets.formats.coco_boxes import CocoBoxesWriter
from browse.sets.formats.output import PARTS, Output, json_line
from browse.sets.formats.writer import Plain, SetInfo
from browse.sets.pictures import file_name
from browse.sets.rows import Batch
from browse.sets.targets import NEGATIVE, POSITIVE

_ATTRIBUTES = ("state", "confidence", "machine", "human")


class CocoWriter(Plain):
    """`annotations/labels_{split}.json`; images and annotations are kept apart until the end."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """Number categories and licenses."""
        super().begin(about, out)
        self._boxes = None if about.boxes is None else CocoBoxesWriter()
        if self._boxes is not None:
            self._boxes.begin(about, out)
        mids = [one.mid for one in about.classes]
        mids += sorted(set(about.names) - set(mids))
        self._numbers = {mid: number for number, mid in enumerate(mids, 1)}
        self._licenses = {name: number for number, (name, _, _) in enumerate(about.licenses, 1)}

    def write(self, batch: Batch, out: Output) -> None:
        """Images with their pairs, and the positives as annotations."""
        images, annotations = [], []
        number = batch.first_pair
        for place, (row, pairs) in enumerate(zip(batch.image_rows, batch.pairs_by_image, strict=True)):
            image_id = batch.first_image + place + 1
            images.append(json_line(self._image(image_id, row, pairs) | _picture(batch, row)))
            for pair in pairs:
                number += 1
                if pair["target"] == POSITIVE:
                    annotations.append(json_line(self._annotation(number, image_id, pair)))
        self._append(out, f"coco-{batch.split}-images", images, is_first=batch.of_split == 0)
        has_some = out.lengths.get(f"{PARTS}/coco-{batch.split}-annotations", 0) > 0
        self._append(out, f"coco-{batch.split}-annotations", annotations, is_first=not has_some)
        if self._boxes is not None:
            self._boxes.write(batch, out)

    def finish(self, out: Output) -> None:
        """Put the parts together."""
        if self._boxes is not None:
            self._boxes.finish(out)
        for split in self.about.splits:
            head = json_line({"info": self._info(split.name)})[:-1]
            licenses = [{"id": self._licenses[name], "name": name, "url": url} for name, url, _ in self.about.licenses]
            out.join(
                f"annotations/labels_{split.name}.json",
                [
                    head + b',\n"licenses":' + json_line(licenses),
                    b',\n"categories":' + json_line(self._categories()) + b',\n"images":[\n',
                    f"coco-{split.name}-images",
                    b'\n],\n"annotations":[\n',
                    f"coco-{split.name}-annotations",
                    b"\n]}\n",
                ],
            )

    def _append(self, out: Output, name: str, lines: list[bytes], *, is_first: bool) -> None:
        if lines:
            out.append_part(name, (b"" if is_first else b",\n") + b",\n".join(lines))

    def _info(self, split: str) -> dict[str, Any]:
        return {"description": f"{self.about.title}, {split}", "version": self.about.row_hash[:12], "year": 2016}

    def _categories(self) -> list[dict[str, Any]]:
        called = {one.mid: one.class_name for one in self.about.classes}
        return [
            {"id": number, "name": called.get(mid, mid), "mid": mid, "supercategory": ""}
            for mid, number in self._numbers.items()
        ]

    def _image(self, image_id: int, row: dict[str, Any], pairs: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": image_id,
            "file_name": row["file_name"],
            "width": 0,
            "height": 0,
            "license": self._licenses[row["license"]],
            "coco_url": row["original_url"] or "",
            "flickr_url": row["landing_url"] or "",
            "image_id": row["image_id"],
            "author": row["author"],
            "title": row["title"],
            "attribution": row["attribution"],
            "neg_category_ids": [self._numbers[pair["mid"]] for pair in pairs if pair["target"] == NEGATIVE],
            "labels": [
                {
                    "category_id": self._numbers[pair["mid"]],
                    "target": pair["target"],
                    **{name: pair[name] for name in _ATTRIBUTES},
                }
                for pair in pairs
            ],
        }

    def _annotation(self, number: int, image_id: int, pair: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": number,
            "image_id": image_id,
            "category_id": self._numbers[pair["mid"]],
            "iscrowd": 0,
            "score": pair["confidence"],
            "attributes": {name: pair[name] for name in _ATTRIBUTES},
        }


def _picture(batch: Batch, row: dict[str, Any]) -> dict[str, Any]:
    """Where the picture is in the set's folder, and its size in pixels; nothing in sets without pictures."""
    if batch.pictures is None:
        return {}
    landed = batch.pictures[row["image_id"]]
    return {"file_name": file_name(row["image_id"]), "width": landed.width, "height": landed.height}
