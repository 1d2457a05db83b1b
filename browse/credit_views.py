"""`/credits`: the credit of every image of a query, as a page to print and as files.

All are streamed, in the order of the images' ids, and as long as the query's result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path, re_path, reverse

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
from browse.filters import BrowseRequest, read_query, read_safe
from browse.matching import Matches, matching
from browse.presentation.addresses import export, with_query
from browse.presentation.names import Names
from browse.presentation.results import titled
from browse.presentation.values import Link
from browse.query.words import in_words
from browse.search import Snapshot, consistently
from browse.search.collected import Collected, all_collected, find_collection

ROWS_HERE = "<!--rows-->"
LONG_SHEET = 5_000
"""From so many images on, the page says that a file is easier to handle."""


@page
def credits_page(request: HttpRequest) -> HttpResponseBase:
    """`/credits`: one credit a line, with links, and with their addresses in print."""
    asked = read_query(request.GET)

    def make(snapshot: Snapshot) -> tuple[HttpResponse, Matches]:
        matches = matching(asked.query)
        context = _page_context(asked, matches, Names(snapshot))
        return answer(request, "credits.html", context, snapshot=snapshot, layout="base.html"), matches

    frame, matches = consistently(make)
    return _filled(frame, html_rows(credits_of(matches)))


@page
def credits_csv(request: HttpRequest) -> HttpResponseBase:
    """`/credits.csv`: a line for each image; `safe=1` makes free text harmless for spreadsheets."""
    asked = read_query(request.GET, extra={"safe"})
    matches = matching(asked.query)
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


def _headed(asked: BrowseRequest) -> tuple[Heading, Matches]:
    def make(snapshot: Snapshot) -> tuple[Heading, Matches]:
        matches = matching(asked.query)
        return Heading(titled(matches.count, in_words(asked.query, Names(snapshot))), matches.version), matches

    return consistently(make)


def _page_context(asked: BrowseRequest, matches: Matches, names: Names) -> dict[str, Any]:
    query = asked.query
    files = [
        Link(export("/credits.txt", query), "Text"),
        Link(export("/credits.md", query), "Markdown"),
        Link(export("/credits.csv", query), "CSV"),
        Link(export("/credits.csv", query, safe=True), "CSV for spreadsheets"),
    ]
    heading = titled(matches.count, in_words(query, names))
    return _sheet(heading, matches.count, back=with_query("/", asked.canonical), files=files)


def _sheet(heading: str, count: int, *, back: str, files: list[Link]) -> dict[str, Any]:
    return {
        "heading": heading,
        "count": count,
        "is_long": count >= LONG_SHEET,
        "note": NOTE,
        "back": back,
        "files": files,
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


def collection_credits(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """`/collections/<uid>/credits`: the credit of every image of a collection."""
    return _of_collection(request, uid, "html")


def collection_credits_as(request: HttpRequest, uid: UUID, ending: str) -> HttpResponseBase:
    """`/collections/<uid>/credits.txt`, `.md`, `.csv`: the same as files."""
    return _of_collection(request, uid, ending)


@page
def _of_collection(request: HttpRequest, uid: UUID, ending: str) -> HttpResponseBase:
    is_safe = read_safe(request.GET)
    details = find_collection(uid, by=request.user.get_username())
    if details is None:
        raise Http404
    collected = consistently(lambda snapshot: all_collected(snapshot, details.collection))
    heading = Heading(titled(collected.count, f" in “{details.name}”"), collected.version)
    credited = credits_of(collected)
    if ending == "txt":
        return _file(ending, "text/plain", text_sheet(heading, credited), collected)
    if ending == "md":
        return _file(ending, "text/markdown", markdown_sheet(heading, credited), collected)
    if ending == "csv":
        return _file(ending, "text/csv", csv_sheet(credited, safe=is_safe), collected)
    return _filled(_collection_page(request, uid, heading, collected), html_rows(credited))


def _collection_page(request: HttpRequest, uid: UUID, heading: Heading, collected: Collected) -> HttpResponse:
    here = reverse("browse:collection", args=[uid])
    files = [
        Link(f"{here}/credits.txt", "Text"),
        Link(f"{here}/credits.md", "Markdown"),
        Link(f"{here}/credits.csv", "CSV"),
        Link(f"{here}/credits.csv?safe=1", "CSV for spreadsheets"),
    ]
    context = _sheet(heading.title, collected.count, back=here, files=files)
    return consistently(
        lambda snapshot: answer(request, "credits.html", context, snapshot=snapshot, layout="base.html")
    )


def _file(ending: str, content_type: str, lines: Iterable[str], matches: Matches | Collected) -> HttpResponseBase:
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
    path("collections/<uuid:uid>/credits", collection_credits, name="collection-credits"),
    re_path(
        r"^collections/(?P<uid>[0-9a-f-]{36})/credits\.(?P<ending>txt|md|csv)$",
        collection_credits_as,
        name="collection-credits-file",
    ),
]
