"""The pages."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from browse.domain.image_ids import key_from_image_id
from browse.domain.image_names import names_whole_image
from browse.exports.tables import ALL_EXPORTS
from browse.models.curation import is_hidden
from browse.presentation.pages.boxes import boxes_address
from browse.presentation.pages.image import image_context
from browse.presentation.pages.labels import index_context
from browse.presentation.pages.look import look_context
from browse.presentation.pages.results import empty_context, results_context
from browse.presentation.pages.search import search_context
from browse.presentation.parts import tables
from browse.presentation.parts.addresses import Links, browse_address, images_address, path_of, with_query
from browse.presentation.parts.facet_panel import (
    TOP_AUTHORS,
    authors_asked,
    facet_authors_context,
    facet_labels_context,
    facet_panel,
)
from browse.presentation.parts.label_rows import label_csv
from browse.presentation.parts.term_form import with_term_edited
from browse.query.values import MAX_SEED, Query, Term
from browse.requests.definitions import HOME_EXTRA, IMAGE_PAGE_EXTRA
from browse.requests.readers import (
    canonical_from_form,
    day_of,
    from_form,
    query_of_day,
    read_label_file,
    read_label_index,
    read_query,
    read_search,
    redirect_from_home,
)
from browse.search import (
    Snapshot,
    consistently,
    count_of,
    facets_of,
    find_labels,
    image_of,
    label_table_of,
    page_of,
    term_comparisons_of,
)
from browse.search.display_names import DisplayNames
from browse.search.image_page import Place, Viewer, image_page_of, look_of
from browse.search.labels import named
from browse.search.relations import triplets_for
from browse.search.results import authors_of, dropped_of
from browse.search.suggestions import labels_word_by_word, suggestions_of
from browse.views.responses import (
    PART,
    page,
    render_page,
    snapshot_page,
    table_download,
    unless_known,
    wants_fragment,
)

FACETS_PAGE = "browse/facets_page.html"
NOT_FOR_ROBOTS = ("facets", "search", "go", "credits")
"""Names of pages that robots need not read."""


@page
def index(request: HttpRequest) -> HttpResponse:
    """`/`: the images of a query; without parameters all, in the day's order, under that address."""
    elsewhere = redirect_from_home(request.GET, lambda: secrets.randbelow(MAX_SEED + 1))
    if elsewhere is not None:
        return HttpResponseRedirect(with_query(path_of("index"), elsewhere))
    day = "" if request.GET else day_of(timezone.now())
    data = query_of_day(day) if day else request.GET

    def make(snapshot: Snapshot) -> HttpResponse:
        links, names = Links(read_query(data, extra=HOME_EXTRA, known=snapshot.engine)), DisplayNames(snapshot)
        asked = links.request
        result = page_of(snapshot, asked.query, page=asked.page, per_page=asked.per_page)
        context = results_context(links, result, names, triplets_for(snapshot, asked.query))
        if not result.images:
            dropped = () if result.count else dropped_of(snapshot, asked.query)
            context |= empty_context(links, result, dropped, names)
        if snapshot.engine.has_boxes:
            context |= {"boxes_href": boxes_address(links, largest_first=False)}
        path = path_of("index") if day else browse_address(asked.canonical)
        if day:
            context |= {"is_first_page": True, "address": path}

        def render() -> HttpResponse:
            return render_page(request, "browse/index.html", context, snapshot=snapshot, canonical_path=path)

        return unless_known(request, render, day, snapshot.version, context["tiles"]) if day else render()

    return consistently(make)


@snapshot_page
def facets(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/facets`: the filters of a query, with their counts."""
    links, names = _asked(request, snapshot), DisplayNames(snapshot)
    found = facets_of(snapshot, links.request.query, top=None, top_authors=TOP_AUTHORS + 1)
    context = facet_panel(links, found, names, term_comparisons_of(snapshot, links.request.query))
    return render_page(
        request, "browse/facets.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
    )


@snapshot_page
def facet_labels(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/facets/labels`: all labels in a result, or those that a text matches."""
    links = Links(read_query(from_form(request.GET, {"find"}), extra=HOME_EXTRA | {"find"}, known=snapshot.engine))
    found = facets_of(snapshot, links.request.query, top=None, top_authors=TOP_AUTHORS + 1)
    text = links.request.find
    wanted = None if text is None else {label.mid for label in find_labels(snapshot, text)}
    context = facet_labels_context(links, found, wanted, DisplayNames(snapshot))
    return render_page(
        request, "browse/facet_labels.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
    )


@snapshot_page
def facet_authors(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/facets/authors`: all authors in a result, or those that a text finds; those with most images first."""
    links = Links(read_query(from_form(request.GET, {"find"}), extra=HOME_EXTRA | {"find"}, known=snapshot.engine))
    asked, number = links.request, authors_asked(links.request.page)
    found = authors_of(snapshot, asked.query, asked.find, top=number)
    context = facet_authors_context(links, found, DisplayNames(snapshot))
    return render_page(
        request, "browse/facet_authors.html", context, snapshot=snapshot, layout=FACETS_PAGE, fragment_layout=PART
    )


@page
def go(request: HttpRequest) -> HttpResponse:
    """`/go`: where plain forms are sent; leads on to the page they mean."""
    address = browse_address(canonical_from_form(with_term_edited(request.GET)))
    return HttpResponse(status=303, headers={"Location": address})


@snapshot_page
def image(request: HttpRequest, snapshot: Snapshot, image_id: str) -> HttpResponse:
    """`/image/<ImageID>`: one image, with everything known of it."""
    links = _asked(request, snapshot, IMAGE_PAGE_EXTRA)
    card = image_of(snapshot, image_id)
    if card is None:
        return _no_image(request, snapshot, image_id)
    asked, viewer = links.request, viewer_of(request)
    came_from = Place(asked.query, asked.page, asked.per_page)
    found = image_page_of(snapshot, card, came_from, viewer)
    context = image_context(found, links, DisplayNames(snapshot), viewer)
    path = reverse("browse:image", args=[image_id])
    return render_page(
        request, "browse/image.html", context, snapshot=snapshot, layout="base.html", canonical_path=path
    )


def _no_image(request: HttpRequest, snapshot: Snapshot, image_id: str) -> HttpResponse:
    """404; reviewers are told of an image that is hidden, and led to where that is dealt with. Raises Http404."""
    key = key_from_image_id(image_id)
    if not request.user.has_perm("browse.add_hiding") or not is_hidden(key):
        raise Http404
    context = {"image_id": image_id, "key": key}
    return render_page(request, "browse/taken_down.html", context, snapshot=snapshot, layout="base.html", status=404)


@snapshot_page
def look(request: HttpRequest, snapshot: Snapshot, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/look`: what quick look shows over the grid; by itself it leads to the image's page."""
    links = _asked(request, snapshot)
    if not wants_fragment(request):
        return HttpResponseRedirect(links.image(image_id))
    card = image_of(snapshot, image_id)
    if card is None:
        raise Http404
    viewer = viewer_of(request)
    context = look_context(look_of(snapshot, card, viewer), links, DisplayNames(snapshot), viewer)
    return render_page(request, "browse/look.html", context, snapshot=snapshot)


@snapshot_page
def labels(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/labels`: the index of labels."""
    asked = read_label_index(request.GET)
    table = label_table_of(snapshot, text=asked.text, precision=asked.precision, order=asked.order)
    context = index_context(DisplayNames(snapshot), table, asked, has_tree=snapshot.engine.has_hierarchy)
    path = reverse("browse:labels")
    return render_page(
        request, "browse/labels.html", context, snapshot=snapshot, layout="base.html", canonical_path=path
    )


@snapshot_page
def labels_as_csv(request: HttpRequest, snapshot: Snapshot) -> HttpResponseBase:
    """`/labels.csv`: the same as a file."""
    asked = read_label_file(request.GET)
    table = label_table_of(snapshot, text=asked.text, precision=asked.precision, order=asked.order)
    return table_download(request, tables.LABELS, snapshot, label_csv(table), safe=asked.safe)


@snapshot_page
def search(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    """`/search`: leads to the one image, or the images of the one label, that is meant; else shows what may be."""
    text = read_search(request.GET).strip()
    if not text:
        return HttpResponseRedirect(reverse("browse:labels"))
    found = suggestions_of(snapshot, text)
    if len(found.images) == 1 and names_whole_image(text):
        return HttpResponseRedirect(reverse("browse:image", args=[found.images[0].image_id]))
    labels = named(snapshot, text)
    if len(labels) == 1:
        return HttpResponseRedirect(images_address(Query(label=(Term(labels[0].mid),))))
    together = labels_word_by_word(snapshot, text)
    count = count_of(snapshot, Query(label=tuple(Term(label.mid) for label in together))) if together else 0
    context = search_context(text, found, together, count, DisplayNames(snapshot))
    return render_page(request, "browse/search.html", context, snapshot=snapshot, layout="base.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: no page with a query string is for search engines; there are too many."""
    collection = str(UUID(int=0))
    paths = [
        f"{path_of('index')}*?",
        *map(path_of, NOT_FOR_ROBOTS),
        *sorted({f"{form.folder}/" for form in ALL_EXPORTS if form.folder}),
        reverse("browse:collection-credits", args=[collection]).replace(collection, "*"),
    ]
    text = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in paths), ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


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


def _asked(request: HttpRequest, snapshot: Snapshot, extra: frozenset[str] = HOME_EXTRA) -> Links:
    return Links(read_query(request.GET, extra=extra, known=snapshot.engine))
