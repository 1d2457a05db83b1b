"""Saved views: queries that somebody named, to come back to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path, reverse

from browse.curation import actions
from browse.models import SavedView
from browse.presentation.pages.results import titled
from browse.presentation.parts.addresses import browse_address, images_address
from browse.query.canonical import canonical
from browse.query.words import in_words
from browse.requests.posted import Posted
from browse.requests.readers import read_nothing, read_query
from browse.search import Snapshot, consistently
from browse.search.display_names import DisplayNames
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page

KEEPS = "browse.add_savedview"
MOST_LISTED = 500


def views(request: HttpRequest) -> HttpResponseBase:
    """`/views`: one's own saved views; POST keeps another."""
    return keep(request) if request.method == "POST" else listed(request)


@requires_permission(KEEPS)
@page
def listed(request: HttpRequest) -> HttpResponse:
    """The list, by name."""
    read_nothing(request.GET)
    mine = SavedView.objects.newest().filter(by=request.user.get_username(), is_removed=False)
    rows = [(row, browse_address(row.query)) for row in mine.order_by("name", "pk")[:MOST_LISTED]]

    def make(snapshot: Snapshot) -> HttpResponse:
        return render_page(request, "curation/views.html", {"views": rows}, snapshot=snapshot, layout="base.html")

    return consistently(make)


@requires_permission(KEEPS)
@page
def new(request: HttpRequest) -> HttpResponse:
    """`/views/new?…`: a name for a query."""
    query = read_query(request.GET).query

    def make(snapshot: Snapshot) -> HttpResponse:
        count = snapshot.engine.count(query, deadline=snapshot.deadline)
        words = in_words(query, DisplayNames(snapshot))
        context = {
            "query": canonical(query),
            "heading": titled(count, words),
            "suggested": words.removeprefix("Images with ")[:200],
            "back": images_address(query),
        }
        return render_page(request, "curation/new_view.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(KEEPS)
def keep(request: HttpRequest) -> HttpResponse:
    """A new saved view."""
    posted, by = Posted(request.POST), request.user.get_username()
    query = canonical(read_query(QueryDict(posted.text("query"))).query)
    name, note = posted.line("name", needed=True), posted.text("note")
    row = actions.save_view(name=name, query=query, by=by, note=note)
    return redirect_or_json(request, reverse("browse:views"), view=str(row.view))


@form_view(KEEPS)
def change(request: HttpRequest, view: UUID) -> HttpResponse:
    """`/views/<view>/change`: its name and note."""
    posted, by = Posted(request.POST), request.user.get_username()
    name, note = posted.line("name", needed=True), posted.text("note")
    actions.change_view(view=view, by=by, name=name, note=note)
    return redirect_or_json(request, reverse("browse:views"))


@form_view(KEEPS)
def remove(request: HttpRequest, view: UUID) -> HttpResponse:
    """`/views/<view>/delete`: it goes from the list; its history stays."""
    actions.change_view(view=view, by=request.user.get_username(), is_removed=True)
    return redirect_or_json(request, reverse("browse:views"))


saved_view_urls = [
    path("views", views, name="views"),
    path("views/new", new, name="view-new"),
    path("views/<uuid:view>/change", change, name="view-change"),
    path("views/<uuid:view>/delete", remove, name="view-delete"),
]
