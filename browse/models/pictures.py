"""What was learned about the pictures themselves while fetching them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils import timezone

from browse.domain.image_ids import image_id_from_key
from browse.domain.picture_status import PictureStatus


class PictureStateQuerySet(models.QuerySet["PictureState"]):
    """Reads of picture states."""

    def of_images(self, keys: Iterable[int]) -> dict[int, PictureState]:
        """The states known for these images, by the images' keys."""
        return self.in_bulk(list(keys))

    def recheck(self) -> int:
        """Have these pictures fetched anew the next time somebody looks; how many they are.

        What is kept of them stays for the case that their hosts do not answer then.
        """
        return self.update(state=PictureStatus.PENDING, retry_at=None, failures=0, reason="")


class PictureState(models.Model):
    """What is known of one image's picture.

    The image is named by its key alone: an import swaps the image table, and what was learned outlives it.
    """

    image_key = models.BigIntegerField(primary_key=True)
    state = models.CharField(max_length=10, choices=[(status.value, status.words) for status in PictureStatus])
    reason = models.TextField(blank=True, help_text="What went wrong, for people.")
    source = models.CharField(max_length=10, blank=True, help_text="local, thumbnail, bucket or original.")
    verified = models.BooleanField(default=False, help_text="The source bytes have the original's MD5.")
    version = models.CharField(max_length=16, blank=True, help_text="Names the source bytes and how they are turned.")
    width = models.PositiveIntegerField(null=True, help_text="Of the whole picture, the right way up.")
    height = models.PositiveIntegerField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Failed attempts in a row.")
    checked = models.DateTimeField(default=timezone.now)
    retry_at = models.DateTimeField(null=True, help_text="When it is worth asking again.")
    look = models.BigIntegerField(null=True, help_text="64-bit difference hash; near-duplicates differ in a few bits.")

    objects: ClassVar[models.Manager[PictureState]] = PictureStateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "image_key"], name="picture_state_image")
        ]

    def __str__(self) -> str:
        return f"{self.image_id}: {self.state}"

    @property
    def image_id(self) -> str:
        """The ImageID: 16 lower-case hex digits."""
        return image_id_from_key(self.image_key)

    @property
    def status(self) -> PictureStatus:
        """The state as a value."""
        return PictureStatus(self.state)

    @property
    def is_fresh(self) -> bool:
        """Whether there is a picture to show."""
        return self.state == PictureStatus.FRESH


class SourceFailure(models.Model):
    """One source that did not have one image's picture when somebody wanted it from there alone.

    It says nothing of other sources, and goes when the source has it. Images are named by key, as in PictureState.
    """

    image_key = models.BigIntegerField()
    source = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=[(status.value, status.words) for status in PictureStatus])
    reason = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["image_key", "source"], name="source_failure_of_image")
        ]

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_key)} from {self.source}: {self.state}"
