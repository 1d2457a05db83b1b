"""Whether this process lives and can serve, for load balancers: `/healthz` and `/readyz`.

They are answered before hosts are checked and http is redirected, because a balancer asks by address and without TLS,
and outside of the queue that others wait in (`viewer/worker.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.log import log_response
from django.views.decorators.http import require_safe

from browse.domain.database_trouble import in_one_line, trouble_of
from browse.domain.deadlines import until
from browse.models.versions import database_is_newer
from browse.search import SearchError, UpgradingError
from browse.search.engines import engines
from browse.search.snapshot import read_state
from viewer.index_files import INDEX_FILES, index_file
from viewer.metrics import metrics
from viewer.overload import HEALTH, METRICS, READY

TABLES_DIFFER = "the database's tables are not those of this version; run `python manage.py migrate`"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`/healthz`: 200 while the process lives; asks neither database nor index."""
    return _answer(HTTPStatus.OK, {"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """`/readyz`: 200 while the database answers in time and the index generation that it names is open; else 503."""
    try:
        version = _served_version()
    except (SearchError, AnyDatabaseError) as error:
        response = _answer(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unavailable", "reason": _reason(error)})
        log_response("%s: not ready (%s)", request.path, in_one_line(error), response=response, request=request)
        return response
    return _answer(HTTPStatus.OK, {"status": "ready", "version": version})


def _served_version() -> str:
    """The version that requests are answered from now. Raises SearchError and what the database raises."""
    deadline = time.monotonic() + settings.QUERY_DEADLINE_S
    with until(deadline):
        state = read_state()
        engines().get(state.generation, deadline=deadline)
    return state.version


def _reason(error: SearchError | AnyDatabaseError) -> str:
    """What is wrong, without paths or words of the driver's, which are in the log."""
    if isinstance(error, SearchError):
        return str(error)
    if trouble := trouble_of(error):
        return trouble.words
    return str(UpgradingError()) if database_is_newer() else TABLES_DIFFER


def _answer(status: HTTPStatus, said: dict[str, str]) -> JsonResponse:
    headers = {"Cache-Control": "no-store"}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    return JsonResponse(said, status=status, headers=headers)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {HEALTH: healthz, READY: readyz, METRICS: metrics}


class Probes:
    """Answers probes and other nodes, and passes on the rest. Before the middleware that checks hosts and redirects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(INDEX_FILES):
            return index_file(request)
        view = PROBES.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request)
        response.headers["Content-Length"] = str(len(response.content))
        return response
