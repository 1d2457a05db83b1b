"""All images of a query into a collection: the number first, then batch by batch, by script or by button."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from browse.curation import actions, bulk
from browse.facets.engine import UnknownValueError
from browse.models import BulkJob
from browse.presentation.pages.collections import job_values
from browse.presentation.pages.results import titled
from browse.presentation.parts.addresses import images_address
from browse.query.canonical import canonical
from browse.query.edits import in_listing_order
from browse.query.words import in_words
from browse.requests.parameters import BadQueryError
from browse.requests.posted import Posted
from browse.requests.readers import read_query
from browse.search import Snapshot, consistently
from browse.search.collections import collections_of, find_collection, progress_of
from browse.search.display_names import DisplayNames
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page

KEEPS = "browse.add_collection"
LONGEST_QUERY = 8190
"""As long as any address: a query of many images by ImageID is longer than other texts of forms."""


def adding(request: HttpRequest) -> HttpResponseBase:
    """`/collections/add`: what would be added, and where to; POST begins, and adds none yet."""
    return begin(request) if request.method == "POST" else asked(request)


@requires_permission(KEEPS)
@page
def asked(request: HttpRequest) -> HttpResponse:
    """How many images there are, before anything is done."""
    query = in_listing_order(read_query(request.GET).query)

    def make(snapshot: Snapshot) -> HttpResponse:
        count = snapshot.engine.count(query, deadline=snapshot.deadline)
        context = {
            "count": count,
            "most": bulk.MOST_IMAGES,
            "is_too_many": count > bulk.MOST_IMAGES,
            "heading": titled(count, in_words(query, DisplayNames(snapshot))),
            "query": canonical(query),
            "back": images_address(query),
            "own": collections_of(request.user.get_username()),
        }
        return render_page(request, "curation/add_all.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(KEEPS)
def begin(request: HttpRequest) -> HttpResponse:
    """A job, in a collection of one's own or a new one."""
    posted, by = Posted(request.POST), request.user.get_username()
    query = read_query(QueryDict(posted.text("query", most=LONGEST_QUERY))).query
    if posted.line("collection"):
        posted.must_be_empty("name", "must be empty where a collection is chosen")
        found = find_collection(posted.uid("collection"), by=by)
        if found is None:
            raise actions.UnknownError("there is no such collection")
        target = found.collection_id
        job = bulk.start_adding(collection=target, query=query, by=by)
    else:
        job = bulk.start_new(name=posted.line("name", needed=True), query=query, by=by)
    return redirect_or_json(request, reverse("browse:job", args=[job.uid]), job=str(job.uid))


@never_cache
@requires_permission(KEEPS)
@page
def job(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/jobs/<uid>`: how far a job of one's own has come, and its next step."""
    by = request.user.get_username()
    found = BulkJob.objects.filter(uid=uid, by=by).select_related("collection").first()
    if found is None:
        raise Http404
    details = found.collection.details.newest().get()

    def make(snapshot: Snapshot) -> HttpResponse:
        query = QueryDict(found.query)
        try:
            words, is_stuck = in_words(read_query(query, known=snapshot.engine).query, DisplayNames(snapshot)), False
        except (BadQueryError, UnknownValueError):
            words, is_stuck = found.query, True
        context = {
            "job": found,
            "is_stuck": is_stuck,
            "progress": job_values(progress_of(found)),
            "details": details,
            "words": words,
            "at_most": bulk.MOST_AT_ONCE,
        }
        return render_page(request, "curation/job.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(KEEPS)
def go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/jobs/<uid>/go-on`: one batch."""
    posted, by = Posted(request.POST), request.user.get_username()
    at_most = posted.number("at_most") if "at_most" in request.POST else bulk.MOST_AT_ONCE
    found = bulk.go_on(job=uid, by=by, at_most=at_most)
    return redirect_or_json(request, reverse("browse:job", args=[uid]), **job_values(progress_of(found)))


@form_view(KEEPS)
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/collections/jobs/<uid>/undo`: begin to take out again what the job put in."""
    found = bulk.start_undoing(job=uid, by=request.user.get_username())
    return redirect_or_json(request, reverse("browse:job", args=[uid]), **job_values(progress_of(found)))


adding_urls = [
    path("collections/add", adding, name="add-all"),
    path("collections/jobs/<uuid:uid>", job, name="job"),
    path("collections/jobs/<uuid:uid>/go-on", go_on, name="job-go-on"),
    path("collections/jobs/<uuid:uid>/undo", undo, name="job-undo"),
]
