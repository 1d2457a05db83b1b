"""The pages of human versus machine: of one label, of all, and where the two disagree."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path

from browse.answers import answer, csv_file, page
from browse.definitions import CompareRequest
from browse.filters import read_compare_page, read_disagreements, read_label_page
from browse.presentation.addresses import label_address, page_address
from browse.presentation.compare_page import compare_context, disagreement_context, disagreement_csv
from browse.presentation.label_page import label_context, label_page_address
from browse.presentation.label_rows import label_csv
from browse.presentation.names import Names
from browse.search import (
    LabelTable,
    Snapshot,
    consistently,
    disagreements_of,
    label_comparison_of,
    label_table_of,
    machine_and_human_of,
)
from browse.spreadsheets import csv_lines

BASE = "base.html"


@page
def label(request: HttpRequest, mid: str) -> HttpResponse:
    """`/label/<MID without its first slash>`: one label, and what raters made of it."""

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_label_page(request.GET)
        found = label_comparison_of(snapshot, f"/{mid}", subset=asked.subset)
        if found is None:
            raise Http404
        if asked.is_form:
            return HttpResponseRedirect(label_page_address(found.mid, asked, asked.subset))
        context = label_context(snapshot, found, asked, Names(snapshot))
        path = label_address(found.mid)
        return answer(request, "browse/label.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)

    return consistently(make)


@page
def compare(request: HttpRequest) -> HttpResponse:
    """`/compare`: human versus machine over all labels, and label by label."""

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_compare_page(request.GET)
        found = machine_and_human_of(snapshot, subset=asked.subset)
        context = compare_context(snapshot, found, _table(snapshot, asked), asked, Names(snapshot))
        path = page_address("compare")
        return answer(request, "browse/compare.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)

    return consistently(make)


@page
def compare_as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/compare.csv`: the table of labels as a file."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        table = _table(snapshot, read_compare_page(request.GET, paged=False))
        return csv_file("compare.csv", csv_lines(label_csv(table)), snapshot.version)

    return consistently(make)


@page
def disagreements(request: HttpRequest) -> HttpResponse:
    """`/compare/disagreements`: the images on which human and machine disagree, most strongly first."""

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_disagreements(request.GET, known=snapshot.engine)
        found = disagreements_of(snapshot, mid=asked.mid, subset=asked.subset, page=asked.page)
        context = disagreement_context(snapshot, found, asked, Names(snapshot))
        path = page_address("disagreements", mid=asked.mid)
        return answer(
            request, "browse/disagreements.html", context, snapshot=snapshot, layout=BASE, canonical_path=path
        )

    return consistently(make)


@page
def disagreements_as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/compare/disagreements.csv`: all of that list, without pictures."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        asked = read_disagreements(request.GET, known=snapshot.engine, paged=False)
        rows = disagreement_csv(snapshot, asked)
        return csv_file("disagreements.csv", csv_lines(rows), snapshot.version)

    return consistently(make)


def _table(snapshot: Snapshot, asked: CompareRequest) -> LabelTable:
    return label_table_of(
        snapshot,
        subset=asked.subset,
        text=asked.text,
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
