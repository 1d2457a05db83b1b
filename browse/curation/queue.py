"""What waits for a person: flags nobody has decided, pictures that cannot be had, licenses that are not as listed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from browse.domain.bulk_job import UNFINISHED
from browse.domain.picture_status import PictureStatus
from browse.models import BulkJob, Decision, Flag, Hiding, LicenseCheck, PictureState

MOST_COUNTED = 1000
"""Where counting ends: beyond this a number helps nobody decide."""
FAILED = (PictureStatus.DEAD, PictureStatus.MISMATCH, PictureStatus.BLOCKED, PictureStatus.ERROR)


@dataclass(frozen=True)
class Count:
    """How many, counted up to MOST_COUNTED."""

    known: int

    @property
    def text(self) -> str:
        """Such as "12", or "1,000 or more"."""
        return f"{self.known:,} or more" if self.known >= MOST_COUNTED else f"{self.known:,}"


@dataclass(frozen=True)
class PendingWork:
    """What waits; failed pictures by state. since: when the oldest pending flag was written.

    hidden: images that are taken down; they wait for nobody.
    """

    flags: Count
    since: dt.datetime | None
    pictures: list[tuple[PictureStatus, Count]]
    licenses: Count
    jobs: Count
    hidden: Count


def with_outcome() -> QuerySet[Any]:
    """Flags, each with `outcome`: the newest decision's, empty where there is none."""
    newest = Decision.objects.filter(flag=OuterRef("pk")).order_by("-at", "-pk").values("outcome")[:1]
    flags: QuerySet[Any] = Flag.objects.annotate(outcome=Coalesce(Subquery(newest), Value("")))
    return flags


def pending_flags() -> QuerySet[Any]:
    """Flags without a decision, and those reopened; the longest waiting first."""
    decided = Decision.objects.filter(flag=OuterRef("pk"))
    reopened = Decision.objects.newest().filter(outcome=Decision.Outcome.REOPENED)
    flags: QuerySet[Any] = Flag.objects.filter(~Exists(decided) | Q(pk__in=reopened.values("flag")))
    return flags.order_by("at", "pk")


def unsettled_checks() -> QuerySet[Any]:
    """Of each image's newest license check those that found something else than is listed, where it is still shown."""
    hiding = Hiding.objects.filter(image_key=OuterRef("image_key")).order_by("-at", "-pk").values("hidden")[:1]
    found: QuerySet[Any] = LicenseCheck.objects.newest().exclude(result=LicenseCheck.Result.AS_LISTED)
    found = found.annotate(hidden=Coalesce(Subquery(hiding), Value(False)))
    return found.filter(hidden=False).order_by("-pk")


def hidden_now() -> QuerySet[Any]:
    """Of each image that is taken down the row that says so."""
    return Hiding.objects.newest().filter(hidden=True)


def counted(rows: QuerySet[Any]) -> Count:
    """How many rows, no further than MOST_COUNTED."""
    return Count(rows.order_by()[:MOST_COUNTED].count())


def failed_pictures() -> list[tuple[PictureStatus, Count]]:
    """How many pictures cannot be had, by state; without those of which there are none."""
    counts = [(status, counted(PictureState.objects.filter(state=status))) for status in FAILED]
    return [(status, count) for status, count in counts if count.known]


def waiting() -> PendingWork:
    """All that waits, as it is now."""
    flags = list(pending_flags().values_list("at", flat=True)[:MOST_COUNTED])
    return PendingWork(
        flags=Count(len(flags)),
        since=flags[0] if flags else None,
        pictures=failed_pictures(),
        licenses=counted(unsettled_checks()),
        jobs=counted(BulkJob.objects.filter(state__in=UNFINISHED)),
        hidden=counted(hidden_now()),
    )
