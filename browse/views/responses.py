"""How pages are answered: whole or as a fragment, and what people get to see where there is no answer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from browse.domain.csv_text import Cell, csv_text
from browse.domain.dataset_digest import digest_headers
from browse.exports.downloads import ARCHIVE, CSV, Download, begun, file_name, in_chunks
from browse.models.former_tables import held
from browse.presentation.parts.addresses import browse_address, path_of, with_query
from browse.presentation.parts.site import site
from browse.presentation.parts.tables import TableFormat
from browse.presentation.parts.themes import COOKIE, theme_from_cookie
from browse.query.values import Query
from browse.query.words import in_words
from browse.requests.unsent import came_from, unsent
from browse.search import SearchError, Snapshot, consistently, current_version
from browse.search.collections import are_collections_to_see
from browse.search.display_names import DisplayNames
from browse.views.faults import HANDLED, Fault, come_again, fault_of

VERSION_HEADER = "X-Dataset-Version"
RECORDS_HEADER = "X-Record-Count"
FILE_CACHING = "private, no-cache"
"""Caches in front keep no file: images may be hidden after it was sent."""
FILE_FORM = 1
"""Part of every file's ETag: raised when what files hold changes."""
SPREADSHEET = "-spreadsheet"
"""Ends the name of what is for spreadsheets."""
PROCESS = secrets.token_hex(8)
"""Part of every page's ETag: another release, or other settings, begin with another server, whose workers share it."""
RESULTS = "browse/fragment.html"
PART = "browse/part.html"
RESULTS_ID = "results"
"""The element of the browse page that holds the grid; what is answered for it decides the address."""

View = Callable[..., HttpResponseBase]
SnapshotView = Callable[Concatenate[HttpRequest, Snapshot, ...], HttpResponseBase]


def page(view: View) -> View:
    """A page that is read, not written: bad parameters and missing data become pages that say so."""
    return csrf_exempt(require_safe(gzip_page(_told(view))))  # nothing is written: 405 for a POST, not 403


def asking_page(view: View) -> View:
    """A page that takes POST as well, for questions that no address has room for: nothing is written."""
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(gzip_page(_told(view))))


def _told(view: View) -> View:
    """The view, with its faults as pages."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            if VERSION_HEADER not in response.headers:  # one that leads elsewhere
                response.headers[VERSION_HEADER] = current_version()
            return response
        except HANDLED as error:
            fault = fault_of(error)
            if fault.retry_after_s is not None or fault.status == HTTPStatus.GONE:
                return service_unavailable(request, fault)
            if not fault.template:  # no page raises it
                raise
            return bad_query(request, fault)

    return answered


def snapshot_page(view: SnapshotView) -> View:
    """A page of a view that reads one version of the data set, which is handed to it behind the request."""

    @page
    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return consistently(lambda snapshot: view(request, snapshot, *args, **kwargs))

    return read


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; for its history it asks for the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which sees to what follows itself."""
    return request.headers.get("Accept") == "application/json"


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    snapshot: Snapshot | None = None,
    layout: str = "browse/page.html",
    fragment_layout: str = RESULTS,
    canonical_path: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or its fragment for htmx, of one version of the data set.

    The context's `picture` is the address of one for previews elsewhere; its `address` is the one that a browser is to
    show for a fragment that is the grid, where that is not the request's own.
    """
    version, is_sample = (snapshot.version, snapshot.is_sample) if snapshot else ("", False)
    digest, account = snapshot.digest if snapshot else "", request.user.get_username()
    fragment = wants_fragment(request)
    around = {
        "layout": fragment_layout if fragment else layout,
        "fragment": fragment,
        "site": site(
            has_collections=are_collections_to_see(account),
            version=version,
            digest=digest,
            is_sample=is_sample,
            account=account,
        ),
        "path": "" if request.path == reverse("browse:sign-in") else request.get_full_path(),
        "theme": theme_from_cookie(request.COOKIES.get(COOKIE, "")),
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "noindex": bool(request.GET) or status != 200,
        "og_image": request.build_absolute_uri(context["picture"]) if context.get("picture") else "",
        "canonical_url": request.build_absolute_uri(canonical_path) if canonical_path else "",
    }
    response = render(request, template, {**around, **context}, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers[VERSION_HEADER] = version or current_version()
    for name, value in digest_headers(digest).items():
        response.headers[name] = value
    if fragment and request.headers.get("HX-Target") == RESULTS_ID:
        response.headers["HX-Push-Url"] = context.get("address") or request.get_full_path()
    return response


def unless_known(request: HttpRequest, render: Callable[[], HttpResponse], day: str, *made_of: object) -> HttpResponse:
    """The page of a day, or 304 for who has it as it would be now. made_of: what else it is made of.

    Who has signed in is always sent it: what they may do is on it.
    """
    account = request.user.get_username()
    if account:
        return render()
    headers = (wants_fragment(request), request.headers.get("HX-Target"), request.COOKIES.get(COOKIE))
    parts = (PROCESS, headers, request.get_host(), are_collections_to_see(account), made_of)
    etag = f'W/"{day}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag) or render()
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def download(file: Download) -> HttpResponseBase:
    """A file to be kept, sent as it is made. The one place where a stream of text becomes an answer.

    Its first piece is made here: belongs into `consistently`. An import that comes meanwhile keeps what it is made of.
    Raises SearchError, DatabaseError.
    """
    return StreamingHttpResponse(begun(in_chunks(held(file.version, file.lines))), headers=file_headers(file))


def finished_download(request: HttpRequest, file: Download) -> HttpResponseBase:
    """A file to be kept that is short enough to be sent whole: with its length, and 304 for who has it already.

    The ETag is that of the file's name, which differs wherever its content does.
    """
    etag = f'"{hashlib.sha256(f"{FILE_FORM} {file.file_name}".encode()).hexdigest()[:32]}"'
    answered = get_conditional_response(request, etag=etag)
    if answered is None:
        content = "".join(file.lines).encode()
        answered = HttpResponse(content, headers={**file_headers(file), "Content-Length": str(len(content))})
    for name, value in (("ETag", etag), ("Cache-Control", FILE_CACHING), (VERSION_HEADER, file.version)):
        answered.headers[name] = value
    return answered


def file_headers(file: Download) -> dict[str, str]:
    """What the head of a file says: all of it is known before the first row."""
    counted = {} if file.records is None else {RECORDS_HEADER: str(file.records)}
    return {
        "Content-Type": file.media_type if file.media_type == ARCHIVE else f"{file.media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file.file_name}"',
        "Cache-Control": FILE_CACHING,
        "X-Robots-Tag": "noindex",
        VERSION_HEADER: file.version,
        **digest_headers(file.digest),
        **counted,
    }


def table_download(
    request: HttpRequest,
    table: TableFormat,
    snapshot: Snapshot,
    rows: Iterable[Sequence[Cell]],
    *,
    safe: bool,
    records: int | None = None,
) -> HttpResponseBase:
    """One of the site's tables as a file, finished; a long one as a stream, of `records` rows."""
    given = sorted((name, value) for name, values in request.GET.lists() for value in values if value)
    about = " ".join(value for name, value in given if name not in ("safe", "order"))
    identity = (request.path, *(f"{name}={value}" for name, value in given), snapshot.version)
    called = file_name(table.name + SPREADSHEET * safe, "csv", about=about, identity=identity)
    made = None if records is not None else list(rows)
    lines = csv_text(table.columns, rows if made is None else made, safe=safe)
    number = records if made is None else len(made)
    file = Download(called, CSV, snapshot.version, lines, number, snapshot.digest)
    return download(file) if made is None else finished_download(request, file)


def bad_query(request: HttpRequest, fault: Fault) -> HttpResponse:
    """400: what is wrong, and the nearest address that is not; in words where it is a query's."""
    home = path_of("index")
    path = home if request.path == path_of("go") else request.path

    def make(snapshot: Snapshot) -> HttpResponse:
        context = {
            "faults": fault.errors,
            "message": fault.message,
            "nearest": browse_address(fault.address) if path == home else with_query(path, fault.address),
            "nearest_words": in_words(fault.nearest or Query(), DisplayNames(snapshot)) if path == home else "",
        }
        return render_page(
            request, fault.template, context, snapshot=snapshot, layout="browse/notice.html", status=fault.status
        )

    try:
        return consistently(make)
    except SearchError as error:
        return service_unavailable(request, fault_of(error))


def failure(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page of the site that says that this address gives nothing. Raises DatabaseError."""

    def make(snapshot: Snapshot | None) -> HttpResponse:
        return render_page(
            request, template, {}, snapshot=snapshot, layout="base.html", fragment_layout="base.html", status=status
        )

    try:
        return consistently(make)
    except SearchError:
        return make(None)  # there is no data yet, or no index


def service_unavailable(request: HttpRequest, fault: Fault) -> HttpResponse:
    """503, or 410 for what is gone: why; without the site around it where the database does not answer."""
    if fault.cause:
        response = _without_database(request, fault)
    else:
        context = {"message": fault.message}
        response = render_page(request, fault.template, context, layout="browse/notice.html", status=fault.status)
    return come_again(request, fault, response)


def _without_database(request: HttpRequest, fault: Fault) -> HttpResponse:
    """What was sent and not saved is on the page, to be sent again; else it leads to the same address."""
    context = {
        "message": fault.message,
        "is_form": request.method == "POST",
        "unsent": unsent(request),
        "back": came_from(request),
        "again": request.get_full_path(),
    }
    return render(request, "503.html", context, status=fault.status)


def busy(request: HttpRequest) -> HttpResponse:
    """503: as many downloads are under way as there may be."""
    context = {"message": "too many downloads are in progress; please try again in half a minute"}
    response = render_page(request, "browse/unavailable.html", context, layout="browse/notice.html", status=503)
    response.headers["Retry-After"] = "30"
    response._has_been_logged = True  # type: ignore[attr-defined]  # or anybody could fill Django's log with these
    return response


def needs_newer_http(request: HttpRequest, most_rows: int) -> HttpResponse:
    """426: over HTTP/1.0 nobody could tell a long file that was cut off from a whole one."""
    context = {"most": f"{most_rows:,}"}
    return render_page(request, "browse/newer_http.html", context, layout="browse/notice.html", status=426)
