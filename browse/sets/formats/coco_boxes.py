"""COCO with boxes: a file of instances for each split, in pixels where the set has pictures, else in shares of them.

In sets with masks the boxes that have one have it as run lengths, of the size of the image; where the set has no
pictures that is the size of the image's largest mask.
"""

from __future__ import annotations

from typing import Any

from browse.domain.boxes import Attribute
from browse.domain.masks import Mask
from browse.domain.run_lengths import Pixels, scaled
from browse.search.mask_pixels import Size, largest, segmentation
from browse.sets.boxes import corner_and_size
from browse.sets.formats.coco_masks import append_list, drawn_masks
from browse.sets.formats.output import PARTS, Output, json_line
from browse.sets.formats.writer import BoxInfo, Plain, SetInfo
from browse.sets.pictures import file_name
from browse.sets.rows import Batch
from browse.sets.targets import NEGATIVE

_BOXES_OF_ONE = 100_000
"""More than an image can have: ids of boxes are made of their image's and their number."""
Drawn = tuple[Mask, Pixels]


class CocoBoxesWriter(Plain):
    """`annotations/boxes_{split}.json`; all images of the split are there, also those without a box."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """Number categories and licenses."""
        super().begin(about, out)
        self._numbers = {one.mid: number for number, one in enumerate(_boxes(about).classes, 1)}
        self._licenses = {name: number for number, (name, _, _) in enumerate(about.licenses, 1)}

    def write(self, batch: Batch, out: Output) -> None:
        """Images, and their boxes as annotations."""
        images, annotations, listed = [], [], []
        together = zip(batch.image_rows, batch.pairs_by_image, batch.boxes_by_image, strict=True)
        for place, (row, pairs, boxes) in enumerate(together):
            number = batch.first_image + 1 + place
            masks, lines = self._masks(batch, place, row, len(boxes))
            size = self._size(batch, row, masks)
            negatives = {pair["mid"] for pair in pairs if pair["target"] == NEGATIVE}
            images.append(json_line(self._image(number, row, size, negatives)))
            annotations += [
                json_line(self._annotation(_BOXES_OF_ONE * number + nth, number, box, size) | _mask(mask, size))
                for nth, (box, mask) in enumerate(zip(boxes, masks, strict=True))
            ]
            listed.append(lines)
        self._append(out, f"coco-{batch.split}-box-images", images)
        self._append(out, f"coco-{batch.split}-boxes", annotations)
        if batch.masks is not None:
            append_list(out, "".join(listed))

    def _masks(self, batch: Batch, place: int, row: dict[str, Any], boxes: int) -> tuple[list[Drawn | None], str]:
        """The masks of an image's boxes as its picture has them, and their lines of the list."""
        if batch.masks is None:
            return [None] * boxes, ""
        rotation = (row["rotation"] or 0) if _boxes(self.about).are_upright else 0
        found = drawn_masks(row["image_id"], batch.masks[place], rotation)
        return found.of_boxes, found.lines

    def finish(self, out: Output) -> None:
        """Put the parts together."""
        licenses = [{"id": self._licenses[name], "name": name, "url": url} for name, url, _ in self.about.licenses]
        categories = [
            {"id": self._numbers[one.mid], "name": one.class_name, "mid": one.mid, "supercategory": ""}
            for one in _boxes(self.about).classes
        ]
        for split in self.about.splits:
            info = {"description": f"{self.about.title}, boxes, {split.name}", "version": self.about.row_hash[:12]}
            head = b'{"info":' + json_line(info) + b',\n"licenses":' + json_line(licenses)
            out.join(
                f"annotations/boxes_{split.name}.json",
                [
                    head + b',\n"categories":' + json_line(categories) + b',\n"images":[\n',
                    f"coco-{split.name}-box-images",
                    b'\n],\n"annotations":[\n',
                    f"coco-{split.name}-boxes",
                    b"\n]}\n",
                ],
            )

    def _append(self, out: Output, name: str, lines: list[bytes]) -> None:
        if lines:
            is_first = not out.lengths.get(f"{PARTS}/{name}", 0)
            out.append_part(name, (b"" if is_first else b",\n") + b",\n".join(lines))

    def _size(self, batch: Batch, row: dict[str, Any], masks: list[Drawn | None]) -> Size:
        """Of the picture as its boxes lie on it, in pixels; else of the largest mask, else 1 by 1."""
        rotation = None if _boxes(self.about).are_upright else row["rotation"]
        known = batch.stored_size(row["image_id"], rotation)
        return known or largest([(1, 1), *(mask[1].shape[::-1] for mask in masks if mask is not None)])

    def _image(self, number: int, row: dict[str, Any], size: Size, negatives: set[str]) -> dict[str, Any]:
        return {
            "id": number,
            "file_name": row["file_name"] if self.about.pictures is None else file_name(row["image_id"]),
            "width": size[0],
            "height": size[1],
            "license": self._licenses[row["license"]],
            "coco_url": row["original_url"] or "",
            "flickr_url": row["landing_url"] or "",
            "image_id": row["image_id"],
            "author": row["author"],
            "title": row["title"],
            "rotation": row["rotation"],
            "attribution": row["attribution"],
            "neg_category_ids": [one for mid, one in self._numbers.items() if mid in negatives],
        }

    def _annotation(self, number: int, image: int, box: dict[str, Any], size: Size) -> dict[str, Any]:
        left, top, width, height = corner_and_size(box)
        across, down = size
        return {
            "id": number,
            "image_id": image,
            "category_id": self._numbers[box["mid"]],
            "bbox": [left * across, top * down, width * across, height * down],
            "area": width * across * height * down,
            "iscrowd": int(box["group"] is True),
            "attributes": {"source": box["source"], **{name.value: box[name.value] for name in Attribute}},
        }


def _mask(mask: Drawn | None, size: Size) -> dict[str, Any]:
    """What a mask adds to its box's annotation, which has the area of the mask then."""
    if mask is None:
        return {}
    runs, area = segmentation(scaled(mask[1], size))
    return {"segmentation": runs, "area": area, "box_id": f"{mask[0].box_id:08x}", "predicted_iou": mask[0].iou}


def _boxes(about: SetInfo) -> BoxInfo:
    assert about.boxes is not None
    return about.boxes
