"""The page of an author, and the report that all photos there are one's own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import re_path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from browse.curation.reports import WITHIN, TooManyReportsError, note_report_of_all, outcome_of
from browse.presentation.pages.author import author_context, author_report_address, author_report_context
from browse.presentation.parts.addresses import author_address
from browse.requests.client_address import client_address
from browse.requests.posted import Posted
from browse.requests.readers import read_nothing
from browse.search import Snapshot, consistently
from browse.search.authors import AuthorPage, author_page_of
from browse.search.display_names import DisplayNames
from browse.views.forms import handles_form_errors, redirect_or_json
from browse.views.responses import render_page, snapshot_page, wants_json


@snapshot_page
def author(request: HttpRequest, snapshot: Snapshot, key: str) -> HttpResponse:
    """`/author/<key>`: one author's images, how many, under which licenses."""
    read_nothing(request.GET)
    context = author_context(_found(snapshot, key), DisplayNames(snapshot))
    path = author_address(key)
    return render_page(
        request, "browse/author.html", context, snapshot=snapshot, layout="base.html", canonical_path=path
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handles_form_errors
def report(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/author/<key>/report`: anyone may say that these are their photos; one entry of the queue of flags for all."""
    if request.method != "POST":
        return _report_form(request, key, reported=_link_to_report(request))
    posted = Posted(request.POST)
    why, contact = posted.text("why", needed=True), posted.line("contact")
    page = consistently(lambda snapshot: _found(snapshot, key))
    try:
        flag = note_report_of_all(
            image_id=page.images[0].image_id,
            author=page.key,
            number=page.count,
            sender=client_address(request),
            why=why,
            contact=contact,
        )
    except TooManyReportsError as error:
        if wants_json(request):
            raise
        response = _report_form(request, key, why=why, contact=contact, refusal=str(error), status=429)
        response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
        return response
    return redirect_or_json(request, f"{author_report_address(key)}?sent={flag.uid}")


def _link_to_report(request: HttpRequest) -> str:
    """Where it is told what becomes of the report that was just sent (`sent`); empty where none was."""
    if "sent" not in request.GET or outcome_of(uid := Posted(request.GET).uid("sent")) is None:
        return ""
    return request.build_absolute_uri(reverse("browse:reported", args=[uid]))


def _report_form(request: HttpRequest, key: str, *, status: int = 200, **shown: str) -> HttpResponse:
    """The page; `reported` leads to the report that was taken, `refusal` says why not, others are what was typed."""

    def make(snapshot: Snapshot) -> HttpResponse:
        context = {**author_report_context(_found(snapshot, key)), **shown}
        return render_page(
            request, "curation/author_report.html", context, snapshot=snapshot, layout="base.html", status=status
        )

    return consistently(make)


def _found(snapshot: Snapshot, key: str) -> AuthorPage:
    page = author_page_of(snapshot, key)
    if page is None:
        raise Http404
    return page


author_urls = [
    re_path(r"^author/(?P<key>[^/]+)$", author, name="author"),
    re_path(r"^author/(?P<key>[^/]+)/report$", report, name="author-report"),
]
