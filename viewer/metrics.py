"""Numbers for Prometheus at `/metrics`, where METRICS=1: of all worker processes together.

Labels have few values: names of views, statuses, outcomes. What only the database knows is read when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from secrets import compare_digest

from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from browse.dataset.backups.last import last_backup
from browse.dataset.state import current_state
from browse.domain.disk_space import free_bytes
from browse.domain.happenings import DatabaseFailed, Happening, QueryAnswered, RequestRefused, listeners
from browse.models import Import
from browse.requests.client_address import exact_address, is_within
from viewer.overload import HEALTH, METRICS, READY

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_counted = CollectorRegistry()
REQUESTS = Counter("openimages_requests", "Requests answered.", ["view", "status"], registry=_counted)
REFUSED = Counter("openimages_requests_refused", "Requests told to come again, unread.", registry=_counted)
QUERIES = Histogram("openimages_query_seconds", "Time of the engine.", ["kind"], buckets=_SECONDS, registry=_counted)
THUMBNAILS = Counter("openimages_thumbnails", "Thumbnails sent, or why there was none.", ["outcome"], registry=_counted)
DATABASE_FAILURES = Counter(
    "openimages_database_failures", "Requests that the database failed.", ["trouble"], registry=_counted
)


def count(happening: Happening) -> None:
    """A listener."""
    match happening:
        case QueryAnswered():
            QUERIES.labels(happening.kind).observe(happening.took_s)
        case DatabaseFailed():
            DATABASE_FAILURES.labels(happening.trouble).inc()
        case RequestRefused():
            REFUSED.inc()


class Requests:
    """Counts requests by view and status, and thumbnails by outcome. Outermost, so that it sees every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if settings.METRICS and count not in listeners:
            listeners.append(count)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.METRICS:
            view = _view_of(request)
            REQUESTS.labels(view, str(response.status_code)).inc()
            if view == "browse:thumbnail":
                sent = "sent" if response.status_code < 400 else "refused"
                THUMBNAILS.labels(response.headers.get("X-Picture-State", sent)).inc()
        return response


def _view_of(request: HttpRequest) -> str:
    """The name of a view; `static` for assets, the address of probes, and `none` where an address has no view."""
    if request.path_info in (HEALTH, READY, METRICS):
        return request.path_info
    if match := request.resolver_match:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}") else "none"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """`/metrics`: all numbers as text, for METRICS_NETWORKS and those who know METRICS_TOKEN; 404 unless METRICS=1."""
    if not settings.METRICS:
        return HttpResponse("There is nothing at this address.\n", "text/plain", status=404)
    if not _may_read(request):
        return HttpResponse("METRICS_NETWORKS and METRICS_TOKEN say who may read this.\n", "text/plain", status=403)
    state = CollectorRegistry()
    state.register(State())
    text = generate_latest(_all_processes()) + generate_latest(state)
    return HttpResponse(text, CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return is_within(exact_address(request), settings.METRICS_NETWORKS)


def _all_processes() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return _counted
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class State(Collector):
    """What database and disk say now; without a database only that it is down."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = list(_of_database())
        except AnyDatabaseError:
            found = []
        yield GaugeMetricFamily("openimages_database_up", "Whether the database answers.", value=bool(found))
        yield from found
        free = free_bytes(settings.DATA_DIR)
        yield GaugeMetricFamily("openimages_data_disk_free_bytes", "Free on the disk of the data folder.", value=free)
        if backup := last_backup():
            made = backup.at.timestamp()
            yield GaugeMetricFamily("openimages_last_backup_timestamp_seconds", "Of the last backup.", value=made)


def _of_database() -> Iterator[Metric]:
    imports = GaugeMetricFamily("openimages_imports", "Imports by how they ended.", labels=["status"])
    for status, number in Import.objects.values_list("status").annotate(Count("pk")).order_by("status"):
        imports.add_metric([status], number)
    yield imports
    if last := Import.objects.aggregate(last=Max("finished"))["last"]:
        yield GaugeMetricFamily(
            "openimages_last_import_timestamp_seconds", "End of the last import.", value=last.timestamp()
        )
    if switched := current_state().switched:
        age = (timezone.now() - switched).total_seconds()
        yield GaugeMetricFamily("openimages_index_age_seconds", "Since the index became current.", value=age)
