"""The boxes of images, as the engine has them."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.boxes import Box
from browse.query.values import Query
from browse.search.cards import ImageCard
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot


def boxes_of_image(snapshot: Snapshot, key: int) -> tuple[Box, ...]:
    """The boxes of one image, in file order."""
    return snapshot.engine.boxes_of([key]).get(key, ())


@dataclass(frozen=True)
class FoundBox:
    """A box with its image, and its number among that image's boxes, from 1."""

    card: ImageCard
    number: int
    box: Box


@dataclass(frozen=True)
class BoxesResult:
    """One page of the boxes on a query's images: in all `count` of them on `images` images."""

    count: int
    images: int
    page: int
    per_page: int
    found: list[FoundBox]


def box_page_of(snapshot: Snapshot, query: Query, *, largest_first: bool, page: int, per_page: int) -> BoxesResult:
    """The boxes that a query asks for, on its images.

    In the query's order, then as in the files; with largest_first by area, ties by ImageID.
    """
    found = snapshot.engine.box_page(
        query,
        query.wanted_boxes,
        largest_first=largest_first,
        number=page,
        size=per_page,
        deadline=snapshot.deadline,
    )
    keys = list(dict.fromkeys(key for key, _ in found.places))
    cards = dict(zip(keys, cards_of(snapshot, keys), strict=True))
    boxes = snapshot.engine.boxes_of(keys)
    shown = [FoundBox(cards[key], number, boxes[key][number - 1]) for key, number in found.places]
    return BoxesResult(found.count, found.images, page, per_page, shown)
