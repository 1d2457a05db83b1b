"""Pages for requests that fail: plain words, the site's own headers, no details of the inside."""

from __future__ import annotations

import sys

from django.core.exceptions import DisallowedHost
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader

from browse.models.versions import database_is_newer
from browse.requests.unsent import came_from, unsent
from browse.search import UpgradingError
from browse.views.faults import come_again, fault_of, is_passing
from browse.views.forms import send_again
from browse.views.responses import failure, service_unavailable, wants_json
from viewer.bodies import MOST_BODY_BYTES
from viewer.uploads import FileRefusedError

REASONS = {
    400: "Something in the address or the form is not valid.",
    403: "You do not have permission to do this.",
    413: f"A request body needs a Content-Length header of at most {MOST_BODY_BYTES:,} bytes.",
    404: "There is nothing at this address.",
    500: "Something went wrong here. It has been logged; please try again later.",
}
OLD_PAGE = "this page is older than your last sign-in; reload it and try again"
OLD_FORM = "This form is older than your last sign-in."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a Host that is not allowed gets a page that says what to set."""
    if isinstance(exception, DisallowedHost):
        return render(request, "wrong_host.html", {"host": request.META.get("HTTP_HOST", "")}, status=400)
    reason = str(exception) if isinstance(exception, FileRefusedError) else ""
    if _wants_json(request):
        return _json(400, reason)
    return render(request, "400.html", {"reason": reason}, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _failure(request, 403, "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token; a form of ours that is only too old can be sent again."""
    if _wants_json(request):
        return JsonResponse({"errors": [{"message": OLD_PAGE}]}, status=403)
    try:
        held = unsent(request)
        if held is not None:
            return send_again(request, held, OLD_FORM, back=came_from(request), status=403)
    except AnyDatabaseError:
        pass  # the page without the site around it says it, too
    return _failure(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _failure(request, 404, "404.html")


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for a body that is not read."""
    if _wants_json(request):
        return _json(413)
    return render(request, "413.html", {"most": f"{MOST_BODY_BYTES:,}"}, status=413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a request context, and bare where even the templates fail (such as assets not collected).

    503 where the database cannot answer, outside of what answers in words itself (sessions, sign-in, administration),
    or was upgraded, so that this process does not know its tables any more.
    """
    error = sys.exception()
    if isinstance(error, Exception) and is_passing(error):
        fault = fault_of(error)
        if not _wants_json(request):
            return service_unavailable(request, fault)
        return come_again(request, fault, _json(fault.status, fault.message))
    if isinstance(error, AnyDatabaseError) and database_is_newer():
        return _upgrading(request)
    if _wants_json(request):
        return _json(500)
    try:
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    except (TemplateDoesNotExist, ValueError):
        return HttpResponse(f"500\n{REASONS[500]}\n", content_type="text/plain; charset=utf-8", status=500)


def _upgrading(request: HttpRequest) -> HttpResponse:
    error = UpgradingError()
    if _wants_json(request):
        response: HttpResponse = _json(503, str(error))
    else:
        response = HttpResponse(loader.render_to_string("upgrading.html"), status=503)
    response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _failure(request: HttpRequest, status: int, template: str) -> HttpResponse:
    """A page of the site; bare where the database does not answer."""
    if _wants_json(request):
        return _json(status)
    try:
        return failure(request, template, status)
    except AnyDatabaseError:
        return HttpResponse(loader.render_to_string(template), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or wants_json(request)


def _json(status: int, reason: str = "") -> JsonResponse:
    return JsonResponse({"errors": [{"message": reason or REASONS[status]}]}, status=status)
