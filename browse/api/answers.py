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

from browse.domain.dataset_digest import digest_headers
from browse.query.canonical import canonical
from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError
from browse.search import Snapshot, consistently, current_version
from browse.search.blind import asked
from browse.views.faults import HANDLED, Fault, come_again, errors_as_json, fault_of

FORMAT = 4
"""Part of every ETag: raised when the answers' form changes."""

VERSION_HEADER = "X-Dataset-Version"
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers: within one version and address, equal identities mean equal content."""

    identity: str
    make: Callable[[], object]


View = Callable[Concatenate[HttpRequest, Snapshot, Arguments], Reply]
Endpoint = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]


def endpoint(view: View[Arguments]) -> Endpoint[Arguments]:
    """Makes a Django view of a function that reads one version of the data set."""

    @reading
    @functools.wraps(view)
    def answer(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        return consistently(lambda snapshot: _reply(request, snapshot, view(request, snapshot, *args, **kwargs)))

    return answer


def reading(answer: Endpoint[Arguments]) -> Endpoint[Arguments]:
    """Takes GET and HEAD alone, and names the faults that it meets. Nothing is written: a POST gets 405, not 403."""
    return csrf_exempt(_taking(("GET", "HEAD"), answer))


def posting(answer: Endpoint[Arguments]) -> Endpoint[Arguments]:
    """Takes POST alone, from anybody, for questions that no address has room for: nothing is written."""
    return csrf_exempt(_taking(("POST",), answer))


def account_posting(permission: str) -> Callable[[Endpoint[Arguments]], Endpoint[Arguments]]:
    """Takes POST alone, with the token of a form, from accounts with this permission: for what is written."""

    def decorated(answer: Endpoint[Arguments]) -> Endpoint[Arguments]:
        @functools.wraps(answer)
        def allowed(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return failure(403, "sign in first: only accounts may do this", version=current_version())
            if not request.user.has_perm(permission):
                return failure(403, "this account may not do this", version=current_version())
            return answer(request, *args, **kwargs)

        return _taking(("POST",), allowed)

    return decorated


def _taking(methods: tuple[str, ...], answer: Endpoint[Arguments]) -> Endpoint[Arguments]:
    @functools.wraps(answer)
    def read(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if request.method not in methods:
            return _not_allowed(methods)
        try:
            return answer(request, *args, **kwargs)
        except HANDLED as error:
            return _faulty(request, fault_of(error))

    return read


def parameters(request: HttpRequest) -> QueryDict:
    """The request's query string. Raises BadQueryError where it has too many parameters to be looked at."""
    try:
        return request.GET
    except SuspiciousOperation:
        message = "too many parameters; at most 20 terms and each other parameter once are allowed"
        raise BadQueryError([ParameterError("", "", message)], Query()) from None


@csrf_exempt
def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for an address below /api/ that is none."""
    return failure(404, "there is nothing at this address; /api/docs lists all endpoints", version=current_version())


def _not_allowed(methods: tuple[str, ...]) -> HttpResponse:
    message = f"only {' and '.join(methods)} {'are' if len(methods) > 1 else 'is'} allowed"
    response = failure(405, message, version=current_version())
    response.headers["Allow"] = ", ".join(methods)
    return response


def json_response(content: object, *, version: str, status: int = 200) -> HttpResponse:
    """The content as JSON, in UTF-8, with the data set's version where it is known."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {VERSION_HEADER: version} if version else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)


def _reply(request: HttpRequest, snapshot: Snapshot, reply: Reply) -> HttpResponse:
    """The answer, or 304. The ETag is weak: what is learned of thumbnails changes answers of one version a little."""
    withheld = repr(sorted(asked())) if asked() else ""
    parts = "\n".join((str(FORMAT), snapshot.version, request.path, reply.identity + withheld))
    etag = f'W/"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = json_response(reply.make(), version=snapshot.version)
    headers = {"ETag": etag, "Cache-Control": "no-cache", VERSION_HEADER: snapshot.version}
    for name, value in (headers | digest_headers(snapshot.digest)).items():
        response.headers[name] = value
    return response


def _faulty(request: HttpRequest, fault: Fault) -> HttpResponse:
    if fault.nearest is None and any(error.parameter for error in fault.errors):
        told = {"errors": errors_as_json(fault.errors)}
        return json_response(told, version=current_version(), status=fault.status)
    if fault.nearest is not None:
        content = {"errors": errors_as_json(fault.errors), "nearest": canonical(fault.nearest)}
        return json_response(content, version=current_version(), status=fault.status)
    response = failure(fault.status, fault.message, version="" if fault.cause else current_version())
    return response if fault.retry_after_s is None else come_again(request, fault, response)


def failure(status: int, message: str, *, version: str) -> HttpResponse:
    """An answer that says why there is none, without a parameter that it is about."""
    return json_response({"errors": [{"message": message}]}, version=version, status=status)
