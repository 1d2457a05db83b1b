"""What a search gives: a page of images, one image, facets. The engine says which, the database says what."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError

from browse.domain.happenings import QueryAnswered, listeners, quietly, tell
from browse.domain.image_ids import IMAGE_ID, image_id_from_key, key_from_image_id
from browse.domain.relationships import Relationship
from browse.facets.engine import AnyTermFacet, BoxTermFacet, FacetCounts, PageOfImages, PlainTermFacet
from browse.models import Author
from browse.query.canonical import canonical
from browse.query.edits import Condition, conditions, in_listing_order, with_authors
from browse.query.fields import kinds_of
from browse.query.relation_terms import RelationTerm
from browse.query.values import Query
from browse.search.cards import ImageCard, read_cards
from browse.search.errors import SearchError, TablesDifferError
from browse.search.memo import Memo
from browse.search.names import names_of
from browse.search.snapshot import Snapshot, consistently


@dataclass(frozen=True)
class SearchResult:
    """One page of a query's images, in its order; `count` match in all. kinds: those of KINDS that the data set has.

    relationships: of these images by ImageID, where the query asks for any.
    """

    count: int
    page: int
    per_page: int
    images: list[ImageCard]
    version: str
    elapsed_ms: float
    kinds: frozenset[str] = frozenset()
    relationships: Mapping[str, tuple[Relationship, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Dropped:
    """A condition of a query, and how many images there are without it."""

    condition: Condition
    count: int


@dataclass(frozen=True)
class FacetResult:
    """A query's facets. names: of every label of the data set by MID; author_names: of the authors counted, by key.

    chosen_authors: of each author of the query, by key, how many images it has where it alone is chosen.
    """

    counts: FacetCounts
    names: Mapping[str, str]
    author_names: Mapping[str, str]
    version: str
    elapsed_ms: float
    chosen_authors: Mapping[str, int]


@dataclass(frozen=True)
class AuthorResult:
    """Authors in a result as (key, row id, count), largest first; names: what they are called, by key."""

    authors: list[tuple[str, int, int]]
    names: Mapping[str, str]


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
    found = keys_of(snapshot, query, page=page, per_page=per_page)
    images = cards_of(snapshot, found.keys)
    relationships = _relationships_of(snapshot, query, found.keys)
    elapsed_ms = (time.monotonic() - start) * 1000
    kinds = kinds_of(snapshot.engine)
    return SearchResult(found.count, page, per_page, images, snapshot.version, elapsed_ms, kinds, relationships)


def _relationships_of(snapshot: Snapshot, query: Query, keys: list[int]) -> dict[str, tuple[Relationship, ...]]:
    if not any(isinstance(term, RelationTerm) for _, term in query.terms):
        return {}
    return {image_id_from_key(key): rows for key, rows in snapshot.engine.relationships_of(keys).items()}


def keys_of(snapshot: Snapshot, query: Query, *, page: int, per_page: int) -> PageOfImages:
    """As page_of, without reading what the images are: their database keys, and how many match."""
    with _told("page", query):
        return snapshot.engine.page(query, number=page, size=per_page, deadline=snapshot.deadline)


def count_of(snapshot: Snapshot, query: Query) -> int:
    """How many images match a query."""
    with _told("count", query):
        return snapshot.engine.count(query, deadline=snapshot.deadline)


@contextmanager
def _told(kind: str, query: Query) -> Iterator[None]:
    """Tell how long the engine takes for a query, also where it gives up."""
    start = time.monotonic()
    try:
        yield
    finally:
        if listeners:
            tell(QueryAnswered(kind, canonical(query), time.monotonic() - start))


def dropped_of(snapshot: Snapshot, query: Query) -> list[Dropped]:
    """How many images a query would have without each of its conditions."""
    return [Dropped(condition, count_of(snapshot, condition.without)) for condition in conditions(query)]


def author_of(snapshot: Snapshot, key: str) -> Author | None:
    """The author of this key, where the data set has one. One query."""
    row = snapshot.engine.author_id(key) if key else None
    return None if row is None else Author.objects.filter(pk=row).first()


def image_of(snapshot: Snapshot, image_id: str) -> ImageCard | None:
    """As find_image, of one version of the data set; a hidden image is not there."""
    if not IMAGE_ID.fullmatch(image_id):
        return None
    key = key_from_image_id(image_id)
    return None if snapshot.engine.is_hidden(key) else _found_cards(snapshot, [key]).get(key)


def cards_of(snapshot: Snapshot, keys: list[int]) -> list[ImageCard]:
    """The images with these database keys, in that order. Two queries. Raises TablesDifferError for one missing."""
    cards = _found_cards(snapshot, keys)
    if len(cards) < len(set(keys)):
        raise TablesDifferError("images")
    return [cards[key] for key in keys]


def cards_by_id(snapshot: Snapshot, image_ids: Sequence[str]) -> list[ImageCard]:
    """Those of these images that there are to be seen, in that order. Two queries."""
    keys = [key_from_image_id(image_id) for image_id in image_ids if IMAGE_ID.fullmatch(image_id)]
    cards = _found_cards(snapshot, [key for key in keys if not snapshot.engine.is_hidden(key)])
    return [cards[key] for key in keys if key in cards]


def _found_cards(snapshot: Snapshot, keys: list[int]) -> dict[int, ImageCard]:
    try:
        return read_cards(keys, names_of(snapshot.version), snapshot.engine.says_of(keys))
    except KeyError as error:
        raise TablesDifferError(f"row {error}") from error


@dataclass(frozen=True)
class SimilarImage:
    """An image whose labels are like another one's; likeness in millionths, above 0."""

    likeness: int
    image: ImageCard


SIMILAR = 24
"""Images listed as like another one."""


def similar_to(snapshot: Snapshot, key: int) -> list[SimilarImage]:
    """The images whose labels are most like those of the image with this database key, the most alike first."""
    found = snapshot.engine.similar(key, top=SIMILAR, deadline=snapshot.deadline)
    cards = cards_of(snapshot, [other for other, _ in found])
    return [SimilarImage(like, card) for (_, like), card in zip(found, cards, strict=True)]


def facets_of(snapshot: Snapshot, query: Query, *, top: int | None, top_authors: int) -> FacetResult:
    """As facets, of one version of the data set; counted once however often they are asked for."""
    start = time.monotonic()
    plain = in_listing_order(query)

    def count() -> Counted:
        with _told("facets", plain):
            counts = snapshot.engine.facets(plain, top=top, top_authors=top_authors, deadline=snapshot.deadline)
        return counts, _names_of(counts.authors)

    key = (snapshot.version, canonical(plain), top, top_authors)
    counts, author_names = memo().get(key, count, deadline=snapshot.deadline)
    elapsed_ms = (time.monotonic() - start) * 1000
    names, chosen = names_of(snapshot.version).by_mid, _chosen_authors(snapshot, query, counts)
    return FacetResult(counts, names, author_names, snapshot.version, elapsed_ms, chosen)


def authors_of(snapshot: Snapshot, query: Query, text: str | None, *, top: int) -> AuthorResult:
    """The authors in a result, or those that a text finds by name or key, at most `top`; of one version."""
    if text is None:
        facets = facets_of(snapshot, query, top=1, top_authors=top)
        return AuthorResult(facets.counts.authors, facets.author_names)
    found = snapshot.engine.authors_named(query, text, top=top, deadline=snapshot.deadline)
    return AuthorResult(found, _names_of(found))


def _chosen_authors(snapshot: Snapshot, query: Query, counts: FacetCounts) -> dict[str, int]:
    counted = {key: count for key, _, count in counts.authors}
    return {
        key: counted[key] if key in counted else count_of(snapshot, with_authors(query, [key]))
        for key in sorted(query.authors)
    }


def _names_of(authors: list[tuple[str, int, int]]) -> dict[str, str]:
    keys = {row: key for key, row, _ in authors}
    return {keys[row]: name for row, name in Author.objects.filter(pk__in=list(keys)).values_list("pk", "name")}


def facet_bytes(counted: Counted) -> int:
    """The memory that facets take, a little more rather than less."""
    counts, names = counted
    entries = len(counts.labels) + len(counts.hierarchy or ()) + len(counts.box_labels) + len(counts.relations)
    entries += 3 * len(counts.authors) + 2 * len(names)
    values = sum(map(len, counts.values.values()))
    values += sum(map(len_of_term, counts.terms))
    return (
        4096 + 160 * entries + 200 * values + 1024 * len(counts.terms) + sum(4 * len(name) for name in names.values())
    )


def len_of_term(term: AnyTermFacet) -> int:
    """How many values a term lists."""
    if isinstance(term, PlainTermFacet):
        return 0
    if isinstance(term, BoxTermFacet):
        return len(term.attributes) + len(term.areas) + len(term.numbers)
    return len(term.confidence) + len(term.states)


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
        with quietly():
            consistently(
                lambda snapshot: (
                    page_of(snapshot, Query(), page=1, per_page=1),
                    _facets_of_all(snapshot),
                    _images_like_the_first(snapshot),
                ),
                timeout_s=WARM_UP_S,
            )
    except (SearchError, DatabaseError) as error:
        log.warning("not ready to search: %s", error)


def _facets_of_all(snapshot: Snapshot) -> FacetResult:
    return facets_of(snapshot, Query(), top=50, top_authors=10)


def _images_like_the_first(snapshot: Snapshot) -> list[SimilarImage]:
    """What the page of an image asks, to which most visitors go next: that takes longest to compile."""
    first = keys_of(snapshot, Query(), page=1, per_page=1).keys
    return [image for key in first for image in similar_to(snapshot, key)]
