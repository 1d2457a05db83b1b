"""All images of a query into a collection, in batches that anyone may interrupt.

A job keeps in the database how far it has come, in the order of ImageIDs; a batch and the new cursor commit together.
So a killed process, a closed browser or a second click leave a state from which the next batch goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from browse.curation.actions import CurationError, NotYoursError, UnknownError, create_collection, own_collection
from browse.domain.bulk_job import JobState
from browse.facets.engine import UnknownValueError
from browse.models import BulkJob, CollectionItem
from browse.query.canonical import canonical
from browse.query.edits import in_listing_order
from browse.query.values import Query
from browse.requests.parameters import BadQueryError
from browse.requests.readers import read_query
from browse.search import consistently

MOST_IMAGES = 100_000
MOST_AT_ONCE = 5_000
_TICK = timedelta(microseconds=1)


class TooManyError(CurationError):
    """A query with more images than may be added; `count` says how many it has."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count:,} images are more than the {MOST_IMAGES:,} that can be added at a time")
        self.count = count


def count_of(query: Query) -> int:
    """How many images a job would deal with: what is said before it begins. Raises SearchError, UnknownValueError."""
    return consistently(lambda snapshot: snapshot.engine.count(query, deadline=snapshot.deadline))


@transaction.atomic
def start_adding(*, collection: int, query: Query, by: str) -> BulkJob:
    """Begin to put all images of a query into one's own collection; none is yet.

    Raises CurationError, of which TooManyError, and SearchError, UnknownValueError.
    """
    owned = own_collection(collection, by)
    total = count_of(query)
    if total > MOST_IMAGES:
        raise TooManyError(total)
    return BulkJob.objects.create(collection=owned, query=canonical(in_listing_order(query)), by=by, total=total)


@transaction.atomic
def start_new(*, name: str, query: Query, by: str) -> BulkJob:
    """As start_adding, into a new collection, which is not made where that fails."""
    made = create_collection(name=name, by=by)
    return start_adding(collection=made.pk, query=query, by=by)


@transaction.atomic
def go_on(*, job: UUID, by: str, at_most: int = MOST_AT_ONCE) -> BulkJob:
    """Do one batch of one's own job, adding or undoing, of at most so many images; a finished job stays as it is.

    Raises CurationError and SearchError; then the job is where it was.
    """
    if not 1 <= at_most <= MOST_AT_ONCE:
        raise CurationError(f"a batch has 1 to {MOST_AT_ONCE:,} images, not {at_most}")
    found = _own_job(job, by)
    if found.state == JobState.ADDING:
        if found.collection.details.newest().get().is_removed:
            raise UnknownError("the collection no longer exists")
        _add_batch(found, at_most)
    elif found.state == JobState.UNDOING:
        _undo_batch(found, at_most)
    return found


@transaction.atomic
def start_undoing(*, job: UUID, by: str) -> BulkJob:
    """Begin to take out again what one's own job put in and nobody touched since. Raises CurationError."""
    found = _own_job(job, by)
    if found.state in (JobState.ADDING, JobState.DONE):
        found.state, found.cursor, found.seen, found.total = JobState.UNDOING, None, 0, found.changed
        found.save()
    return found


def _own_job(job: UUID, by: str) -> BulkJob:
    """One's own job, which nobody else works on until the transaction is over."""
    known = BulkJob.objects.filter(uid=job).first()
    if known is None:
        raise UnknownError("there is no such job")
    if known.by != by:
        raise NotYoursError(f"this job belongs to {known.by}")
    own_collection(known.collection_id, by)  # first, so that all writers to a collection wait for each other alike
    return BulkJob.objects.select_for_update().get(pk=known.pk)


def _add_batch(job: BulkJob, at_most: int) -> None:
    query = _query_of(job)
    wanted = min(at_most, MOST_IMAGES - job.seen)
    keys = consistently(lambda s: s.engine.after(query, job.cursor, size=wanted, deadline=s.deadline)) if wanted else []
    rows = _rows_between(job, keys)
    inside = {key for key, (added, _) in rows.items() if added}
    new = [key for key in keys if key not in inside]
    _write(job, new, rows.values(), added=True)
    _advance(job, keys, changed=len(new), is_last=len(keys) < at_most, then=JobState.DONE)


def _undo_batch(job: BulkJob, at_most: int) -> None:
    mine = CollectionItem.objects.newest().filter(collection=job.collection_id, job=job.uid, added=True)
    if job.cursor is not None:
        mine = mine.filter(image_key__gt=job.cursor)
    keys = list(mine.order_by("image_key").values_list("image_key", flat=True)[:at_most])
    _write(job, keys, _rows_between(job, keys).values(), added=False)
    _advance(job, keys, changed=-len(keys), is_last=len(keys) < at_most, then=JobState.UNDONE)


def _query_of(job: BulkJob) -> Query:
    try:
        return read_query(QueryDict(job.query)).query
    except (BadQueryError, UnknownValueError) as error:
        raise CurationError("the data set no longer has what this query asks for") from error


def _rows_between(job: BulkJob, keys: list[int]) -> dict[int, tuple[bool, datetime]]:
    """Of the collection's images between the first and the last of some keys: whether they are in, and since when."""
    if not keys:
        return {}
    items = CollectionItem.objects.filter(collection=job.collection_id, image_key__range=(keys[0], keys[-1]))
    rows = items.in_order().values_list("image_key", "added", "at")
    return {key: (added, at) for key, added, at in rows.iterator()}


def _write(job: BulkJob, keys: list[int], before: Iterable[tuple[bool, datetime]], *, added: bool) -> None:
    """Rows for some images, later than those before, whatever the clock says."""
    at = max([timezone.now(), *(earlier + _TICK for _, earlier in before)])
    CollectionItem.objects.bulk_create(
        (
            CollectionItem(collection_id=job.collection_id, image_key=key, added=added, job=job.uid, by=job.by, at=at)
            for key in keys
        ),
        batch_size=500,
    )


def _advance(job: BulkJob, keys: list[int], *, changed: int, is_last: bool, then: JobState) -> None:
    job.cursor = keys[-1] if keys else job.cursor
    job.seen += len(keys)
    job.changed += changed
    if is_last or job.seen >= MOST_IMAGES:
        job.state = then
    job.save()
