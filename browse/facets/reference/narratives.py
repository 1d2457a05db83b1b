"""The narratives of images, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.narratives import Narrative
from browse.facets.reference.tables import Tables
from browse.query.values import Query

_ROWS = """
    SELECT n.image_id, n.annotator, n.caption, n.recording, n.file, n.begin
    FROM browse_narrativeannotation n JOIN visible i ON i.id = n.image_id
    ORDER BY n.image_id, n.number"""


def narratives_of(tables: Tables, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
    """For visible images by their keys all narratives in file order; images without any are left out."""
    wanted = frozenset(keys)
    found: dict[int, tuple[Narrative, ...]] = {}
    for key, *columns in tables.ask(_ROWS, Query()):
        if key in wanted:
            found[key] = (*found.get(key, ()), Narrative(*columns))
    return found
