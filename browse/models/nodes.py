"""The machines, or data folders, that serve one database: a row for each of their worker processes."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class NodeWorkerQuerySet(models.QuerySet["NodeWorker"]):
    """Reads of workers."""

    def live(self) -> NodeWorkerQuerySet:
        """Those that were heard of within settings.NODE_SILENT_S, by the database's clock."""
        return self.filter(seen__gt=Now() - dt.timedelta(seconds=settings.NODE_SILENT_S))

    def in_order(self) -> NodeWorkerQuerySet:
        """By node and process."""
        return self.order_by("node", "pid")


class NodeWorker(models.Model):
    """One process that serves the site, as it last said of itself. Silent ones are taken for dead."""

    node = models.TextField(help_text="NODE_NAME, or host name and data folder.")
    pid = models.IntegerField()
    started = models.DateTimeField(db_default=Now())
    seen = models.DateTimeField(db_default=Now(), help_text="By the database's clock.")
    index_id = models.TextField(help_text="Names the index folder, which nodes may share.")
    opened = models.JSONField(default=list, help_text="The index generations that it can answer from at once.")
    fault = models.TextField(blank=True, help_text="Why it cannot open the generation that it should.")
    key_fingerprint = models.TextField(help_text="Differs where secret keys differ.")

    objects: ClassVar[models.Manager[NodeWorker]] = NodeWorkerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["node", "pid"], name="worker_of_node")
        ]

    def __str__(self) -> str:
        return f"{self.node}, process {self.pid}"
