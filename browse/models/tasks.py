"""Tasks: pictures drawn by a plan to be judged by several people who do not see each other's opinions.

Opinions are kept apart from verdicts: none counts in the data set before a reviewer decides or adopts the answers.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from browse.models.curation import Entry, EntryQuerySet, ImageEntry


class Task(Entry):
    """What is to be judged; `uid` is its address. plan: what was drawn, how, and who may take part, as JSON."""

    name = models.TextField()
    mid = models.TextField("MID")
    plan = models.TextField()

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="task_at")]


class TaskItem(ImageEntry):
    """A picture that was drawn; they are shown in the order of their rows.

    level: the name of the level that it was drawn from; known: the answer of one that is mixed in to check people.
    """

    ABOUT = ("task", "image_key")

    task = models.ForeignKey(Task, models.PROTECT, related_name="items")
    level = models.TextField(blank=True)
    known = models.CharField(max_length=3, blank=True)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["task", "image_key"], name="task_item_image")]


class Opinion(ImageEntry):
    """What one person says of one picture of a task; of one person's on an item the newest counts."""

    ABOUT = ("item", "by")

    class Says(models.TextChoices):
        YES = "yes"
        NO = "no"
        UNSURE = "unsure"

    item = models.ForeignKey(TaskItem, models.PROTECT, related_name="opinions")
    mid = models.TextField("MID")
    says = models.CharField(max_length=6, choices=Says.choices)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["item", "by", "at"], name="opinion_item"),
            models.Index(fields=["image_key", "mid"], name="opinion_pair"),
            models.Index(fields=["mid", "at"], name="opinion_label"),
            models.Index(fields=["by", "at"], name="opinion_by"),
            models.Index(fields=["at"], name="opinion_at"),
        ]


class TaskClosing(Entry):
    """A task ended (`closed`) or opened again; the newest counts."""

    ABOUT = ("task",)

    task = models.ForeignKey(Task, models.PROTECT, related_name="closings")
    closed = models.BooleanField()

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["task", "at"], name="task_closing")]


class Claim(models.Model):
    """A picture that somebody has before them, for a while. No history: it goes with the opinion, or with time."""

    item = models.ForeignKey(TaskItem, models.CASCADE, related_name="claims")
    by = models.CharField(max_length=150)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "by"], name="claim_once")
        ]

    def __str__(self) -> str:
        return f"{self.by} has item {self.item_id}"
