"""What the page of everybody's activity takes: person, kind, days, page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from browse.domain.history import Kind
from browse.query.grammar import OneOf, Schema, WholeNumber, Words
from browse.query.values import Query
from browse.requests.filterset import read_values
from browse.requests.parameters import BadQueryError, Parameter, ParameterError
from browse.requests.posted import LONGEST_LINE

LATELY = dt.timedelta(days=30)
MOST_PAGES = 50


@dataclass(frozen=True)
class Day:
    """A day such as 2026-01-31."""

    @property
    def schema(self) -> Schema:
        return {"type": "string", "format": "date", "description": "a day such as 2026-01-31"}

    def __call__(self, text: str) -> dt.date:
        try:
            return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of the site's time zone
        except ValueError:
            raise ValueError("must be a day such as 2026-01-31") from None


ACTIVITY_PARAMETERS: dict[str, Parameter] = {
    "by": Parameter(Words(LONGEST_LINE), "Only what this person did, by user name."),
    "kind": Parameter(OneOf(tuple(Kind), Kind), "Only this kind."),
    "since": Parameter(Day(), "From this day on. Default: 30 days ago."),
    "until": Parameter(Day(), "Up to this day, included. Default: today."),
    "page": Parameter(WholeNumber(1, MOST_PAGES), "The page. Default: 1."),
    "safe": Parameter(OneOf(("1",)), "1: free text that spreadsheets cannot run; of the file only."),
}


@dataclass(frozen=True)
class ActivityRequest:
    """What is asked for; by and kind are None where any will do. since, until: days, both included."""

    by: str | None
    kind: Kind | None
    since: dt.date
    until: dt.date
    page: int
    safe: bool

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """The moments at which the days begin and end."""
        return _midnight(self.since), _midnight(self.until + dt.timedelta(days=1))


def read_activity(data: QueryDict) -> ActivityRequest:
    """The request that a query string makes. Forms send empty fields, which are none. Raises BadQueryError."""
    given = QueryDict(mutable=True)
    for name, values in data.lists():
        given.setlist(name, [value for value in values if value] if name != "page" else values)
    values = read_values(given, ACTIVITY_PARAMETERS, None)
    today = timezone.localdate()
    until = values.value("until") or today
    since = values.value("since") or until - LATELY
    if since > until:
        raise BadQueryError([ParameterError("since", since.isoformat(), "must not be after until")], Query())
    return ActivityRequest(
        values.value("by"), values.value("kind"), since, until, values.value("page") or 1, bool(values.value("safe"))
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
