"""What people add to the data set: verdicts, flags, checks, take-downs, collections, saved views, notes on labels.

All of it is history: a row says who did what, when and why, and is never changed. Of the rows about one thing the
newest counts; taking something back is a new row. The database itself refuses UPDATE and DELETE (`append_only`).

Images and labels are named by what outlives imports, the image's key and the label's MID; people by their user names,
so that history stays when an account goes and means the same in another installation. `uid` names a row everywhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from django.db import connection, models
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from browse.domain.bulk_job import JobState
from browse.domain.history import CheckResult
from browse.domain.image_ids import image_id_from_key
from browse.query.values import CheckOutcome

_NAME_LENGTH = 150


class EntryQuerySet(models.QuerySet[Any]):
    """Reads of a history."""

    def newest(self) -> Self:
        """Of the rows about one thing the one that counts: the latest, of equally late ones the last written."""
        about: tuple[str, ...] = self.model.ABOUT
        same = self.model.objects.filter(**{name: OuterRef(name) for name in about})
        return self.filter(pk=Subquery(same.order_by("-at", "-pk").values("pk")[:1]))

    def in_order(self) -> Self:
        """The order in which things happened."""
        return self.order_by("at", "pk")


class Entry(models.Model):
    """A row of a history: who, when, why."""

    ABOUT: ClassVar[tuple[str, ...]] = ()
    """The fields that say what a row is about, where the newest row about it counts."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.CharField(max_length=_NAME_LENGTH, blank=True, help_text="User name; empty for the public.")
    at = models.DateTimeField(default=timezone.now)
    why = models.TextField(blank=True)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{str(self._meta.verbose_name).capitalize()} {self.pk} by {self.by or 'the public'}"


class ImageEntry(Entry):
    """A row about an image."""

    image_key = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def image_id(self) -> str:
        """The ImageID: 16 lower-case hex digits."""
        return image_id_from_key(self.image_key)


class Verdict(ImageEntry):
    """A curator's word on one label of one image, or the undoing of an earlier one (`undoes`)."""

    class Says(models.TextChoices):
        YES = "yes"
        NO = "no"
        UNSURE = "unsure"
        UNDO = "undo"

    mid = models.TextField("MID")
    says = models.CharField(max_length=6, choices=Says.choices)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undoings")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["image_key", "mid", "at"], name="verdict_pair"),
            models.Index(fields=["mid", "at"], name="verdict_label"),
            models.Index(fields=["by", "at"], name="verdict_by"),
            models.Index(fields=["at"], name="verdict_at"),
        ]


class PassedOver(models.Model):
    """A picture that somebody left out of a sheet of a review, so that it is not shown to them there once more.

    review: what the verdicts of that review give as their reason. No history: they may ask for those again.
    """

    review = models.TextField()
    mid = models.TextField("MID")
    by = models.CharField(max_length=_NAME_LENGTH)
    image_key = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "mid", "by", "image_key"], name="passed_over_once")
        ]

    def __str__(self) -> str:
        return f"{image_id_from_key(self.image_key)} passed over by {self.by} in a {self.review}"


class Flag(ImageEntry):
    """Somebody says that something is wrong with an image; `why` is the message. Anyone may."""

    class Reason(models.TextChoices):
        WRONG_LABEL = "wrong-label", "Wrong label"
        LICENSE = "license"
        PRIVACY = "privacy"
        OFFENSIVE = "offensive"
        BROKEN = "broken"
        DUPLICATE = "duplicate"
        RIGHTS_HOLDER = "rights-holder", "This is my photo"
        OTHER = "other"

    reason = models.CharField(max_length=13, choices=Reason.choices)
    mid = models.TextField("MID", blank=True, help_text="The label meant, where it is about one.")
    contact = models.TextField(blank=True, help_text="How to reach who flagged it, where they say.")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["image_key", "at"], name="flag_image"),
            models.Index(fields=["at"], name="flag_at"),
        ]


class Decision(Entry):
    """What became of a flag; the newest counts."""

    ABOUT = ("flag",)

    class Outcome(models.TextChoices):
        UPHELD = "upheld"
        DISMISSED = "dismissed"
        REOPENED = "reopened"

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=9, choices=Outcome.choices)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["flag", "at"], name="decision_flag")]


class FlagLook(models.Model):
    """Who looks at a flag just now, so that two people need not. No history: it is written over."""

    flag = models.OneToOneField(Flag, models.CASCADE, primary_key=True, related_name="look")
    by = models.CharField(max_length=_NAME_LENGTH)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by} looks at flag {self.flag_id}"


class LicenseCheck(ImageEntry):
    """Somebody looked which license an image has at its source; the newest counts."""

    ABOUT = ("image_key",)

    class Result(models.TextChoices):
        AS_LISTED = CheckResult.AS_LISTED.value, "As listed"
        OTHER = CheckResult.OTHER.value, "Another license"
        GONE = CheckResult.GONE.value, "No longer there"
        UNCLEAR = CheckResult.UNCLEAR.value, "Unclear"

    observed = models.TextField(blank=True, help_text="The license seen: its URL or name.")
    where = models.TextField(blank=True, help_text="The address at which it was seen.")
    result = models.CharField(max_length=9, choices=Result.choices)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["image_key", "at"], name="license_check_image")]


class Hiding(ImageEntry):
    """An image taken down (`hidden`) or shown again; the newest counts."""

    ABOUT = ("image_key",)

    hidden = models.BooleanField()

    class Meta:
        verbose_name = "hidden image"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["image_key", "at"], name="hiding_image")]


class LabelNote(Entry):
    """What curators say of a label; the newest counts, and an empty display name means the data set's."""

    ABOUT = ("mid",)

    mid = models.TextField("MID")
    display_name = models.TextField(blank=True)
    note = models.TextField(blank=True)
    sensitive = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["mid", "at"], name="label_note_mid")]


class Collection(Entry):
    """A set of images that somebody chose; `by` owns it, and `uid` is its public address."""


class CollectionDetails(Entry):
    """A collection's name and cover; the newest counts."""

    ABOUT = ("collection",)

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="details")
    name = models.TextField()
    description = models.TextField(blank=True)
    cover_key = models.BigIntegerField(null=True, blank=True)
    is_public = models.BooleanField(default=False)
    is_removed = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "collection details"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["collection", "at"], name="collection_details")]


class CollectionItem(ImageEntry):
    """An image put into a collection (`added`) or taken out; the newest counts. job: the bulk job that did it."""

    ABOUT = ("collection", "image_key")

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="items")
    added = models.BooleanField(default=True)
    job = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["collection", "image_key", "at"], name="collection_item"),
            models.Index(fields=["image_key", "collection", "at"], name="collection_item_image"),
        ]


class SavedView(Entry):
    """A query that somebody named. Rows of one `view` are its versions; the newest counts."""

    ABOUT = ("view",)

    view = models.UUIDField(default=uuid.uuid4)
    name = models.TextField()
    query = models.TextField(blank=True, help_text="In canonical form.")
    note = models.TextField(blank=True)
    is_removed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["view", "at"], name="saved_view"),
            models.Index(fields=["by", "at"], name="saved_view_by"),
        ]


class BulkJob(models.Model):
    """All images of a query on their way into a collection, or out again; how far it has come. No history."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="jobs")
    query = models.TextField(blank=True, help_text="In canonical form.")
    by = models.CharField(max_length=_NAME_LENGTH)
    started = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=7, choices=[(one.value, one.name.title()) for one in JobState], default=JobState.ADDING
    )
    total = models.IntegerField(help_text="Images that matched when it began.")
    cursor = models.BigIntegerField(null=True, blank=True, help_text="Key of the last image dealt with.")
    seen = models.IntegerField(default=0, help_text="Images dealt with.")
    changed = models.IntegerField(default=0, help_text="Of them, those that were not in the collection before.")

    def __str__(self) -> str:
        return f"Bulk job {self.pk} ({self.state}): {self.seen:,} of {self.total:,}"


Ruling = tuple[int, str]
"""What a verdict is about: image key and MID."""


class Word(NamedTuple):
    """A verdict by the columns that tell whether it counts."""

    pk: int
    image_key: int
    mid: str
    says: str
    undoes_id: int | None


SomeVerdict = TypeVar("SomeVerdict", "Verdict", Word)


def effective(verdicts: Iterable[SomeVerdict]) -> list[SomeVerdict]:
    """Those that count, in the order given: what is no undoing, and undone by none of them."""
    given = list(verdicts)
    undone = {verdict.undoes_id for verdict in given}
    return [verdict for verdict in given if verdict.says != Verdict.Says.UNDO and verdict.pk not in undone]


def only_effective(verdicts: models.QuerySet[Verdict]) -> models.QuerySet[Verdict]:
    """The same, asked of the database, where any verdict may undo them."""
    undone = Verdict.objects.filter(undoes=OuterRef("pk"))
    return verdicts.exclude(says=Verdict.Says.UNDO).filter(~Exists(undone))


def rulings(rows: Iterable[tuple[int, int, str, str, int | None]]) -> dict[Ruling, bool]:
    """The word that counts for each pair: yes or no; pairs on which nobody's does are not there.

    rows: RULING_COLUMNS of all verdicts on these pairs, in order.
    """
    newest = {(word.image_key, word.mid): word.says for word in effective(map(Word._make, rows))}
    return {pair: says == Verdict.Says.YES for pair, says in newest.items() if says != Verdict.Says.UNSURE}


RULING_COLUMNS = Word._fields


def all_rulings() -> dict[Ruling, bool]:
    """The word that counts for each pair that verdicts are about, as `rulings` has them. One query."""
    return rulings(Verdict.objects.in_order().values_list(*RULING_COLUMNS).iterator())


def all_hidings() -> dict[int, bool]:
    """Whether each image that was ever taken down or shown again is hidden, by key. One query."""
    return dict(Hiding.objects.in_order().values_list("image_key", "hidden"))


def all_checks() -> dict[int, CheckOutcome]:
    """What the newest check of each image's license found, by key, of those that were checked. One query."""
    return checks_in(LicenseCheck.objects.all())


def checks_in(rows: EntryQuerySet) -> dict[int, CheckOutcome]:
    """The same of some license checks: all those of an image, or none. One query."""
    newest = dict(rows.in_order().values_list("image_key", "result"))
    return {key: _FOUND.get(result) or CheckOutcome(result) for key, result in newest.items()}


_FOUND = {LicenseCheck.Result.OTHER: CheckOutcome.DIFFERS}
"""Results that queries call otherwise."""


def is_hidden(image_key: int) -> bool:
    """Whether an image is taken down. One query, of one row."""
    newest = Hiding.objects.filter(image_key=image_key).order_by("-at", "-pk").values_list("hidden", flat=True).first()
    return bool(newest)


_NEWEST_HIDING = """
    SELECT (SELECT hidden FROM browse_hiding WHERE image_key = browse_image.id ORDER BY at DESC, id DESC LIMIT 1)
    FROM browse_image WHERE id = %s"""
"""Asked for every picture: without making the statement anew each time."""


def is_shown(image_key: int) -> bool:
    """Whether the data set has an image, and it is not taken down. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_HIDING, [image_key])
        found = cursor.fetchone()
    return found is not None and not found[0]


def hidden_among(image_keys: Iterable[int]) -> set[int]:
    """Those of some images that are taken down. One query."""
    rows = Hiding.objects.filter(image_key__in=list(image_keys)).in_order().values_list("image_key", "hidden")
    return {key for key, hidden in dict(rows).items() if hidden}
