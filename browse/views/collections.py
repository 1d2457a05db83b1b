"""Collections: lists, pages, credit sheets, and putting images in, one or all of a query."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse

from browse.curation import actions
from browse.curation.people import name_oneself
from browse.domain.bulk_job import UNFINISHED
from browse.models import BulkJob, Collection, CollectionDetails
from browse.models.people import public_names
from browse.presentation.pages.collections import PER_PAGE, address, collection_context, covers
from browse.requests.posted import Posted
from browse.requests.readers import read_nothing, read_page
from browse.search import Snapshot, consistently
from browse.search.collections import (
    collected_of,
    collections_of,
    covered,
    find_collection,
    progress_of,
    public_collections,
    summary_of,
)
from browse.views.forms import form_view, redirect_or_json
from browse.views.responses import page, render_page

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
            "own": covers(covered(snapshot, collections_of(by))),
            "public": covers(covered(snapshot, public_collections(but=by))),
            "public_name": public_names({by}).get(by, "") if by else "",
        }
        return render_page(request, "curation/collections.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(KEEPS)
def create(request: HttpRequest) -> HttpResponse:
    """A new collection, with its first image where one is named."""
    posted, by = Posted(request.POST), request.user.get_username()
    name, description = posted.line("name", needed=True), posted.text("description")
    image_id = posted.line("image")
    with transaction.atomic():
        made = actions.create_collection(
            name=name, by=by, description=description, is_public=posted.is_checked("is_public")
        )
        if image_id:
            actions.add_to_collection(collection=made.pk, image_id=image_id, by=by)
    return redirect_or_json(request, posted.next_url(reverse("browse:collection", args=[made.uid])), uid=str(made.uid))


@form_view(KEEPS)
def name_owner(request: HttpRequest) -> HttpResponse:
    """`/collections/name`: what one is called on one's public collections."""
    row = name_oneself(name=Posted(request.POST).line("name"), by=request.user.get_username())
    return redirect_or_json(request, reverse("browse:collections"), name=row.name)


@page
def collection(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>`: its images with their credit; the public link, where it is public."""
    number = read_page(request.GET)
    details = _visible(request, uid)
    is_own = details.collection.by == request.user.get_username()
    jobs = BulkJob.objects.filter(collection=details.collection, state__in=UNFINISHED) if is_own else ()
    unfinished = [progress_of(job) for job in jobs]

    def make(snapshot: Snapshot) -> HttpResponse:
        found = collected_of(snapshot, details.collection, page=number, per_page=PER_PAGE)
        context = collection_context(summary_of(details), found, page=number, is_own=is_own, jobs=unfinished)
        path_ = address(details.collection.uid) if details.is_public else None
        return render_page(
            request, "curation/collection.html", context, snapshot=snapshot, layout="base.html", canonical_path=path_
        )

    return consistently(make)


@form_view(KEEPS)
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/change`: name, description and whether it is public, all of it as in the form."""
    posted = Posted(request.POST)
    details = actions.change_collection(
        collection=_named(request, uid).pk,
        by=request.user.get_username(),
        name=posted.line("name", needed=True),
        description=posted.text("description"),
        is_public=posted.is_checked("is_public"),
    )
    return redirect_or_json(request, address(details.collection.uid))


@form_view(KEEPS)
def cover(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/cover`: an image for its cover."""
    posted = Posted(request.POST)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    details = actions.change_collection(collection=_named(request, uid).pk, by=by, cover=image_id)
    return redirect_or_json(request, posted.next_url(address(details.collection.uid)))


@form_view(KEEPS)
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/delete`: the collection goes from all lists; its history stays."""
    by = request.user.get_username()
    actions.change_collection(collection=_named(request, uid).pk, by=by, is_removed=True)
    return redirect_or_json(request, reverse("browse:collections"))


@form_view(KEEPS)
def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/add`: put an image in."""
    posted, owned = Posted(request.POST), _named(request, uid)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    actions.add_to_collection(collection=owned.pk, image_id=image_id, by=by)
    return redirect_or_json(request, posted.next_url(reverse("browse:collection", args=[uid])))


@form_view(KEEPS)
def take_out(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/<uid>/remove`: take an image out."""
    posted, owned = Posted(request.POST), _named(request, uid)
    image_id, by = posted.line("image", needed=True), request.user.get_username()
    actions.remove_from_collection(collection=owned.pk, image_id=image_id, by=by)
    return redirect_or_json(request, posted.next_url(reverse("browse:collection", args=[uid])))


def _visible(request: HttpRequest, uid: UUID) -> CollectionDetails:
    found = find_collection(uid, by=request.user.get_username())
    if found is None:
        raise Http404
    return found


def _named(request: HttpRequest, uid: UUID) -> Collection:
    """The collection of this address. Raises UnknownError where nobody may see it, or it is not there."""
    found = find_collection(uid, by=request.user.get_username())
    if found is None:
        raise actions.UnknownError("there is no such collection")
    owned: Collection = found.collection
    return owned


collection_urls = [
    path("collections", collections, name="collections"),
    path("collections/name", name_owner, name="public-name"),
    path("collections/<uuid:uid>", collection, name="collection"),
    path("collections/<uuid:uid>/change", change, name="collection-change"),
    path("collections/<uuid:uid>/cover", cover, name="collection-cover"),
    path("collections/<uuid:uid>/delete", remove, name="collection-delete"),
    path("collections/<uuid:uid>/add", add, name="collection-add"),
    path("collections/<uuid:uid>/remove", take_out, name="collection-remove"),
]
