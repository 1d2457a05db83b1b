"""How forms are taken: by POST, from those who may, answered with a page to go on to, or as JSON for scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from browse.requests.unsent import Unsent, came_from, unsent
from browse.views.faults import HANDLED, Fault, come_again, errors_as_json, fault_of
from browse.views.responses import render_page, service_unavailable, wants_json

View = Callable[..., HttpResponseBase]
SIGNED_OUT = "you are signed out; sign in in another window and try again"


def requires_permission(permission: str) -> Callable[[View], View]:
    """For those who have this permission: others sign in first, or get 403."""

    def decorated(view: View) -> View:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return asked

    return decorated


def form_view(permission: str) -> Callable[[View], View]:
    """A form of those who have this permission; what cannot be done becomes a page that says why."""

    def decorated(view: View) -> View:
        return require_POST(requires_permission(permission)(handles_form_errors(view)))

    return decorated


def handles_form_errors(view: View) -> View:
    """Faults of a form become a page, or JSON, that says what is wrong."""

    @wraps(view)
    def tried(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except HANDLED as error:
            return form_error(request, fault_of(error))

    return tried


def redirect_or_json(request: HttpRequest, address: str, **values: Any) -> HttpResponse:
    """It is written: on to an address of ours, or the values as JSON."""
    if wants_json(request):
        return JsonResponse({**values, "next": address}, headers={"Cache-Control": "no-store"})
    return HttpResponse(status=303, headers={"Location": address})


def form_error(request: HttpRequest, fault: Fault) -> HttpResponse:
    """What was wrong with a form, or why it cannot be taken now."""
    passes = fault.retry_after_s is not None
    if wants_json(request):
        told = JsonResponse({"errors": errors_as_json(fault.errors)}, status=fault.status)
        return come_again(request, fault, told) if passes else told
    if passes:
        return service_unavailable(request, fault)
    context = {"faults": fault.errors, "back": came_from(request)}
    return render_page(request, "curation/refused.html", context, layout="browse/notice.html", status=fault.status)


def send_again(request: HttpRequest, held: Unsent, reason: str, *, back: str, status: int = 200) -> HttpResponse:
    """What was not taken, with a button that sends it with the token of now."""
    context = {"unsent": held, "reason": reason, "back": back}
    return render_page(request, "curation/again.html", context, layout="base.html", status=status)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": [{"message": SIGNED_OUT}]}, status=403)
    address = request.get_full_path() if request.method in ("GET", "HEAD") else came_from(request)
    if (held := unsent(request)) is not None:
        context = {"form": AuthenticationForm(request), "next": address, "unsent": held.packed}
        return render_page(request, "curation/sign_in.html", context, layout="base.html", status=403)
    return HttpResponse(status=303, headers={"Location": f"{reverse('browse:sign-in')}?{urlencode({'next': address})}"})
