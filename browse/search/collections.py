"""Collections as pages show them: their newest details, and those of their images that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q

from browse.domain.bulk_job import JobProgress, JobState
from browse.models import BulkJob, Collection, CollectionDetails, CollectionItem, Hiding, Image
from browse.models.curation import EntryQuerySet
from browse.models.people import public_names
from browse.search.cards import ImageCard
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot, read_of_version

Rows = TypeVar("Rows")

MOST_LISTED = 500


@dataclass(frozen=True)
class CollectionSummary:
    """A collection in the words of its owner. owner: their user name, or in public the name that they chose."""

    uid: UUID
    owner: str
    name: str
    description: str
    is_public: bool


@dataclass(frozen=True)
class CoveredCollection:
    """A collection with its cover; None where it has no image to be seen."""

    summary: CollectionSummary
    cover: ImageCard | None


@dataclass(frozen=True)
class CollectionPage:
    """One page of a collection's images in the order of ImageIDs; `count` can be seen in all."""

    count: int
    images: list[ImageCard]


@dataclass(frozen=True)
class Collected:
    """A collection's images, of one version of the data set: all that a credit sheet asks.

    newest: the number of the last change to what is in it; equal numbers mean equal images.
    """

    collection: int
    count: int
    version: str
    digest: str
    newest: int

    def batches(self, at_most: int = 1000) -> Iterator[list[int]]:
        """Database keys, ascending, in lists of at most so many."""
        last: int | None = None
        while True:
            items = _visible(self.collection)
            if last is not None:
                items = items.filter(image_key__gt=last)
            keys = list(items.order_by("image_key").values_list("image_key", flat=True)[:at_most])
            if keys:
                yield keys
            if len(keys) < at_most:
                return
            last = keys[-1]

    def page(self, number: int, size: int) -> list[int]:
        """The database keys of a page of these images, ascending; none after the last. One query."""
        start = (number - 1) * size
        items = _visible(self.collection).order_by("image_key")[start : start + size]
        return list(items.values_list("image_key", flat=True))

    def read(self, keys: list[int], rows: Callable[[], Rows]) -> tuple[Rows, list[int]]:
        """What `rows` finds in this version's tables, and the keys without those hidden since. Raises ChangingError."""
        return read_of_version(self.version, keys, rows)


def all_collected(snapshot: Snapshot, collection: Collection) -> Collected:
    """All images of a collection that can be seen. Two queries."""
    newest: int = CollectionItem.objects.filter(collection=collection).aggregate(last=Max("pk"))["last"] or 0
    return Collected(collection.pk, _visible(collection.pk).count(), snapshot.version, snapshot.digest, newest)


def are_collections_to_see(by: str) -> bool:
    """Whether there is a public collection, or one of this person's. One query."""
    wanted = Q(is_public=True) | Q(collection__by=by) if by else Q(is_public=True)
    return bool(CollectionDetails.objects.newest().filter(wanted, is_removed=False).exists())


def collections_of(by: str) -> list[CollectionDetails]:
    """Somebody's own collections, by name; at most MOST_LISTED. One query."""
    return _listed(Q(collection__by=by)) if by else []


def public_collections(but: str) -> list[CollectionDetails]:
    """The public collections of others than this person, by name; at most MOST_LISTED. One query."""
    return _listed(Q(is_public=True) & ~Q(collection__by=but))


def find_collection(uid: UUID, *, by: str) -> CollectionDetails | None:
    """The collection of this address, where it is public or this person's own, and not removed. One query."""
    may_see = Q(is_public=True) | Q(collection__by=by) if by else Q(is_public=True)
    newest = CollectionDetails.objects.newest().select_related("collection")
    found: CollectionDetails | None = newest.filter(may_see, collection__uid=uid, is_removed=False).first()
    return found


def collected_of(snapshot: Snapshot, collection: Collection, *, page: int, per_page: int) -> CollectionPage:
    """One page of a collection. Four queries."""
    items = _visible(collection.pk)
    start = (page - 1) * per_page
    keys = list(items.order_by("image_key").values_list("image_key", flat=True)[start : start + per_page])
    return CollectionPage(items.count(), cards_of(snapshot, keys))


def collections_with(image_key: int, *, by: str) -> set[int]:
    """Which of somebody's own collections hold an image. One query."""
    items = CollectionItem.objects.newest().filter(image_key=image_key, added=True, collection__by=by)
    return set(items.values_list("collection", flat=True))


def summary_of(details: CollectionDetails, names: Mapping[str, str] | None = None) -> CollectionSummary:
    """A collection as pages show it. names: what owners call themselves in public; one query where it is not given."""
    one = details.collection
    known = public_names({one.by}) if names is None else names
    owner = known.get(one.by, one.by) if details.is_public else one.by
    return CollectionSummary(one.uid, owner, details.name, details.description, details.is_public)


def progress_of(job: BulkJob) -> JobProgress:
    """How far a job has come."""
    return JobProgress(job.uid, JobState(job.state), job.seen, job.total, job.changed)


def covered(snapshot: Snapshot, details: Iterable[CollectionDetails]) -> list[CoveredCollection]:
    """Collections with the covers that can be seen: the one chosen, or else the first image. A query a collection."""
    listed = [(one, _cover_key(one)) for one in details]
    names = public_names({one.collection.by for one, _ in listed})
    cards = iter(cards_of(snapshot, [key for _, key in listed if key is not None]))
    return [CoveredCollection(summary_of(one, names), None if key is None else next(cards)) for one, key in listed]


def _cover_key(details: CollectionDetails) -> int | None:
    items = _visible(details.collection_id)
    if details.cover_key is not None and items.filter(image_key=details.cover_key).exists():
        return details.cover_key
    first: int | None = items.order_by("image_key").values_list("image_key", flat=True).first()
    return first


def _listed(wanted: Q) -> list[CollectionDetails]:
    newest = CollectionDetails.objects.newest().select_related("collection").filter(wanted, is_removed=False)
    return list(newest.order_by("name", "pk")[:MOST_LISTED])


def _visible(collection: int) -> EntryQuerySet:
    """The images in a collection now, but for those hidden and those that the data set does not have."""
    hidden = Hiding.objects.newest().filter(image_key=OuterRef("image_key"), hidden=True)
    there = Image.objects.filter(pk=OuterRef("image_key"))
    items = CollectionItem.objects.newest().filter(collection=collection, added=True)
    return items.filter(Exists(there), ~Exists(hidden))
