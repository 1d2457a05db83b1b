"""Saved views: queries that somebody named, to come back to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path, reverse

from browse import curation
from browse.answers import answer, page
from browse.filters import read_nothing, read_query
from browse.models import SavedView
from browse.posted import Posted
from browse.presentation.addresses import with_query
from browse.presentation.names import Names
from browse.presentation.results import titled
from browse.query.canonical import canonical
from browse.query.words import in_words
from browse.search import Snapshot, consistently
from browse.writes import done, for_people, write

KEEPS = "browse.add_savedview"
MOST_LISTED = 500


def views(request: HttpRequest) -> HttpResponseBase:
    """`/views`: one's own saved views; POST keeps another."""
    return keep(request) if request.method == "POST" else listed(request)


@for_people(KEEPS)
@page
def listed(request: HttpRequest) -> HttpResponse:
    """The list, by name."""
    read_nothing(request.GET)
    mine = SavedView.objects.newest().filter(by=request.user.get_username(), is_removed=False)
    rows = [(row, with_query("/", row.query)) for row in mine.order_by("name", "pk")[:MOST_LISTED]]

    def make(snapshot: Snapshot) -> HttpResponse:
        return answer(request, "curation/views.html", {"views": rows}, snapshot=snapshot, layout="base.html")

    return consistently(make)


@for_people(KEEPS)
@page
def new(request: HttpRequest) -> HttpResponse:
    """`/views/new?…`: a name for a query."""
    query = read_query(request.GET).query

    def make(snapshot: Snapshot) -> HttpResponse:
        count = snapshot.engine.count(query, deadline=snapshot.deadline)
        words = in_words(query, Names(snapshot))
        context = {
            "query": canonical(query),
            "heading": titled(count, words),
            "suggested": words.removeprefix("Images with ")[:200],
            "back": with_query("/", canonical(query)),
        }
        return answer(request, "curation/new_view.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@write(KEEPS)
def keep(request: HttpRequest) -> HttpResponse:
    """A new saved view."""
    posted, by = Posted(request.POST), request.user.get_username()
    query = canonical(read_query(QueryDict(posted.text("query"))).query)
    name, note = posted.line("name", needed=True), posted.text("note")
    row = curation.save_view(name=name, query=query, by=by, note=note)
    return done(request, reverse("browse:views"), view=str(row.view))


@write(KEEPS)
def change(request: HttpRequest, view: UUID) -> HttpResponse:
    """`/views/<view>/change`: its name and note."""
    posted, by = Posted(request.POST), request.user.get_username()
    name, note = posted.line("name", needed=True), posted.text("note")
    curation.change_view(view=view, by=by, name=name, note=note)
    return done(request, reverse("browse:views"))


@write(KEEPS)
def remove(request: HttpRequest, view: UUID) -> HttpResponse:
    """`/views/<view>/delete`: it goes from the list; its history stays."""
    curation.change_view(view=view, by=request.user.get_username(), is_removed=True)
    return done(request, reverse("browse:views"))


saved_view_urls = [
    path("views", views, name="views"),
    path("views/new", new, name="view-new"),
    path("views/<uuid:view>/change", change, name="view-change"),
    path("views/<uuid:view>/delete", remove, name="view-delete"),
]
