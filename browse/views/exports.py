"""`/export/…` and `/credits.…`: the images of a query as files of every format there is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import path

from browse.exports.downloads import Download, ExportFormat, Heading, file_name
from browse.exports.matches import Matches, matching_in
from browse.exports.tables import ALL_EXPORTS
from browse.presentation.pages.results import titled
from browse.query.words import in_words
from browse.requests.readers import BrowseRequest, read_query
from browse.search import Snapshot, consistently
from browse.search.display_names import DisplayNames
from browse.views.responses import SPREADSHEET, download, page


@page
def export(request: HttpRequest, form: ExportFormat[Matches]) -> HttpResponseBase:
    """All images of a query, or the first of them, in one format; streamed, in the query's order."""
    asked = read_query(request.GET, extra=form.takes)
    return consistently(lambda snapshot: download(_made(snapshot, form, asked)))


def _made(snapshot: Snapshot, form: ExportFormat[Matches], asked: BrowseRequest) -> Download:
    matches = matching_in(snapshot, asked.query, limit=asked.limit)
    words = in_words(asked.query, DisplayNames(snapshot))
    first = f", the first {asked.limit:,}" if asked.limit is not None else ""
    title = titled(matches.count, words) + first
    written = form.write(matches, Heading(title, matches.version, matches.digest, asked.changes), asked.safe)
    identity = (form.path, asked.canonical, f"limit={asked.limit}", matches.version, *asked.changes)
    about = words.removeprefix("Images").removeprefix(" with ").removesuffix(" images")
    called = file_name(form.name + SPREADSHEET * asked.safe, form.ending, about=f"{about}{first}", identity=identity)
    return Download(called, form.media_type, matches.version, written.lines, written.records, matches.digest)


def _name(form: ExportFormat[Matches]) -> str:
    """The name of its address: export-images-csv."""
    return form.path.strip("/").replace("/", "-").replace(".", "-")


export_urls = [path(form.path.removeprefix("/"), export, {"form": form}, name=_name(form)) for form in ALL_EXPORTS]
