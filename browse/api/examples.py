"""Values of the data set at hand, for whoever tries the API by its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from browse.domain.text_words import words
from browse.query.grammar import Kind
from browse.query.values import Query, Term
from browse.requests.definitions import LABEL_TEXT
from browse.search import NamedLabel, Snapshot, facets_of, find_labels, page_of

LOOKED_AT = 30
"""Images of which one may have a title."""

Examples = Mapping[str, str | list[str]]
"""An example by the name of a parameter, also of those in a path; a list where it may be repeated.

All of them together are a query that can be asked, and each by itself finds something.
"""

NONE: Examples = {}
"""Without a data set there are none."""


def examples_of(snapshot: Snapshot) -> Examples:
    """Of the most frequent label, license and author, and a title. What the data has no value of is left out.

    `name` is a label's, for who looks for labels.
    """
    counts = facets_of(snapshot, Query(), top=50, top_authors=10).counts
    found: dict[str, str | list[str]] = {}
    if counts.authors:
        found["author"] = [counts.authors[0][0]]
    if any(counts.values["licenses"].values()):
        found["license"] = [max(counts.values["licenses"], key=lambda slug: counts.values["licenses"][slug])]
    labels = [label for label in find_labels(snapshot) if label.count]
    if labels:
        found |= _of_labels(snapshot, labels, counts.count)
    return found


def _of_labels(snapshot: Snapshot, labels: list[NamedLabel], images: int) -> Examples:
    most, least = labels[0], labels[-1]
    found = page_of(snapshot, Query(label=(Term(most.mid),)), page=1, per_page=LOOKED_AT).images
    rare = {"not": [least.mid]} if least is not most and least.count < images else {}
    return {
        "label": [most.mid],
        "any": [label.mid for label in labels[:2]],
        **rare,
        **_of_titles(card.title or "" for card in found),
        "image_id": found[0].image_id,
        "mid": most.mid.removeprefix("/"),
        "name": most.name if _is_taken(LABEL_TEXT.kind, most.name) else most.mid,
    }


def _of_titles(titles: Iterable[str]) -> dict[str, str]:
    """The longest word of the first title that has one."""
    found = next(filter(None, map(words, titles)), [])
    return {"q": max(found, key=len)} if found else {}


def _is_taken(kind: Kind, text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
