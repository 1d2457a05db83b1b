"""Which masks, relationships, points and narratives a query asks for, one row at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from browse.domain.points import Point
from browse.domain.relationships import Relationship
from browse.query.box_terms import BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import AnyTerm, Query
from tests.facets.brute import BruteForce
from tests.facets.brute_labels import with_below

ROWS = ("masks", "relationships", "points", "narratives")


def rows_asked_for(
    brute: BruteForce, query: Query, kind: str, images: list[str] | set[str]
) -> Iterator[tuple[str, Any]]:
    """Image and row, in the order of the images and in file order there."""
    rows = getattr(brute.dataset, kind)
    for image_id in images:
        yield from ((image_id, row) for row in rows.get(image_id, ()) if is_asked_for(brute, query, kind, row))


def is_asked_for(brute: BruteForce, query: Query, kind: str, row: Any) -> bool:
    """Whether a query asks for a row, on an image that matches."""
    if kind == "narratives":
        return query.caption is None or brute.has_words(query.caption, row.caption)
    terms = [*query.label, *query.any]
    own: dict[str, list[Any]] = {
        "masks": [term for term in terms if isinstance(term, BoxTerm)],
        "points": [term for term in terms if isinstance(term, PointTerm)],
        "relationships": [term for term in terms if isinstance(term, RelationTerm)],
    }
    if kind == "points" and own[kind]:
        return any(_is_point(brute, term, row) for term in own[kind])
    if kind == "relationships" and own[kind]:
        return any(brute.is_such(term, row) for term in own[kind])
    labels = {mid for term in own[kind] or terms for mid in _labels(brute, term)}
    named = {row.subject, row.object} if isinstance(row, Relationship) else {row.mid}
    return not labels or bool(labels & named)


def _labels(brute: BruteForce, term: AnyTerm) -> set[str]:
    """The labels of things that a term names: an attribute is none."""
    if isinstance(term, RelationTerm):
        sides = [term.subject, None if term.relation == "is" else term.object]
        named = [(side.mid, side.below) for side in sides if side]
    else:
        named = [(term.mid, term.below)]
    return {one for mid, below in named for one in (with_below(brute.dataset, mid) if below else {mid})}


def _is_point(brute: BruteForce, term: PointTerm, point: Point) -> bool:
    mids = with_below(brute.dataset, term.mid) if term.below else {term.mid}
    return point.mid in mids and point.verdict in term.verdicts
