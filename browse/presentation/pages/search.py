"""The page of what a text may mean: the same groups that are suggested while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.presentation.parts.addresses import (
    author_address,
    images_address,
    label_address,
    own_address,
    path_of,
    with_query,
)
from browse.presentation.parts.names import Names
from browse.query.phrases import join
from browse.query.values import Query, Term
from browse.search import NamedLabel
from browse.search.suggestions import MOST, NamedAuthor, NamedImage, Suggestions


@dataclass(frozen=True)
class Hit:
    """Something that was found. more: a page about it, where there is one besides; count: its images, where counted."""

    name: str
    note: str
    href: str
    more: str = ""
    count: int | None = None


def search_context(
    text: str, found: Suggestions, together: list[NamedLabel], count: int, names: Names
) -> dict[str, Any]:
    """What the template takes. together: labels that the text's words name one by one, on `count` images at once."""
    words = text.split()
    return {
        "text": text,
        "searched": text,
        "is_nothing": found.is_nothing and not count,
        "are_nearest": found.are_nearest,
        "labels": [_label(label, names) for label in found.labels],
        "all_labels": with_query(path_of("labels"), urlencode({"q": text})) if len(found.labels) == MOST else "",
        "authors": [_author(author) for author in found.authors],
        "images": [_image(image) for image in found.images],
        "together": _together(together, count) if count else None,
        "titles": Hit(text, "", images_address(found.query), count=found.count)
        if found.query and found.count
        else None,
        "words": [(word, with_query(path_of("search"), urlencode({"q": word}))) for word in words[:MOST]]
        if len(words) > 1
        else [],
    }


def _label(label: NamedLabel, names: Names) -> Hit:
    href = images_address(Query(label=(Term(label.mid),)))
    return Hit(label.name, names.note(label.mid) or label.mid, href, label_address(label.mid), label.count)


def _author(author: NamedAuthor) -> Hit:
    href = images_address(Query(authors=frozenset({author.key})))
    note = author.key if author.name else ""
    return Hit(author.name or author.key, note, href, author_address(author.key), author.count)


def _image(image: NamedImage) -> Hit:
    note = f"by {image.author}" if image.author else ""
    return Hit(image.title or "Untitled", f"{image.image_id} {note}".rstrip(), own_address(image.image_id))


def _together(labels: list[NamedLabel], count: int) -> Hit:
    query = Query(label=tuple(Term(label.mid) for label in labels))
    return Hit(join([label.name for label in labels], "and"), "", images_address(query), count=count)
