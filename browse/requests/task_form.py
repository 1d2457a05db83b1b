"""The form that makes a task, and what the pages of tasks and conflicts take."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from django.http import QueryDict

from browse.domain.plans import MOST_DRAWN, MOST_LEVELS, MOST_OPINIONS, ORDERS, TaskWish
from browse.query.edits import in_listing_order
from browse.query.fields import Known, unknown_mid
from browse.query.grammar import Key, WholeNumber
from browse.query.spelling import parse_range
from browse.query.values import MAX_SEED, STATES, ConfidenceRange, Query, State
from browse.requests.filterset import read_values
from browse.requests.parameters import BadQueryError, Parameter, ParameterError, cut
from browse.requests.posted import Posted
from browse.requests.readers import new_seed, read_query
from browse.requests.review_parameters import LABEL
from browse.search import current_engine

Value = TypeVar("Value")

LABEL_PARAMETER: dict[str, Parameter] = {"mid": Parameter(Key(LABEL), "Only this label.", check=unknown_mid)}
"""What the pages take that may be about one label."""
_WIDTH = re.compile(r"[0-9]{1,2}(\.[0-9])?")
WIDEST = 500
"""Of intervals, in tenths of a per cent to either side."""


def read_label(data: QueryDict, *, known: Known | None = None) -> str | None:
    """The label that a page is about, or None for all. Forms send it empty. Raises BadQueryError."""
    given = QueryDict(mutable=True)
    for name, values in data.lists():
        given.setlist(name, [value for value in values if value])
    mid: str | None = read_values(given, LABEL_PARAMETER, known or current_engine()).value("mid")
    return mid


def read_task(posted: Posted, *, mid_of: Callable[[str], str]) -> TaskWish:
    """The task that a form asks for. mid_of: the MID of a label by MID or name. Raises BadQueryError."""
    return TaskWish(
        name=posted.line("name", needed=True),
        mid=mid_of(posted.line("label", needed=True)),
        query=_query(posted),
        states=_states(posted),
        levels=_levels(posted),
        per_level=_number(posted, "per_level", 1, MOST_DRAWN),
        seed=_number(posted, "seed", 0, MAX_SEED) if posted.line("seed") else new_seed(),
        order=posted.choice("order", ORDERS),
        opinions=_number(posted, "opinions", 1, MOST_OPINIONS),
        known=_number(posted, "known", 0, MOST_DRAWN) if posted.line("known") else 0,
        people=tuple(dict.fromkeys(re.split(r"[\s,;]+", posted.text("people")))) if posted.text("people") else (),
        width=_width(posted),
    )


def _query(posted: Posted) -> Query:
    """The images that pictures are drawn from: an address of the browse page, or its query string."""
    text = posted.text("query")
    return in_listing_order(read_query(QueryDict(text.rpartition("?")[2])).query) if text else Query()


def _states(posted: Posted) -> tuple[State, ...]:
    given = posted.lines("state")
    if not given or not set(given) <= set(STATES):
        raise _fault("state", ", ".join(given), f"must be some of {', '.join(STATES)}")
    return tuple(state for state in STATES if state in given)


def _levels(posted: Posted) -> tuple[ConfidenceRange, ...]:
    texts = [text for text in re.split(r"[\s,;]+", posted.line("levels")) if text]
    if len(texts) > MOST_LEVELS:
        raise _fault("levels", posted.line("levels"), f"at most {MOST_LEVELS} levels are allowed")
    return tuple(sorted(_tried("levels", text, parse_range) for text in texts))


def _number(posted: Posted, name: str, low: int, high: int) -> int:
    number: int | None = _tried(name, posted.line(name), WholeNumber(low, high))
    return number or 0


def _width(posted: Posted) -> int | None:
    text = posted.line("width")
    if not text:
        return None
    tenths = round(float(text) * 10) if _WIDTH.fullmatch(text) else 0
    if not 1 <= tenths <= WIDEST:
        raise _fault("width", text, f"must be a per cent from 0.1 to {WIDEST // 10}, with at most one decimal")
    return tenths


def _tried(name: str, text: str, read: Callable[[str], Value]) -> Value:
    try:
        return read(text)
    except ValueError as error:
        raise _fault(name, text, str(error)) from error


def _fault(name: str, value: str, message: str) -> BadQueryError:
    return BadQueryError([ParameterError(name, cut(value), message)], Query())
