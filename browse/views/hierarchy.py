"""The page of the label tree."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from browse.presentation.pages.label_tree import tree_context
from browse.presentation.parts.addresses import path_of
from browse.requests.readers import read_search
from browse.search.display_names import DisplayNames
from browse.search.hierarchy import label_tree_of
from browse.search.snapshot import Snapshot
from browse.views.responses import render_page, snapshot_page


@snapshot_page
def label_tree(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/labels/tree`: the hierarchy of labels; not there where the data set has none."""
    text = read_search(request.GET) or None
    tree = label_tree_of(snapshot, text)
    if tree is None:
        raise Http404
    context = tree_context(tree, DisplayNames(snapshot), text=text)
    return render_page(
        request,
        "browse/label_tree.html",
        context,
        snapshot=snapshot,
        layout="base.html",
        canonical_path=path_of("label-tree"),
    )


hierarchy_urls = [path("labels/tree", label_tree, name="label-tree")]
