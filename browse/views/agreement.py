"""`/agreement`: how far people agree; `/conflicts` and `/unsure`: what waits for a decision. For reviewers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from browse.curation.tasks import decide_conflict
from browse.presentation.pages.agreement import agreement_context, queue_context
from browse.requests.posted import Posted
from browse.requests.task_form import read_label, read_queue
from browse.search import Snapshot, consistently
from browse.search.agreement import agreement_table
from browse.search.display_names import DisplayNames
from browse.search.open_pairs import conflicts, unsure_pairs
from browse.search.results import cards_by_id
from browse.views.curation import OF_OTHERS
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page

ON_A_PAGE = 24
_READ = {"conflicts": conflicts, "unsure": unsure_pairs}


@never_cache
@requires_permission(OF_OTHERS)
@page
def agreement(request: HttpRequest) -> HttpResponse:
    """The tables, of all labels or of one."""
    mid = read_label(request.GET)
    table = agreement_table(mid=mid)

    def show(snapshot: Snapshot) -> HttpResponse:
        context = agreement_context(DisplayNames(snapshot), table, mid=mid)
        return render_page(request, "curation/agreement.html", context, snapshot=snapshot, layout="base.html")

    return consistently(show)


@never_cache
@requires_permission(OF_OTHERS)
@page
def conflicting(request: HttpRequest) -> HttpResponse:
    """Pairs on which people differ."""
    return _queue(request, "conflicts")


@never_cache
@requires_permission(OF_OTHERS)
@page
def unsure(request: HttpRequest) -> HttpResponse:
    """Pairs of which the last word is unsure."""
    return _queue(request, "unsure")


@form_view(OF_OTHERS)
def decide(request: HttpRequest) -> HttpResponse:
    """`/conflicts/decide`: the last word on a pair, which counts as a verdict."""
    posted = Posted(request.POST)
    row = decide_conflict(
        image_id=posted.line("image", needed=True),
        mid=posted.line("label", needed=True),
        says=posted.choice("says", ("yes", "no", "unsure")),
        by=request.user.get_username(),
        why=posted.text("why"),
    )
    return redirect_or_json(request, posted.next_url(reverse("browse:conflicts")), verdict=row.pk, says=row.says)


def _queue(request: HttpRequest, queue: str) -> HttpResponse:
    mid, after = read_queue(request.GET)

    def show(snapshot: Snapshot) -> HttpResponse:
        found = _READ[queue](mid=mid, after=after, size=ON_A_PAGE)
        cards = cards_by_id(snapshot, [pair.image_id for pair in found.pairs])
        context = queue_context(DisplayNames(snapshot), queue, found, cards, mid=mid, after=after)
        return render_page(request, "curation/queue.html", context, snapshot=snapshot, layout="base.html")

    return consistently(show)


agreement_urls = [
    path("agreement", agreement, name="agreement"),
    path("conflicts", conflicting, name="conflicts"),
    path("conflicts/decide", decide, name="decide"),
    path("unsure", unsure, name="unsure"),
]
