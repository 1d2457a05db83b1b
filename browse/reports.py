"""What the public reports: a flag without a name, of which each sender may raise a few an hour.

Senders are kept for the hour that counts, as keyed hashes: nobody's address is stored.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from browse.curation import CurationError, flag_image
from browse.models import DatasetState, Flag, ReportSender

WITHIN = dt.timedelta(hours=1)
MOST_FROM_ONE = 5
MOST_ON_ONE_IMAGE = 10
MOST_IN_ALL = 200


class TooManyReportsError(CurationError):
    """More reports than are taken in an hour."""


@transaction.atomic
def note_report(*, image_id: str, sender: str, why: str, contact: str = "") -> Flag:
    """A rights-holder's report. Raises CurationError, of which TooManyReportsError."""
    # Reports wait for each other here, so that none misses another that is being written.
    DatasetState.objects.select_for_update().filter(pk=1).first()
    now = timezone.now()
    ReportSender.objects.filter(at__lt=now - WITHIN).delete()
    digest = salted_hmac("browse.reports", sender, algorithm="sha256").hexdigest()
    row = ReportSender.objects.create(sender=digest, at=now)
    # First, so that an image which is not shown says the same however often it was reported.
    flag = flag_image(image_id=image_id, reason=Flag.Reason.RIGHTS_HOLDER, why=why, contact=contact)
    _refuse_too_many(row, flag)
    return flag


def _refuse_too_many(row: ReportSender, flag: Flag) -> None:
    """Both rows are written already, and go again where this raises."""
    since = row.at - WITHIN
    public = Flag.objects.filter(by="", at__gte=since)
    if (
        ReportSender.objects.filter(sender=row.sender, at__gte=since).count() > MOST_FROM_ONE
        or ReportSender.objects.filter(at__gte=since).count() > MOST_IN_ALL
        or public.filter(image_key=flag.image_key).count() > MOST_ON_ONE_IMAGE
    ):
        raise TooManyReportsError("too many reports within an hour; please try again later")
