"""Collections as pages show them: their newest details, and those of their images that can be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from browse.models import Collection, CollectionDetails, CollectionItem, Hiding, Image
from browse.models.curation import EntryQuerySet
from browse.search.cards import ImageCard
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot, still_shown

MOST_LISTED = 500


@dataclass(frozen=True)
class CollectionPage:
    """One page of a collection's images in the order of ImageIDs; `count` can be seen in all."""

    count: int
    images: list[ImageCard]


@dataclass(frozen=True)
class Collected:
    """A collection's images, of one version of the data set: all that a credit sheet asks."""

    collection: int
    count: int
    version: str

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

    def still_shown(self, keys: list[int]) -> list[int]:
        """The keys without those hidden since. Raises ChangingError where an import came between."""
        return still_shown(keys, self.version)


def all_collected(snapshot: Snapshot, collection: Collection) -> Collected:
    """All images of a collection that can be seen. One query."""
    return Collected(collection.pk, _visible(collection.pk).count(), snapshot.version)


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


def covers_of(snapshot: Snapshot, details: Iterable[CollectionDetails]) -> dict[int, ImageCard]:
    """The covers that can be seen, by collection: the one chosen, or else the first image. A query a collection."""
    keys = {one.collection_id: _cover_key(one) for one in details}
    shown = {collection: key for collection, key in keys.items() if key is not None}
    return dict(zip(shown, cards_of(snapshot, list(shown.values())), strict=True))


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
