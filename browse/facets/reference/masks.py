"""The masks of images, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.masks import IOU_UNIT, UNKNOWN_IOU, Mask
from browse.facets.reference.tables import Tables
from browse.query.values import Query

_ROWS = """
    SELECT m.image_id, l.mid, m.box_id, m.x_min, m.x_max, m.y_min, m.y_max, m.iou, m.file
    FROM browse_maskannotation m JOIN visible i ON i.id = m.image_id JOIN browse_label l ON l.id = m.label_id
    ORDER BY m.image_id, m.number"""


def masks_of(tables: Tables, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
    """For visible images by their keys all masks in file order; images without any are left out."""
    wanted = frozenset(keys)
    found: dict[int, tuple[Mask, ...]] = {}
    for key, mid, box_id, x_min, x_max, y_min, y_max, iou, file in tables.ask(_ROWS, Query()):
        if key in wanted:
            share = None if iou == UNKNOWN_IOU else iou / IOU_UNIT
            found[key] = (*found.get(key, ()), Mask(mid, box_id, x_min, x_max, y_min, y_max, share, file))
    return found
