"""Everything that the page of one image tells, of one version of the data set."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.boxes import Box
from browse.domain.comparison import Agreement
from browse.domain.history import HistoryEntry
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.masks import Mask
from browse.domain.narratives import Narrative, Timed
from browse.domain.points import Point
from browse.domain.relationships import Relationship
from browse.models import Flag, LicenseCheck
from browse.query.edits import with_authors
from browse.query.values import Query
from browse.search.boxes import boxes_of_image
from browse.search.cards import ImageCard
from browse.search.collections import collections_of, collections_with
from browse.search.comparisons import measured_of
from browse.search.mask_pictures import has_pictures
from browse.search.results import SimilarImage, image_of, keys_of, page_of, similar_to
from browse.search.snapshot import Snapshot
from browse.search.statistics import duplicates_place, same_files_of
from browse.search.traces import timed_of
from browse.search.verdict_history import PairVerdicts, last_check, record_of, verdicts_on

MOST_BY_AUTHOR = 6
MOST_DUPLICATES = 12
Choices = tuple[tuple[str, str], ...]
"""What can be chosen in a form: value and text."""
FLAG_CHOICES: Choices = tuple(choice for choice in Flag.Reason.choices if choice[0] != Flag.Reason.RIGHTS_HOLDER)
CHECK_CHOICES: Choices = tuple(LicenseCheck.Result.choices)


@dataclass(frozen=True)
class Viewer:
    """Who looks at the page: empty name and no rights for the public."""

    name: str = ""
    judges: bool = False
    takes_back: bool = False
    collects: bool = False


@dataclass(frozen=True)
class Membership:
    """One of the viewer's collections, and whether the image is in it."""

    uid: str
    name: str
    inside: bool


@dataclass(frozen=True)
class Place:
    """A page of a query from which one came to the image."""

    query: Query
    page: int
    per_page: int


@dataclass(frozen=True)
class Neighbour:
    """An image beside this one in a query, and the page of the query that it stands on."""

    image_id: str
    page: int


@dataclass(frozen=True)
class Neighbours:
    """The images before and after this one in a query, None at its ends. position: from 1."""

    previous: Neighbour | None
    next: Neighbour | None
    position: int
    count: int


@dataclass(frozen=True)
class Judging:
    """What curators see besides: the image's history, newest first, and what they may choose in the forms."""

    said: dict[str, PairVerdicts]
    history: list[HistoryEntry]
    reasons: Choices
    results: Choices


@dataclass(frozen=True)
class ImagePage:
    """One image.

    agreement    by MID of each label that the machine gave: all pairs of that label at the same confidence.
    duplicates   the first images with the same MD5, of `number_of_duplicates`; their group's place among all, from 0.
    by_author    the first other images by its author.
    similar      those whose labels are most like its own.
    boxes, relationships, points, masks, narratives  in file order; each narrative with its trace where that is there.
    has_mask_pictures  whether the pictures of its masks are on this site.
    neighbours   None where the image is not where one came from.
    judging      None for who judges nothing.
    """

    card: ImageCard
    agreement: dict[str, Agreement]
    check: HistoryEntry | None
    duplicates: list[ImageCard]
    number_of_duplicates: int
    duplicates_place: int
    by_author: list[ImageCard]
    similar: list[SimilarImage]
    neighbours: Neighbours | None
    judging: Judging | None
    collecting: tuple[Membership, ...]
    boxes: tuple[Box, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    points: tuple[Point, ...] = ()
    masks: tuple[Mask, ...] = ()
    has_mask_pictures: bool = False
    narratives: tuple[tuple[Narrative, Timed | None], ...] = ()


def image_page_of(snapshot: Snapshot, card: ImageCard, came_from: Place, viewer: Viewer) -> ImagePage:
    """What the page of an image tells this viewer."""
    key = key_from_image_id(card.image_id)
    others = same_files_of(snapshot, key)
    masks = snapshot.engine.masks_of([key]).get(key, ())
    shown = [image_of(snapshot, image_id_from_key(other)) for other in others[:MOST_DUPLICATES]]
    return ImagePage(
        card=card,
        agreement=measured_of(snapshot, card.pairs),
        check=last_check(key),
        duplicates=[other for other in shown if other],
        number_of_duplicates=len(others),
        duplicates_place=(duplicates_place(snapshot, key) or 0) if len(others) > MOST_DUPLICATES else 0,
        by_author=_by_author(snapshot, card),
        similar=similar_to(snapshot, key),
        neighbours=_neighbours(snapshot, key, came_from),
        judging=_judging(key) if viewer.judges else None,
        collecting=_collecting(key, viewer.name) if viewer.collects else (),
        boxes=boxes_of_image(snapshot, key),
        relationships=snapshot.engine.relationships_of([key]).get(key, ()),
        points=snapshot.engine.points_of([key]).get(key, ()),
        masks=masks,
        has_mask_pictures=has_pictures(card.image_id, masks),
        narratives=tuple(
            (one, timed_of(one, card.image_id)) for one in snapshot.engine.narratives_of([key]).get(key, ())
        ),
    )


@dataclass(frozen=True)
class LookPage:
    """What quick look tells of one image; `said` is empty for who judges nothing, the rest is in file order."""

    card: ImageCard
    check: HistoryEntry | None
    said: dict[str, PairVerdicts]
    boxes: tuple[Box, ...] = ()
    relationships: tuple[Relationship, ...] = ()


def look_of(snapshot: Snapshot, card: ImageCard, viewer: Viewer) -> LookPage:
    """What quick look tells this viewer."""
    key = key_from_image_id(card.image_id)
    said = verdicts_on(key) if viewer.judges else {}
    relationships = snapshot.engine.relationships_of([key]).get(key, ())
    return LookPage(card, last_check(key), said, boxes_of_image(snapshot, key), relationships)


def _by_author(snapshot: Snapshot, card: ImageCard) -> list[ImageCard]:
    if not card.author_key:
        return []
    query = with_authors(Query(), [card.author_key])
    cards = page_of(snapshot, query, page=1, per_page=MOST_BY_AUTHOR + 1).images
    return [other for other in cards if other.image_id != card.image_id][:MOST_BY_AUTHOR]


def _judging(key: int) -> Judging:
    said = verdicts_on(key)
    return Judging(said, record_of(key, said.values()), FLAG_CHOICES, CHECK_CHOICES)


def _collecting(key: int, by: str) -> tuple[Membership, ...]:
    inside = collections_with(key, by=by)
    return tuple(
        Membership(str(one.collection.uid), one.name, one.collection_id in inside) for one in collections_of(by)
    )


def _neighbours(snapshot: Snapshot, own: int, place: Place) -> Neighbours | None:
    """The images around this one, where it stands on the page that one came from."""
    count, keys = _keys(snapshot, place, place.page)
    if own not in keys:
        return None
    at = keys.index(own)
    here = [Neighbour(image_id_from_key(key), place.page) for key in keys]
    before = here[at - 1] if at else _on_page(snapshot, place, place.page - 1, -1)
    after = here[at + 1] if at + 1 < len(here) else _on_page(snapshot, place, place.page + 1, 0)
    return Neighbours(before, after, (place.page - 1) * place.per_page + at + 1, count)


def _on_page(snapshot: Snapshot, place: Place, number: int, at: int) -> Neighbour | None:
    keys = _keys(snapshot, place, number)[1] if number else []
    return Neighbour(image_id_from_key(keys[at]), number) if keys else None


def _keys(snapshot: Snapshot, place: Place, number: int) -> tuple[int, list[int]]:
    found = keys_of(snapshot, place.query, page=number, per_page=place.per_page)
    return found.count, found.keys
