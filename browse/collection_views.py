"""Collections: lists, pages, credit sheets, and putting images in, one or all of a query."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse

from browse import curation
from browse.answers import answer, page
from browse.filters import read_nothing, read_page
from browse.models import BulkJob, Collection, CollectionDetails
from browse.posted import Posted
from browse.presentation.collections import PER_PAGE, UNFINISHED, address, collection_context, covers
from browse.search import Snapshot, consistently
from browse.search.collected import (
    collected_of,
    collections_of,
    find_collection,
    public_collections,
)
from browse.writes import done, write

KEEPS = "browse.add_collection"


def collections(request: HttpRequest) -> HttpResponseBase:
    """`/collections`: one's own and the public ones; POST makes a new one."""
    return create(request) if request.method == "POST" else listed(request)


@page
def listed(request: HttpRequest) -> HttpResponse:
    """The list."""
    read_nothing(request.GET)
    by = request.user.get_username()

    def make(snapshot: Snapshot) -> HttpResponse:
        context = {
            "own": covers(snapshot, collections_of(by)),
            "public": covers(snapshot, public_collections(but=by)),
        }
        return answer(request, "curation/collections.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@write(KEEPS)
def create(request: HttpRequest) -> HttpResponse:
    """A new collection, with its first image where one is named."""
    posted, by = Posted(request.POST), request.user.get_username()
    name, description = posted.line("name", needed=True), posted.text("description")
    image_id = posted.line("image")
    with transaction.atomic():
        made = curation.create_collection(
            name=name, by=by, description=description, is_public=posted.is_checked("is_public")
        )
        if image_id:
            curation.add_to_collection(collection=made.pk, image_id=image_id, by=by)
    return done(request, posted.way_back(reverse("browse:collection", args=[made.uid])), uid=str(made.uid))


@page
def collection(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>`: its images with their credit; the public link, where it is public."""
    number = read_page(request.GET)
    details = _visible(request, uid)
    is_own = details.collection.by == request.user.get_username()
    jobs = list(BulkJob.objects.filter(collection=details.collection, state__in=UNFINISHED)) if is_own else []

    def make(snapshot: Snapshot) -> HttpResponse:
        found = collected_of(snapshot, details.collection, page=number, per_page=PER_PAGE)
        context = collection_context(details, found, page=number, is_own=is_own, jobs=jobs)
        path_ = address(details) if details.is_public else None
        return answer(
            request, "curation/collection.html", context, snapshot=snapshot, layout="base.html", canonical_path=path_
        )

    return consistently(make)


@write(KEEPS)
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/change`: name, description and whether it is public, all of it as in the form."""
    posted = Posted(request.POST)
    details = curation.change_collection(
        collection=_named(request, uid).pk,
        by=request.user.get_username(),
        name=posted.line("name", needed=True),
        description=posted.text("description"),
        is_public=posted.is_checked("is_public"),
    )
    return done(request, address(details))


@write(KEEPS)
def cover(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/cover`: an image for its cover."""
    posted = Posted(request.POST)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    details = curation.change_collection(collection=_named(request, uid).pk, by=by, cover=image_id)
    return done(request, posted.way_back(address(details)))


@write(KEEPS)
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/delete`: the collection goes from all lists; its history stays."""
    by = request.user.get_username()
    curation.change_collection(collection=_named(request, uid).pk, by=by, is_removed=True)
    return done(request, reverse("browse:collections"))


@write(KEEPS)
def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/add`: put an image in."""
    posted, owned = Posted(request.POST), _named(request, uid)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    curation.add_to_collection(collection=owned.pk, image_id=image_id, by=by)
    return done(request, posted.way_back(reverse("browse:collection", args=[uid])))


@write(KEEPS)
def take_out(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/remove`: take an image out."""
    posted, owned = Posted(request.POST), _named(request, uid)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    curation.remove_from_collection(collection=owned.pk, image_id=image_id, by=by)
    return done(request, posted.way_back(reverse("browse:collection", args=[uid])))


def _visible(request: HttpRequest, uid: UUID) -> CollectionDetails:
    found = find_collection(uid, by=request.user.get_username())
    if found is None:
        raise Http404
    return found


def _named(request: HttpRequest, uid: UUID) -> Collection:
    """The collection of this address. Raises UnknownError where nobody may see it, or it is not there."""
    found = find_collection(uid, by=request.user.get_username())
    if found is None:
        raise curation.UnknownError("there is no such collection")
    owned: Collection = found.collection
    return owned


collection_urls = [
    path("collections", collections, name="collections"),
    path("collections/<uuid:uid>", collection, name="collection"),
    path("collections/<uuid:uid>/change", change, name="collection-change"),
    path("collections/<uuid:uid>/cover", cover, name="collection-cover"),
    path("collections/<uuid:uid>/delete", remove, name="collection-delete"),
    path("collections/<uuid:uid>/add", add, name="collection-add"),
    path("collections/<uuid:uid>/remove", take_out, name="collection-remove"),
]
