"""Relationships drawn over a picture: both boxes and an arrow between, or an attribute at its box; and in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from browse.domain.box_places import Place, place_of, place_words
from browse.domain.plural import counted
from browse.domain.relationships import Relationship
from browse.presentation.parts.addresses import images_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import COLORS
from browse.presentation.parts.plates import Plate, Shown, percents, plate_at
from browse.query.relation_terms import RelationTerm, Side
from browse.query.relation_words import relation_in_words
from browse.query.values import Query

LOWEST_PLATE = 0.1
"""So far below the upper edge of the picture a name has room above it on a small screen."""
Below = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Rect:
    """A box, in percent of the picture the right way up."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Arrow:
    """From the middle of one box to that of another, in percent."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class DrawnRelation:
    """One relationship.

    number    from 1, in file order.
    is_own    whether the query asks for it, or for none that is here.
    object    None of an attribute, which has one box and no arrow.
    pictures  the images with such a relationship.
    """

    number: int
    words: str
    where: str
    color: int
    is_own: bool
    subject: Rect
    object: Rect | None
    arrow: Arrow | None
    plate: Plate
    href: str
    pictures: str


@dataclass(frozen=True)
class RelationOverlay:
    """The relationships of a picture in file order; those that the query asks for are drawn last."""

    relations: tuple[DrawnRelation, ...]

    @property
    def drawn(self) -> list[DrawnRelation]:
        """In the order of drawing."""
        return sorted(self.relations, key=lambda one: one.is_own)

    @property
    def count(self) -> str:
        """How many there are, in words."""
        return counted(len(self.relations), "relationship")


def relation_terms(query: Query) -> list[RelationTerm]:
    """The terms of a query that are about relationships."""
    return [term for _, term in query.terms if isinstance(term, RelationTerm)]


def _in_list(number: int) -> str:
    return f"#relation-{number}"


def relation_overlay(
    rows: Sequence[Relationship], shown: Shown, names: Names, *, query: Query, href: Callable[[int], str] = _in_list
) -> RelationOverlay:
    """The relationships of a picture on a page of a query. href: where one leads, by its number."""
    terms = relation_terms(query)
    strong = {number for number, row in enumerate(rows, 1) if any(asks_for(term, row, names.below) for term in terms)}
    return RelationOverlay(
        tuple(
            replace(_drawn(number, row, shown, names, href(number)), is_own=not strong or number in strong)
            for number, row in enumerate(rows, 1)
        )
    )


def asks_for(term: RelationTerm, row: Relationship, below: Below) -> bool:
    """Whether a relationship is one that a term asks for."""
    return term.asks_for(row.subject, row.relation, row.object, below)


def words_of(row: Relationship, names: Names) -> str:
    """Such as "Woman on Horse"."""
    return f"{names.label(row.subject)} {relation_in_words(row.relation)} {names.label(row.object)}"


def _drawn(number: int, row: Relationship, shown: Shown, names: Names, href: str) -> DrawnRelation:
    subject, object_ = place_of(row.subject_box, shown.rotation), place_of(row.object_box, shown.rotation)
    one, other = middle(subject), middle(object_)
    between = Place(*((one[0] + other[0]) / 2,) * 2, *((one[1] + other[1]) / 2,) * 2)
    arrow = None if row.is_attribute else Arrow(*map(percents, (*one, *other)))
    return DrawnRelation(
        number=number,
        words=words_of(row, names),
        where=place_words(subject if row.is_attribute else between),
        color=(number - 1) % COLORS,
        is_own=True,
        subject=_rect(subject),
        object=None if row.is_attribute else _rect(object_),
        arrow=arrow,
        plate=_plate(object_, shown),
        href=href,
        pictures=images_address(Query(label=(RelationTerm(Side(row.subject), row.relation, Side(row.object)),))),
    )


def _plate(place: Place, shown: Shown) -> Plate:
    """At the lower edge, inside: names of boxes stand at the upper one."""
    return replace(plate_at(place, shown), y=percents(max(place.bottom, LOWEST_PLATE)), is_above=True)


def middle(place: Place) -> tuple[float, float]:
    """The middle of a place."""
    return (place.left + place.right) / 2, (place.top + place.bottom) / 2


def _rect(place: Place) -> Rect:
    return Rect(percents(place.left), percents(place.top), percents(place.width), percents(place.height))
