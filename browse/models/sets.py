"""Training sets that people asked for: what of, which is history, and how far each build has come, which is not."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone

from browse.models.curation import Entry


class TrainingSet(Entry):
    """A set that somebody asked for; `uid` is its public address."""

    title = models.TextField(blank=True)
    recipe = models.TextField(help_text="In canonical form.")
    recipe_hash = models.CharField(max_length=64, help_text="SHA-256 of the canonical form.")
    formats = models.TextField(help_text="Names, separated by spaces.")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["by", "at"], name="training_set_by")]


class SetBuild(models.Model):
    """How far the build of a set has come. No history: it is written over.

    doing, done, total   what is done now, how far it is, of how many.
    most_images          how many images it may have; null where any number.
    version, digest      of the data set that it was built from; row_hash: of its rows.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        BUILDING = "building"
        CANCELING = "canceling"
        DONE = "done"
        FAILED = "failed"
        CANCELED = "canceled"

    training_set = models.OneToOneField(TrainingSet, models.PROTECT, related_name="build")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    doing = models.TextField(blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.TextField(blank=True, help_text="Why it failed.")
    most_images = models.BigIntegerField(null=True)
    version = models.TextField(blank=True)
    digest = models.TextField(blank=True)
    row_hash = models.TextField(blank=True)
    asked = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "id"], name="set_build_state")]

    def __str__(self) -> str:
        return f"Build of set {self.training_set_id} ({self.state}): {self.done:,} of {self.total:,}"

    @property
    def is_open(self) -> bool:
        """Whether a build is still to come, or under way."""
        return self.state in OPEN

    def ended(self, state: str, message: str = "", at: dt.datetime | None = None) -> None:
        """Note how the build ended."""
        self.state, self.message, self.finished = state, message, at or timezone.now()
        self.save()


OPEN = (SetBuild.State.WAITING, SetBuild.State.BUILDING, SetBuild.State.CANCELING)
