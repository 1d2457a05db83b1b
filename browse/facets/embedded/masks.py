"""The masks of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.box_rows import shortest
from browse.domain.masks import IOU_UNIT, UNKNOWN_IOU, Mask
from browse.facets.embedded.boxes import visible_images
from browse.facets.embedded.corrections import Corrections
from browse.facets.index.open_index import Index


def masks_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
    """For visible images by their keys all masks in file order; images without any are left out."""
    if not len(overlay.index.masks):
        return {}
    found = {key: _masks(overlay.index, image) for key, image in visible_images(overlay, keys)}
    return {key: masks for key, masks in found.items() if masks}


def _masks(index: Index, image: int) -> tuple[Mask, ...]:
    tables = index.masks
    here = tables.of_image(image)
    columns = (tables.labels, tables.box_ids, tables.ious, tables.file_numbers)
    rows = zip(*(column[here].tolist() for column in columns), shortest(tables.corners[here]).tolist(), strict=True)
    return tuple(
        Mask(index.labels[label], box_id, x_min, x_max, y_min, y_max, _share(iou), tables.files[file])
        for label, box_id, iou, file, (x_min, x_max, y_min, y_max) in rows
    )


def _share(iou: int) -> float | None:
    return None if iou == UNKNOWN_IOU else iou / IOU_UNIT
