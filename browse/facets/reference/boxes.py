"""The boxes of images, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.box_rows import unpacked
from browse.domain.boxes import Box
from browse.facets.reference.tables import Tables
from browse.query.values import Query

_ROWS = """
    SELECT b.image_id, l.mid, s.name, b.x_min, b.x_max, b.y_min, b.y_max, b.area, b.attributes
    FROM browse_boxannotation b JOIN visible i ON i.id = b.image_id
    JOIN browse_label l ON l.id = b.label_id JOIN browse_source s ON s.id = b.source_id
    ORDER BY b.image_id, b.number"""


def boxes_of(tables: Tables, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
    """For visible images by their keys all boxes in file order; images without boxes are left out."""
    wanted = frozenset(keys)
    found: dict[int, tuple[Box, ...]] = {}
    for key, mid, source, x_min, x_max, y_min, y_max, area, code in tables.ask(_ROWS, Query()):
        if key in wanted:
            box = Box(mid, source, x_min, x_max, y_min, y_max, area, unpacked(code))
            found[key] = (*found.get(key, ()), box)
    return found
