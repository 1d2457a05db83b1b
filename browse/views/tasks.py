"""`/tasks`: pictures drawn to be judged by several people, blind; how far they are, and what becomes of the answers."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from browse.curation import tasks
from browse.domain.image_ids import image_id_from_key
from browse.domain.plans import MOST_OPINIONS, ORDERS
from browse.models import Opinion, Task
from browse.presentation.pages.guideline import guideline_context
from browse.presentation.pages.review import ORDER_WORDS
from browse.presentation.pages.tasks import sheet_context, task_context, task_list
from browse.presentation.parts.addresses import page_address
from browse.presentation.parts.values import STATE_WORDS
from browse.query.values import STATES
from browse.requests.posted import Posted
from browse.requests.readers import read_nothing
from browse.requests.task_form import read_label, read_task
from browse.search import Snapshot, consistently
from browse.search.display_names import DisplayNames
from browse.search.guideline import guideline_of
from browse.search.results import cards_by_id
from browse.search.tasks import claimed_by, facts_of, find_task, standing_of, task_lines
from browse.views.curation import OF_OTHERS, label_meant
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page
from browse.views.review import JUDGES

SHEET = 12
MOST_LISTED = 200


def all_tasks(request: HttpRequest) -> HttpResponseBase:
    """`/tasks`: the list; POST makes another."""
    return make(request) if request.method == "POST" else listed(request)


@never_cache
@requires_permission(JUDGES)
@page
def listed(request: HttpRequest) -> HttpResponse:
    """The tasks that one may take part in; for reviewers all of them."""
    read_nothing(request.GET)
    lines = task_lines(request.user.get_username(), every=request.user.has_perm(OF_OTHERS), most=MOST_LISTED)

    def show(snapshot: Snapshot) -> HttpResponse:
        context = task_list(DisplayNames(snapshot), lines)
        return render_page(request, "curation/tasks.html", context, snapshot=snapshot, layout="base.html")

    return consistently(show)


@requires_permission(OF_OTHERS)
@page
def new(request: HttpRequest) -> HttpResponse:
    """`/tasks/new`: the form; `mid` fills in a label."""
    context = {
        "mid": read_label(request.GET) or "",
        "states": [(state, STATE_WORDS[state]) for state in STATES],
        "orders": [(order, ORDER_WORDS[order]) for order in ORDERS],
        "most_opinions": MOST_OPINIONS,
    }
    return render_page(request, "curation/new_task.html", context, layout="base.html")


@form_view(OF_OTHERS)
def make(request: HttpRequest) -> HttpResponse:
    """A new task, of pictures that are drawn now."""
    wish = read_task(Posted(request.POST), mid_of=label_meant)
    made = tasks.make_task(wish, by=request.user.get_username())
    return redirect_or_json(request, _address(made), task=str(made.uid))


@never_cache
@requires_permission(JUDGES)
@page
def task(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>`: how far it is; for reviewers also what was answered, by whom, and what follows from it."""
    read_nothing(request.GET)
    found, by = _found(request, uid), request.user.get_username()
    standing = standing_of(found)

    def show(snapshot: Snapshot) -> HttpResponse:
        sees_all = request.user.has_perm(OF_OTHERS)
        is_asked = bool(claimed_by(found, by=by))
        context = task_context(DisplayNames(snapshot), standing, by=by, sees_all=sees_all, is_asked=is_asked)
        return render_page(request, "curation/task.html", context, snapshot=snapshot, layout="base.html")

    return consistently(show)


@never_cache
@requires_permission(JUDGES)
@page
def sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>/sheet`: the pictures that one has before one, without anything that is known of them."""
    read_nothing(request.GET)
    found = _found(request, uid)
    keys = claimed_by(found, by=request.user.get_username())

    def show(snapshot: Snapshot) -> HttpResponse:
        names = DisplayNames(snapshot)
        cards = cards_by_id(snapshot, [image_id_from_key(key) for key in keys])
        context = sheet_context(names, facts_of(found), cards)
        context["guideline"] = guideline_context(names, found.mid, guideline_of(snapshot, found.mid))
        return render_page(request, "curation/task_sheet.html", context, snapshot=snapshot, layout="base.html")

    return consistently(show)


@form_view(JUDGES)
def claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>/claim`: pictures to judge; back to the task where there are none for this person now."""
    found = _found(request, uid)
    given = tasks.claim_items(task=found, by=request.user.get_username(), size=SHEET)
    target = page_address("task-sheet", str(uid)) if given else _address(found)
    return redirect_or_json(request, target, pictures=len(given))


@form_view(JUDGES)
def say(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>/opinions`: what one says of a picture."""
    posted, found = Posted(request.POST), _found(request, uid)
    says, image_id = posted.choice("says", Opinion.Says.values), posted.line("image", needed=True)
    row = tasks.give_opinion(task=found, image_id=image_id, says=says, by=request.user.get_username())
    return redirect_or_json(request, page_address("task-sheet", str(uid)), says=row.says)


@form_view(OF_OTHERS)
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>/close`: end it, or with `act=open` go on."""
    posted, found = Posted(request.POST), _found(request, uid)
    is_closing = posted.choice("act", ("close", "open")) == "close"
    tasks.close_task(task=found, closed=is_closing, by=request.user.get_username(), why=posted.text("why"))
    return redirect_or_json(request, _address(found))


@form_view(OF_OTHERS)
def adopt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/tasks/<uid>/adopt`: give the answers as verdicts; on to the batch, where they can be undone."""
    batches = tasks.adopt_answers(task=_found(request, uid), by=request.user.get_username())
    return redirect_or_json(request, page_address("batch", str(batches[0].uid)))


def _found(request: HttpRequest, uid: UUID) -> Task:
    found = find_task(uid)
    if found is None:
        raise Http404
    return found


def _address(found: Task) -> str:
    return reverse("browse:task", args=[found.uid])


task_urls = [
    path("tasks", all_tasks, name="tasks"),
    path("tasks/new", new, name="task-new"),
    path("tasks/<uuid:uid>", task, name="task"),
    path("tasks/<uuid:uid>/sheet", sheet, name="task-sheet"),
    path("tasks/<uuid:uid>/claim", claim, name="task-claim"),
    path("tasks/<uuid:uid>/opinions", say, name="task-opinion"),
    path("tasks/<uuid:uid>/close", close, name="task-close"),
    path("tasks/<uuid:uid>/adopt", adopt, name="task-adopt"),
]
