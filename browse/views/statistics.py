"""The pages of statistics: figures, histograms, duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path

from browse.presentation.pages.statistics import duplicates_context, figure_context, statistics_context
from browse.presentation.parts import tables
from browse.presentation.parts.addresses import page_address
from browse.presentation.parts.figures import FIGURES, figure_csv, figure_lines
from browse.presentation.parts.histograms import AUTHORS, CONFIDENCE, HISTOGRAMS, LABELS, Row, confidence_csv
from browse.requests.readers import read_duplicates, read_figure, read_histogram, read_safe, read_statistics
from browse.search import (
    Snapshot,
    all_duplicates_of,
    author_sizes_of,
    confidences_of,
    duplicate_count_of,
    duplicate_summary_of,
    duplicates_of,
    frequencies_of,
    labels_per_image_of,
)
from browse.search.display_names import DisplayNames
from browse.search.pages import figure_page_of, statistics_page_of
from browse.views.responses import render_page, snapshot_page, table_download

BASE = "base.html"
HISTOGRAM_ROWS: Mapping[str, Callable[[Snapshot, str | None], Iterable[Row]]] = {
    LABELS: lambda snapshot, subset: labels_per_image_of(snapshot, subset=subset).items(),
    CONFIDENCE: lambda snapshot, subset: confidence_csv(confidences_of(snapshot, subset=subset)),
    AUTHORS: lambda snapshot, subset: author_sizes_of(snapshot).authors.items(),
}
"""The rows of each histogram's file; authors are always of all subsets."""


@snapshot_page
def stats(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/stats`: what the whole data set looks like."""
    subset = read_statistics(request.GET)
    context = statistics_context(statistics_page_of(snapshot, subset=subset), subset, DisplayNames(snapshot))
    path = page_address("stats")
    return render_page(request, "browse/stats.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)


@snapshot_page
def figure(request: HttpRequest, snapshot: Snapshot, figure: str) -> HttpResponse:
    """`/stats/<figure>`: a figure's whole table."""
    shown = FIGURES[figure]
    asked = read_figure(request.GET)
    context = figure_context(figure_page_of(snapshot, text=asked.text), shown, asked, DisplayNames(snapshot))
    return render_page(
        request, "browse/figure.html", context, snapshot=snapshot, layout=BASE, canonical_path=shown.href
    )


@snapshot_page
def figure_as_csv(request: HttpRequest, snapshot: Snapshot, figure: str) -> HttpResponseBase:
    """`/stats/<figure>.csv`: what a figure draws."""
    is_safe = read_safe(request.GET)
    rows = figure_csv(figure, figure_lines(figure, frequencies_of(snapshot)))
    return table_download(request, tables.FIGURE_TABLES[figure], snapshot, rows, safe=is_safe)


@snapshot_page
def histogram_as_csv(request: HttpRequest, snapshot: Snapshot, histogram: str) -> HttpResponseBase:
    """`/stats/<histogram>.csv`: counts by size."""
    asked = read_histogram(request.GET, by_subset=histogram != AUTHORS)
    rows = HISTOGRAM_ROWS[histogram](snapshot, asked.subset)
    return table_download(request, tables.HISTOGRAM_TABLES[histogram], snapshot, rows, safe=asked.safe)


@snapshot_page
def duplicates(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/duplicates`: groups of images with one MD5."""
    asked = read_duplicates(request.GET)
    found = duplicates_of(snapshot, across=asked.across, page=asked.page)
    context = duplicates_context(found, duplicate_summary_of(snapshot), asked)
    path = page_address("duplicates")
    return render_page(request, "browse/duplicates.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)


@snapshot_page
def duplicates_as_csv(request: HttpRequest, snapshot: Snapshot) -> HttpResponseBase:
    """`/duplicates.csv`: all images of the groups, without pictures."""
    asked = read_duplicates(request.GET, paged=False)
    rows = all_duplicates_of(snapshot, across=asked.across)
    number = duplicate_count_of(snapshot, across=asked.across)
    return table_download(request, tables.DUPLICATES, snapshot, rows, safe=asked.safe, records=number)


_FIGURE = f"(?P<figure>{'|'.join(FIGURES)})"

statistics_urls = [
    path("stats", stats, name="stats"),
    re_path(rf"^stats/{_FIGURE}$", figure, name="figure"),
    re_path(rf"^stats/{_FIGURE}\.csv$", figure_as_csv, name="figure-csv"),
    re_path(rf"^stats/(?P<histogram>{'|'.join(HISTOGRAMS)})\.csv$", histogram_as_csv, name="histogram-csv"),
    path("duplicates", duplicates, name="duplicates"),
    path("duplicates.csv", duplicates_as_csv, name="duplicates-csv"),
]
