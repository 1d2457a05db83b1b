"""What somebody wrote at once: verdicts of a sheet or a selection, rows that a script sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from browse.models.curation import Verdict


class Batch(models.Model):
    """Rows that came as one. No history: its rows are.

    key     what whoever sent it calls it: sent again, it is not written again.
    digest  SHA-256 of what was sent.
    given   rows that were sent; `written` of them, since what counts already is not written again.
    first   id of the first verdict in it, `last` of the last; those between are all its own, because whoever writes
            verdicts holds the data set's state. None where it has no verdicts.
    undoes  the batch that it undoes, if any.
    """

    class Kind(models.TextChoices):
        VERDICTS = "verdicts"
        UNDO = "undo"
        FLAGS = "flags"
        LICENSE_CHECKS = "license-checks"
        ITEMS = "items", "collection items"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    given = models.IntegerField()
    written = models.IntegerField(default=0)
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undoings")

    class Meta:
        verbose_name_plural = "batches"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["by", "key"], name="batch_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["by", "at"], name="batch_by"),
            models.Index(fields=["first"], name="batch_first"),
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk} of {self.written:,} {self.get_kind_display()} by {self.by}"

    @property
    def verdicts(self) -> models.QuerySet[Verdict]:
        """Its verdicts, in the order in which they were sent."""
        return Verdict.objects.filter(pk__range=(self.first or 0, self.last or 0), by=self.by).order_by("pk")


def batch_of(verdict: int) -> Batch | None:
    """The batch that a verdict (its id) came with, if any. One query."""
    nearest = Batch.objects.filter(first__lte=verdict).order_by("-first").first()
    return nearest if nearest is not None and verdict <= (nearest.last or 0) else None
