"""Who reported something of late."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ReportSender(models.Model):
    """Who reported something of late, as keyed hashes of address and network. No history: rows go after an hour."""

    sender = models.CharField(max_length=64)
    network = models.CharField(max_length=64, default="")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"report at {self.at:%H:%M %Z}"
