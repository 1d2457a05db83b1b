"""The page of boxes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from browse.presentation.pages.boxes import boxes_context
from browse.presentation.parts.addresses import Links
from browse.requests.readers import read_boxes
from browse.search import Snapshot
from browse.search.boxes import box_page_of
from browse.search.display_names import DisplayNames
from browse.views.responses import render_page, snapshot_page


@snapshot_page
def boxes(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/boxes`: the boxes on the images of a query, cut from their pictures."""
    asked, largest_first = read_boxes(request.GET, known=snapshot.engine)
    result = box_page_of(snapshot, asked.query, largest_first=largest_first, page=asked.page, per_page=asked.per_page)
    context = boxes_context(Links(asked), result, DisplayNames(snapshot), largest_first=largest_first)
    context |= {"has_boxes": snapshot.engine.has_boxes}
    return render_page(request, "browse/boxes.html", context, snapshot=snapshot, layout="base.html")


box_urls = [path("boxes", boxes, name="boxes")]
