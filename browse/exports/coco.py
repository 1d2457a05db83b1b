"""COCO: a query's images with the boxes that it asks for, as one JSON document that is written while it is read.

The data set does not say how large a picture is, so boxes are shares of it: `width` and `height` are 1. Images without
such a box are not there, since nobody looked for boxes on most of them. Images come twice through the database, first
themselves and then their boxes, so memory does not grow with their number.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from browse.exports.boxes import ExportedBox, box_values, boxes_by_image, class_names
from browse.exports.credits import NOTE, credit_of, image_rows, in_doubt
from browse.exports.downloads import BATCH_READ, Heading
from browse.exports.matches import Matches
from browse.rights import attribution
from browse.rights.texts import one_line
from browse.search import TablesDifferError

UNITS = (
    "Boxes are shares of the picture, whose width and height are given as 1: multiply them by its width and height in "
    "pixels. They lie on the stored pixels, before the picture is turned by rotation, in degrees counter-clockwise."
)
MOST_SPECIFIC = "A box has the most specific label alone; the label hierarchy is not applied."


def coco_json(matches: Matches, heading: Heading) -> Iterator[str]:
    """The document, an image or a box a line. Raises SearchError."""
    mids = list(matches.selected.boxes())
    licenses: dict[str, tuple[int, str]] = {}
    categories = [
        {"id": number, "name": name, "mid": mid, "supercategory": ""}
        for number, (mid, name) in enumerate(zip(mids, class_names(matches, mids), strict=True), 1)
    ]
    about = f"Boxes on {one_line(heading.title)}. {heading.dataset} {NOTE} {UNITS} {MOST_SPECIFIC}"
    annotations = _annotations(matches, {mid: number for number, mid in enumerate(mids, 1)})
    yield from document(about, heading.version, _images(matches, licenses), annotations, licenses, categories)


def document(
    about: str,
    version: str,
    images: Iterator[str],
    annotations: Iterator[str],
    licenses: dict[str, tuple[int, str]],
    categories: list[dict[str, Any]],
) -> Iterator[str]:
    """A COCO document. images, annotations: as JSON each; licenses: number and URL by name, filled with the images."""
    info = {"description": about, "version": version, "url": "https://storage.googleapis.com/openimages/web/index.html"}
    yield f'{{"info": {json_text(info)},\n"images": [\n'
    yield from _separated(images)
    yield '\n],\n"annotations": [\n'
    yield from _separated(annotations)
    listed = [{"id": number, "name": name, "url": url} for name, (number, url) in licenses.items()]
    yield f'\n],\n"licenses": {json_text(listed)},\n"categories": {json_text(categories)}}}\n'


def _images(matches: Matches, licenses: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Images with their credit; licenses are numbered as they come."""
    doubted = in_doubt()
    for before, by_key in boxes_by_image(matches):
        rows = image_rows(by_key)
        for place, (key, boxes) in enumerate(by_key.items(), before + 1):
            if key not in rows:
                raise TablesDifferError(f"an image ({key})")
            if boxes:
                yield json_text(image_entry(place, rows[key], licenses, in_doubt=key in doubted))
        yield BATCH_READ


def image_entry(
    number: int,
    row: dict[str, Any],
    licenses: dict[str, tuple[int, str]],
    *,
    in_doubt: bool,
    size: tuple[int, int] = (1, 1),
) -> dict[str, Any]:
    """An image with its credit, of a row that `image_rows` gave; a license that is new is added to the others."""
    credit = credit_of(row, in_doubt=in_doubt)
    name = one_line(credit.license.short_name)
    given = licenses.setdefault(name, (len(licenses) + 1, credit.license.deed_url or ""))
    return {
        "id": number,
        "file_name": f"{credit.image_id}.jpg",
        "width": size[0],
        "height": size[1],
        "rotation": row["rotation"],
        "license": given[0],
        "coco_url": credit.original_url,
        "flickr_url": credit.landing_url,
        "image_id": credit.image_id,
        "title": credit.title,
        "author": credit.author,
        "author_url": credit.author_url,
        "license_url": credit.license_url,
        "license_in_doubt": credit.in_doubt,
        "attribution": attribution(credit).text,
    }


def _annotations(matches: Matches, numbers: dict[str, int]) -> Iterator[str]:
    count = 0
    for before, by_key in boxes_by_image(matches):
        for place, boxes in enumerate(by_key.values(), before + 1):
            for one in boxes:
                count += 1
                yield json_text(_annotation(count, place, numbers[one.box.mid], one))
        yield BATCH_READ


def _annotation(number: int, image: int, category: int, one: ExportedBox) -> dict[str, Any]:
    box, values = one.box, box_values(one.box)
    width, height = _difference(box.x_max, box.x_min), _difference(box.y_max, box.y_min)
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [box.x_min, box.y_min, width, height],
        "area": box.area / 10_000,
        "iscrowd": int(values["group"] is True),
        "box": one.number,
        "attributes": values,
    }


def _difference(more: float, less: float) -> float:
    """Without the digits that only come from subtracting in binary."""
    return round(more - less, 15)


def _separated(lines: Iterator[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if line == BATCH_READ:
            yield line
            continue
        yield f"{before}{line}"
        before = ",\n"


def json_text(value: Any) -> str:
    """A value as JSON, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
