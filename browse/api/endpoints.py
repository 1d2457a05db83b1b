"""The API's addresses and what each of them gives."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from browse.api import shapes
from browse.api.answers import (
    VERSION_HEADER,
    NotFoundError,
    Reply,
    endpoint,
    json_response,
    not_found,
    parameters,
    reading,
)
from browse.api.openapi import DESCRIPTION, document
from browse.api.readable import failures, operations
from browse.definitions import FACETS_EXTRA, IMAGES_EXTRA
from browse.filters import read_comparison, read_label_search, read_nothing, read_query
from browse.presentation.site import site
from browse.search import (
    Snapshot,
    comparison_of,
    current_version,
    facets_of,
    find_labels,
    image_of,
    label_comparison_of,
    page_of,
)


@endpoint
def images(request: HttpRequest, snapshot: Snapshot) -> Reply:
    """One page of a query's images."""
    asked = read_query(parameters(request), extra=IMAGES_EXTRA, known=snapshot.engine)

    def make() -> object:
        found = page_of(snapshot, asked.query, page=asked.page, per_page=asked.per_page)
        return shapes.page_of_images(asked, found)

    return Reply(f"{asked.canonical} {asked.page} {asked.per_page}", make)


@endpoint
def image(request: HttpRequest, snapshot: Snapshot, image_id: str) -> Reply:
    """One image."""
    read_nothing(parameters(request))
    card = image_of(snapshot, image_id)
    if card is None:
        raise NotFoundError("the data set has no image with this ImageID; one is 16 lower-case hex digits")
    return Reply("", lambda: shapes.image(card))


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
def label(request: HttpRequest, snapshot: Snapshot, mid: str) -> Reply:
    """One label with its comparison."""
    asked = read_comparison(parameters(request))
    found = label_comparison_of(snapshot, f"/{mid}", subset=asked.subset)
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
    return json_response(document(), version=current_version())


@reading
def docs(request: HttpRequest) -> HttpResponse:
    """The same to be read by people."""
    read_nothing(parameters(request))
    version = current_version()
    context = {
        "description": DESCRIPTION,
        "operations": operations(),
        "failures": failures(),
        "site": site(version=version),
    }
    response = render(request, "api_docs.html", context)
    response.headers[VERSION_HEADER] = version
    return response


api_urls = [
    path("api/images", images, name="api-images"),
    path("api/images/<str:image_id>", image, name="api-image"),
    path("api/facets", facets, name="api-facets"),
    path("api/labels", labels, name="api-labels"),
    path("api/labels/<path:mid>", label, name="api-label"),
    path("api/compare", compare, name="api-compare"),
    path("api/openapi.json", openapi, name="api-openapi"),
    path("api/docs", docs, name="api-docs"),
    path("api/", not_found),
    path("api/<path:rest>", not_found),
]
