"""The points of images, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.points import VERDICTS, Point
from browse.facets.reference.tables import Tables
from browse.query.values import Query

_ROWS = """
    SELECT p.image_id, l.mid, s.name, p.x, p.y, p.verdict, p.yes_votes, p.no_votes, p.unsure_votes, p.text
    FROM browse_pointannotation p JOIN visible i ON i.id = p.image_id
    JOIN browse_label l ON l.id = p.label_id JOIN browse_source s ON s.id = p.source_id
    ORDER BY p.image_id, p.number"""


def points_of(tables: Tables, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
    """For visible images by their keys all points in file order; images without any are left out."""
    wanted = frozenset(keys)
    found: dict[int, tuple[Point, ...]] = {}
    for key, mid, source, x, y, verdict, yes, no, unsure, text in tables.ask(_ROWS, Query()):
        if key in wanted:
            found[key] = (*found.get(key, ()), Point(mid, source, x, y, VERDICTS[verdict], (yes, no, unsure), text))
    return found
