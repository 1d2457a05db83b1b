"""What somebody may mean who types: labels, authors, images, words of titles."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.domain.image_names import flickr_photo, image_id_beginning, md5_digest
from browse.domain.text_words import words
from browse.facets.engine import NotOfferedError
from browse.models import Author, Image, Subset
from browse.query.texts import LONGEST_TEXT, parse_text
from browse.query.values import Query
from browse.rights.authors import author_key
from browse.search.label_finder import label_counts, label_finder
from browse.search.labels import NamedLabel, named
from browse.search.results import count_of
from browse.search.snapshot import Snapshot

MOST = 5
"""Suggestions of each kind."""
_MOST_ALIKE = 1000
"""Images compared by their whole MD5, of those that share its first four bytes."""


@dataclass(frozen=True)
class NamedAuthor:
    """An author with images; the name may be empty."""

    key: str
    name: str
    count: int


@dataclass(frozen=True)
class NamedImage:
    """An image that is called by an ID or a checksum. Title and author are empty where unknown."""

    image_id: str
    subset: str
    title: str
    author: str


@dataclass(frozen=True)
class Suggestions:
    """What a text may mean, at most MOST of each kind.

    are_nearest   whether no label has the text's words, so that these are spelt nearly like it.
    query, count  the query for it in titles and authors' names, and how many images that has; None where it is none.
    """

    labels: list[NamedLabel]
    are_nearest: bool
    authors: list[NamedAuthor]
    images: list[NamedImage]
    query: Query | None
    count: int | None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is found that has the text as it stands."""
        return not ((self.labels and not self.are_nearest) or self.authors or self.images or self.count)


def suggestions_of(snapshot: Snapshot, text: str) -> Suggestions:
    """What a text may mean. At most four queries of the database."""
    text = text.strip()
    finder, counts = label_finder(snapshot), label_counts(snapshot)
    labels = finder.find(text, counts, most=MOST)
    nearest = [] if labels else finder.nearest(text, counts, most=MOST)
    query = text_query(text)
    return Suggestions(
        labels=labels or nearest,
        are_nearest=bool(nearest),
        authors=_authors(snapshot, text),
        images=_images(snapshot, text),
        query=query,
        count=None if query is None else count_of(snapshot, query),
    )


def labels_word_by_word(snapshot: Snapshot, text: str) -> list[NamedLabel]:
    """The labels that the text's words name one by one, where each of several names exactly one; else none."""
    asked = list(dict.fromkeys(text.split()))
    found = [named(snapshot, word) for word in asked[: MOST + 1]]
    is_all = 1 < len(asked) <= MOST and all(len(labels) == 1 for labels in found)
    return [labels[0] for labels in found] if is_all else []


def text_query(text: str) -> Query | None:
    """The query for a text in titles and authors' names, where it is one."""
    if len(text) > LONGEST_TEXT:
        return None
    try:
        return Query(text=parse_text(text))
    except ValueError:
        return None


def _authors(snapshot: Snapshot, text: str) -> list[NamedAuthor]:
    """The author whose key or profile this is, then those whose name has its words; the largest first."""
    found = {key: (row, count) for key, row, count in snapshot.engine.suggested_authors(words(text), top=MOST)}
    own = text if snapshot.engine.has_author(text) else author_key(text)
    row = snapshot.engine.author_id(own) if own else None
    if own and row is not None and (count := count_of(snapshot, Query(authors=frozenset({own})))):
        found = {own: (row, count), **{key: hit for key, hit in [*found.items()][: MOST - 1] if key != own}}
    names = dict(Author.objects.filter(pk__in=[row for row, _ in found.values()]).values_list("pk", "name"))
    named = [NamedAuthor(key, names.get(row, ""), count) for key, (row, count) in found.items()]
    return sorted(named, key=lambda author: (-author.count, author.key))


def _images(snapshot: Snapshot, text: str) -> list[NamedImage]:
    keys = _keys(snapshot, text)
    rows = Image.objects.with_credit().filter(pk__in=keys).order_by("pk") if keys else ()
    return [NamedImage(row.image_id, Subset(row.subset).label, row.title, row.credited_name) for row in rows]


def _keys(snapshot: Snapshot, text: str) -> list[int]:
    """The images that a text names, by ImageID. What is named whole is among them, however many begin so."""
    whole = [*_keys_of_photo(snapshot, text), *_keys_of_md5(snapshot, text)]
    return sorted([*dict.fromkeys([*whole, *_keys_beginning(snapshot, text)])][:MOST])


def _keys_beginning(snapshot: Snapshot, text: str) -> Iterable[int]:
    start = image_id_beginning(text)
    if start is None:
        return []
    first, last = (key_from_image_id(start.ljust(16, digit)) for digit in "0f")
    before = None if image_id_from_key(first) == "0" * 16 else first - 1
    found = snapshot.engine.after(Query(), before, size=MOST, deadline=snapshot.deadline)
    return [key for key in found if key <= last]


def _keys_of_photo(snapshot: Snapshot, text: str) -> list[int]:
    photo = flickr_photo(text)
    if photo is None:
        return []
    try:
        return snapshot.engine.keys_of_photo(photo)[:MOST]
    except NotOfferedError:
        return []  # so that an engine without photo ids suggests all else


def _keys_of_md5(snapshot: Snapshot, text: str) -> list[int]:
    digest = md5_digest(text)
    keys = snapshot.engine.keys_of_md5_head(digest[:4])[:_MOST_ALIKE] if digest else []
    if digest is None or not keys:
        return []
    alike = Image.objects.filter(pk__in=keys, original_md5=b64encode(digest).decode())
    return [*alike.order_by("pk").values_list("pk", flat=True)[:MOST]]
