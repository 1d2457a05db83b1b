"""Terms about relationships: their spellings, what is wrong with others, and their words."""

from __future__ import annotations

import pytest
from hypothesis import given

from browse.query.box_terms import BoxTerm
from browse.query.edits import move_term, of_images_alone
from browse.query.relation_terms import RelationTerm, Side
from browse.query.relation_words import relationship_in_words
from browse.query.spelling import escape, format_term, parse_term
from browse.query.values import ConfidenceRange, Query, Role, Term
from tests.drawn import drawn
from tests.query.relation_draw import relation_terms


@drawn(quick=50, deep=1000)
@given(relation_terms(["/m/01g317", "/g/11bc5yg2y4"], ["is", "inside_of", "on"]))
def test_reading_what_is_written_gives_the_term_again(term: RelationTerm) -> None:
    assert parse_term(format_term(term)) == term
    assert escape(format_term(term)) == format_term(term)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("rel:", "a relationship: rel: and subject, relation and object"),
        ("rel:/m/01~on", "a relationship"),
        ("rel:/m/01~on~/m/02~", "a relationship"),
        ("rel:/m/A~on~*", "the subject must be a MID"),
        ("rel:~on~*", "the subject must be a MID"),
        ("rel:*~on~**", "the object must be a MID"),
        ("rel:*~on~/m/01@0-1", "the object must be a MID"),
        ("rel:*~~*", "the relation between the two ~ must be a word"),
        ("rel:*~on top~*", "the relation between the two ~ must be a word"),
    ],
)
def test_what_is_wrong_is_said(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        parse_term(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rel:/m/01~inside_of~/m/02", "/m/01 inside of /m/02"),
        ("rel:/m/01*~on~*", "/m/01 or anything below on anything"),
        ("rel:*~*~/m/02", "anything related to /m/02"),
        ("rel:/m/01~is~/m/02", "/m/01 that is /m/02"),
        ("rel:*~is~*", "anything of any attribute"),
    ],
)
def test_terms_are_told_in_words(text: str, words: str) -> None:
    term = parse_term(text)
    assert isinstance(term, RelationTerm)
    assert relationship_in_words(term, str) == words


def test_a_relationship_is_no_pair_and_keeps_its_place_in_training_sets() -> None:
    term, pair = RelationTerm(Side("/m/01"), "on"), Term("/m/02")
    query = Query(label=(term, pair), confidence=ConfidenceRange(90, 100))
    assert of_images_alone(query).label == (term,)
    assert Query(label=(term,), confidence=ConfidenceRange(90, 100)).needs_a_pair
    assert move_term(query, Role.LABEL, Role.NOT, term).without == (term,)


def test_the_boxes_of_a_relationship_are_those_of_its_things() -> None:
    person, table, wooden = Side("/m/01", below=True), Side("/m/02"), Side("/m/03")
    asked = Query(label=(RelationTerm(person, "on", table), RelationTerm(table, "is", wooden)))
    assert asked.wanted_boxes == (BoxTerm("/m/01", below=True), BoxTerm("/m/02"))
