"""What `include` adds to the images of the API: annotations beside labels, with the numbers of the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from browse.domain.boxes import Attribute, Box
from browse.domain.image_ids import key_from_image_id
from browse.domain.points import Point
from browse.domain.relationships import Relationship, Sides
from browse.search import ImageCard, Snapshot
from browse.search.display_names import DisplayNames

Json = dict[str, Any]
Rows = Mapping[int, Sequence[Any]]


@dataclass(frozen=True)
class Included:
    """The annotations of some images by kind and by key; name_of: what a label is called."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    name_of: Callable[[str], str] = str

    def of(self, card: ImageCard) -> Json:
        """Those of an image, a list for each kind that was asked for."""
        key = key_from_image_id(card.image_id)
        return {
            kind: [_SHAPES[kind](row, self.name_of) for row in rows.get(key, ())] for kind, rows in self.rows.items()
        }


def included_of(snapshot: Snapshot, cards: Sequence[ImageCard], kinds: Collection[str]) -> Included:
    """What is asked for of these images."""
    keys = [key_from_image_id(card.image_id) for card in cards]
    engine = snapshot.engine
    found: dict[str, Callable[[Sequence[int]], Rows]] = {
        "boxes": engine.boxes_of,
        "relationships": engine.relationships_of,
        "points": engine.points_of,
    }
    return Included({kind: of(keys) for kind, of in found.items() if kind in kinds}, DisplayNames(snapshot).label)


def _box(box: Box, name_of: Callable[[str], str]) -> Json:
    return {
        "mid": box.mid,
        "name": name_of(box.mid),
        "source": box.source,
        "x_min": box.x_min,
        "x_max": box.x_max,
        "y_min": box.y_min,
        "y_max": box.y_max,
        **{attribute.value: box.has(attribute) for attribute in Attribute},
    }


def _relationship(row: Relationship, name_of: Callable[[str], str]) -> Json:
    def side(mid: str, box: Sides) -> Json:
        return {"mid": mid, "name": name_of(mid), **asdict(box)}

    return {
        "subject": side(row.subject, row.subject_box),
        "relation": row.relation,
        "object": side(row.object, row.object_box),
    }


def _point(point: Point, name_of: Callable[[str], str]) -> Json:
    yes, no, unsure = point.votes
    return {
        "mid": point.mid,
        "name": name_of(point.mid),
        "source": point.source,
        "x": point.x,
        "y": point.y,
        "verdict": point.verdict,
        "yes_votes": yes,
        "no_votes": no,
        "unsure_votes": unsure,
        "text": point.text or None,
    }


_SHAPES: Mapping[str, Callable[[Any, Callable[[str], str]], Json]] = {
    "boxes": _box,
    "relationships": _relationship,
    "points": _point,
}
