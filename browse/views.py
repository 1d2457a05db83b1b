"""The pages."""

from __future__ import annotations

import secrets

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from browse.answers import PART, answer, csv_file, page
from browse.definitions import HOME_EXTRA
from browse.exports import images_csv, labels_csv
from browse.filters import (
    canonical_from_form,
    from_form,
    read_label_file,
    read_label_index,
    read_query,
    read_search,
    redirect_from_home,
)
from browse.image_ids import IMAGE_ID
from browse.matching import matching
from browse.presentation.addresses import Links, label_address, with_query
from browse.presentation.facet_panel import (
    TOP_AUTHORS,
    authors_asked,
    facet_authors_context,
    facet_labels_context,
    facet_panel,
)
from browse.presentation.image_page import Viewer, image_context
from browse.presentation.label_index import index_context, named
from browse.presentation.label_rows import label_csv
from browse.presentation.names import Names
from browse.presentation.results import empty_context, results_context
from browse.presentation.term_form import with_term_edited
from browse.query.values import MAX_SEED
from browse.search import Snapshot, consistently, facets_of, image_of, label_table_of, page_of
from browse.spreadsheets import csv_lines

FACETS_PAGE = "browse/facets_page.html"
ROBOTS = "User-agent: *\nDisallow: /*?\nDisallow: /facets\nDisallow: /search\nDisallow: /go\nDisallow: /export/\n"


@page
def index(request: HttpRequest) -> HttpResponse:
    """`/`: the images of a query."""
    elsewhere = redirect_from_home(request.GET, lambda: secrets.randbelow(MAX_SEED + 1))
    if elsewhere is not None:
        return HttpResponseRedirect(with_query("/", elsewhere))

    def make(snapshot: Snapshot) -> HttpResponse:
        links, names = _asked(request, snapshot), Names(snapshot)
        asked = links.request
        result = page_of(snapshot, asked.query, page=asked.page, per_page=asked.per_page)
        context = results_context(links, result, names)
        if not result.images:
            context |= empty_context(links, result, snapshot, names)
        path = with_query("/", asked.canonical)
        return answer(request, "browse/index.html", context, snapshot=snapshot, canonical_path=path)

    return consistently(make)


@page
def facets(request: HttpRequest) -> HttpResponse:
    """`/facets`: the filters of a query, with their counts."""

    def make(snapshot: Snapshot) -> HttpResponse:
        links, names = _asked(request, snapshot), Names(snapshot)
        found = facets_of(snapshot, links.request.query, top=None, top_authors=TOP_AUTHORS + 1)
        context = facet_panel(links, found, names)
        return answer(
            request, "browse/facets.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
        )

    return consistently(make)


@page
def facet_labels(request: HttpRequest) -> HttpResponse:
    """`/facets/labels`: all labels in a result, or those that a text matches."""

    def make(snapshot: Snapshot) -> HttpResponse:
        links = Links(read_query(from_form(request.GET, {"q"}), extra=HOME_EXTRA | {"q"}, known=snapshot.engine))
        found = facets_of(snapshot, links.request.query, top=None, top_authors=TOP_AUTHORS + 1)
        context = facet_labels_context(links, found, snapshot, Names(snapshot))
        return answer(
            request, "browse/facet_labels.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
        )

    return consistently(make)


@page
def facet_authors(request: HttpRequest) -> HttpResponse:
    """`/facets/authors`: all authors in a result, those with most images first."""

    def make(snapshot: Snapshot) -> HttpResponse:
        links = _asked(request, snapshot)
        found = facets_of(snapshot, links.request.query, top=1, top_authors=authors_asked(links.request.page))
        context = facet_authors_context(links, found, Names(snapshot))
        return answer(
            request, "browse/facet_authors.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
        )

    return consistently(make)


@page
def go(request: HttpRequest) -> HttpResponse:
    """`/go`: where plain forms are sent; leads on to the page they mean."""
    address = with_query("/", canonical_from_form(with_term_edited(request.GET)))
    return HttpResponse(status=303, headers={"Location": address})


@page
def image(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>`: one image, with everything known of it."""

    def make(snapshot: Snapshot) -> HttpResponse:
        links = _asked(request, snapshot)
        card = image_of(snapshot, image_id)
        if card is None:
            raise Http404
        context = image_context(snapshot, links, card, Names(snapshot), viewer_of(request))
        path = reverse("browse:image", args=[image_id])
        return answer(request, "browse/image.html", context, snapshot=snapshot, layout="base.html", canonical_path=path)

    return consistently(make)


@page
def labels(request: HttpRequest) -> HttpResponse:
    """`/labels`: the index of labels."""

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_label_index(request.GET)
        table = label_table_of(snapshot, text=asked.text, order=asked.order)
        context = index_context(Names(snapshot), table, text=asked.text or "", order=asked.order, page=asked.page)
        path = reverse("browse:labels")
        return answer(
            request, "browse/labels.html", context, snapshot=snapshot, layout="base.html", canonical_path=path
        )

    return consistently(make)


@page
def labels_as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/labels.csv`: the same as a file."""

    def make(snapshot: Snapshot) -> HttpResponseBase:
        asked = read_label_file(request.GET)
        table = label_table_of(snapshot, text=asked.text, order=asked.order)
        return csv_file("labels.csv", csv_lines(label_csv(table)), snapshot.version)

    return consistently(make)


@page
def search(request: HttpRequest) -> HttpResponse:
    """`/search`: leads to the one image or label that is meant, else to the labels found."""
    text = read_search(request.GET)

    def meant(snapshot: Snapshot) -> str:
        image_id = text.strip().lower()
        if IMAGE_ID.fullmatch(image_id) and image_of(snapshot, image_id):
            return reverse("browse:image", args=[image_id])
        found = named(snapshot, text) if text else []
        if len(found) == 1:
            return label_address(found[0].mid)
        asked = QueryDict(mutable=True)
        if text:
            asked["q"] = text
        return with_query(reverse("browse:labels"), asked.urlencode())

    return HttpResponseRedirect(consistently(meant))


@page
def export_images(request: HttpRequest) -> HttpResponseBase:
    """`/export/images.csv`: the images of a query, in V1's columns."""
    asked = read_query(request.GET, extra={"safe"})
    matches = matching(asked.query)
    return csv_file("images.csv", images_csv(matches, safe=asked.safe), matches.version)


@page
def export_labels(request: HttpRequest) -> HttpResponseBase:
    """`/export/labels.csv`: all annotations of the images of a query, in V1's columns."""
    matches = matching(read_query(request.GET, extra={"safe"}).query)
    return csv_file("labels.csv", labels_csv(matches), matches.version)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: no page with a query string is for search engines; there are too many."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for who asks without reading the page."""
    return HttpResponseRedirect(static("favicon.svg"))


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at a page, and what they may do there."""
    may = request.user.has_perm
    if not request.user.is_authenticated:
        return Viewer()
    return Viewer(
        name=request.user.get_username(),
        judges=may("browse.add_verdict"),
        takes_back=may("browse.add_decision"),
        collects=may("browse.add_collection"),
    )


def _asked(request: HttpRequest, snapshot: Snapshot) -> Links:
    return Links(read_query(request.GET, extra=HOME_EXTRA, known=snapshot.engine))
