"""What a tile of the grid draws over its picture: the boxes and arrows of the relationships that the query asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from browse.domain.box_places import Place, place_of
from browse.domain.relationships import Relationship
from browse.presentation.parts.names import Names
from browse.presentation.parts.pictures import Picture
from browse.presentation.parts.relation_overlay import asks_for, middle, relation_terms, words_of
from browse.query.values import Query

HEAD = 0.06
"""Length of an arrow's head, as a share of the picture's longer side."""
HEAD_ANGLE = math.radians(24)
Point = tuple[float, float]


@dataclass(frozen=True)
class TileDrawing:
    """Paths in the picture's own pixels, which lie over it as the picture lies in its place.

    fit     as `preserveAspectRatio` has it: the picture fills its place, or stands whole in it.
    lines, heads  as `d` of a path has them.
    words   what is drawn, each relationship once.
    """

    width: int
    height: int
    fit: str
    lines: str
    heads: str
    words: str


def drawing_of(
    rows: Sequence[Relationship], picture: Picture, rotation: int | None, names: Names, query: Query
) -> TileDrawing | None:
    """What a query's tile draws; None where nothing is asked for, or the picture's proportions are not known."""
    terms = relation_terms(query)
    own = [row for row in rows if any(asks_for(term, row, names.below) for term in terms)]
    if not own or picture.words or not picture.width or not picture.height:
        return None
    places = [(place_of(row.subject_box, rotation), place_of(row.object_box, rotation)) for row in own]
    scale = picture.width, picture.height
    arrows = dict(_arrow(*pair, scale) for row, pair in zip(own, places, strict=True) if not row.is_attribute)
    boxes = [_box(place, scale) for row, pair in zip(own, places, strict=True) for place in _boxed(row, pair)]
    return TileDrawing(
        width=picture.width,
        height=picture.height,
        fit=f"xMidYMid {'meet' if picture.mat else 'slice'}",
        lines="".join((*dict.fromkeys(boxes), *arrows)),
        heads="".join(arrows.values()),
        words=", ".join(dict.fromkeys(words_of(row, names) for row in own)),
    )


def _boxed(row: Relationship, places: tuple[Place, Place]) -> tuple[Place, ...]:
    return places[:1] if row.is_attribute else places


def _at(point: Point, scale: Point) -> Point:
    return point[0] * scale[0], point[1] * scale[1]


def _box(place: Place, scale: Point) -> str:
    left, top = _at((place.left, place.top), scale)
    right, bottom = _at((place.right, place.bottom), scale)
    return f"M{left:.0f} {top:.0f}H{right:.0f}V{bottom:.0f}H{left:.0f}z"


def _arrow(subject: Place, other: Place, scale: Point) -> tuple[str, str]:
    """The line from the middle of one box to that of the other, and its head; nothing where these are one."""
    (x, y), (to_x, to_y) = _at(middle(subject), scale), _at(middle(other), scale)
    length = HEAD * max(scale)
    if math.hypot(to_x - x, to_y - y) < 1:
        return "", ""
    angle = math.atan2(to_y - y, to_x - x)
    barbs = [
        f"L{to_x - length * math.cos(one):.0f} {to_y - length * math.sin(one):.0f}"
        for one in (angle - HEAD_ANGLE, angle + HEAD_ANGLE)
    ]
    return f"M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}", f"M{to_x:.0f} {to_y:.0f}{''.join(barbs)}z"
