"""Box terms: their spellings, what is wrong with others, and their words."""

from __future__ import annotations

import pytest
from hypothesis import given

from browse.query.box_terms import (
    AREAS,
    ATTRIBUTE_VALUES,
    NUMBERS,
    BoxTerm,
    format_area,
    format_box_term,
    format_number,
)
from browse.query.box_words import ATTRIBUTE_WORDS, boxes_in_words
from browse.query.edits import add_term, can_sort, move_term, of_images_alone, remove_term
from browse.query.spelling import format_term, parse_term
from browse.query.values import ConfidenceRange, Query, Role, Sort, Term
from tests.drawn import drawn
from tests.query.box_draw import box_terms


@drawn(quick=50, deep=1000)
@given(box_terms(["/m/01g317", "/g/11bc5yg2y4"]))
def test_reading_what_is_written_gives_the_term_again(term: BoxTerm) -> None:
    assert parse_term(format_term(term)) == term


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("box:/m/01", "box:/m/01"),
        ("box:/m/01~1-", "box:/m/01"),
        ("box:/m/01*~1-@0-1:inside", "box:/m/01*:inside"),
        ("box:/m/01~1-1", "box:/m/01~1-1"),
        ("box:/m/01~2-5@0.0500-1.0", "box:/m/01~2-5@0.05-1"),
        ("box:/m/01@0-1", "box:/m/01"),
        ("box:/m/01@0.0001-0.12", "box:/m/01@0.0001-0.12"),
        ("box:/m/01:truncated,occluded,truncated", "box:/m/01:occluded,truncated"),
        ("box:/m/01:group,not-group,group-unknown", "box:/m/01"),
        ("box:/m/01~1-@0-1:inside,group,not-group,group-unknown", "box:/m/01:inside"),
        ("box:/m/01~9999-9999", "box:/m/01~9999-9999"),
    ],
)
def test_each_term_has_one_spelling(text: str, canonical: str) -> None:
    assert format_term(parse_term(text)) == canonical
    assert format_term(parse_term(canonical)) == canonical


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("box:", "a box term: box: and a MID"),
        ("box:m/01", "a box term"),
        ("box:/m/01**", "a box term"),
        ("box:/m/01~2-*", "the number of boxes after ~"),
        ("box:/m/A", "a box term"),
        ("Box:/m/01", "the states after : must be a state"),
        ("box:/m/01~", "the number of boxes after ~"),
        ("box:/m/01~0-", "the number of boxes after ~"),
        ("box:/m/01~02-", "the number of boxes after ~"),
        ("box:/m/01~2", "the number of boxes after ~"),
        ("box:/m/01~-2", "the number of boxes after ~"),
        ("box:/m/01~3-2", "the number of boxes after ~"),
        ("box:/m/01~1-10000", "the number of boxes after ~"),
        ("box:/m/01@0.5", "the range of areas after @"),
        ("box:/m/01@0.00001-1", "the range of areas after @"),
        ("box:/m/01@0.2-0.1", "the range of areas after @"),
        ("box:/m/01@0-1~2-", "the range of areas after @"),
        ("box:/m/01:", "the attributes after : must be of occluded, not-occluded, occluded-unknown"),
        ("box:/m/01:occluded,", "the attributes after :"),
        ("box:/m/01:confirmed", "the attributes after :"),
        ("box:/m/01:not-occluded-unknown", "the attributes after :"),
        ("box:/m/01 ", "a box term"),
    ],
)
def test_what_is_wrong_is_said(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong.replace("(", r"\(")):
        parse_term(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("box:/m/01", "a box of Person"),
        ("box:/m/01~2-@0.05-1:occluded", "2 or more boxes of Person, at least 5% of the picture, occluded"),
        ("box:/m/01~1-1@0-0.0005", "exactly 1 box of Person, at most 0.05% of the picture"),
        ("box:/m/01~1-3@0.1-0.2", "1 to 3 boxes of Person, 10% to 20% of the picture"),
        ("box:/m/01:not-group,group-unknown", "a box of Person, not a group or unknown whether a group"),
    ],
)
def test_terms_are_told_in_words(text: str, words: str) -> None:
    term = parse_term(text)
    assert isinstance(term, BoxTerm)
    assert boxes_in_words(term, "Person") == words


def test_the_values_of_the_facets() -> None:
    areas = [format_area(area) for area in AREAS]
    assert (areas[0], areas[1], areas[-1], len(areas)) == ("0-0.0499", "0.05-0.0999", "0.95-1", 20)
    assert [format_number(number) for number in NUMBERS] == ["1-1", "2-2", "3-3", "4-4", "5-9", "10-"]
    assert [*ATTRIBUTE_VALUES] == [*ATTRIBUTE_WORDS]


def test_a_value_of_an_attribute_replaces_that_attribute_alone() -> None:
    term = BoxTerm("/m/01").with_attributes(["occluded", "not-occluded", "group"])
    assert format_box_term(term.with_attribute("occluded-unknown")) == "box:/m/01:group,occluded-unknown"


def test_a_range_or_state_of_the_query_is_of_pairs_alone() -> None:
    boxes, pair = BoxTerm("/m/01"), Term("/m/01")
    assert Query(label=(boxes,), confidence=ConfidenceRange(90, 100)).needs_a_pair
    assert not Query(label=(boxes, pair), confidence=ConfidenceRange(90, 100)).needs_a_pair
    assert not Query(label=(boxes,)).needs_a_pair


def test_links_keep_the_order_by_confidence_as_long_as_a_pair_is_asked_for() -> None:
    boxes, pair = BoxTerm("/m/01"), Term("/m/02")
    query = Query(label=(boxes, pair), sort=Sort.CONFIDENCE)
    assert query.first_pair == pair
    assert remove_term(query, Role.LABEL, boxes).sort is Sort.CONFIDENCE
    assert remove_term(query, Role.LABEL, pair).sort is Sort.IMAGE_ID
    assert not can_sort(Query(label=(boxes,)), Sort.CONFIDENCE)
    assert move_term(query, Role.LABEL, Role.NOT, boxes).without == (boxes,)


def test_boxes_say_which_images_a_training_set_is_of() -> None:
    boxes, pair = BoxTerm("/m/01"), Term("/m/02")
    query = Query(label=(boxes, pair), without=(pair, boxes), confidence=ConfidenceRange(90, 100))
    alone = of_images_alone(query)
    assert (alone.label, alone.confidence) == ((boxes,), None)
    assert alone.without == (Term("/m/02", ConfidenceRange(90, 100), query.states_of(pair)), boxes)
    assert of_images_alone(add_term(Query(label=(pair,)), Role.ANY, boxes)).any == (boxes,)
