"""The reader of HTML that tests use: what its selectors find, and what it reads as words."""

from __future__ import annotations

import pytest

from tests.html import tree

PAGE = tree(
    '<ul id="all"><li class="tile big" data-image="1"><a href="/image/1?a=1&amp;b=2">a &lt; <b>b</b></a></li>'
    '<li class="tile" data-image="2" hidden><p>one<br>two</p><p>\n  three </p></li></ul><input name="q" value="">'
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("li", 2),
        (".tile", 2),
        ("li.tile.big", 1),
        ("li.big.small", 0),
        ("#all li p", 2),
        ("ul a b", 1),
        ("a ul", 0),
        ("li[hidden]", 1),
        ('[data-image="2"]', 1),
        ('a[href="/image/1?a=1&b=2"]', 1),
        ('a[href^="/image/"]', 1),
        ('a[href$="b=2"]', 1),
        ('a[href*="?b"]', 0),
        ('input[name="q"][value=""]', 1),
        ("input p", 0),
    ],
)
def test_selectors_find_what_they_say(selector: str, found: int) -> None:
    assert len(PAGE.all(selector)) == found
    assert PAGE.has(selector) is bool(found)


@pytest.mark.parametrize("selector", ["", "li ", "li > a", "li[hidden", "li[data-image=2]", ".tileli:first", "[a]li"])
def test_selectors_that_cannot_be_read_are_refused(selector: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|without anything"):
        PAGE.all(selector)


def test_one_is_the_only_one() -> None:
    assert PAGE.one("a")["href"] == "/image/1?a=1&b=2"
    for selector in ("li", "table"):
        with pytest.raises(AssertionError, match="elements are"):
            PAGE.one(selector)


def test_words_are_set_apart_and_text_is_kept() -> None:
    assert PAGE.words_of("li") == ["a < b", "one two three"]
    assert PAGE.one("#all").all("p")[0].text == "onetwo"
    assert PAGE.each("li", "data-image") == ["1", "2"]
    assert PAGE.addresses == {"/image/1?a=1&b=2"}
