"""`/credits`: the credit of every image of a query, page by page to read and print; of collections also as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path, reverse

from browse.exports.credits import CREDIT_SHEETS, NOTE, credits_in, html_rows, image_rows, in_doubt
from browse.exports.downloads import CSV, Download, Heading, file_name
from browse.presentation.pages.results import titled
from browse.presentation.parts.addresses import browse_address, credits_address, own_address, path_of, said_changes
from browse.presentation.parts.changes import change_switches
from browse.presentation.parts.pager import last_page, pager
from browse.presentation.parts.values import Link
from browse.query.words import in_words
from browse.requests.definitions import CREDITS_EXTRA
from browse.requests.readers import read_credits, read_query
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
    asked = read_query(request.GET, extra=CREDITS_EXTRA, known=snapshot.engine)
    found = snapshot.engine.page(asked.query, number=asked.page, size=PER_PAGE, deadline=snapshot.deadline)
    context = {
        **_sheet(titled(found.count, in_words(asked.query, DisplayNames(snapshot))), found.count, asked.page),
        **_links(path_of("credits"), asked.canonical, asked.changes, found.count, asked.page),
        "back": browse_address(asked.canonical),
    }
    return _page_with(request, snapshot, context, found.keys, asked.changes)


def _links(here: str, asked: str, changes: tuple[str, ...], count: int, number: int) -> dict[str, Any]:
    """The page's pager, files and switches of changes; `asked` is the query string of its images."""
    address = partial(credits_address, here, asked)
    kept = "&".join(part for part in (asked, said_changes(changes)) if part)
    return {
        **_steps(count, number, lambda step: address(changes=changes, page=step), here, kept),
        "files": _files(here, partial(credits_address, asked=asked, changes=changes)),
        "changes": change_switches(changes, lambda others: address(changes=others, page=number)),
    }


def _files(here: str, address: Callable[..., str]) -> list[Link]:
    plain = [Link(address(f"{here}.{sheet.ending}"), sheet.title) for sheet in CREDIT_SHEETS]
    tables = [sheet for sheet in CREDIT_SHEETS if sheet.media_type == CSV]
    return plain + [Link(address(f"{here}.{one.ending}", safe=True), f"{one.title} for spreadsheets") for one in tables]


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


def _steps(count: int, number: int, href: Callable[[int], str], here: str, kept: str) -> dict[str, Any]:
    """The pager, whose form sends the query string `kept` along."""
    steps = pager(page=number, count=count, per_page=PER_PAGE, href=href, action=here, kept=parse_qsl(kept))
    return {"pager": steps, "last": steps.last, "last_href": href(steps.last)}


def _page_with(
    request: HttpRequest, snapshot: Snapshot, context: dict[str, Any], keys: list[int], changes: tuple[str, ...]
) -> HttpResponse:
    """The page with the credits of these images in their place; as it is where the page has no place for any."""
    response = render_page(request, "credits.html", context, snapshot=snapshot, layout="base.html")
    response.headers["X-Robots-Tag"] = "noindex"
    before, place, after = response.content.decode().partition(ROWS_HERE)
    if place:
        credited = credits_in(image_rows(keys), keys, in_doubt(), changes)
        rows: Iterable[str] = html_rows(credited, own_address)
        response.content = "".join((before, *rows, after))
    return response


@page
def collection_credits(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """`/collections/<uid>/credits`: the credit of every image of a collection."""
    asked = read_credits(request.GET, takes=CREDITS_EXTRA)
    here = reverse("browse:collection", args=[uid])

    def make(snapshot: Snapshot) -> HttpResponse:
        heading, collected = _collected(request, uid, snapshot)
        context = {
            **_sheet(heading.title, collected.count, asked.page),
            **_links(f"{here}/credits", "", asked.changes, collected.count, asked.page),
            "back": here,
        }
        return _page_with(request, snapshot, context, collected.page(asked.page, PER_PAGE), asked.changes)

    return consistently(make)


@page
def collection_credits_as(request: HttpRequest, uid: UUID, ending: str) -> HttpResponseBase:
    """`/collections/<uid>/credits.txt`, `.md`, `.html`, `.bib`, `.csv`: the same as files."""
    sheet = SHEETS[ending]
    asked = read_credits(request.GET, takes=sheet.takes - {"limit"})

    def make(snapshot: Snapshot) -> HttpResponseBase:
        heading, collected = _collected(request, uid, snapshot)
        written = sheet.write(collected, replace(heading, changes=asked.changes), asked.safe)
        identity = (request.path, str(collected.newest), collected.version, heading.title, *asked.changes)
        about = heading.title.partition("“")[2]
        called = file_name(sheet.name + SPREADSHEET * asked.safe, ending, about=about, identity=identity)
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
