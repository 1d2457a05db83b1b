"""`/sets`: training sets, put together on a page, built in the background, and shown with all that was built."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse

from browse.models import SetBuild
from browse.presentation.pages.new_set import FORMAT_NAMES, new_set_context
from browse.presentation.pages.training_set import STATE_WORDS, SetHead, bibtex, finished_context, title_of
from browse.presentation.parts.addresses import path_of, with_query
from browse.query.values import Query
from browse.requests.parameters import BadQueryError, ParameterError, cut
from browse.requests.posted import Posted, takes_file
from browse.requests.readers import read_nothing
from browse.requests.set_form import DEFAULTS, FIELDS, SetForm, form_of, read_set_form
from browse.search import Snapshot, consistently, current_engine
from browse.search.display_names import DisplayNames
from browse.sets.adding import Edited, edited
from browse.sets.finished import finished_of, sets_of
from browse.sets.formats.registry import checked_formats
from browse.sets.preview import PREVIEW_S, Preview, one_at_a_time, preview
from browse.sets.reading import query_reader
from browse.sets.recipe import Recipe, as_values, indented_json
from browse.sets.recipe_reader import RecipeError, RecipeFault, read_recipe, recipe_of
from browse.sets.site_builds import MAY_BUILD, MAY_BUILD_ANY_SIZE, ask_for_set, cancel, start_building
from browse.views.faults import NotFoundError
from browse.views.forms import form_view, redirect_or_json
from browse.views.responses import asking_page, page, render_page

BASE = "base.html"
_LABEL = re.compile(r"labels\[([0-9]+)\]")


@takes_file
@asking_page
def new_set(request: HttpRequest) -> HttpResponseBase:
    """`/sets/new`: a recipe, changed as the form says, and what it would make. What fits an address leads to one."""
    form = read_set_form(request.POST if request.method == "POST" else request.GET, file=_file(request))
    return consistently(lambda snapshot: _answered(request, snapshot, form), timeout_s=PREVIEW_S)


def _file(request: HttpRequest) -> str:
    """The recipe that came as a file; empty where none did. Raises BadQueryError."""
    file = request.FILES.get("file")
    if file is None:
        return ""
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = ParameterError("file", cut(file.name or ""), f"is not UTF-8 text: byte {error.start} cannot be read")
        raise BadQueryError([wrong], Query()) from error


def _answered(request: HttpRequest, snapshot: Snapshot, asked: SetForm) -> HttpResponseBase:
    try:
        form = _loaded(asked, snapshot)
    except RecipeError as error:
        faults = [ParameterError(f.field or "recipe", f.value, f.message) for f in error.faults]
        return _shown(request, snapshot, Edited(SetForm((), DEFAULTS)), faults)
    edit = edited(form, snapshot)
    is_plain = edit.form == asked and request.method != "POST"
    if not is_plain and not edit.unclear and not edit.dropped and edit.form.fits_an_address:
        return HttpResponse(status=303, headers={"Location": with_query(path_of("set-new"), edit.form.query_string)})
    return _shown(request, snapshot, edit, [])


def _loaded(form: SetForm, snapshot: Snapshot) -> SetForm:
    """The form, or that of the recipe that came in its place. Raises RecipeError."""
    if not form.recipe:
        return form
    recipe = read_recipe(form.recipe, query_reader(snapshot.engine))
    return form_of(as_values(recipe), is_whole=form.is_whole)


def _shown(request: HttpRequest, snapshot: Snapshot, edit: Edited, faults: list[ParameterError]) -> HttpResponse:
    found: Preview | None = None
    if edit.form.labels:
        try:
            recipe = recipe_of(edit.form.values(), query_reader(snapshot.engine))
            found = _preview(snapshot, recipe, is_whole=edit.form.is_whole)
        except RecipeError as error:
            faults = [_as_field(fault, edit.form) for fault in error.faults]
    context = new_set_context(
        edit,
        DisplayNames(snapshot),
        found=found,
        faults=faults,
        can_build=request.user.has_perm(MAY_BUILD),
        can_have_pictures=request.user.has_perm(MAY_BUILD_ANY_SIZE),
    )
    context |= {"has_boxes": snapshot.engine.has_boxes, "has_masks": snapshot.engine.has_masks}
    status = 400 if faults else 200
    return render_page(request, "sets/new.html", context, snapshot=snapshot, layout=BASE, status=status)


def _preview(snapshot: Snapshot, recipe: Recipe, *, is_whole: bool) -> Preview:
    if not is_whole:
        return preview(snapshot, recipe, is_whole=False)
    return one_at_a_time(lambda: preview(snapshot, recipe, is_whole=True), wait_s=PREVIEW_S / 4)


def _as_field(fault: RecipeFault, form: SetForm) -> ParameterError:
    """A fault of a recipe as one of the field of the form that it came from."""
    found = _LABEL.match(fault.field)
    if found:
        return ParameterError("label", form.labels[int(found[1])].text, fault.message)
    return ParameterError(FIELDS.get(fault.field, fault.field), fault.value, fault.message)


@takes_file
@asking_page
def recipe_file(request: HttpRequest) -> HttpResponse:
    """`/sets/recipe.json`: the recipe of the form as a file, in its canonical form's order, to be read by people."""
    form = read_set_form(request.POST if request.method == "POST" else request.GET)

    def make(snapshot: Snapshot) -> HttpResponse:
        recipe = recipe_of(_loaded(form, snapshot).values(), query_reader(snapshot.engine))
        name = f"recipe-{recipe.name[:12]}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}
        return HttpResponse(indented_json(recipe), content_type="application/json", headers=headers)

    return consistently(make)


def sets(request: HttpRequest) -> HttpResponseBase:
    """`/sets`: one's own sets; POST has one built."""
    return build(request) if request.method == "POST" else listed(request)


@form_view(MAY_BUILD)
def build(request: HttpRequest) -> HttpResponse:
    """Have the set of a recipe built."""
    posted = Posted(request.POST)
    title = posted.line("title")
    wanted = ask_for_set(
        recipe=read_recipe(request.POST.get("recipe", ""), query_reader(current_engine())),
        formats=checked_formats(posted.lines("format")),
        title=title,
        by=request.user.get_username(),
        is_limited=not request.user.has_perm(MAY_BUILD_ANY_SIZE),
    )
    start_building()
    return redirect_or_json(request, reverse("browse:set", args=[wanted.uid]), uid=str(wanted.uid))


@page
def listed(request: HttpRequest) -> HttpResponse:
    """The list."""
    read_nothing(request.GET)
    heads = [_head(build) for build in sets_of(request.user.get_username())] if request.user.is_authenticated else []

    def make(snapshot: Snapshot) -> HttpResponse:
        return render_page(request, "sets/list.html", {"sets": heads}, snapshot=snapshot, layout=BASE)

    return consistently(make)


@page
def one_set(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/sets/<uid>`: how far a set has come, or all that is in it."""
    read_nothing(request.GET)
    built = SetBuild.objects.select_related("training_set").filter(training_set__uid=uid).first()
    if built is None:
        raise Http404

    def make(snapshot: Snapshot) -> HttpResponse:
        context = _set_context(request, snapshot, built)
        return render_page(request, "sets/set.html", context, snapshot=snapshot, layout=BASE)

    return consistently(make, timeout_s=PREVIEW_S)


def _set_context(request: HttpRequest, snapshot: Snapshot, built: SetBuild) -> dict[str, Any]:
    wanted, head = built.training_set, _head(built)
    address = request.build_absolute_uri(request.path)
    context: dict[str, Any] = {
        "head": head,
        "recipe": wanted.recipe,
        "recipe_hash": wanted.recipe_hash,
        "build": built,
        "is_own": wanted.by == request.user.get_username() and request.user.is_authenticated,
    }
    if built.state != SetBuild.State.DONE:
        return context
    try:
        found = finished_of(snapshot, built)
    except FileNotFoundError:
        return {**context, "files_gone": True}
    names = DisplayNames(snapshot)
    return {
        **context,
        **finished_context(found, names, uid=wanted.uid, formats=wanted.formats.split(), address=address),
        "bibtex": bibtex(title=head.title, year=wanted.at.year, row_hash=built.row_hash, address=address),
    }


def _head(build: SetBuild) -> SetHead:
    wanted = build.training_set
    return SetHead(
        uid=wanted.uid,
        title=title_of(wanted.title, len(json.loads(wanted.recipe)["labels"])),
        href=reverse("browse:set", args=[wanted.uid]),
        at=f"{wanted.at:%Y-%m-%d %H:%M} UTC",
        state=build.state,
        state_words=STATE_WORDS[build.state],
        doing=build.doing,
        share=1000 * build.done // build.total if build.total else 0,
        message=build.message,
        formats=", ".join(FORMAT_NAMES[name] for name in wanted.formats.split()),
        is_open=build.is_open,
    )


@form_view(MAY_BUILD)
def stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/sets/<uid>/cancel`: end the build of one's own set."""
    return _changed(request, uid, cancel)


@form_view(MAY_BUILD)
def go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/sets/<uid>/resume`: go on with a build whose process is gone."""
    return _changed(request, uid, lambda build: start_building())


def _changed(request: HttpRequest, uid: UUID, change: Callable[[SetBuild], Any]) -> HttpResponse:
    by = request.user.get_username()
    own = SetBuild.objects.select_related("training_set").filter(training_set__uid=uid, training_set__by=by).first()
    if own is None:
        raise NotFoundError("you have no such training set")
    change(own)
    return redirect_or_json(request, reverse("browse:set", args=[uid]))


set_urls = [
    path("sets", sets, name="sets"),
    path("sets/new", new_set, name="set-new"),
    path("sets/recipe.json", recipe_file, name="set-recipe"),
    path("sets/<uuid:uid>", one_set, name="set"),
    path("sets/<uuid:uid>/cancel", stop, name="set-cancel"),
    path("sets/<uuid:uid>/resume", go_on, name="set-resume"),
]
