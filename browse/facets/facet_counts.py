"""The facets of a query, as every engine counts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from browse.query.box_terms import AREAS, ATTRIBUTE_VALUES, NUMBERS, AreaRange, BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import Role, State, Term


@dataclass(frozen=True)
class TermFacet:
    """Counts for one term's own range, by hundredths, and its own states, all else as it is."""

    role: Role
    term: Term
    confidence: dict[int, int]
    states: dict[State, int]


@dataclass(frozen=True)
class BoxTermFacet:
    """Counts for a box term with another value of one attribute, another area, or another number of boxes."""

    role: Role
    term: BoxTerm
    attributes: dict[str, int]
    areas: dict[AreaRange, int]
    numbers: dict[tuple[int, int | None], int]

    @classmethod
    def of(cls, role: Role, term: BoxTerm, count: Callable[[BoxTerm], int]) -> BoxTermFacet:
        """From what gives the count of the query with another term in this one's place."""
        return cls(
            role,
            term,
            {word: count(term.with_attribute(word)) for word in ATTRIBUTE_VALUES},
            {area: count(term.with_area(area)) for area in AREAS},
            {number: count(term.with_number(number)) for number in NUMBERS},
        )


@dataclass(frozen=True)
class PlainTermFacet:
    """A term of which nothing else can be asked."""

    role: Role
    term: RelationTerm | PointTerm


AnyTermFacet = TermFacet | BoxTermFacet | PlainTermFacet


@dataclass(frozen=True)
class FacetCounts:
    """For each facet value the count of the page that choosing it leads to.

    labels    [(MID, count)], largest first, ties by MID, count > 0, at most `top`.
    hierarchy the same of `label=MID*`, of labels that have others below them; None where there is no hierarchy.
    authors   [(author key, author row id, count)], largest first, ties by key, at most `top_authors`.
    values    for each facet of `query.fields.FACETS` by name: subsets, licenses (every value of the data, also where
              all such images are hidden), license_check and states (all), confidence (each of a visible pair),
              kinds (those that the data set has; absent without any); in listing order, zeros too.
    terms     one for each label, any and not term, in that order.
    box_labels  as labels, of boxes; none where the data set has no boxes.
    relations   [(word, count)] of relationships, largest first, ties by word, count > 0.
    """

    count: int
    labels: list[tuple[str, int]]
    authors: list[tuple[str, int, int]]
    values: dict[str, dict[Any, int]]
    terms: list[AnyTermFacet]
    hierarchy: list[tuple[str, int]] | None = None
    box_labels: list[tuple[str, int]] = field(default_factory=list)
    relations: list[tuple[str, int]] = field(default_factory=list)
