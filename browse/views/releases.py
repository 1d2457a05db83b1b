"""`/releases`: what differs between two releases, as `compare_releases` found and kept it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import re_path

from browse.dataset.kept_comparisons import (
    CSV_COLUMNS,
    KeptComparison,
    kept_comparison,
    kept_comparisons,
    label_rows,
)
from browse.domain.csv_text import csv_text
from browse.exports.downloads import CSV, Download, file_name
from browse.presentation.pages.releases import release_context, releases_context
from browse.requests.readers import read_nothing
from browse.search import Snapshot
from browse.views.responses import download, page, render_page, snapshot_page

_LAYOUT = "base.html"
_NAME = "(?P<comparison>[a-z0-9-]{1,60})"


@snapshot_page
def releases(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """The list of comparisons."""
    read_nothing(request.GET)
    context = releases_context(kept_comparisons())
    return render_page(request, "browse/releases.html", context, snapshot=snapshot, layout=_LAYOUT)


@snapshot_page
def release(request: HttpRequest, snapshot: Snapshot, comparison: str) -> HttpResponse:
    """One comparison."""
    read_nothing(request.GET)
    found = _found(comparison)
    known = frozenset(label.mid for label in found.labels if snapshot.engine.has_label(label.mid))
    context = release_context(found, known)
    return render_page(request, "browse/release.html", context, snapshot=snapshot, layout=_LAYOUT)


@page
def release_csv(request: HttpRequest, comparison: str) -> HttpResponseBase:
    """All its labels by subset, as a file. It is of its own data, whatever the site serves."""
    read_nothing(request.GET)
    found = _found(comparison)
    called = file_name("releases", "csv", about=found.name, identity=(found.name, found.made))
    lines = csv_text(CSV_COLUMNS, label_rows(found.name))
    return download(Download(called, CSV, f"{found.name}.{found.made}", lines))


def _found(name: str) -> KeptComparison:
    found = kept_comparison(name)
    if found is None:
        raise Http404
    return found


release_urls = [
    re_path("^releases$", releases, name="releases"),
    re_path(f"^releases/{_NAME}$", release, name="release"),
    re_path(rf"^releases/{_NAME}\.csv$", release_csv, name="release-csv"),
]
