"""Forms about one image: verdicts, flags, licence checks, take-downs, and what anyone may report."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from browse import curation
from browse.answers import answer
from browse.image_ids import key_from_image_id
from browse.models import LicenceCheck, Verdict
from browse.models.curation import is_hidden
from browse.posted import Posted
from browse.presentation.addresses import own_address
from browse.presentation.curated import FLAG_CHOICES, events
from browse.presentation.label_index import named
from browse.presentation.names import Names
from browse.presentation.tiles import plain_tiles
from browse.reports import note_report
from browse.search import Snapshot, consistently, image_of
from browse.search.said import record_of, said_by, verdicts_on
from browse.senders import sender_of
from browse.writes import done, explained, for_people, write

OF_OTHERS = "browse.add_decision"
"""Who decides flags may also take back other people's verdicts."""


@write("browse.add_verdict")
def give_verdict(request: HttpRequest) -> HttpResponse:
    """`/verdicts`: yes, no or unsure on a label of an image; the label by MID, or by its exact name."""
    posted = Posted(request.POST)
    image_id = posted.line("image", needed=True)
    mid = _mid(posted.line("label", needed=True))
    says = posted.choice("says", ("yes", "no", "unsure"))
    by = request.user.get_username()
    row = curation.give_verdict(image_id=image_id, mid=mid, says=says, by=by, why=posted.text("why"))
    return done(request, posted.way_back(f"{own_address(image_id)}#labels-title"), verdict=row.pk, says=row.says)


@write("browse.add_verdict")
def undo_verdict(request: HttpRequest) -> HttpResponse:
    """`/verdicts/undo`: one's own, or for reviewers anybody's."""
    posted, by = Posted(request.POST), request.user.get_username()
    of_others = request.user.has_perm(OF_OTHERS)
    row = curation.undo_verdict(verdict=posted.number("verdict"), by=by, why=posted.text("why"), of_others=of_others)
    left = said_by(Verdict.objects.filter(image_key=row.image_key, mid=row.mid).in_order()).standing
    values = {"verdict": left.pk if left else None, "says": left.says if left else ""}
    return done(request, posted.way_back(f"{own_address(row.image_id)}#labels-title"), **values)


@write("browse.add_flag")
def flag(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/flag`: something is wrong with it; a label is named by MID."""
    posted = Posted(request.POST)
    reason = posted.choice("reason", [value for value, _ in FLAG_CHOICES])
    mid = posted.line("label")
    curation.flag_image(
        image_id=image_id, reason=reason, by=request.user.get_username(), why=posted.text("why"), mid=mid
    )
    return done(request, f"{own_address(image_id)}#history-title")


@write("browse.add_licencecheck")
def check_licence(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/licence-check`: which licence it has at its source."""
    posted = Posted(request.POST)
    curation.check_licence(
        image_id=image_id,
        result=posted.choice("result", LicenceCheck.Result.values),
        by=request.user.get_username(),
        observed=posted.line("observed"),
        where=posted.text("where"),
        why=posted.text("why"),
    )
    return done(request, own_address(image_id))


@write("browse.add_hiding")
def hide(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/hide`: take it down."""
    curation.hide_image(image_id=image_id, by=request.user.get_username(), why=Posted(request.POST).text("why"))
    return done(request, reverse("browse:hidden", args=[image_id]))


@write("browse.add_hiding")
def unhide(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/unhide`: show it again."""
    posted = Posted(request.POST)
    curation.unhide_image(image_id=image_id, by=request.user.get_username(), why=posted.text("why", needed=True))
    return done(request, own_address(image_id))


@never_cache
@require_safe
@for_people("browse.add_hiding")
def hidden(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/hidden`: for reviewers, what became of an image that was taken down, and the way back."""
    key = key_from_image_id(image_id)
    if not is_hidden(key):
        raise Http404

    def make(snapshot: Snapshot) -> HttpResponse:
        record = record_of(key, verdicts_on(key).values())
        context = {"image_id": image_id, "events": events(record.entries, Names(snapshot))}
        return answer(request, "curation/hidden.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@explained
def report(request: HttpRequest, image_id: str) -> HttpResponseBase:
    """`/image/<ImageID>/report`: anyone may say that it is their photo; it goes to the queue of flags."""
    if request.method == "POST":
        posted = Posted(request.POST)
        why, contact = posted.text("why", needed=True), posted.line("contact")
        note_report(image_id=image_id, sender=sender_of(request), why=why, contact=contact)
        return done(request, f"{reverse('browse:report', args=[image_id])}?sent=1")

    def make(snapshot: Snapshot) -> HttpResponse:
        card = image_of(snapshot, image_id)
        if card is None:
            raise Http404
        tile = plain_tiles([card], href=own_address, size="m")[0]
        context = {"tile": tile, "sent": request.GET.get("sent") == "1"}
        return answer(request, "curation/report.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


def _mid(text: str) -> str:
    """The MID of a label by MID or exact name. Raises CurationError where there is none, or more than one."""
    if text.startswith("/"):
        return text
    found = consistently(lambda snapshot: named(snapshot, text))
    if len(found) == 1:
        return found[0].mid
    if not found:
        raise curation.UnknownError(f"the data set has no label called {text!r}")
    raise curation.CurationError(f"{text!r} is the name of several labels: {', '.join(one.mid for one in found)}")


_IMAGE = r"^image/(?P<image_id>[0-9a-f]{16})"
curation_urls = [
    path("verdicts", give_verdict, name="verdicts"),
    path("verdicts/undo", undo_verdict, name="undo-verdict"),
    re_path(rf"{_IMAGE}/flag$", flag, name="flag"),
    re_path(rf"{_IMAGE}/licence-check$", check_licence, name="licence-check"),
    re_path(rf"{_IMAGE}/hide$", hide, name="hide"),
    re_path(rf"{_IMAGE}/unhide$", unhide, name="unhide"),
    re_path(rf"{_IMAGE}/hidden$", hidden, name="hidden"),
    re_path(rf"{_IMAGE}/report$", report, name="report"),
]
