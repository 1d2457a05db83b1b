"""Queries as sentences."""

from __future__ import annotations

from typing import Any

import pytest

from browse.query.spelling import parse_range, parse_term
from browse.query.values import Query, State
from browse.query.words import in_words, range_in_words

LABELS = {"/m/d": "dog", "/m/b": "beach", "/m/c": "cat", "/m/s": "sea"}


class Names:
    """What things are called in these sentences."""

    def distinct(self, mid: str) -> str:
        return LABELS[mid]

    def license(self, slug: str) -> str:
        return slug.upper().replace("-", " ")

    def author(self, key: str) -> str:
        return key.title()


def terms(*texts: str) -> tuple[Any, ...]:
    return tuple(parse_term(text) for text in texts)


CAREFULLY = "Images without dog or cat at any confidence"
HIGH = parse_range("0.9-1")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (Query(), "All images"),
        (Query(label=terms("/m/d")), "Images with dog"),
        (
            Query(label=terms("/m/d@0.8-1", "/m/b"), without=terms("/m/c")),
            "Images with dog at 0.8 or more and beach, without cat",
        ),
        (Query(label=terms("/m/d", "/m/b", "/m/s")), "Images with dog, beach and sea"),
        (Query(without=terms("/m/d", "/m/c")), "Images without dog or cat"),
        (Query(without=terms("/m/d@0-1:confirmed,missed,unverified", "/m/c@0-1")), CAREFULLY),
        (
            Query(label=terms("/m/d"), without=terms("/m/c@0-1:confirmed,missed,unverified"), confidence=HIGH),
            "Images with dog at 0.9 or more, without cat at any confidence (confirmed, unverified or missed)",
        ),
        (Query(any=terms("/m/d", "/m/c")), "Images with dog or cat"),
        (Query(any=terms("/m/d", "/m/c", "/m/b"), min_any=2), "Images with at least two of dog, cat and beach"),
        (
            Query(label=terms("/m/s"), any=terms("/m/d", "/m/c")),
            "Images with sea and at least one of dog and cat",
        ),
        (Query(label=terms("/m/s"), any=terms("/m/d")), "Images with sea and dog"),
        (Query(confidence=parse_range("0-1")), "Images with any label at any confidence"),
        (
            Query(without=terms("/m/c"), confidence=parse_range("0.9-1")),
            "Images with any label at 0.9 or more, without cat at 0.9 or more",
        ),
        (
            Query(label=terms("/m/d:missed", "/m/b@0.5-0.5"), states=frozenset({State.REJECTED, State.CONFIRMED})),
            "Images with dog (missed) and beach at exactly 0.5 (confirmed or rejected)",
        ),
        (Query(label=terms("/m/d:confirmed,rejected,unverified,missed,absent")), "Images with dog (in any state)"),
        (
            Query(
                subsets=frozenset({"validation", "train"}),
                licenses=frozenset({"cc-by-2.0"}),
                authors=frozenset({"jane"}),
            ),
            "Images in train or validation, under CC BY 2.0, by Jane",
        ),
        (Query(ids=frozenset({"0" * 16})), "Images with ImageID 0000000000000000"),
        (Query(ids=frozenset({"0" * 16, "1" * 16})), "Images with ImageID among 2 chosen"),
        (
            Query(licenses=frozenset({"cc-by-2.0-fr", "cc-by-2.0"})),
            "Images under CC BY 2.0 or CC BY 2.0 FR",
        ),
        (
            Query(label=terms("/m/d*@0.8-1"), without=terms("/m/c*@0-1:confirmed,missed,unverified")),
            "Images with dog or anything below at 0.8 or more, without cat or anything below",
        ),
        (Query(label=terms("/m/d"), subsets=frozenset({"test"})), "Images with dog, in test"),
    ],
)
def test_a_query_in_words(query: Query, sentence: str) -> None:
    assert in_words(query, Names()) == sentence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0.8-1", "at 0.8 or more"),
        ("0-0.8", "at 0.8 or less"),
        ("0.6-0.85", "at 0.6 to 0.85"),
        ("1-1", "at exactly 1"),
        ("0-1", "at any confidence"),
    ],
)
def test_a_range_in_words(text: str, words: str) -> None:
    assert range_in_words(parse_range(text)) == words
