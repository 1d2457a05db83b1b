"""What the page of an author tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from browse.query.edits import with_authors
from browse.query.values import Query
from browse.search.cards import ImageCard
from browse.search.results import author_of, facets_of, page_of
from browse.search.snapshot import Snapshot

SHOWN = 12


@dataclass(frozen=True)
class AuthorPage:
    """An author's images that are not hidden: `count` in all, at least one, of which `images` are the first SHOWN.

    licenses: how many images are under each that any is under, by slug, in listing order. name, profile_url: may be
    empty.
    """

    key: str
    name: str
    profile_url: str
    count: int
    images: list[ImageCard]
    licenses: Mapping[str, int]

    @property
    def query(self) -> Query:
        """The query for the author's images."""
        return with_authors(Query(), [self.key])


def author_page_of(snapshot: Snapshot, key: str) -> AuthorPage | None:
    """The author of this key; None where there is none with images to be seen."""
    author = author_of(snapshot, key)
    if author is None:
        return None
    query = with_authors(Query(), [key])
    found = page_of(snapshot, query, page=1, per_page=SHOWN)
    if not found.count:
        return None
    licenses = facets_of(snapshot, query, top=1, top_authors=1).counts.values["licenses"]
    under = {slug: count for slug, count in licenses.items() if count}
    return AuthorPage(key, author.name, author.profile_url, found.count, found.images, under)
