"""What `include` adds to the images of the API: annotations beside labels, with the numbers of the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.urls import reverse

from browse.domain.boxes import Attribute, Box
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.masks import Mask, mask_path
from browse.domain.narratives import Narrative, Timed
from browse.domain.points import Point
from browse.domain.relationships import Relationship, Sides
from browse.facets.engine import Engine
from browse.search import ImageCard, Snapshot
from browse.search.display_names import DisplayNames
from browse.search.traces import timed_of

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


def included_of(
    snapshot: Snapshot, cards: Sequence[ImageCard], kinds: Collection[str], *, timed: bool = False
) -> Included:
    """What is asked for of these images; timed: narratives with their traces."""
    keys = [key_from_image_id(card.image_id) for card in cards]
    engine = snapshot.engine
    found: dict[str, Callable[[Sequence[int]], Rows]] = {
        "boxes": engine.boxes_of,
        "relationships": engine.relationships_of,
        "points": engine.points_of,
        "masks": _numbered(engine),
        "narratives": _timed(engine) if timed else engine.narratives_of,
    }
    return Included({kind: of(keys) for kind, of in found.items() if kind in kinds}, DisplayNames(snapshot).label)


def _numbered(engine: Engine) -> Callable[[Sequence[int]], Rows]:
    """Masks, each with its ImageID and its number, from 1."""

    def of(keys: Sequence[int]) -> Rows:
        found = engine.masks_of(keys).items()
        return {key: [(image_id_from_key(key), n, one) for n, one in enumerate(masks, 1)] for key, masks in found}

    return of


def _timed(engine: Engine) -> Callable[[Sequence[int]], Rows]:
    """Narratives, each beside its trace."""

    def of(keys: Sequence[int]) -> Rows:
        found = engine.narratives_of(keys).items()
        return {key: [(one, timed_of(one, image_id_from_key(key))) for one in narratives] for key, narratives in found}

    return of


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


def _mask(row: tuple[str, int, Mask], name_of: Callable[[str], str]) -> Json:
    image_id, number, mask = row
    return {
        "mid": mask.mid,
        "name": name_of(mask.mid),
        "box_id": f"{mask.box_id:08x}",
        "x_min": mask.x_min,
        "x_max": mask.x_max,
        "y_min": mask.y_min,
        "y_max": mask.y_max,
        "predicted_iou": mask.iou,
        "mask_path": mask_path(image_id, mask.mid, mask.box_id),
        "url": reverse("browse:mask", args=(image_id, number)),
    }


def _narrative(row: Narrative | tuple[Narrative, Timed | None], name_of: Callable[[str], str]) -> Json:
    if isinstance(row, Narrative):
        return {"annotator_id": row.annotator, "caption": row.caption, "voice_recording": row.recording_url}
    narrative, timed = row
    return {
        **_narrative(narrative, name_of),
        "timed_caption": timed
        and [{"utterance": one.text, "start_time": one.begin, "end_time": one.end} for one in timed.utterances],
        "traces": timed and [[asdict(point) for point in points] for points in timed.traces],
    }


_SHAPES: Mapping[str, Callable[[Any, Callable[[str], str]], Json]] = {
    "boxes": _box,
    "relationships": _relationship,
    "points": _point,
    "masks": _mask,
    "narratives": _narrative,
}
