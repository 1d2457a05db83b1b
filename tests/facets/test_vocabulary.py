"""Words of many texts: each once, by code point, with the texts that have it."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.texts import Texts
from browse.facets.build import pair_chunks, vocabulary
from browse.facets.build.vocabulary import Vocabulary
from tests.drawn import drawn
from tests.facets import brute
from tests.facets.draw import TITLES


def listed(texts: list[str]) -> dict[str, list[int]]:
    """The words in the order found, each with its texts."""
    found = Vocabulary.of(Texts.of(texts), lambda what, done, total: None, "find words")
    words = found.sorted()
    ends = [0, *words.ends.tolist()]
    names = [words.text[start:stop].tobytes().decode() for start, stop in pairwise(ends)]
    places = np.concatenate([np.empty(0, np.uint32), *found.having(words)])
    return dict(zip(names, (part.tolist() for part in np.split(places, np.cumsum(words.sizes)[:-1])), strict=True))


def expected(texts: list[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in dict.fromkeys(brute.words(text)):
            found.setdefault(word, []).append(number)
    return dict(sorted(found.items()))


@drawn(quick=100, deep=1000)
@given(texts=st.lists(st.text() | st.lists(st.sampled_from(TITLES)).map(" ".join)))
def test_words_and_texts_are_those_of_plain_python(texts: list[str]) -> None:
    found = listed([*texts, "dog"])
    assert list(found.items()) == list(expected([*texts, "dog"]).items())


def test_many_words_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "TEXTS_AT_ONCE", 100)
    monkeypatch.setattr(vocabulary, "BYTES_AT_ONCE", 3000)
    monkeypatch.setattr(pair_chunks, "SCATTER_BYTES", 4000)
    chance = random.Random(1)
    made = [
        f"{'long' * chance.randint(0, 9)}{chance.randint(0, 5000)}{'é' * chance.randint(0, 2)}" for _ in range(3000)
    ]
    texts = [
        " ".join(chance.choices(made, k=chance.choice((0, 1, 5, 900 if n % 100 == 0 else 3)))) for n in range(1500)
    ]
    assert list(listed(texts).items()) == list(expected(texts).items())


def test_without_words_there_is_nothing() -> None:
    for texts in ([], [""], ["…", "\u3099", " "]):
        found = Vocabulary.of(Texts.of(texts), lambda what, done, total: None, "find words")
        words = found.sorted()
        assert (len(words.text), len(words.sizes), list(found.having(words))) == (0, 0, [])
