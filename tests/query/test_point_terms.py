"""Terms about points: their spellings, what is wrong with others, and their words."""

from __future__ import annotations

import pytest
from hypothesis import given

from browse.query.point_terms import PointTerm, point_in_words
from browse.query.spelling import format_term, parse_term
from tests.drawn import drawn
from tests.query.point_draw import point_terms


@drawn(quick=50, deep=1000)
@given(point_terms(["/m/01g317", "/g/11bc5yg2y4"]))
def test_reading_what_is_written_gives_the_term_again(term: PointTerm) -> None:
    assert parse_term(format_term(term)) == term


@pytest.mark.parametrize(
    ("text", "canonical", "words"),
    [
        ("point:/m/01", "point:/m/01", "a point of Grass"),
        ("point:/m/01:yes", "point:/m/01", "a point of Grass"),
        ("point:/m/01*:yes,yes", "point:/m/01*", "a point of Grass"),
        ("point:/m/01:unsure,no", "point:/m/01:no,unsure", "a point checked for Grass: no or unsure"),
        ("point:/m/01*:yes,unsure,no", "point:/m/01*:no,unsure,yes", "a point checked for Grass: yes or no or unsure"),
    ],
)
def test_each_term_has_one_spelling(text: str, canonical: str, words: str) -> None:
    term = parse_term(text)
    assert isinstance(term, PointTerm)
    assert (format_term(term), point_in_words(term, "Grass")) == (canonical, words)


@pytest.mark.parametrize(
    "text", ["point:", "point:/m/A", "point:/m/01@0-1", "point:/m/01~2-", "point:/m/01:", "point:*"]
)
def test_what_is_wrong_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a point: point: and a MID|must be of yes, no, unsure"):
        parse_term(text)
