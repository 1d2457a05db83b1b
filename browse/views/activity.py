"""`/activity`: what one did, with its undo; `/activity/all`: what everybody did, for reviewers, also as CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.cache import never_cache

from browse.domain.csv_text import csv_text
from browse.exports.downloads import CSV, Download, file_name
from browse.presentation.pages.activity import (
    COLUMNS,
    KIND_WORDS,
    csv_rows,
    entry_row,
    own_rows,
    page_links,
    person_rows,
)
from browse.requests.activity_parameters import MOST_PAGES, ActivityRequest, read_activity
from browse.requests.readers import read_nothing
from browse.search import Snapshot, consistently
from browse.search.activity import Scope, activity, counts_of, own_acts, page_of_activity
from browse.search.display_names import DisplayNames
from browse.views.curation import OF_OTHERS
from browse.views.forms import requires_permission
from browse.views.responses import download, page, render_page
from browse.views.review import JUDGES

MOST_OWN = 50
ON_A_PAGE = 100


@never_cache
@requires_permission(JUDGES)
@page
def own(request: HttpRequest) -> HttpResponse:
    """The last things that one did."""
    read_nothing(request.GET)
    acts = own_acts(request.user.get_username(), most=MOST_OWN)

    def make(snapshot: Snapshot) -> HttpResponse:
        context = {"rows": own_rows(DisplayNames(snapshot), acts), "most": MOST_OWN}
        return render_page(request, "curation/activity.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@never_cache
@requires_permission(OF_OTHERS)
@page
def everybody(request: HttpRequest) -> HttpResponse:
    """What people did, by person, kind and time."""
    asked = read_activity(request.GET)
    scope = _scope(asked)
    entries, has_more = page_of_activity(scope, page=asked.page, size=ON_A_PAGE)
    counts = counts_of(scope)

    def make(snapshot: Snapshot) -> HttpResponse:
        names = DisplayNames(snapshot)
        context = {
            "asked": asked,
            "kinds": KIND_WORDS.items(),
            "people": person_rows(asked, counts),
            "rows": [entry_row(names, entry, is_sentence=False) for entry in entries],
            "links": page_links(asked, has_more=has_more, most=MOST_PAGES),
        }
        return render_page(request, "curation/all_activity.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@never_cache
@requires_permission(OF_OTHERS)
@page
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/activity.csv`: all of it, as a stream."""
    asked = read_activity(request.GET)

    def make(snapshot: Snapshot) -> HttpResponseBase:
        rows = csv_rows(DisplayNames(snapshot), activity(_scope(asked)))
        name = file_name("activity", "csv", about=asked.by or "", identity=(repr(asked), snapshot.version))
        lines = csv_text(COLUMNS, rows, safe=asked.safe)
        return download(Download(name, CSV, snapshot.version, lines, digest=snapshot.digest))

    return consistently(make)


def _scope(asked: ActivityRequest) -> Scope:
    return Scope(asked.by, asked.kind, *asked.span)


activity_urls = [
    path("activity", own, name="activity"),
    path("activity/all", everybody, name="all-activity"),
    path("activity.csv", as_csv, name="activity-csv"),
]
