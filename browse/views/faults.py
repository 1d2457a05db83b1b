"""One table of the errors that end a request: its status, and what is said of it. Pages, forms and the API read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from browse.curation.actions import AlreadyDoneError, CurationError, NotYoursError, UnknownError
from browse.curation.batches import KeyUsedError
from browse.curation.reports import TooManyReportsError
from browse.domain.database_trouble import in_one_line, trouble_of
from browse.domain.happenings import DatabaseFailed, tell
from browse.domain.row_faults import BadRowsError
from browse.exports.errors import NotHereError
from browse.facets.engine import UnknownValueError
from browse.facets.errors import EngineUnavailableError
from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError
from browse.search import EngineDownError, NoDatasetError, SearchError
from browse.sets.errors import NoPicturesError, SetError, TakenDownError, TooManyBuildsError
from browse.sets.recipe_reader import RecipeError


class NotFoundError(LookupError):
    """There is no such thing; the message says what."""


@dataclass(frozen=True)
class Fault:
    """What an error is answered with.

    errors         what is wrong, of each value, or in one text without a parameter.
    nearest        where a query was asked for: a valid one made of what was right; `address` asks for it.
    template       of the page that says so.
    retry_after_s  in how many seconds to come again.
    cause          what the log says of a database that cannot answer: nothing that is read from it can be shown then.
    """

    status: int
    errors: list[ParameterError]
    nearest: Query | None = None
    address: str = ""
    template: str = ""
    retry_after_s: int | None = None
    cause: str = ""

    @property
    def message(self) -> str:
        """The errors in one line."""
        return "; ".join(error.message for error in self.errors)


def _bad_query(error: BadQueryError) -> Fault:
    return Fault(400, error.errors, error.nearest, error.address, "browse/bad_query.html")


def _unknown_value(error: UnknownValueError) -> Fault:
    wrong = ParameterError(error.parameter, error.value, "is not in the data set")
    return _bad_query(BadQueryError([wrong], Query()))


def _bad_recipe(error: RecipeError) -> Fault:
    faults = [ParameterError(one.field or "recipe", one.value, one.message) for one in error.faults]
    return Fault(400, faults, template="browse/bad_query.html")


def _bad_rows(error: BadRowsError) -> Fault:
    faults = [ParameterError(one.place, one.value, one.message) for one in error.faults]
    return Fault(400, faults, template="browse/bad_query.html")


def _taken_down(error: TakenDownError) -> Fault:
    """A page of an address that gave something once, and gives it no longer."""
    return Fault(410, [ParameterError("", "", str(error))], template="browse/gone.html")


def _not_here(error: NotHereError) -> Fault:
    """A page of a file that cannot be made of what this site has."""
    return Fault(404, [ParameterError("", "", str(error))], template="browse/not_here.html")


def _said(status: int) -> Callable[[Exception], Fault]:
    return lambda error: Fault(status, [ParameterError("", "", str(error))])


def _unavailable(template: str) -> Callable[[SearchError], Fault]:
    return lambda error: Fault(
        503, [ParameterError("", "", str(error))], template=template, retry_after_s=error.retry_after_s
    )


def _engine_down(error: EngineUnavailableError) -> Fault:
    """Where no version of the data set is held, as in a file that is being written."""
    known = EngineDownError()
    return Fault(
        503,
        [ParameterError("", "", str(known))],
        template="browse/unavailable.html",
        retry_after_s=known.retry_after_s,
        cause=str(error),
    )


def _database(error: AnyDatabaseError) -> Fault:
    """Raises the error itself where the database is well, and the statement was wrong."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    tell(DatabaseFailed(trouble.name.lower()))
    wrong = ParameterError("", "", trouble.words)
    return Fault(503, [wrong], retry_after_s=trouble.retry_after_s, cause=f"{trouble.words} ({in_one_line(error)})")


FAULTS: tuple[tuple[type[Exception], Callable[[Any], Fault]], ...] = (
    (BadQueryError, _bad_query),
    (UnknownValueError, _unknown_value),
    (RecipeError, _bad_recipe),
    (BadRowsError, _bad_rows),
    (TakenDownError, _taken_down),
    (NotHereError, _not_here),
    (TooManyBuildsError, _said(429)),
    (NoPicturesError, _said(403)),
    (SetError, _said(400)),
    (NotFoundError, _said(404)),
    (UnknownError, _said(404)),
    (NotYoursError, _said(403)),
    (AlreadyDoneError, _said(409)),
    (KeyUsedError, _said(409)),
    (TooManyReportsError, _said(429)),
    (CurationError, _said(400)),
    (NoDatasetError, _unavailable("browse/no_data.html")),
    (SearchError, _unavailable("browse/unavailable.html")),
    (EngineUnavailableError, _engine_down),
    (AnyDatabaseError, _database),
)
"""The first that an error is an instance of counts."""

HANDLED = tuple(kind for kind, _ in FAULTS)


def errors_as_json(errors: list[ParameterError]) -> list[dict[str, str]]:
    """What is wrong with each value, as answers in JSON list it."""
    return [{"parameter": one.parameter, "value": one.value, "message": one.message} for one in errors]


def fault_of(error: Exception) -> Fault:
    """What an error that is HANDLED is answered with. Raises one that is a fault of ours."""
    return next(told(error) for kind, told in FAULTS if isinstance(error, kind))


def is_passing(error: Exception) -> bool:
    """Whether this is no fault of ours: the data set or its database cannot be read for now."""
    return isinstance(error, SearchError) or (isinstance(error, AnyDatabaseError) and trouble_of(error) is not None)


def come_again(request: HttpRequest, fault: Fault, response: HttpResponse) -> HttpResponse:
    """The answer to a fault that passes, with when to come again; one line in the log says what the database said."""
    if fault.retry_after_s is not None:
        response.headers["Retry-After"] = str(fault.retry_after_s)
    if fault.cause:
        log_response("%s: %s", fault.cause, request.path, response=response, request=request)
    return response
