"""Forms about one image: verdicts, flags, license checks, take-downs, and what anyone may report."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, re_path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from browse.curation import actions
from browse.curation.reports import REASONS, WITHIN, TooManyReportsError, note_report, outcome_of, report_of
from browse.domain.image_ids import key_from_image_id
from browse.models import Flag, LicenseCheck, Verdict
from browse.models.curation import is_hidden
from browse.presentation.parts.addresses import own_address
from browse.presentation.parts.history import event
from browse.presentation.parts.tiles import plain_tiles
from browse.requests.client_address import client_address
from browse.requests.posted import Posted
from browse.search import Snapshot, consistently, image_of
from browse.search.display_names import DisplayNames
from browse.search.image_page import FLAG_CHOICES
from browse.search.labels import fold, named
from browse.search.verdict_history import record_of, verdicts_of, verdicts_on
from browse.views.forms import form_view, handles_form_errors, redirect_or_json, requires_permission
from browse.views.responses import render_page, wants_json

OF_OTHERS = "browse.add_decision"
"""Who decides flags may also take back other people's verdicts."""


@form_view("browse.add_verdict")
def give_verdict(request: HttpRequest) -> HttpResponse:
    """`/verdicts`: yes, no or unsure on a label of an image; the label by MID, or by its exact name."""
    posted = Posted(request.POST)
    image_id = posted.line("image", needed=True)
    mid = label_meant(posted.line("label", needed=True))
    says = posted.choice("says", ("yes", "no", "unsure"))
    by = request.user.get_username()
    row = actions.press_verdict(image_id=image_id, mid=mid, says=says, by=by, why=posted.text("why"))
    return redirect_or_json(
        request, posted.next_url(f"{own_address(image_id)}#labels-title"), verdict=row.pk, says=row.says
    )


@form_view("browse.add_verdict")
def undo_verdict(request: HttpRequest) -> HttpResponse:
    """`/verdicts/undo`: one's own, or for reviewers anybody's."""
    posted, by = Posted(request.POST), request.user.get_username()
    of_others = request.user.has_perm(OF_OTHERS)
    row = actions.undo_verdict(verdict=posted.number("verdict"), by=by, why=posted.text("why"), of_others=of_others)
    left = verdicts_of(Verdict.objects.filter(image_key=row.image_key, mid=row.mid).in_order()).standing
    values = {"verdict": left.pk if left else None, "says": left.said if left else ""}
    return redirect_or_json(request, posted.next_url(f"{own_address(row.image_id)}#labels-title"), **values)


@form_view("browse.add_flag")
def flag(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/flag`: something is wrong with it; a label is named by MID."""
    posted = Posted(request.POST)
    reason = posted.choice("reason", [value for value, _ in FLAG_CHOICES])
    mid = posted.line("label")
    actions.flag_image(
        image_id=image_id, reason=reason, by=request.user.get_username(), why=posted.text("why"), mid=mid
    )
    return redirect_or_json(request, f"{own_address(image_id)}#history-title")


@form_view("browse.add_licensecheck")
def check_license(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/license-check`: which license it has at its source."""
    posted = Posted(request.POST)
    actions.check_license(
        image_id=image_id,
        result=posted.choice("result", LicenseCheck.Result.values),
        by=request.user.get_username(),
        observed=posted.line("observed"),
        where=posted.text("where"),
        why=posted.text("why"),
    )
    return redirect_or_json(request, own_address(image_id))


@form_view("browse.add_hiding")
def hide(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/hide`: take it down."""
    actions.hide_image(image_id=image_id, by=request.user.get_username(), why=Posted(request.POST).text("why"))
    return redirect_or_json(request, reverse("browse:hidden", args=[image_id]))


@form_view("browse.add_hiding")
def unhide(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/unhide`: show it again."""
    posted = Posted(request.POST)
    actions.unhide_image(image_id=image_id, by=request.user.get_username(), why=posted.text("why", needed=True))
    return redirect_or_json(request, own_address(image_id))


@never_cache
@require_safe
@requires_permission("browse.add_hiding")
def hidden(request: HttpRequest, image_id: str) -> HttpResponse:
    """`/image/<ImageID>/hidden`: for reviewers, what became of an image that was taken down, and the way back."""
    key = key_from_image_id(image_id)
    if not is_hidden(key):
        raise Http404

    def make(snapshot: Snapshot) -> HttpResponse:
        names = DisplayNames(snapshot)
        told = [event(entry, names.label) for entry in record_of(key, verdicts_on(key).values())]
        context = {"image_id": image_id, "events": told}
        return render_page(request, "curation/hidden.html", context, snapshot=snapshot, layout="base.html")

    return consistently(make)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@handles_form_errors
def report(request: HttpRequest, image_id: str) -> HttpResponseBase:
    """`/image/<ImageID>/report`: anyone may say what is wrong with it; that goes to the queue of flags."""
    if request.method != "POST":
        sent = report_of(image_id=image_id, uid=Posted(request.GET).uid("sent")) if "sent" in request.GET else None
        link = request.build_absolute_uri(reverse("browse:reported", args=[sent.uid])) if sent else ""
        return _report_form(request, image_id, {"sent": sent, "reported": link})
    posted = Posted(request.POST)
    reason = posted.choice("reason", REASONS) if "reason" in request.POST else Flag.Reason.RIGHTS_HOLDER
    typed = {"reason": str(reason), "why": posted.text("why", needed=True), "contact": posted.line("contact")}
    try:
        sent = note_report(image_id=image_id, sender=client_address(request), **typed)
    except TooManyReportsError as error:
        if wants_json(request):
            raise
        # On the form again, with all that was typed.
        response = _report_form(request, image_id, {**typed, "refusal": str(error)}, status=429)
        response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
        return response
    return redirect_or_json(request, f"{reverse('browse:report', args=[image_id])}?sent={sent.uid}", report=sent.pk)


@never_cache
@require_safe
def reported(request: HttpRequest, uid: UUID) -> HttpResponse:
    """`/reports/<uid>`: what became of a report, for whoever sent it; the image need not be there any more."""
    outcome = outcome_of(uid)
    if outcome is None:
        raise Http404
    return render_page(request, "curation/reported.html", {"report": outcome}, layout="base.html")


def _report_form(
    request: HttpRequest, image_id: str, shown: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    """The page: `sent` is the report that was taken, `refusal` says why not, other texts are what was typed."""

    def make(snapshot: Snapshot) -> HttpResponse:
        card = image_of(snapshot, image_id)
        if card is None:
            raise Http404
        context = {
            "tile": plain_tiles([card], href=own_address, size="m")[0],
            "reasons": REASONS,
            **shown,
        }
        return render_page(
            request, "curation/report.html", context, snapshot=snapshot, layout="base.html", status=status
        )

    return consistently(make)


def label_meant(text: str) -> str:
    """The MID of a label by MID or exact name. Raises CurationError where there is none, or more than one."""
    if text.startswith("/"):
        return text
    found = consistently(lambda snapshot: named(snapshot, text))
    # What a label is called now is meant before what the data set calls one that curators renamed.
    meant = [one for one in found if fold(one.name) == fold(text)] or found
    if len(meant) == 1:
        return meant[0].mid
    if not found:
        raise actions.UnknownError(f"the data set has no label called {text!r}")
    raise actions.CurationError(f"{text!r} is the name of several labels: {', '.join(one.mid for one in found)}")


_IMAGE = r"^image/(?P<image_id>[0-9a-f]{16})"
curation_urls = [
    path("verdicts", give_verdict, name="verdicts"),
    path("verdicts/undo", undo_verdict, name="undo-verdict"),
    re_path(rf"{_IMAGE}/flag$", flag, name="flag"),
    re_path(rf"{_IMAGE}/license-check$", check_license, name="license-check"),
    re_path(rf"{_IMAGE}/hide$", hide, name="hide"),
    re_path(rf"{_IMAGE}/unhide$", unhide, name="unhide"),
    re_path(rf"{_IMAGE}/hidden$", hidden, name="hidden"),
    re_path(rf"{_IMAGE}/report$", report, name="report"),
    path("reports/<uuid:uid>", reported, name="reported"),
]
