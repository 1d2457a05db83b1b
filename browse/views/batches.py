"""One verdict on the images selected while browsing, and what became of a batch of verdicts."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from browse.curation.batches import VerdictRow, give_verdicts, undo_batch
from browse.models import Batch
from browse.models.curation import only_effective
from browse.presentation.pages.batch import batch_values, selection_context
from browse.presentation.parts.addresses import own_address
from browse.presentation.parts.tiles import plain_tiles
from browse.requests.posted import Posted
from browse.requests.readers import read_nothing
from browse.requests.review_parameters import read_selection
from browse.search import Snapshot, consistently
from browse.search.blind import current_reader
from browse.search.display_names import DisplayNames
from browse.search.results import cards_by_id
from browse.views.curation import OF_OTHERS
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page
from browse.views.review import JUDGES

MOST_SHOWN = 200
"""Images of a batch that are shown."""


def several(request: HttpRequest) -> HttpResponseBase:
    """`/verdicts/several`: what a verdict would be given on; POST gives it."""
    return judge_selected(request) if request.method == "POST" else selected(request)


@requires_permission(JUDGES)
@page
def selected(request: HttpRequest) -> HttpResponse:
    """The images, how many they are, and the label that is meant."""
    read_selection(request.GET)

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_selection(request.GET, known=snapshot.engine)
        cards = cards_by_id(snapshot, asked.image_ids)
        context = selection_context(DisplayNames(snapshot), asked, cards, key=str(uuid4()))
        return render_page(request, "curation/selection.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(JUDGES)
def judge_selected(request: HttpRequest) -> HttpResponse:
    """One verdict on all of them."""
    posted = Posted(request.POST)
    says, mid = posted.choice("says", ("yes", "no", "unsure")), posted.line("label", needed=True)
    rows = [VerdictRow(image_id, mid, says) for image_id in posted.lines("image")]
    batch = give_verdicts(rows=rows, by=request.user.get_username(), key=posted.line("key", needed=True))
    return redirect_or_json(request, reverse("browse:batch", args=[batch.uid]), batch=str(batch.uid))


@never_cache
@requires_permission(JUDGES)
@page
def batch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/batches/<uid>`: what was said on which images, how much of it is left, and the undo for all of it."""
    read_nothing(request.GET)
    found = Batch.objects.filter(uid=uid, kind=Batch.Kind.VERDICTS).first()
    if found is None:
        raise Http404
    if found.by != request.user.get_username() and not request.user.has_perm(OF_OTHERS):
        raise PermissionDenied
    left = only_effective(found.verdicts).count()
    rows = list(found.verdicts[:MOST_SHOWN])

    def make(snapshot: Snapshot) -> HttpResponse:
        cards = cards_by_id(snapshot, [row.image_id for row in rows])
        said = [(row.says, row.mid) for row in rows]
        is_withheld = current_reader().seen_of(found.verdicts.all()).count() < found.written
        context = {
            **batch_values(DisplayNames(snapshot), said, written=found.written, left=left, is_withheld=is_withheld),
            "batch": found,
            "tiles": plain_tiles(cards, href=own_address, size="s"),
        }
        return render_page(request, "curation/batch.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(JUDGES)
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/batches/<uid>/undo`: one's own, or for reviewers anybody's."""
    of_others = request.user.has_perm(OF_OTHERS)
    undo_batch(batch=uid, by=request.user.get_username(), of_others=of_others)
    return redirect_or_json(request, Posted(request.POST).next_url(reverse("browse:batch", args=[uid])))


batch_urls = [
    path("verdicts/several", several, name="judge-selected"),
    path("batches/<uuid:uid>", batch, name="batch"),
    path("batches/<uuid:uid>/undo", undo, name="batch-undo"),
]
