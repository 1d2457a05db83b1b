"""Flags, license checks and items of collections, many at once; as batches of verdicts are (`batches`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from browse.curation.actions import own_collection, raise_revision
from browse.curation.batches import AT_ONCE, TICK, begin, check_choices, check_distinct, check_labels, chunks, keys_of
from browse.curation.notices import Notice, notify
from browse.domain.row_faults import Faults
from browse.models import Batch, CollectionItem, Flag, Image, LicenseCheck
from browse.models.curation import EntryQuerySet
from browse.rights import check_fault
from browse.search.image_page import FLAG_CHOICES

FLAG_REASONS = tuple(reason for reason, _ in FLAG_CHOICES)
"""What an account may flag: the rest is for the public."""


@dataclass(frozen=True)
class FlagRow:
    """A flag to be set; mid: the label meant, or empty."""

    image_id: str
    reason: str
    mid: str = ""
    why: str = ""


@dataclass(frozen=True)
class CheckRow:
    """A license check to be recorded."""

    image_id: str
    result: str
    observed: str = ""
    where: str = ""
    why: str = ""


@dataclass(frozen=True)
class ItemRow:
    """An image to be put into a collection, or taken out of it."""

    image_id: str
    added: bool = True


@transaction.atomic
def flag_images(*, rows: Sequence[FlagRow], by: str, key: str) -> Batch:
    """Flags on many images. Raises CurationError, of which KeyUsedError, and BadRowsError."""
    batch, is_new = begin(Batch.Kind.FLAGS, rows, by=by, key=key)
    if not is_new:
        return batch
    faults = Faults()
    keys = keys_of([row.image_id for row in rows], faults)
    check_choices([row.reason for row in rows], FLAG_REASONS, "reason", faults)
    check_labels([row.mid for row in rows], faults, may_be_empty=True)
    faults.end()
    flags = [
        Flag(image_key=key, reason=row.reason, mid=row.mid, by=by, why=row.why)
        for key, row in zip(keys, rows, strict=True)
    ]
    written = Flag.objects.bulk_create(flags, batch_size=AT_ONCE)
    first = written[0]
    notify(Notice("flag", first.pk, first.reason, first.image_id, first.at.isoformat(), number=len(written)))
    return _written(batch, written)


@transaction.atomic
def check_licenses(*, rows: Sequence[CheckRow], by: str, key: str) -> Batch:
    """License checks of many images, one of each. Raises CurationError, of which KeyUsedError, and BadRowsError."""
    batch, is_new = begin(Batch.Kind.LICENSE_CHECKS, rows, by=by, key=key)
    if not is_new:
        return batch
    faults = Faults()
    keys = keys_of([row.image_id for row in rows], faults)
    check_choices([row.result for row in rows], LicenseCheck.Result.values, "result", faults)
    check_distinct(keys, "image_id", [row.image_id for row in rows], faults)
    faults.end()
    _check_results(keys, rows, faults)
    faults.end()
    raise_revision()
    latest, now = _newest(LicenseCheck.objects.all(), keys, "at"), timezone.now()
    checks = [
        LicenseCheck(
            image_key=key,
            result=row.result,
            observed=row.observed,
            where=row.where,
            by=by,
            why=row.why,
            at=max(now, latest[key] + TICK) if key in latest else now,
        )
        for key, row in zip(keys, rows, strict=True)
    ]
    return _written(batch, LicenseCheck.objects.bulk_create(checks, batch_size=AT_ONCE))


@transaction.atomic
def change_items(*, collection: int, rows: Sequence[ItemRow], by: str, key: str) -> Batch:
    """Put many images into one's own collection, or take them out; those that are so already stay as they are.

    Raises CurationError, of which KeyUsedError, and BadRowsError.
    """
    batch, is_new = begin(Batch.Kind.ITEMS, rows, by=by, key=key, about=str(collection))
    owned = own_collection(collection, by)
    if not is_new:
        return batch
    faults = Faults()
    removed = {place for place, row in enumerate(rows) if not row.added}
    keys = keys_of([row.image_id for row in rows], faults, unseen=removed)
    check_distinct(keys, "image_id", [row.image_id for row in rows], faults)
    faults.end()
    earlier = CollectionItem.objects.filter(collection=owned)
    inside, latest, now = _newest(earlier, keys, "added"), _newest(earlier, keys, "at"), timezone.now()
    items = [
        CollectionItem(
            collection=owned,
            image_key=key,
            added=row.added,
            job=batch.uid,
            by=by,
            at=max(now, latest[key] + TICK) if key in latest else now,
        )
        for key, row in zip(keys, rows, strict=True)
        if row.added != inside.get(key, False)
    ]
    return _written(batch, CollectionItem.objects.bulk_create(items, batch_size=AT_ONCE))


def _check_results(keys: list[int], rows: Sequence[CheckRow], faults: Faults) -> None:
    """Faults of results that the license seen, or the one listed, contradicts."""
    listed: dict[int, Any] = {}
    for some in chunks(sorted(keys)):
        listed |= dict(Image.objects.filter(pk__in=some).values_list("pk", "license__url"))
    for place, (key, row) in enumerate(zip(keys, rows, strict=True)):
        if fault := check_fault(listed[key], result=row.result, observed=row.observed):
            faults.add(place, "observed", row.observed, fault)


def _newest(entries: EntryQuerySet, keys: Iterable[int], column: str) -> dict[int, Any]:
    """A column of the newest entry about each of some images."""
    found: dict[int, Any] = {}
    for some in chunks(sorted(keys)):
        found |= dict(entries.filter(image_key__in=some).in_order().values_list("image_key", column))
    return found


def _written(batch: Batch, rows: Sequence[object]) -> Batch:
    batch.written = len(rows)
    batch.save(force_insert=True)
    return batch
