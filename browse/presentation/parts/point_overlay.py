"""Points drawn over a picture, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from browse.domain.box_places import place_of, place_words
from browse.domain.plural import counted
from browse.domain.points import VERDICTS, Point
from browse.domain.relationships import Sides
from browse.presentation.parts.addresses import images_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import colors_of
from browse.presentation.parts.plates import Shown, percents
from browse.query.point_terms import PointTerm
from browse.query.values import Query


@dataclass(frozen=True)
class DrawnPoint:
    """One point; x, y in percent of the picture the right way up.

    number    from 1, in file order.
    color     the same for all points of a label in one picture.
    is_own    whether the query asks for it, or for none that is here.
    votes     such as "3 yes, 1 unsure".
    pictures  the images with such a point.
    """

    number: int
    name: str
    verdict: str
    votes: str
    text: str
    where: str
    color: int
    is_own: bool
    x: str
    y: str
    pictures: str

    @property
    def words(self) -> str:
        """All of it in words."""
        return f"{self.name}: {self.verdict}, {self.where}"


@dataclass(frozen=True)
class PointOverlay:
    """The points of a picture in file order; those that the query asks for are drawn last."""

    points: tuple[DrawnPoint, ...]

    @property
    def drawn(self) -> list[DrawnPoint]:
        """In the order of drawing."""
        return sorted(self.points, key=lambda one: one.is_own)

    @property
    def count(self) -> str:
        """How many there are, in words."""
        return counted(len(self.points), "point")


def point_overlay(
    points: Sequence[Point], shown: Shown, names: Names, *, query: Query, known: Mapping[str, int] | None = None
) -> PointOverlay:
    """The points of a picture on a page of a query. known: colors that labels have already."""
    terms = [term for _, term in query.terms if isinstance(term, PointTerm)]
    strong = {number for number, one in enumerate(points, 1) if any(_asks_for(term, one, names) for term in terms)}
    colors = colors_of((point.mid for point in points), known)
    return PointOverlay(
        tuple(
            _drawn(number, point, shown, names, color=colors[point.mid], is_own=not strong or number in strong)
            for number, point in enumerate(points, 1)
        )
    )


def _asks_for(term: PointTerm, point: Point, names: Names) -> bool:
    is_label = point.mid == term.mid or (term.below and point.mid in names.below(term.mid))
    return is_label and point.verdict in term.verdicts


def _drawn(number: int, point: Point, shown: Shown, names: Names, *, color: int, is_own: bool) -> DrawnPoint:
    place = place_of(Sides(point.x, point.x, point.y, point.y), shown.rotation)
    votes = [f"{count} {verdict}" for verdict, count in zip(VERDICTS, point.votes, strict=True) if count]
    return DrawnPoint(
        number=number,
        name=names.label(point.mid),
        verdict=point.verdict,
        votes=", ".join(votes),
        text=point.text,
        where=place_words(place),
        color=color,
        is_own=is_own,
        x=percents(place.left),
        y=percents(place.top),
        pictures=images_address(Query(label=(PointTerm(point.mid, verdicts=frozenset({point.verdict})),))),
    )
