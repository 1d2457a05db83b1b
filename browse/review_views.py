"""`/review`: sheet after sheet of pictures of one label and state, judged by key or button."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import path

from browse import curation
from browse.answers import answer, page
from browse.filters import new_seed
from browse.posted import Posted
from browse.presentation.names import Names
from browse.presentation.review import address, review_context, tally_values
from browse.review_parameters import ReviewRequest, read_review
from browse.search import Snapshot, consistently
from browse.search.review import Review, sheet_of, tally_of
from browse.writes import done, for_people, write

JUDGES = "browse.add_verdict"


@for_people(JUDGES)
@page
def review(request: HttpRequest) -> HttpResponseBase:
    """`/review`: one sheet; without a seed it leads to a review of its own."""
    asked = read_review(request.GET)
    if asked.mid is None:
        return answer(request, "curation/review_start.html", {}, layout="base.html")
    if asked.seed is None:
        return HttpResponseRedirect(address(_review(asked, seed=new_seed()), skip=asked.skip))

    def make(snapshot: Snapshot) -> HttpResponse:
        asked = read_review(request.GET, known=snapshot.engine)
        one = _review(asked, seed=asked.seed or 0)
        tally = tally_of(one, by=request.user.get_username())
        sheet = sheet_of(snapshot, one, skip=asked.skip, judged=tally.judged)
        context = review_context(Names(snapshot), one, sheet, tally, skip=asked.skip)
        return answer(request, "curation/review.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@write(JUDGES)
def judge(request: HttpRequest) -> HttpResponse:
    """`/review/verdicts`: a verdict on an image of the sheet that `next` is the address of."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    says = posted.choice("says", ("yes", "no", "unsure"))
    image_id = posted.line("image", needed=True)
    row = curation.give_verdict(image_id=image_id, mid=one.mid, says=says, by=by, why=one.mark)
    return done(request, back, verdict=row.pk, says=row.says, tally=tally_values(tally_of(one, by=by)))


@write(JUDGES)
def undo(request: HttpRequest) -> HttpResponse:
    """`/review/undo`: take one's own verdict of this review back."""
    posted, by = Posted(request.POST), request.user.get_username()
    one, back = _of_sheet(posted)
    curation.undo_verdict(verdict=posted.number("verdict"), by=by, why=one.mark)
    return done(request, back, verdict=None, says="", tally=tally_values(tally_of(one, by=by)))


def _of_sheet(posted: Posted) -> tuple[Review, str]:
    """The review whose sheet's address the form names as `next`, and that address. Raises BadQueryError."""
    back = posted.way_back("/review")
    asked = read_review(QueryDict(urlsplit(back).query))
    if asked.mid is None or asked.seed is None:
        raise curation.CurationError("the form does not say of which review it is")
    return _review(asked, seed=asked.seed), back


def _review(asked: ReviewRequest, *, seed: int) -> Review:
    return Review(asked.mid or "", asked.state, asked.order, seed)


review_urls = [
    path("review", review, name="review"),
    path("review/verdicts", judge, name="review-verdicts"),
    path("review/undo", undo, name="review-undo"),
]
