"""What people want to be called where everybody can read it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from browse.models.curation import Entry, EntryQuerySet


class PublicName(Entry):
    """How public collections call their owner (`by`); the newest counts, and an empty one means the user name."""

    ABOUT = ("by",)

    name = models.TextField(blank=True)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["by", "at"], name="public_name_by")]


def public_names(people: set[str]) -> dict[str, str]:
    """What these people are called in public, where they chose a name. One query."""
    rows = PublicName.objects.filter(by__in=people).in_order().values_list("by", "name")
    return {by: name for by, name in dict(rows).items() if name}
