"""What holds for every request: headers of its answer, how large its body may be, how many streams there are."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from threading import BoundedSemaphore

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from browse.search import SearchError
from browse.search.blind import read_by
from browse.views.faults import HANDLED, fault_of
from browse.views.responses import busy, needs_newer_http, service_unavailable
from viewer.bodies import MOST_BODY_BYTES
from viewer.errors import too_large
from viewer.finished import MOST_ROWS, TooLongError, finish


class AnswerHeaders:
    """Sets what an answer lacks of settings.ANSWER_HEADERS.

    Outermost, so that answers have them too that end before Django's own security middleware, such as
    the page for a wrong Host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.ANSWER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ContentPolicy(CSPMiddleware):
    """As django-csp's, which works out its policy for answers too that have their own, such as each picture."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if HEADER in response:
            return response
        return super().process_response(request, response)


class BoundedBodies:
    """Refuses by its head, before any of it is read, a body that is too large or does not say how large it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META or not length.isdecimal() or int(length) > MOST_BODY_BYTES:
            return too_large(request)
        return self.get_response(request)


class Readers:
    """Says who reads, so that what they are asked about blind is kept from them; asked only where it matters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def name() -> str:
            return request.user.get_username()

        with read_by(name):
            return self.get_response(request)


class Streams:
    """Bounds how many answers a process makes while it sends them: exports, credit sheets. Beyond it 503.

    A client decides how long one takes, so they must not use up what all others need. Over HTTP/1.1 they go in chunks,
    whose last one says that all has come; over HTTP/1.0 as finished files, or not at all (426). Innermost, so that
    static files do not count.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.free = BoundedSemaphore(settings.STREAMS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.streaming or request.method == "HEAD":
            return response
        if not self.free.acquire(blocking=False):
            _discard(response)
            return busy(request)
        response.headers["X-Accel-Buffering"] = "no"  # nginx would else store a file of any length while it is made
        # Also where it is never closed, because sending it did not begin.
        response._resource_closers.append(weakref.finalize(response, self.free.release))  # type: ignore[attr-defined]
        if request.META.get("SERVER_PROTOCOL") == "HTTP/1.0" and "Content-Length" not in response.headers:
            return _finished(request, response)
        return response


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The stream as a file of known length; or why not."""
    assert isinstance(response, StreamingHttpResponse)
    try:
        finish(response)
    except TooLongError:
        refused = needs_newer_http(request, MOST_ROWS)
    except HANDLED as error:
        refused = service_unavailable(request, fault_of(error))
    except OSError:
        refused = service_unavailable(request, fault_of(SearchError("there is no room for this file")))
    else:
        return response
    _discard(response)
    return refused


def _discard(response: HttpResponseBase) -> None:
    """Close what an answer holds that another one takes the place of; the request itself goes on."""
    while closers := response._resource_closers:  # type: ignore[attr-defined]
        closers.pop()()
