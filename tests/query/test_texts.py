"""Texts to look for: parts, limits, the canonical form, what forms drop, how they are said."""

from __future__ import annotations

import pytest

from browse.query.texts import has_text, parse_text, text_in_words, with_words_only
from browse.query.values import TextField, TextPart


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Dog", TextPart("Dog", ("dog",))),
        ("bridg*", TextPart("bridg*", ("bridg",), begins=True)),
        ("title:Gate", TextPart("title:Gate", ("gate",), TextField.TITLE)),
        ("author:o'neil*", TextPart("author:o'neil*", ("o", "neil"), TextField.AUTHOR, begins=True)),
        ("Title:gate", TextPart("Title:gate", ("title", "gate"))),
        ("title:title:a", TextPart("title:title:a", ("title", "a"), TextField.TITLE)),
        ("+title:a", TextPart("+title:a", ("title", "a"))),
        ("a*b**", TextPart("a*b**", ("a", "b"), begins=True)),
    ],
)
def test_parts_are_read(text: str, part: TextPart) -> None:
    assert parse_text(text).parts == (part,)


def test_a_part_may_be_excluded() -> None:
    one, two, three = parse_text("dog -author:Ann* --x").parts
    assert not one.excluded
    assert two == TextPart("-author:Ann*", ("ann",), TextField.AUTHOR, begins=True, excluded=True)
    assert three == TextPart("--x", ("x",), excluded=True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dog …", "… has no letter or digit"),
        ("title:", "title: has no letter"),
        ("dog -*", r"-\* has no letter"),
        ("-dog", "at least one part without -"),
        ("-dog -cat", "at least one part without -"),
        (" ".join("abcdefghijk"), "11 parts; at most 10"),
    ],
)
def test_texts_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_text(text)


def test_a_text_is_written_with_one_blank_between_its_parts() -> None:
    text = parse_text("  Golden   title:GATE\u3000-x* ")
    assert str(text) == "Golden title:GATE -x*"
    assert parse_text(str(text)) == text


@pytest.mark.parametrize(
    ("text", "kept"), [("dog & cat", "dog cat"), ("…", ""), ("-* title:  a", "a"), ("  ", ""), ("-dog", "-dog")]
)
def test_forms_drop_parts_without_words(text: str, kept: str) -> None:
    assert with_words_only(text) == kept


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("golden", True),
        ("gold", False),
        ("gold*", True),
        ("gate golden", True),
        ("golden-gate", True),
        ("golden-ga*", True),
        ("gold-gate*", False),
        ("gate-lee", True),  # each word may be of either
        ("title:gate-lee", False),
        ("author:lee", True),
        ("author:gate", False),
        ("golden -bridge", True),
        ("golden -lee", False),
        ("golden -gate-bridge", True),  # not both are there
        ("golden -bri*", True),
    ],
)
def test_a_text_holds_for_a_title_and_a_name(text: str, holds: bool) -> None:
    assert has_text(parse_text(text), "Golden Gate", "Ann Lee") is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("golden gate", "“golden” and “gate” in title or author"),
        ("title:bridg* golden", "“golden” in title or author and “bridg…” in the title"),
        ("a -b -author:c", "“a” in title or author, but not “b” in title or author or “c” in the author's name"),
    ],
)
def test_a_text_in_words(text: str, said: str) -> None:
    assert text_in_words(parse_text(text)) == said
