"""The pages of human versus machine: of one label, of all, and where the two disagree."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path

from browse.presentation.pages.compare import compare_context, disagreement_context, disagreement_csv, shown_labels
from browse.presentation.pages.label import label_context, label_page_address
from browse.presentation.parts import tables
from browse.presentation.parts.addresses import label_address, page_address, with_query
from browse.presentation.parts.label_rows import label_csv
from browse.requests.definitions import CompareRequest
from browse.requests.readers import read_compare_page, read_disagreements, read_label_page
from browse.search import (
    LabelTable,
    Snapshot,
    all_disagreements_of,
    disagreement_count_of,
    label_comparison_of,
    label_table_of,
)
from browse.search.display_names import DisplayNames
from browse.search.pages import compare_page_of, disagreements_page_of, label_page_of
from browse.views.responses import render_page, snapshot_page, table_download

BASE = "base.html"


@snapshot_page
def label(request: HttpRequest, snapshot: Snapshot, mid: str) -> HttpResponse:
    """`/label/<MID without its first slash>`: one label, and what raters made of it. With the slash: leads there."""
    asked = read_label_page(request.GET)
    found = label_comparison_of(snapshot, f"/{mid.removeprefix('/')}", subset=asked.subset)
    if found is None:
        raise Http404
    if mid.startswith("/"):
        return HttpResponseRedirect(with_query(label_address(found.mid), request.GET.urlencode(safe="/")))
    if asked.is_form:
        return HttpResponseRedirect(label_page_address(found.mid, asked, asked.subset))
    context = label_context(label_page_of(snapshot, found, subset=asked.subset), asked, DisplayNames(snapshot))
    path = label_address(found.mid)
    return render_page(request, "browse/label.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)


@snapshot_page
def compare(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/compare`: human versus machine over all labels, and label by label."""
    asked = read_compare_page(request.GET)
    table = _table(snapshot, asked)
    found = compare_page_of(snapshot, table, shown_labels(table, asked), subset=asked.subset)
    context = compare_context(found, asked, DisplayNames(snapshot))
    path = page_address("compare")
    return render_page(request, "browse/compare.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)


@snapshot_page
def compare_as_csv(request: HttpRequest, snapshot: Snapshot) -> HttpResponseBase:
    """`/compare.csv`: the table of labels as a file."""
    asked = read_compare_page(request.GET, paged=False)
    rows = label_csv(_table(snapshot, asked))
    return table_download(request, tables.COMPARE, snapshot, rows, safe=asked.safe)


@snapshot_page
def disagreements(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/compare/disagreements`: the images on which human and machine disagree, most strongly first."""
    asked = read_disagreements(request.GET, known=snapshot.engine)
    found = disagreements_page_of(snapshot, mid=asked.mid, subset=asked.subset, page=asked.page)
    context = disagreement_context(found, asked, DisplayNames(snapshot))
    path = page_address("disagreements", mid=asked.mid)
    return render_page(
        request, "browse/disagreements.html", context, snapshot=snapshot, layout=BASE, canonical_path=path
    )


@snapshot_page
def disagreements_as_csv(request: HttpRequest, snapshot: Snapshot) -> HttpResponseBase:
    """`/compare/disagreements.csv`: all of that list, without pictures."""
    asked = read_disagreements(request.GET, known=snapshot.engine, paged=False)
    rows = disagreement_csv(all_disagreements_of(snapshot, mid=asked.mid, subset=asked.subset))
    number = disagreement_count_of(snapshot, mid=asked.mid, subset=asked.subset)
    return table_download(request, tables.DISAGREEMENTS, snapshot, rows, safe=asked.safe, records=number)


def _table(snapshot: Snapshot, asked: CompareRequest) -> LabelTable:
    return label_table_of(
        snapshot,
        subset=asked.subset,
        text=asked.text,
        precision=asked.precision,
        min_verified=asked.min_verified,
        trainable=asked.trainable,
        order=asked.order,
    )


comparison_urls = [
    path("label/<path:mid>", label, name="label"),
    path("compare", compare, name="compare"),
    path("compare.csv", compare_as_csv, name="compare-csv"),
    path("compare/disagreements", disagreements, name="disagreements"),
    path("compare/disagreements.csv", disagreements_as_csv, name="disagreements-csv"),
]
