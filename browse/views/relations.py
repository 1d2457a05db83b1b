"""The page of relationships."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from browse.presentation.pages.relations import relations_context
from browse.requests.readers import read_relations
from browse.search.display_names import DisplayNames
from browse.search.relations import relation_table_of
from browse.search.snapshot import Snapshot
from browse.views.responses import render_page, snapshot_page


@snapshot_page
def relations(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/relations`: which things stand in which relation, and on how many images."""
    relation, page = read_relations(request.GET, known=snapshot.engine)
    table = relation_table_of(snapshot, relation)
    context = relations_context(table, DisplayNames(snapshot), page=page)
    return render_page(request, "browse/relations.html", context, snapshot=snapshot, layout="base.html")


relation_urls = [path("relations", relations, name="relations")]
