"""`/api/sets/…`: previews of training sets, and sets that are built for accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path

from browse.api.answers import account_posting, json_response, parameters, posting, reading
from browse.api.set_shapes import build_json, preview_json
from browse.models import SetBuild
from browse.requests.readers import read_nothing, read_part
from browse.requests.set_request import read_set_request
from browse.search import Snapshot, consistently, current_engine, current_version
from browse.sets.formats.registry import checked_formats
from browse.sets.preview import PREVIEW_S, Preview, one_at_a_time, preview
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import read_recipe, recipe_of
from browse.sets.site_builds import MAY_BUILD, MAY_BUILD_ANY_SIZE, ask_for_set, cancel, start_building
from browse.views.faults import NotFoundError


@posting
def set_preview(request: HttpRequest) -> HttpResponse:
    """What the recipe in the body would make."""
    is_whole = read_part(parameters(request)) != "counts"

    def work(snapshot: Snapshot) -> tuple[Preview, str]:
        recipe = read_recipe(request.body, query_reader(snapshot.engine))
        if not is_whole:
            return preview(snapshot, recipe, is_whole=False), snapshot.version
        return one_at_a_time(lambda: preview(snapshot, recipe, is_whole=True), wait_s=PREVIEW_S / 4), snapshot.version

    found, version = consistently(work, timeout_s=PREVIEW_S)
    return json_response(preview_json(found), version=version)


@account_posting(MAY_BUILD)
def make_set(request: HttpRequest) -> HttpResponse:
    """Have the set of a recipe built."""
    read_nothing(parameters(request))
    asked = read_set_request(request.body)
    wanted = ask_for_set(
        recipe=recipe_of(asked.recipe, query_reader(current_engine())),
        formats=checked_formats(asked.formats),
        title=asked.title,
        by=request.user.get_username(),
        is_limited=not request.user.has_perm(MAY_BUILD_ANY_SIZE),
    )
    start_building()
    response = _answered(wanted.build, status=201)
    response.headers["Location"] = f"/api/sets/{wanted.uid}"
    return response


@reading
def set_state(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a set has come, and its files once it is there."""
    read_nothing(parameters(request))
    return _answered(find_build(uid))


@account_posting(MAY_BUILD)
def cancel_set(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End the build of one's own set."""
    return _changed(request, uid, cancel)


@account_posting(MAY_BUILD)
def resume_set(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Go on with the build of one's own set, where the process that built it is gone."""
    return _changed(request, uid, lambda build: start_building())


def find_build(uid: UUID) -> SetBuild:
    """A set with its build. Raises NotFoundError."""
    found = SetBuild.objects.select_related("training_set").filter(training_set__uid=uid).first()
    if found is None:
        raise NotFoundError("there is no such training set")
    return found


def _changed(request: HttpRequest, uid: UUID, change: Callable[[SetBuild], Any]) -> HttpResponse:
    read_nothing(parameters(request))
    build = find_build(uid)
    if build.training_set.by != request.user.get_username():
        raise NotFoundError("this training set is not yours")
    change(build)
    build.refresh_from_db()
    return _answered(build)


def _answered(build: SetBuild, *, status: int = 200) -> HttpResponse:
    response = json_response(build_json(build), version=current_version(), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


set_api_urls = [
    path("api/sets", make_set, name="api-sets"),
    path("api/sets/preview", set_preview, name="api-set-preview"),
    path("api/sets/<uuid:uid>", set_state, name="api-set"),
    path("api/sets/<uuid:uid>/cancel", cancel_set, name="api-set-cancel"),
    path("api/sets/<uuid:uid>/resume", resume_set, name="api-set-resume"),
]
