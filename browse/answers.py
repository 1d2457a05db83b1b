"""How pages are answered: whole or as a fragment, and what people get to see where there is no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from browse.credits import in_chunks
from browse.facets.engine import UnknownValueError
from browse.parameters import BadQueryError, ParameterError
from browse.presentation.addresses import with_query
from browse.presentation.names import Names
from browse.presentation.site import site
from browse.presentation.themes import COOKIE, theme_from_cookie
from browse.query.values import Query
from browse.query.words import in_words
from browse.search import NoDatasetError, SearchError, Snapshot, consistently, current_version

VERSION_HEADER = "X-Dataset-Version"
RESULTS = "browse/fragment.html"
PART = "browse/part.html"

View = Callable[..., HttpResponseBase]


def page(view: View) -> View:
    """A page that is read, not written: bad parameters and missing data become pages that say so."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
            if VERSION_HEADER not in response.headers:  # one that leads elsewhere
                response.headers[VERSION_HEADER] = current_version()
            return response
        except BadQueryError as error:
            return bad_query(request, error)
        except UnknownValueError as error:
            fault = ParameterError(error.parameter, error.value, "must be one that the data set has")
            return bad_query(request, BadQueryError([fault], Query()))
        except NoDatasetError as error:
            return unavailable(request, error, "browse/no_data.html")
        except SearchError as error:
            return unavailable(request, error, "browse/unavailable.html")

    return csrf_exempt(require_safe(gzip_page(answered)))  # nothing is written: 405 for a POST, not 403


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; for its history it asks for the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def answer(
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

    The context's `picture` is the address of one for previews elsewhere.
    """
    version, is_sample = (snapshot.version, snapshot.is_sample) if snapshot else ("", False)
    fragment = wants_fragment(request)
    around = {
        "layout": fragment_layout if fragment else layout,
        "fragment": fragment,
        "site": site(version=version, is_sample=is_sample, account=request.user.get_username()),
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
    return response


def csv_file(name: str, lines: Iterator[str], version: str) -> HttpResponseBase:
    """A CSV file to be kept, of one version of the data set."""
    headers = {
        "Content-Disposition": f'attachment; filename="openimages-{name}"',
        VERSION_HEADER: version,
        "X-Robots-Tag": "noindex",
    }
    return StreamingHttpResponse(in_chunks(lines), content_type="text/csv; charset=utf-8", headers=headers)


def bad_query(request: HttpRequest, error: BadQueryError) -> HttpResponse:
    """400: what is wrong, and the nearest address that is not; in words where it is a query's."""
    path = "/" if request.path == reverse("browse:go") else request.path

    def make(snapshot: Snapshot) -> HttpResponse:
        context = {
            "faults": error.errors,
            "nearest": with_query(path, error.address),
            "nearest_words": in_words(error.nearest, Names(snapshot)) if path == "/" else "",
        }
        return answer(
            request, "browse/bad_query.html", context, snapshot=snapshot, layout="browse/notice.html", status=400
        )

    try:
        return consistently(make)
    except SearchError as fault:
        return unavailable(request, fault, "browse/unavailable.html")


def failure(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page of the site that says that this address gives nothing. Raises DatabaseError."""
    return answer(request, template, {}, layout="base.html", fragment_layout="base.html", status=status)


def unavailable(request: HttpRequest, error: SearchError, template: str) -> HttpResponse:
    """503: why, and what to do."""
    response = answer(request, template, {"message": str(error)}, layout="browse/notice.html", status=503)
    response.headers["Retry-After"] = str(error.retry_after_s)
    return response
