"""`/review`: sheet after sheet of pictures of one label and state, judged by key or button."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import path

from browse.curation import actions
from browse.curation.batches import VerdictRow, give_verdicts, undo_batch
from browse.domain.image_ids import image_id_from_key
from browse.domain.plural import counted
from browse.models.batches import batch_of
from browse.models.curation import only_effective
from browse.presentation.pages.guideline import guideline_context
from browse.presentation.pages.review import ToUndo, address, batch_context, review_context, tally_values
from browse.presentation.parts.addresses import path_of
from browse.requests.posted import Posted
from browse.requests.readers import new_seed
from browse.requests.review_parameters import ReviewRequest, read_review
from browse.search import Snapshot, consistently
from browse.search.display_names import DisplayNames
from browse.search.guideline import guideline_of
from browse.search.results import cards_by_id
from browse.search.review import Review, Tally, passed_over_by, sheet_of, tally_of
from browse.views.forms import form_view, redirect_or_json, requires_permission
from browse.views.responses import page, render_page

JUDGES = "browse.add_verdict"


@requires_permission(JUDGES)
@page
def review(request: HttpRequest) -> HttpResponseBase:
    """`/review`: one sheet; without a seed it leads to a review of its own."""
    asked = read_review(request.GET)
    if asked.mid is None:
        return render_page(request, "curation/review_start.html", {}, layout="base.html")
    if asked.seed is None:
        return HttpResponseRedirect(address(_review(asked, seed=new_seed())))

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_review(request.GET, known=snapshot.engine)
        one = _review(asked, seed=asked.seed or 0)
        by = request.user.get_username()
        tally = tally_of(one, by=by)
        sheet = sheet_of(snapshot, one, judged=tally.judged, passed_over=passed_over_by(one, by=by))
        names, guideline = DisplayNames(snapshot), guideline_of(snapshot, one.mid)
        context = {
            **review_context(names, one, sheet, tally),
            "guideline": guideline_context(names, one.mid, guideline),
            "last": _last(tally),
            "key": str(uuid4()),
        }
        return render_page(request, "curation/review.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@form_view(JUDGES)
def judge(request: HttpRequest) -> HttpResponse:
    """`/review/verdicts`: a verdict on an image of the sheet that `next` is the address of."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    says = posted.choice("says", ("yes", "no", "unsure"))
    image_id = posted.line("image", needed=True)
    row = actions.press_verdict(image_id=image_id, mid=one.mid, says=says, by=by, why=one.mark)
    return redirect_or_json(request, back, verdict=row.pk, says=row.says, tally=tally_values(tally_of(one, by=by)))


@form_view(JUDGES)
def undo(request: HttpRequest) -> HttpResponse:
    """`/review/undo`: take one's own verdict of this review back."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    actions.undo_verdict(verdict=posted.number("verdict"), by=by, why=one.mark)
    return redirect_or_json(request, back, verdict=None, says="", tally=tally_values(tally_of(one, by=by)))


@form_view(JUDGES)
def judge_many(request: HttpRequest) -> HttpResponse:
    """`/review/batch`: one verdict on several images of the sheet; a form that does not say how many is asked first."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    says, image_ids = _meant(posted, tally_of(one, by=by))
    if "number" not in request.POST:
        return _asked_first(request, one, says, image_ids)
    if posted.number("number") != len(image_ids):
        raise actions.CurationError(
            f"the form says {posted.number('number')} but names {counted(len(image_ids), 'picture')}"
        )
    rows = [VerdictRow(image_id, one.mid, says, one.mark) for image_id in image_ids]
    batch = give_verdicts(rows=rows, by=by, key=posted.line("key", needed=True))
    verdicts = {row.image_id: row.pk for row in batch.verdicts}
    tally = tally_values(tally_of(one, by=by))
    return redirect_or_json(request, back, batch=str(batch.uid), verdicts=verdicts, says=says, tally=tally)


@form_view(JUDGES)
def undo_many(request: HttpRequest) -> HttpResponse:
    """`/review/batch/undo`: take back what is left of one's own batch."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    undo_batch(batch=posted.uid("batch"), by=by, why=one.mark)
    tally = tally_of(one, by=by)
    left = {image_id_from_key(key): says for key, says in tally.says.items()}
    return redirect_or_json(request, back, says=left, tally=tally_values(tally))


def _meant(posted: Posted, tally: Tally) -> tuple[str, list[str]]:
    """The word and the images of a form: those selected, or all others of the sheet that are not judged yet."""
    act, selected = posted.choice("act", ("yes", "no", "unsure", "rest")), posted.lines("image")
    if act != "rest":
        meant = selected
    else:
        judged = {image_id_from_key(key) for key in tally.judged}
        meant = [image_id for image_id in posted.lines("sheet") if image_id not in judged.union(selected)]
    if len(meant) > actions.MOST_PASSED_OVER:
        raise actions.CurationError(f"a sheet has at most {actions.MOST_PASSED_OVER} images")
    if not meant:
        raise actions.CurationError("no picture is selected" if act != "rest" else "no picture of the sheet is left")
    return ("yes" if act == "rest" else act), meant


def _asked_first(request: HttpRequest, one: Review, says: str, image_ids: list[str]) -> HttpResponse:
    def make(snapshot: Snapshot) -> HttpResponse:
        cards = cards_by_id(snapshot, image_ids)
        context = batch_context(DisplayNames(snapshot), one, says, cards, key=str(uuid4()))
        return render_page(request, "curation/review_batch.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


def _last(tally: Tally) -> ToUndo | None:
    """What is undone next: the last verdict, or all that is left of the batch that it came with."""
    if tally.last is None:
        return None
    batch = batch_of(tally.last.pk)
    if batch is None:
        return ToUndo(tally.last.said, verdict=tally.last.pk)
    return ToUndo(tally.last.said, batch=str(batch.uid), number=only_effective(batch.verdicts).count())


@form_view(JUDGES)
def turn(request: HttpRequest) -> HttpResponse:
    """`/review/next`: the next sheet; the images that the form names are passed over."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    actions.pass_over(mid=one.mid, review=one.mark, image_ids=posted.lines("image"), by=by)
    return redirect_or_json(request, back)


@form_view(JUDGES)
def look_again(request: HttpRequest) -> HttpResponse:
    """`/review/again`: on with the images that were passed over in this review."""
    one, back = _of_sheet(Posted(request.POST))
    actions.forget_passed_over(mid=one.mid, review=one.mark, by=request.user.get_username())
    return redirect_or_json(request, back)


def _of_sheet(posted: Posted) -> tuple[Review, str]:
    """The review whose sheet's address the form names as `next`, and that address. Raises BadQueryError."""
    back = posted.next_url(path_of("review"))
    asked = read_review(QueryDict(urlsplit(back).query))
    if asked.mid is None or asked.seed is None:
        raise actions.CurationError("the form does not say which review it belongs to")
    return _review(asked, seed=asked.seed), back


def _review(asked: ReviewRequest, *, seed: int) -> Review:
    return Review(asked.mid or "", asked.state, asked.order, seed, asked.sheet)


review_urls = [
    path("review", review, name="review"),
    path("review/verdicts", judge, name="review-verdicts"),
    path("review/undo", undo, name="review-undo"),
    path("review/batch", judge_many, name="review-batch"),
    path("review/batch/undo", undo_many, name="review-batch-undo"),
    path("review/next", turn, name="review-next"),
    path("review/again", look_again, name="review-again"),
]
