"""Numbers of pairs and images, each with the page of the images that it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.presentation.parts.addresses import images_address
from browse.presentation.parts.values import STATE_MEANINGS, STATE_WORDS
from browse.query.edits import add_below, in_scope
from browse.query.values import ConfidenceRange, Query, State, Term
from browse.search.label_lists import CountedQuery

GIVEN = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
"""The states of pairs that the machine gave."""


@dataclass(frozen=True)
class Count:
    """A number, and the browse page that has so many images."""

    number: int
    href: str


@dataclass(frozen=True)
class StateCount:
    """How many pairs have a state, as icon and words."""

    state: str
    word: str
    meaning: str
    count: Count


def label_query(
    mid: str,
    *,
    states: Iterable[State] = (),
    at: int | None = None,
    at_least: int | None = None,
    subset: str | None = None,
) -> Query:
    """The images with a label: in these states or the usual ones, at a confidence in hundredths, or from one on."""
    low, high = (at_least, 100) if at is None else (at, at)
    confidence = None if low is None else ConfidenceRange(low, high)
    return in_scope(Query(label=(Term(mid, confidence, frozenset(states) or None),)), subset)


def label_count(number: int, mid: str, **conditions: object) -> Count:
    """A number of images with a label; conditions are those of `label_query`."""
    return Count(number, images_address(label_query(mid, **conditions)))  # type: ignore[arg-type]


def group_count(number: int, mid: str) -> Count:
    """A number of images with a label or any below it."""
    return Count(number, images_address(add_below(Query(), mid)))


def query_count(found: CountedQuery) -> Count:
    """The images of a query."""
    return Count(found.count, images_address(found.query))


def state_count(state: State, count: Count) -> StateCount:
    """A state's number with its words."""
    return StateCount(state, STATE_WORDS[state], STATE_MEANINGS[state].partition(": ")[2], count)
