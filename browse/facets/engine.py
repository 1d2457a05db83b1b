"""What every facet engine answers, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from browse.facets.errors import QueryTimeoutError
from browse.query.values import Query, Role, State, Term


@dataclass(frozen=True)
class PageOfImages:
    """One page: `count` images match in all; `keys` are database keys, in the query's order."""

    count: int
    keys: list[int]


@dataclass(frozen=True)
class TermFacet:
    """Counts for one term's own range, by hundredths, and its own states, all else as it is."""

    role: Role
    term: Term
    confidence: dict[int, int]
    states: dict[State, int]


@dataclass(frozen=True)
class FacetCounts:
    """For each facet value the count of the page that choosing it leads to.

    labels    [(MID, count)], largest first, ties by MID, count > 0, at most `top`.
    authors   [(author key, author row id, count)], largest first, ties by key, at most `top_authors`.
    subsets, licenses, states, confidence   every value of the data, in listing order, zeros too.
    terms     one for each label, any and not term, in that order.
    """

    count: int
    labels: list[tuple[str, int]]
    authors: list[tuple[str, int, int]]
    subsets: dict[str, int]
    licenses: dict[str, int]
    states: dict[State, int]
    confidence: dict[int, int]
    terms: list[TermFacet]


class Engine(Protocol):
    """Answers over one index generation.

    Unknown MIDs, authors and licences raise UnknownValueError. `deadline`, in seconds of time.monotonic(), is looked
    at between steps; once it is past, QueryTimeoutError is raised. None as `top` or `top_authors` means all.
    """

    def count(self, query: Query, *, deadline: float | None = None) -> int: ...

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages: ...

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts: ...


class UnknownValueError(LookupError):
    """A MID, author key or licence slug that the data set does not have."""

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"{parameter}: the data set has no {value!r}")
        self.parameter = parameter
        self.value = value


__all__ = [
    "Engine",
    "FacetCounts",
    "PageOfImages",
    "QueryTimeoutError",
    "TermFacet",
    "UnknownValueError",
]
