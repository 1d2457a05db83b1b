"""The masks of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shortest
from browse.domain.masks import IOU_UNIT, UNKNOWN_IOU, Mask
from browse.facets.embedded.boxes import visible_images
from browse.facets.embedded.corrections import Corrections
from browse.facets.index.box_tables import rows_of_images
from browse.facets.index.open_index import Index


def masks_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
    """For visible images by their keys all masks in file order; images without any are left out."""
    index, tables = overlay.index, overlay.index.masks
    if not len(tables):
        return {}
    images = dict(visible_images(overlay, keys))
    rows, owners = rows_of_images(tables.offsets, np.fromiter(images.values(), np.int64, len(images)))
    masks = _masks(index, rows)
    ends = np.searchsorted(owners, np.arange(len(images) + 1)).tolist()
    return {key: (*masks[begin:end],) for key, (begin, end) in zip(images, pairwise(ends), strict=True) if begin < end}


def _masks(index: Index, rows: npt.NDArray[np.int64]) -> list[Mask]:
    tables = index.masks
    columns = (tables.labels, tables.box_ids, tables.ious, tables.file_numbers)
    values = zip(*(column[rows].tolist() for column in columns), shortest(tables.corners[rows]).tolist(), strict=True)
    files = cache(tables.files.__getitem__)
    return [
        Mask(index.labels[label], box_id, x_min, x_max, y_min, y_max, _share(iou), files(file))
        for label, box_id, iou, file, (x_min, x_max, y_min, y_max) in values
    ]


def _share(iou: int) -> float | None:
    return None if iou == UNKNOWN_IOU else iou / IOU_UNIT
