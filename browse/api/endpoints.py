"""The API's addresses and what each of them gives."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from browse.api import shapes
from browse.api.answers import (
    VERSION_HEADER,
    Reply,
    endpoint,
    json_response,
    not_found,
    parameters,
    reading,
)
from browse.api.curation import curation_api_urls
from browse.api.examples import NONE, Examples, examples_of
from browse.api.included import included_of
from browse.api.openapi import DESCRIPTION, document
from browse.api.readable import failures, files, operations
from browse.api.sets import set_api_urls
from browse.domain.image_ids import key_from_image_id
from browse.presentation.parts.site import site
from browse.requests.definitions import FACETS_EXTRA, IMAGES_EXTRA
from browse.requests.readers import (
    read_comparison,
    read_include,
    read_label_search,
    read_nothing,
    read_query,
    read_suggest,
)
from browse.search import (
    SearchError,
    Snapshot,
    comparison_of,
    consistently,
    current_digest,
    current_version,
    facets_of,
    find_labels,
    image_of,
    label_comparison_of,
    page_of,
    similar_to,
)
from browse.search.collections import are_collections_to_see
from browse.search.suggestions import suggestions_of
from browse.views.faults import NotFoundError

_NO_IMAGE = "the data set has no image with this ImageID; one is 16 lower-case hex digits"


@endpoint
def images(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """One page of a query's images."""
    asked = read_query(parameters(request), extra=IMAGES_EXTRA, known=snapshot.engine)

    def make() -> object:
        found = page_of(snapshot, asked.query, page=asked.page, per_page=asked.per_page)
        return shapes.page_of_images(asked, found, included_of(snapshot, found.images, asked.include))

    return Reply(f"{asked.canonical} {asked.page} {asked.per_page} {','.join(asked.include)}", make)


@endpoint
def image(request: HttpRequest, snapshot: Snapshot, image_id: str) -> Reply:
    """One image."""
    include = read_include(parameters(request), known=snapshot.engine)
    card = image_of(snapshot, image_id)
    if card is None:
        raise NotFoundError(_NO_IMAGE)

    def make() -> object:
        return shapes.image(card, included_of(snapshot, [card], include, timed=True))

    return Reply(",".join(include), make)


@endpoint
def similar(request: HttpRequest, snapshot: Snapshot, image_id: str) -> Reply:
    """The images most like one."""
    read_nothing(parameters(request))
    card = image_of(snapshot, image_id)
    if card is None:
        raise NotFoundError(_NO_IMAGE)
    return Reply("", lambda: shapes.similar_images(similar_to(snapshot, key_from_image_id(card.image_id))))


@endpoint
def facets(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """All facets of a query."""
    asked = read_query(parameters(request), extra=FACETS_EXTRA, known=snapshot.engine)

    def make() -> object:
        found = facets_of(snapshot, asked.query, top=asked.top, top_authors=asked.top_authors)
        return shapes.facets(asked, found)

    return Reply(f"{asked.address(asked.query)} {asked.top} {asked.top_authors}", make)


@endpoint
def labels(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """Labels by name or MID."""
    asked = read_label_search(parameters(request))

    def make() -> object:
        return shapes.page_of_labels(find_labels(snapshot, asked.text), page=asked.page, per_page=asked.per_page)

    return Reply(f"{asked.page} {asked.per_page} {asked.text}", make)


@endpoint
def suggest(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """What a text may mean, while somebody types it."""
    text = read_suggest(parameters(request))
    return Reply(text, lambda: shapes.suggestions(suggestions_of(snapshot, text)))


@endpoint
def label(request: HttpRequest, snapshot: Snapshot, mid: str) -> Reply:
    """One label with its comparison; its MID may have its first slash."""
    asked = read_comparison(parameters(request))
    found = label_comparison_of(snapshot, f"/{mid.removeprefix('/')}", subset=asked.subset)
    if found is None:
        raise NotFoundError("the data set has no label with this MID; /api/labels finds them")
    return Reply(f"{asked.subset} {asked.precision}", lambda: shapes.label_comparison(found, precision=asked.precision))


@endpoint
def compare(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """Human versus machine over all labels."""
    asked = read_comparison(parameters(request))

    def make() -> object:
        return shapes.comparison(comparison_of(snapshot, subset=asked.subset), precision=asked.precision)

    return Reply(f"{asked.subset} {asked.precision}", make)


@reading
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, data set or not."""
    read_nothing(parameters(request))
    examples, version = _examples()
    return json_response(document(examples, current_digest()), version=version)


@reading
def docs(request: HttpRequest) -> HttpResponse:
    """The same to be read by people."""
    read_nothing(parameters(request))
    examples, version = _examples()
    context = {
        "description": DESCRIPTION,
        "operations": operations(examples),
        "files": files(),
        "failures": failures(),
        "site": site(has_collections=are_collections_to_see(""), version=version, digest=current_digest()),
    }
    response = render(request, "api_docs.html", context)
    response.headers[VERSION_HEADER] = version
    return response


def _examples() -> tuple[Examples, str]:
    """Examples of the data set and its version; none where it cannot be read now."""
    try:
        return consistently(lambda snapshot: (examples_of(snapshot), snapshot.version))
    except SearchError:
        return NONE, current_version()


api_urls = [
    path("api/images", images, name="api-images"),
    path("api/images/<str:image_id>", image, name="api-image"),
    path("api/images/<str:image_id>/similar", similar, name="api-similar"),
    path("api/facets", facets, name="api-facets"),
    path("api/labels", labels, name="api-labels"),
    path("api/suggest", suggest, name="api-suggest"),
    path("api/labels/<path:mid>", label, name="api-label"),
    path("api/compare", compare, name="api-compare"),
    path("api/openapi.json", openapi, name="api-openapi"),
    path("api/docs", docs, name="api-docs"),
    *set_api_urls,
    *curation_api_urls,
    path("api/", not_found),
    path("api/<path:rest>", not_found),
]
