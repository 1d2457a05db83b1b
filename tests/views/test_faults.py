"""Errors that end a request: pages, forms and the API answer each with one status and the same words."""

from __future__ import annotations

import html
import json
from typing import NoReturn

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from browse.api.answers import reading
from browse.curation.actions import AlreadyDoneError, CurationError, NotYoursError, UnknownError
from browse.curation.bulk import TooManyError
from browse.curation.reports import TooManyReportsError
from browse.facets.engine import UnknownValueError
from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError
from browse.search import NoDatasetError, SearchError
from browse.search.errors import ChangingError, DeadlineError, IndexUnavailableError
from browse.views.faults import NotFoundError, fault_of
from browse.views.forms import handles_form_errors
from browse.views.responses import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation")]

READ: list[tuple[Exception, int, str]] = [
    (BadQueryError([ParameterError("state", "x", "must be a state")], Query()), 400, "must be a state"),
    (UnknownValueError("label", "/m/00"), 400, "is not in the data set"),
    (NoDatasetError(), 503, "import_openimages"),
    (IndexUnavailableError("the index is gone"), 503, "the index is gone"),
    (DeadlineError(), 503, "the query took longer than allowed"),
    (ChangingError(), 503, "the data set is changing"),
]
WRITTEN: list[tuple[Exception, int]] = [
    (UnknownError("no such image"), 404),
    (NotYoursError("it is not yours"), 403),
    (AlreadyDoneError("it is done"), 409),
    (TooManyReportsError("too many reports"), 429),
    (TooManyError(1_000_000), 400),
    (CurationError("it cannot be"), 400),
]


def request_for(method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/labels", headers=headers)
    request.user = AnonymousUser()
    return request


def raising(error: Exception):  # type: ignore[no-untyped-def]
    def view(request: HttpRequest) -> NoReturn:
        raise error

    return view


def words_of(answer: HttpResponseBase) -> str:
    """What a page says, in small letters: its first word is written with a large one."""
    assert isinstance(answer, HttpResponse)
    return html.unescape(answer.content.decode()).casefold()


@pytest.mark.parametrize(("error", "status", "words"), READ)
def test_pages_forms_and_the_api_answer_an_error_of_reading_alike(error: Exception, status: int, words: str) -> None:
    answers = [
        page(raising(error))(request_for()),
        handles_form_errors(raising(error))(request_for("POST")),
        reading(raising(error))(request_for()),
    ]
    assert [answer.status_code for answer in answers] == [status] * 3
    retries = {answer.headers.get("Retry-After") for answer in answers}
    assert retries == {str(error.retry_after_s) if isinstance(error, SearchError) else None}
    assert [words in words_of(answer) for answer in answers[:2]] == [True] * 2
    assert words in json.loads(answers[2].content)["errors"][0]["message"]


@pytest.mark.parametrize(("error", "status"), WRITTEN)
def test_forms_say_why_nothing_was_written_as_pages_and_as_json(error: Exception, status: int) -> None:
    view = handles_form_errors(raising(error))
    plain, scripted = view(request_for("POST")), view(request_for("POST", accept="application/json"))
    assert plain.status_code == scripted.status_code == status
    assert str(error) in words_of(plain)
    assert json.loads(scripted.content) == {"errors": [{"parameter": "", "value": "", "message": str(error)}]}


def test_an_error_that_is_in_no_row_is_a_fault_of_ours() -> None:
    for wrapped in (page, handles_form_errors, reading):
        with pytest.raises(ZeroDivisionError):
            wrapped(raising(ZeroDivisionError()))(request_for())


def test_what_is_not_there_is_404() -> None:
    assert fault_of(NotFoundError("no image")).status == 404
    assert reading(raising(NotFoundError("no image")))(request_for()).status_code == 404
