"""The About page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from browse.presentation.pages.about import about_context
from browse.requests.readers import read_nothing
from browse.search import SearchError, Snapshot, consistently
from browse.views.responses import page, render_page


@page
def about(request: HttpRequest) -> HttpResponse:
    """`/about`: what Open Images and its terms are; also where there is no data set yet, or no index."""
    read_nothing(request.GET)

    def make(snapshot: Snapshot | None) -> HttpResponse:
        context = about_context(snapshot.release if snapshot else "")
        return render_page(request, "about.html", context, snapshot=snapshot, canonical_path=request.path)

    try:
        return consistently(make)
    except SearchError:
        return make(None)


about_urls = [path("about", about, name="about")]
