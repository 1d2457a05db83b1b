"""The form that makes a task, and what the pages of tasks and conflicts take."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import QueryDict

from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.plans import MOST_DRAWN, MOST_LEVELS, MOST_OPINIONS, ORDERS, TaskWish
from browse.query.edits import in_listing_order
from browse.query.fields import Known, unknown_mid
from browse.query.grammar import Key, Schema, WholeNumber
from browse.query.spelling import parse_range
from browse.query.values import MAX_SEED, STATES, ConfidenceRange, Query, State
from browse.requests.filterset import read_values
from browse.requests.parameters import BadQueryError, Parameter, ParameterError, cut
from browse.requests.posted import Posted
from browse.requests.readers import new_seed, read_query
from browse.requests.review_parameters import LABEL
from browse.search import current_engine
from browse.search.open_pairs import Place

Value = TypeVar("Value")


@dataclass(frozen=True)
class After:
    """A place in a queue, as `place_text` writes it."""

    @property
    def schema(self) -> Schema:
        return {"type": "string", "description": "a place in the queue, from a link of the page before"}

    def __call__(self, text: str) -> Place:
        found = _PLACE.fullmatch(text)
        if not found:
            raise ValueError("must be a place in the queue, from a link of the page before")
        last = _EPOCH + dt.timedelta(microseconds=int(found[1]))
        return Place(last, key_from_image_id(found[2]), found[3])


LABEL_PARAMETER: dict[str, Parameter] = {"mid": Parameter(Key(LABEL), "Only this label.", check=unknown_mid)}
"""What the pages take that may be about one label."""
QUEUE_PARAMETERS: dict[str, Parameter] = {
    **LABEL_PARAMETER,
    "after": Parameter(After(), "Only what comes behind this place in the queue."),
}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PLACE = re.compile(r"([0-9]{1,16})\.([0-9a-f]{16})\.(/[\w/]{1,60})")
_WIDTH = re.compile(r"[0-9]{1,2}(\.[0-9])?")
WIDEST = 500
"""Of intervals, in tenths of a per cent to either side."""


def read_label(data: QueryDict, *, known: Known | None = None) -> str | None:
    """The label that a page is about, or None for all. Forms send it empty. Raises BadQueryError."""
    mid: str | None = read_values(_filled(data), LABEL_PARAMETER, known or current_engine()).value("mid")
    return mid


def read_queue(data: QueryDict) -> tuple[str | None, Place | None]:
    """The label that a queue is about, or None for all, and where its page begins. Raises BadQueryError."""
    values = read_values(_filled(data), QUEUE_PARAMETERS, current_engine())
    return values.value("mid"), values.value("after")


def place_text(place: Place) -> str:
    """A place in a queue for an address."""
    micros = (place.last - _EPOCH) // dt.timedelta(microseconds=1)
    return f"{micros}.{image_id_from_key(place.image_key)}.{place.mid}"


def _filled(data: QueryDict) -> QueryDict:
    """The fields that are not empty."""
    given = QueryDict(mutable=True)
    for name, values in data.lists():
        given.setlist(name, [value for value in values if value])
    return given


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
