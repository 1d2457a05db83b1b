"""`/credits`: the credit of every image of a query, page by page to read and print; of collections also as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path, reverse

from browse.exports.credits import CREDIT_SHEETS, NOTE, credits_in, html_rows, image_rows, in_doubt
from browse.exports.downloads import CSV, Download, Heading, file_name
from browse.presentation.pages.results import titled
from browse.presentation.parts.addresses import browse_address, export, own_address, path_of, with_query
from browse.presentation.parts.pager import last_page, pager
from browse.presentation.parts.values import Link
from browse.query.words import in_words
from browse.requests.readers import read_page, read_query, read_safe
from browse.search import Snapshot, consistently
from browse.search.collections import Collected, all_collected, find_collection
from browse.search.display_names import DisplayNames
from browse.views.responses import SPREADSHEET, download, page, render_page, snapshot_page

ROWS_HERE = "<!--rows-->"
PER_PAGE = 500
SHEETS = {sheet.ending: sheet for sheet in CREDIT_SHEETS}


@snapshot_page
def credits_page(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/credits`: one credit a line, with links, and with their addresses in print."""
    asked = read_query(request.GET, extra={"page"}, known=snapshot.engine)
    query = asked.query
    found = snapshot.engine.page(query, number=asked.page, size=PER_PAGE, deadline=snapshot.deadline)
    here = path_of("credits")
    context = {
        **_sheet(titled(found.count, in_words(query, DisplayNames(snapshot))), found.count, asked.page),
        **_steps(found.count, asked.page, lambda number: export(here, query, page=number), asked.canonical),
        "back": browse_address(asked.canonical),
        "files": _files(lambda path, safe: export(path, query, safe=safe), here),
    }
    return _page_with(request, snapshot, context, found.keys)


def _files(address: Callable[[str, bool], str], here: str) -> list[Link]:
    plain = [Link(address(f"{here}.{sheet.ending}", False), sheet.title) for sheet in CREDIT_SHEETS]
    tables = [sheet for sheet in CREDIT_SHEETS if sheet.media_type == CSV]
    return plain + [Link(address(f"{here}.{one.ending}", True), f"{one.title} for spreadsheets") for one in tables]


def _sheet(heading: str, count: int, number: int) -> dict[str, Any]:
    return {
        "heading": heading,
        "count": count,
        "start": (number - 1) * PER_PAGE + 1,
        "is_past_the_end": number > last_page(count, PER_PAGE),
        "number": number,
        "is_long": count > PER_PAGE,
        "note": NOTE,
        "noindex": True,
    }


def _steps(count: int, number: int, href: Callable[[int], str], kept: str) -> dict[str, Any]:
    """The pager, whose form sends the query string `kept` along."""
    action = href(1).partition("?")[0]
    steps = pager(page=number, count=count, per_page=PER_PAGE, href=href, action=action, kept=parse_qsl(kept))
    return {"pager": steps, "last": steps.last, "last_href": href(steps.last)}


def _page_with(request: HttpRequest, snapshot: Snapshot, context: dict[str, Any], keys: list[int]) -> HttpResponse:
    """The page with the credits of these images in their place; as it is where the page has no place for any."""
    response = render_page(request, "credits.html", context, snapshot=snapshot, layout="base.html")
    response.headers["X-Robots-Tag"] = "noindex"
    before, place, after = response.content.decode().partition(ROWS_HERE)
    if place:
        rows: Iterable[str] = html_rows(credits_in(image_rows(keys), keys, in_doubt()), own_address)
        response.content = "".join((before, *rows, after))
    return response


@page
def collection_credits(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """`/collections/<uid>/credits`: the credit of every image of a collection."""
    number = read_page(request.GET)
    here = reverse("browse:collection", args=[uid])

    def href(page_number: int) -> str:
        return with_query(f"{here}/credits", f"page={page_number}" if page_number > 1 else "")

    def make(snapshot: Snapshot) -> HttpResponse:
        heading, collected = _collected(request, uid, snapshot)
        context = {
            **_sheet(heading.title, collected.count, number),
            **_steps(collected.count, number, href, ""),
            "back": here,
            "files": _files(lambda path, safe: with_query(path, "safe=1" if safe else ""), f"{here}/credits"),
        }
        return _page_with(request, snapshot, context, collected.page(number, PER_PAGE))

    return consistently(make)


@page
def collection_credits_as(request: HttpRequest, uid: UUID, ending: str) -> HttpResponseBase:
    """`/collections/<uid>/credits.txt`, `.md`, `.html`, `.bib`, `.csv`: the same as files."""
    sheet = SHEETS[ending]
    is_safe = read_safe(request.GET, may_be="safe" in sheet.takes)

    def make(snapshot: Snapshot) -> HttpResponseBase:
        heading, collected = _collected(request, uid, snapshot)
        written = sheet.write(collected, heading, is_safe)
        identity = (request.path, str(collected.newest), collected.version, heading.title)
        about = heading.title.partition("“")[2]
        called = file_name(sheet.name + SPREADSHEET * is_safe, ending, about=about, identity=identity)
        kept = (written.lines, written.records, collected.digest)
        return download(Download(called, sheet.media_type, collected.version, *kept))

    return consistently(make)


def _collected(request: HttpRequest, uid: UUID, snapshot: Snapshot) -> tuple[Heading, Collected]:
    """Raises Http404 where there is no such collection for this person."""
    details = find_collection(uid, by=request.user.get_username())
    if details is None:
        raise Http404
    collected = all_collected(snapshot, details.collection)
    return Heading(titled(collected.count, f" in “{details.name}”"), collected.version, collected.digest), collected


credit_urls = [
    path("credits", credits_page, name="credits"),
    path("collections/<uuid:uid>/credits", collection_credits, name="collection-credits"),
    re_path(
        rf"^collections/(?P<uid>[0-9a-f-]{{36}})/credits\.(?P<ending>{'|'.join(SHEETS)})$",
        collection_credits_as,
        name="collection-credits-file",
    ),
]
