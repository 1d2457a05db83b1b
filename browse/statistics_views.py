"""The pages of statistics: figures, histograms, duplicates."""

from __future__ import annotations

from itertools import chain

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path

from browse.answers import answer, csv_file, page
from browse.filters import read_duplicates, read_figure, read_nothing, read_statistics
from browse.presentation.addresses import page_address
from browse.presentation.figures import FIGURES, figure_csv, figure_lines
from browse.presentation.histograms import AUTHORS, HISTOGRAMS, histogram_csv
from browse.presentation.names import Names
from browse.presentation.statistics_pages import duplicates_context, figure_context, statistics_context
from browse.search import Snapshot, all_duplicates_of, consistently, duplicate_summary_of, duplicates_of, frequencies_of
from browse.spreadsheets import csv_lines

BASE = "base.html"
DUPLICATE_COLUMNS = ("OriginalMD5", "ImageID", "Subset")


@page
def stats(request: HttpRequest) -> HttpResponse:
    """`/stats`: what the whole data set looks like."""

    def make(snapshot: Snapshot) -> HttpResponse:
        context = statistics_context(snapshot, read_statistics(request.GET), Names(snapshot))
        path = page_address("stats")
        return answer(request, "browse/stats.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)

    return consistently(make)


@page
def figure(request: HttpRequest, figure: str) -> HttpResponse:
    """`/stats/<figure>`: a figure's whole table."""

    def make(snapshot: Snapshot) -> HttpResponse:
        shown = FIGURES[figure]
        context = figure_context(snapshot, shown, read_figure(request.GET), Names(snapshot))
        return answer(request, "browse/figure.html", context, snapshot=snapshot, layout=BASE, canonical_path=shown.href)

    return consistently(make)


@page
def figure_as_csv(request: HttpRequest, figure: str) -> HttpResponseBase:
    """`/stats/<figure>.csv`: what a figure draws."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        read_nothing(request.GET)
        lines = figure_lines(figure, frequencies_of(snapshot))
        return csv_file(f"labels-{figure}.csv", csv_lines(figure_csv(figure, lines)), snapshot.version)

    return consistently(make)


@page
def histogram_as_csv(request: HttpRequest, histogram: str) -> HttpResponseBase:
    """`/stats/<histogram>.csv`: counts by size."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        rows = histogram_csv(histogram, snapshot, _subset(request, histogram))
        return csv_file(f"{histogram}.csv", csv_lines(rows), snapshot.version)

    return consistently(make)


@page
def duplicates(request: HttpRequest) -> HttpResponse:
    """`/duplicates`: groups of images with one MD5."""

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_duplicates(request.GET)
        found = duplicates_of(snapshot, across=asked.across, page=asked.page)
        context = duplicates_context(found, duplicate_summary_of(snapshot), asked)
        path = page_address("duplicates")
        return answer(request, "browse/duplicates.html", context, snapshot=snapshot, layout=BASE, canonical_path=path)

    return consistently(make)


@page
def duplicates_as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/duplicates.csv`: all images of the groups, without pictures."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        asked = read_duplicates(request.GET, paged=False)
        rows = chain([DUPLICATE_COLUMNS], all_duplicates_of(snapshot, across=asked.across))
        return csv_file("duplicates.csv", csv_lines(rows), snapshot.version)

    return consistently(make)


def _subset(request: HttpRequest, histogram: str) -> str | None:
    """The subset asked for; authors are of all, and take none."""
    if histogram == AUTHORS:
        read_nothing(request.GET)
        return None
    return read_statistics(request.GET)


_FIGURE = f"(?P<figure>{'|'.join(FIGURES)})"

statistics_urls = [
    path("stats", stats, name="stats"),
    re_path(rf"^stats/{_FIGURE}$", figure, name="figure"),
    re_path(rf"^stats/{_FIGURE}\.csv$", figure_as_csv, name="figure-csv"),
    re_path(rf"^stats/(?P<histogram>{'|'.join(HISTOGRAMS)})\.csv$", histogram_as_csv, name="histogram-csv"),
    path("duplicates", duplicates, name="duplicates"),
    path("duplicates.csv", duplicates_as_csv, name="duplicates-csv"),
]
