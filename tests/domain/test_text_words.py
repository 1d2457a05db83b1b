"""The words of texts: what parts them, and what makes no difference."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.text_words import words
from tests.drawn import drawn
from tests.facets import brute


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Golden Gate_Bridge, 2016!", ["golden", "gate", "bridge", "2016"]),
        ("don't rock'n'roll", ["don", "t", "rock", "n", "roll"]),
        ("IMG_2016.JPG", ["img", "2016", "jpg"]),
        ("Café cafe\u0301 STRASSE straße ﬁsh", ["cafe", "cafe", "strasse", "strasse", "fish"]),
        ("İstanbul ſee ΣΊΣΥΦΟΣ σίσυφος", ["istanbul", "see", "σισυφοσ", "σισυφοσ"]),
        ("x² ½ Ⅷ ｆｕｌｌ", ["x2", "1", "2", "viii", "full"]),
        ("東京タワー ｱｲ", ["東", "京", "タ", "ワ", "ー", "ア", "イ"]),
        ("dog東京dog", ["dog", "東", "京", "dog"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
        ("京都・東", ["京", "都", "・", "東"]),
        ("हिन्दी", ["हिनदी"]),
        ("العَرَبِيَّة", ["العربية"]),
        ("🐕\u200d🦺dog 👍🏽", ["dog"]),
        ("naïve\u00adly a\u200bb", ["naive", "ly", "a", "b"]),
        ("\u3099 … - \t\0", []),
        ("", []),
        ("\ud800x", ["x"]),
    ],
)
def test_a_text_has_these_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_korean_syllables_are_words_as_they_stand() -> None:
    assert [unicodedata.normalize("NFC", word) for word in words("한국어 한국")] == ["한국어", "한국"]


@drawn(quick=150, deep=2000)
@given(st.text() | st.text(st.characters(codec="ascii")))
def test_words_are_those_found_a_character_at_a_time(text: str) -> None:
    assert words(text) == brute.words(text)


@drawn(quick=100, deep=2000)
@given(st.text())
def test_words_are_words_of_themselves(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
