"""How forms are taken: by POST, from those who may, answered with a page to go on to, or as JSON for scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from browse.answers import answer, unavailable
from browse.curation import AlreadyDoneError, CurationError, NotYoursError, UnknownError
from browse.facets.engine import UnknownValueError
from browse.parameters import BadQueryError, ParameterError
from browse.posted import local_address
from browse.reports import TooManyReportsError
from browse.search import SearchError

View = Callable[..., HttpResponseBase]
STATUSES: tuple[tuple[type[CurationError], int], ...] = (
    (UnknownError, 404),
    (NotYoursError, 403),
    (AlreadyDoneError, 409),
    (TooManyReportsError, 429),
)


def for_people(permission: str) -> Callable[[View], View]:
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


def write(permission: str) -> Callable[[View], View]:
    """A form of those who have this permission; what cannot be done becomes a page that says why."""

    def decorated(view: View) -> View:
        return require_POST(for_people(permission)(explained(view)))

    return decorated


def explained(view: View) -> View:
    """Faults of a form become a page, or JSON, that says what is wrong."""

    @wraps(view)
    def tried(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except BadQueryError as error:
            return refused(request, error.errors, 400)
        except UnknownValueError as error:
            return refused(request, [ParameterError(error.parameter, error.value, "the data set has none such")], 400)
        except CurationError as error:
            status = next((status for kind, status in STATUSES if isinstance(error, kind)), 400)
            return refused(request, [ParameterError("", "", str(error))], status)
        except SearchError as error:
            return unavailable(request, error, "browse/unavailable.html")

    return tried


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which sees to what follows itself."""
    return request.headers.get("Accept") == "application/json"


def done(request: HttpRequest, address: str, **values: Any) -> HttpResponse:
    """It is written: on to an address of ours, or the values as JSON."""
    if wants_json(request):
        return JsonResponse({**values, "next": address}, headers={"Cache-Control": "no-store"})
    return HttpResponse(status=303, headers={"Location": address})


def refused(request: HttpRequest, faults: list[ParameterError], status: int) -> HttpResponse:
    """What was wrong with a form."""
    if wants_json(request):
        errors = [{"parameter": one.parameter, "value": one.value, "message": one.message} for one in faults]
        return JsonResponse({"errors": errors}, status=status)
    context = {"faults": faults, "back": came_from(request)}
    return answer(request, "curation/refused.html", context, layout="browse/notice.html", status=status)


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form stands on, as the form says; else the browse page."""
    return local_address(request.POST.get("next", "")) or "/"


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": [{"message": "sign in first"}]}, status=403)
    address = request.get_full_path() if request.method in ("GET", "HEAD") else came_from(request)
    return HttpResponse(status=303, headers={"Location": f"{reverse('browse:sign-in')}?{urlencode({'next': address})}"})
