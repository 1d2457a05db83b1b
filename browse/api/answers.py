"""How every endpoint of the API answers: JSON, faults named, the data set's version, ETag and 304."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from browse.parameters import BadQueryError, ParameterError
from browse.query.canonical import canonical
from browse.query.values import Query
from browse.search import SearchError, Snapshot, consistently, current_version

FORMAT = 1
"""Part of every ETag: raised when the answers' form changes."""

VERSION_HEADER = "X-Dataset-Version"
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers: within one version and address, equal identities mean equal content."""

    identity: str
    make: Callable[[], object]


class NotFoundError(LookupError):
    """There is no such thing; the message says what."""


View = Callable[Concatenate[HttpRequest, Snapshot, Arguments], Reply]
Endpoint = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def endpoint(view: View[Arguments]) -> Endpoint[Arguments]:
    """Makes a Django view of a function that reads one version of the data set."""

    @reading
    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        try:
            return consistently(lambda snapshot: _reply(request, snapshot, view(request, snapshot, *args, **kwargs)))
        except SearchError as error:
            response = _failure(503, str(error))
            response.headers["Retry-After"] = str(error.retry_after_s)
            return response

    return answer


def reading(answer: Endpoint[Arguments]) -> Endpoint[Arguments]:
    """Takes GET and HEAD alone, and names the faults that it meets. Nothing is written: a POST gets 405, not 403."""

    @csrf_exempt
    @functools.wraps(answer)
    def read(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return _not_allowed()
        try:
            return answer(request, *args, **kwargs)
        except BadQueryError as error:
            return _bad_query(error)
        except NotFoundError as error:
            return _failure(404, str(error))

    return read


def parameters(request: HttpRequest) -> QueryDict:
    """The request's query string. Raises BadQueryError where it has too many parameters to be looked at."""
    try:
        return request.GET
    except SuspiciousOperation:
        message = "there are too many parameters; at most 20 terms and each other parameter once are needed"
        raise BadQueryError([ParameterError("", "", message)], Query()) from None


@csrf_exempt
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for an address below /api/ that is none."""
    return _failure(404, "there is nothing at this address; /api/docs lists what there is")


def _not_allowed() -> HttpResponse:
    response = _failure(405, "only GET and HEAD are allowed")
    response.headers["Allow"] = "GET, HEAD"
    return response


def json_response(content: object, *, version: str, status: int = 200) -> HttpResponse:
    """The content as JSON, in UTF-8, with the data set's version."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return HttpResponse(body, status=status, content_type="application/json", headers={VERSION_HEADER: version})


def _reply(request: HttpRequest, snapshot: Snapshot, reply: Reply) -> HttpResponse:
    """The answer, or 304. The ETag is weak: what is learned of thumbnails changes answers of one version a little."""
    parts = "\n".join((str(FORMAT), snapshot.version, request.path, reply.identity))
    etag = f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = json_response(reply.make(), version=snapshot.version)
    for name, value in (("ETag", etag), ("Cache-Control", "no-cache"), (VERSION_HEADER, snapshot.version)):
        response.headers[name] = value
    return response


def _bad_query(error: BadQueryError) -> HttpResponse:
    errors = [{"parameter": one.parameter, "value": one.value, "message": one.message} for one in error.errors]
    content = {"errors": errors, "nearest": canonical(error.nearest)}
    return json_response(content, version=current_version(), status=400)


def _failure(status: int, message: str) -> HttpResponse:
    return json_response({"errors": [{"message": message}]}, version=current_version(), status=status)
