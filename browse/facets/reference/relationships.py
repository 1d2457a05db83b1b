"""The relationships of images, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from browse.domain.relationships import Relationship, Sides
from browse.facets.reference.tables import Tables
from browse.query.values import Query

_SIDES = ", ".join(
    f"r.{whose}_{side}" for whose in ("subject", "object") for side in ("x_min", "x_max", "y_min", "y_max")
)
_ROWS = f"""
    SELECT r.image_id, s.mid, r.relation, o.mid, {_SIDES}
    FROM browse_relationshipannotation r JOIN visible i ON i.id = r.image_id
    JOIN browse_label s ON s.id = r.subject_id JOIN browse_label o ON o.id = r.object_id
    ORDER BY r.image_id, r.number"""  # noqa: S608 - of this module's own texts


def relationships_of(tables: Tables, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
    """For visible images by their keys all relationships in file order; images without any are left out."""
    wanted = frozenset(keys)
    found: dict[int, tuple[Relationship, ...]] = {}
    for key, subject, relation, object_, *sides in tables.ask(_ROWS, Query()):
        if key in wanted:
            row = Relationship(subject, relation, object_, Sides(*sides[:4]), Sides(*sides[4:]))
            found[key] = (*found.get(key, ()), row)
    return found
