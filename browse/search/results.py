"""What a search gives: a page of images, one image, facets. The engine says which, the database says what."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError

from browse.facets.engine import FacetCounts
from browse.image_ids import IMAGE_ID, key_from_image_id
from browse.models import Author
from browse.query.canonical import canonical
from browse.query.links import in_listing_order
from browse.query.values import Query
from browse.search.cards import ImageCard, read_cards
from browse.search.errors import SearchError, TablesDifferError
from browse.search.memo import Memo
from browse.search.names import names_of
from browse.search.snapshot import Snapshot, consistently


@dataclass(frozen=True)
class SearchResult:
    """One page of a query's images, in its order; `count` match in all."""

    count: int
    page: int
    per_page: int
    images: list[ImageCard]
    version: str
    elapsed_ms: float


@dataclass(frozen=True)
class FacetResult:
    """A query's facets. names: of every label of the data set by MID; author_names: of the authors counted, by key."""

    counts: FacetCounts
    names: Mapping[str, str]
    author_names: Mapping[str, str]
    version: str
    elapsed_ms: float


log = logging.getLogger(__name__)

Counted = tuple[FacetCounts, dict[str, str]]


def search_images(query: Query, *, page: int = 1, per_page: int = 30) -> SearchResult:
    """One page of a query's images; empty after the last. Raises SearchError, UnknownValueError."""
    return consistently(lambda snapshot: page_of(snapshot, query, page=page, per_page=per_page))


def find_image(image_id: str) -> ImageCard | None:
    """The image with this ImageID, or None. Raises SearchError."""
    return consistently(lambda snapshot: image_of(snapshot, image_id))


def facets(query: Query, *, top: int | None = 50, top_authors: int = 10) -> FacetResult:
    """A query's facets, with at most `top` labels, None being all. Raises SearchError, UnknownValueError."""
    return consistently(lambda snapshot: facets_of(snapshot, query, top=top, top_authors=top_authors))


def page_of(snapshot: Snapshot, query: Query, *, page: int, per_page: int) -> SearchResult:
    """As search_images, of one version of the data set."""
    start = time.monotonic()
    found = snapshot.engine.page(query, number=page, size=per_page, deadline=snapshot.deadline)
    images = cards_of(snapshot, found.keys)
    elapsed_ms = (time.monotonic() - start) * 1000
    return SearchResult(found.count, page, per_page, images, snapshot.version, elapsed_ms)


def image_of(snapshot: Snapshot, image_id: str) -> ImageCard | None:
    """As find_image, of one version of the data set; a hidden image is not there."""
    if not IMAGE_ID.fullmatch(image_id):
        return None
    key = key_from_image_id(image_id)
    return None if snapshot.engine.overlay.is_hidden(key) else _found_cards(snapshot, [key]).get(key)


def cards_of(snapshot: Snapshot, keys: list[int]) -> list[ImageCard]:
    """The images with these database keys, in that order. Two queries. Raises TablesDifferError for one missing."""
    cards = _found_cards(snapshot, keys)
    if len(cards) < len(set(keys)):
        raise TablesDifferError("images")
    return [cards[key] for key in keys]


def _found_cards(snapshot: Snapshot, keys: list[int]) -> dict[int, ImageCard]:
    try:
        return read_cards(keys, names_of(snapshot.version), snapshot.engine.overlay.says_of(keys))
    except KeyError as error:
        raise TablesDifferError(f"row {error}") from error


def facets_of(snapshot: Snapshot, query: Query, *, top: int | None, top_authors: int) -> FacetResult:
    """As facets, of one version of the data set; counted once however often they are asked for."""
    start = time.monotonic()
    plain = in_listing_order(query)

    def count() -> Counted:
        counts = snapshot.engine.facets(plain, top=top, top_authors=top_authors, deadline=snapshot.deadline)
        return counts, _author_names(counts)

    key = (snapshot.version, canonical(plain), top, top_authors)
    counts, author_names = memo().get(key, count, deadline=snapshot.deadline)
    elapsed_ms = (time.monotonic() - start) * 1000
    return FacetResult(counts, names_of(snapshot.version).by_mid, author_names, snapshot.version, elapsed_ms)


def _author_names(counts: FacetCounts) -> dict[str, str]:
    keys = {row: key for key, row, _ in counts.authors}
    return {keys[row]: name for row, name in Author.objects.filter(pk__in=list(keys)).values_list("pk", "name")}


def facet_bytes(counted: Counted) -> int:
    """The memory that facets take, a little more rather than less."""
    counts, names = counted
    entries = len(counts.labels) + 3 * len(counts.authors) + 2 * len(names)
    values = len(counts.subsets) + len(counts.licenses) + len(counts.states) + len(counts.confidence)
    values += sum(len(term.confidence) + len(term.states) for term in counts.terms)
    return (
        4096 + 160 * entries + 200 * values + 1024 * len(counts.terms) + sum(4 * len(name) for name in names.values())
    )


_memo: Memo[Counted] | None = None


def memo() -> Memo[Counted]:
    """The facets kept by this process, at most settings.MEMO_BYTES."""
    global _memo  # noqa: PLW0603 - kept beside the one engine of the process
    if _memo is None or _memo.max_bytes != settings.MEMO_BYTES:
        _memo = Memo(max_bytes=settings.MEMO_BYTES, size_of=facet_bytes)
    return _memo


WARM_UP_S = 120.0
"""Compiling on a busy machine takes far longer than any query may."""


def warm_up() -> None:
    """Open the current generation and compile what answers: for a worker process that is about to serve."""
    try:
        consistently(
            lambda snapshot: (page_of(snapshot, Query(), page=1, per_page=1), _facets_of_all(snapshot)),
            timeout_s=WARM_UP_S,
        )
    except (SearchError, DatabaseError) as error:
        log.warning("not ready to search: %s", error)


def _facets_of_all(snapshot: Snapshot) -> FacetResult:
    return facets_of(snapshot, Query(), top=50, top_authors=10)
