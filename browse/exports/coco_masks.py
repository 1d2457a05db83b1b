"""COCO with masks: a query's images with the masks that it asks for as run lengths, written while it is read.

The data set does not say how large a picture is: `width` and `height` are those of the largest of the image's masks,
which the release made of pictures of the same proportions. Pictures of masks are read out of the release's zips twice,
once for that size, so memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from browse.domain.boxes import Box
from browse.domain.image_ids import image_id_from_key
from browse.domain.masks import Mask, boxes_of_masks, mask_path
from browse.domain.run_lengths import bounds, scaled
from browse.exports.boxes import box_values, class_names
from browse.exports.coco import MOST_SPECIFIC, document, image_entry, json_text
from browse.exports.credits import NOTE, image_rows, in_doubt
from browse.exports.downloads import BATCH_READ, Heading
from browse.exports.errors import NotHereError
from browse.exports.matches import Matches
from browse.rights.texts import one_line
from browse.search import TablesDifferError
from browse.search.mask_pictures import has_pictures, picture_of
from browse.search.mask_pixels import Size, largest, pixels_in, segmentation, size_in

UNITS = (
    "Width and height are those of the largest mask of the image, to which its others are scaled, not of the photo, "
    "which has the same proportions: scale masks and boxes to the pictures you have. Masks lie on the stored pixels, "
    "before the picture is turned by rotation, in degrees counter-clockwise. bbox and area are of the mask itself."
)
IsAsked = Callable[[Mask], bool]


def coco_masks_json(matches: Matches, heading: Heading, is_asked: IsAsked) -> Iterator[str]:
    """The document, an image or a mask a line. Raises SearchError, and NotHereError where pictures are away."""
    _check_pictures(matches, is_asked)
    mids = list(matches.selected.masks())
    numbers = {mid: number for number, mid in enumerate(mids, 1)}
    licenses: dict[str, tuple[int, str]] = {}
    categories = [
        {"id": number, "name": name, "mid": mid, "supercategory": ""}
        for number, (mid, name) in enumerate(zip(mids, class_names(matches, mids), strict=True), 1)
    ]
    about = f"Masks on {one_line(heading.title)}. {heading.dataset} {NOTE} {UNITS} {MOST_SPECIFIC}"
    images, annotations = _images(matches, licenses, is_asked), _annotations(matches, numbers, is_asked)
    yield from document(about, heading.version, images, annotations, licenses, categories)


def _masks(matches: Matches, is_asked: IsAsked) -> Iterator[tuple[int, dict[int, list[Mask]]]]:
    """For some images at a time: how many images come before them, and by key the masks of those that have any.

    Images hidden meanwhile have none, but keep their places: masks are told whose they are in another pass.
    """
    before = 0
    for keys in matches.batches():
        found, kept = matches.read(keys, partial(matches.annotations.masks_of, keys))
        shown = frozenset(kept)
        asked = {key: [*filter(is_asked, found[key])] for key in keys if key in found}
        yield before, {key: masks if key in shown else [] for key, masks in asked.items() if masks}
        before += len(keys)


def _check_pictures(matches: Matches, is_asked: IsAsked) -> None:
    """Raise NotHereError where the zip of any mask is not there."""
    for key, masks in matches.annotations.masks_of(matches.selected.images_by_mask_file()).items():
        image_id = image_id_from_key(key)
        for mask in filter(is_asked, masks):
            if not has_pictures(image_id, (mask,)):
                raise _away(image_id, mask)


def _away(image_id: str, mask: Mask) -> NotHereError:
    name = mask_path(image_id, mask.mid, mask.box_id)
    return NotHereError(
        f"the picture {name} of a mask is not on this site: the release's zip {image_id[0]} of masks is missing, "
        "damaged or incomplete"
    )


def _picture(image_id: str, mask: Mask) -> tuple[bytes, Size]:
    """The PNG of a mask, and its size. Raises NotHereError."""
    data = picture_of(image_id, mask)
    size = None if data is None else size_in(data)
    if data is None or size is None:
        raise _away(image_id, mask)
    return data, size


def _images(matches: Matches, licenses: dict[str, tuple[int, str]], is_asked: IsAsked) -> Iterator[str]:
    """Images with their credit; licenses are numbered as they come."""
    doubted = in_doubt()
    for before, by_key in _masks(matches, is_asked):
        rows = image_rows(by_key)
        for place, (key, masks) in enumerate(by_key.items(), before + 1):
            if key not in rows:
                raise TablesDifferError(f"an image ({key})")
            if masks:
                image_id = image_id_from_key(key)
                size = largest([_picture(image_id, mask)[1] for mask in masks])
                yield json_text(image_entry(place, rows[key], licenses, in_doubt=key in doubted, size=size))
        yield BATCH_READ


def _annotations(matches: Matches, numbers: dict[str, int], is_asked: IsAsked) -> Iterator[str]:
    count = 0
    for before, by_key in _masks(matches, is_asked):
        boxes = matches.annotations.boxes_of([*by_key])
        for place, (key, masks) in enumerate(by_key.items(), before + 1):
            if not masks:
                continue
            image_id = image_id_from_key(key)
            pictures = [_picture(image_id, mask) for mask in masks]
            size = largest([size for _, size in pictures])
            for (mask, found), (data, _) in zip(_with_boxes(masks, boxes.get(key, ())), pictures, strict=True):
                count += 1
                made = _annotation(image_id, mask, data, size, found)
                yield json_text({"id": count, "image_id": place, "category_id": numbers[mask.mid], **made})
        yield BATCH_READ


def _annotation(image_id: str, mask: Mask, data: bytes, size: Size, found: tuple[int, Box] | None) -> dict[str, Any]:
    drawn = pixels_in(data)
    if drawn is None:
        raise _away(image_id, mask)
    pixels = scaled(drawn, size)
    runs, area = segmentation(pixels)
    number, values = (None, None) if found is None else (found[0], box_values(found[1]))
    return {
        "segmentation": runs,
        "bbox": bounds(pixels),
        "area": area,
        "iscrowd": int(values is not None and values["group"] is True),
        "box_id": f"{mask.box_id:08x}",
        "mask_path": mask_path(image_id, mask.mid, mask.box_id),
        "predicted_iou": mask.iou,
        "box": number,
        "attributes": values,
    }


def _with_boxes(masks: list[Mask], boxes: tuple[Box, ...]) -> Iterator[tuple[Mask, tuple[int, Box] | None]]:
    """Each mask with the box of its image that it was drawn in, and that one's number from 1; None without any."""
    sides = [(box.mid, (box.x_min, box.x_max, box.y_min, box.y_max)) for box in boxes]
    for mask, place in zip(masks, boxes_of_masks(masks, sides), strict=True):
        yield mask, None if place is None else (place + 1, boxes[place])
