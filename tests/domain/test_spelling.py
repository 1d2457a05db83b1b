"""Words spelt nearly alike, against the distance as it is defined."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.spelling import Spellings, slips_allowed
from tests.drawn import drawn

WORDS = st.text("abcé東", min_size=1, max_size=9)


@pytest.mark.parametrize(("word", "near"), [("dogs", 1), ("dgo", 1), ("elefant", None), ("dot", 1), ("do", None)])
def test_a_word_is_near_with_few_slips(word: str, near: int | None) -> None:
    assert Spellings(["dog", "cathedral"]).near(word).get("dog") == near


@drawn(quick=200, deep=2000)
@given(st.lists(WORDS, max_size=30, unique=True), WORDS)
def test_near_words_are_those_within_the_allowed_distance(words: list[str], word: str) -> None:
    distances = {other: distance(word, other) for other in words}
    assert Spellings(words).near(word) == {one: d for one, d in distances.items() if d <= slips_allowed(word)}


@cache
def distance(one: str, other: str) -> int:
    """Optimal string alignment distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    found = min(
        distance(one[:-1], other) + 1,
        distance(one, other[:-1]) + 1,
        distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-2:][::-1]:
        found = min(found, distance(one[:-2], other[:-2]) + 1)
    return found
