"""`/credits`: the credit of every image of a query, as a page to print and as files.

All are streamed, in the order of the images' ids, and as long as the query's result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from browse.answers import VERSION_HEADER, answer, page
from browse.credits import (
    NOTE,
    Heading,
    credits_of,
    csv_sheet,
    html_rows,
    in_chunks,
    markdown_sheet,
    text_sheet,
)
from browse.filters import BrowseRequest, read_query
from browse.matching import Matches, matching
from browse.presentation.addresses import export, with_query
from browse.presentation.names import Names
from browse.presentation.results import titled
from browse.presentation.values import Link
from browse.query.links import in_listing_order
from browse.query.words import in_words
from browse.search import Snapshot, consistently

ROWS_HERE = "<!--rows-->"
LONG_SHEET = 5_000
"""From so many images on, the page says that a file is easier to handle."""


@page
def credits_page(request: HttpRequest) -> HttpResponseBase:
    """`/credits`: one credit a line, with links, and with their addresses in print."""
    asked = read_query(request.GET)

    def make(snapshot: Snapshot) -> tuple[HttpResponse, Matches]:
        matches = _matches(asked)
        context = _page_context(asked, matches, Names(snapshot))
        return answer(request, "credits.html", context, snapshot=snapshot, layout="base.html"), matches

    frame, matches = consistently(make)
    return _filled(frame, html_rows(credits_of(matches)))


@page
def credits_csv(request: HttpRequest) -> HttpResponseBase:
    """`/credits.csv`: a line for each image; `safe=1` makes free text harmless for spreadsheets."""
    asked = read_query(request.GET, extra={"safe"})
    matches = _matches(asked)
    return _file("csv", "text/csv", csv_sheet(credits_of(matches), safe=asked.safe), matches)


@page
def credits_markdown(request: HttpRequest) -> HttpResponseBase:
    """`/credits.md`: a list with links."""
    heading, matches = _headed(read_query(request.GET))
    return _file("md", "text/markdown", markdown_sheet(heading, credits_of(matches)), matches)


@page
def credits_text(request: HttpRequest) -> HttpResponseBase:
    """`/credits.txt`: one credit a line, with addresses."""
    heading, matches = _headed(read_query(request.GET))
    return _file("txt", "text/plain", text_sheet(heading, credits_of(matches)), matches)


def _matches(asked: BrowseRequest) -> Matches:
    """In the order of ImageIDs, in which one is found fastest, and which costs the same at any length."""
    return matching(in_listing_order(asked.query))


def _headed(asked: BrowseRequest) -> tuple[Heading, Matches]:
    def make(snapshot: Snapshot) -> tuple[Heading, Matches]:
        matches = _matches(asked)
        return Heading(titled(matches.count, in_words(asked.query, Names(snapshot).label)), matches.version), matches

    return consistently(make)


def _page_context(asked: BrowseRequest, matches: Matches, names: Names) -> dict[str, Any]:
    query = asked.query
    return {
        "heading": titled(matches.count, in_words(query, names.label)),
        "count": matches.count,
        "is_long": matches.count >= LONG_SHEET,
        "note": NOTE,
        "back": with_query("/", asked.canonical),
        "files": [
            Link(export("/credits.txt", query), "Text"),
            Link(export("/credits.md", query), "Markdown"),
            Link(export("/credits.csv", query), "CSV"),
            Link(export("/credits.csv", query, safe=True), "CSV for spreadsheets"),
        ],
    }


def _filled(frame: HttpResponse, rows: Iterable[str]) -> HttpResponseBase:
    """The page with the rows in their place; as it is where the page has no place for any."""
    before, place, after = frame.content.decode().partition(ROWS_HERE)
    if not place:
        return frame

    def parts() -> Iterator[str]:
        yield before
        yield from in_chunks(rows)
        yield after

    return StreamingHttpResponse(parts(), status=frame.status_code, headers=frame.headers)


def _file(ending: str, content_type: str, lines: Iterable[str], matches: Matches) -> HttpResponseBase:
    headers = {
        "Content-Type": f"{content_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="openimages-credits.{ending}"',
        "X-Robots-Tag": "noindex",
        VERSION_HEADER: matches.version,
    }
    return StreamingHttpResponse(in_chunks(lines), headers=headers)


credit_urls = [
    path("credits", credits_page, name="credits"),
    path("credits.csv", credits_csv, name="credits-csv"),
    path("credits.md", credits_markdown, name="credits-markdown"),
    path("credits.txt", credits_text, name="credits-text"),
]
