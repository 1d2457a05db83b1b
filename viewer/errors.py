"""Pages for requests that fail: plain words, the site's own headers, no details of the inside."""

from __future__ import annotations

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist, loader

from browse.answers import failure

REASONS = {
    400: "The address or the form holds something that cannot be understood.",
    403: "This needs a permission that you do not have.",
    404: "There is nothing at this address.",
    500: "Something went wrong here. It has been logged; please try again later.",
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a Host that is not allowed gets a page that says what to set."""
    if isinstance(exception, DisallowedHost):
        return render(request, "wrong_host.html", {"host": request.META.get("HTTP_HOST", "")}, status=400)
    return _json(400) if _wants_json(request) else render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _failure(request, 403, "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token."""
    return _failure(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _failure(request, 404, "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without a request context, and bare where even the templates fail (such as assets not collected)."""
    if _wants_json(request):
        return _json(500)
    try:
        return HttpResponse(loader.render_to_string("500.html"), status=500)
    except (TemplateDoesNotExist, ValueError):
        return HttpResponse(f"500\n{REASONS[500]}\n", content_type="text/plain; charset=utf-8", status=500)


def _failure(request: HttpRequest, status: int, template: str) -> HttpResponse:
    """A page of the site; bare where the database does not answer."""
    if _wants_json(request):
        return _json(status)
    try:
        return failure(request, template, status)
    except DatabaseError:
        return HttpResponse(loader.render_to_string(template), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _json(status: int) -> JsonResponse:
    return JsonResponse({"errors": [{"message": REASONS[status]}]}, status=status)
