"""What the public reports: a flag without a name, of which each sender may raise a few an hour.

The fuller the hour, the fewer reports each sender and each network may add: so a few of them never use it up, and who
has not reported yet still can. Senders are kept for the hour that counts, as keyed hashes: nobody's address is stored.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from browse.curation.actions import CurationError, flag_image
from browse.domain.image_ids import key_from_image_id
from browse.domain.plural import counted
from browse.models import DatasetState, Decision, Flag, ReportSender
from browse.requests.client_address import network_around

WITHIN = dt.timedelta(hours=1)
MOST_FROM_ONE = 5
MOST_ON_ONE_IMAGE = 10
MOST_IN_ALL = 200
"""As long as each comes from another sender; of second ones half as many, and so on."""


REASONS = (
    *(Flag.Reason.WRONG_LABEL, Flag.Reason.LICENSE, Flag.Reason.PRIVACY),
    *(Flag.Reason.OFFENSIVE, Flag.Reason.RIGHTS_HOLDER, Flag.Reason.OTHER),
)
"""What anyone may report, in the form's order."""


@dataclass(frozen=True)
class ReportOutcome:
    """A report, and what was decided: outcome is upheld or dismissed; empty, and decided None, where nothing is yet."""

    number: int
    reason: str
    at: dt.datetime
    decided: dt.datetime | None
    outcome: str
    why: str


class TooManyReportsError(CurationError):
    """More reports than are taken in an hour."""


@transaction.atomic
def note_report(
    *, image_id: str, sender: str, why: str, contact: str = "", reason: str = Flag.Reason.RIGHTS_HOLDER
) -> Flag:
    """A report from the public, for one of REASONS. Raises CurationError, of which TooManyReportsError."""
    # Reports wait for each other here, so that none misses another that is being written.
    DatasetState.objects.select_for_update().filter(pk=1).first()
    now = timezone.now()
    ReportSender.objects.filter(at__lt=now - WITHIN).delete()
    row = ReportSender.objects.create(sender=_hashed(sender), network=_hashed(network_around(sender)), at=now)
    # First, so that an image which is not shown says the same however often it was reported.
    flag = flag_image(image_id=image_id, reason=reason, why=why, contact=contact)
    _refuse_too_many(row, flag)
    return flag


def note_report_of_all(*, image_id: str, author: str, number: int, sender: str, why: str, contact: str = "") -> Flag:
    """A rights-holder's report on all of an author's images, kept with one of them. Raises as note_report does."""
    said = f"All {counted(number, 'image')} by author {author}: {why}"
    return note_report(image_id=image_id, sender=sender, why=said, contact=contact)


def report_of(*, image_id: str, uid: UUID) -> Flag | None:
    """The public's report on an image, by the secret that its sender was given; None where there is none."""
    return Flag.objects.filter(image_key=key_from_image_id(image_id), uid=uid, by="").first()


def outcome_of(uid: UUID) -> ReportOutcome | None:
    """What became of a report from the public, for who has its secret; None where there is none. Two queries.

    Who decided is not told.
    """
    flag = Flag.objects.filter(uid=uid, by="").first()
    if flag is None:
        return None
    newest = flag.decisions.newest().first()
    if newest is None or newest.outcome == Decision.Outcome.REOPENED:
        return ReportOutcome(flag.pk, flag.get_reason_display(), flag.at, None, "", "")
    return ReportOutcome(flag.pk, flag.get_reason_display(), flag.at, newest.at, newest.outcome, newest.why)


def _refuse_too_many(row: ReportSender, flag: Flag) -> None:
    """Both rows are written already, and go again where this raises."""
    since = row.at - WITHIN
    recent = ReportSender.objects.filter(at__gte=since)
    public = Flag.objects.filter(by="", at__gte=since)
    shares = max(
        recent.filter(sender=row.sender).count(),
        ceil(recent.filter(network=row.network).count() / MOST_FROM_ONE),
    )
    if (
        shares > MOST_FROM_ONE
        or recent.count() * shares > MOST_IN_ALL
        or public.filter(image_key=flag.image_key).count() > MOST_ON_ONE_IMAGE
    ):
        raise TooManyReportsError("too many reports within an hour; please try again later")


def _hashed(text: str) -> str:
    return salted_hmac("browse.curation.reports", text, algorithm="sha256").hexdigest()
