"""Terms and queries as text."""

from __future__ import annotations

import pytest

from browse.query.canonical import canonical
from browse.query.spelling import format_confidence, format_term, parse_range, parse_term
from browse.query.texts import parse_text
from browse.query.values import ANY_CONFIDENCE, SUBSETS, ConfidenceRange, Query, Sort, State, Term

DOG = Term("/m/0bt9lr")


@pytest.mark.parametrize(("hundredths", "text"), [(0, "0"), (5, "0.05"), (29, "0.29"), (80, "0.8"), (100, "1")])
def test_confidences_are_printed_shortest(hundredths: int, text: str) -> None:
    assert format_confidence(hundredths) == text


def test_every_confidence_is_read_as_it_is_printed() -> None:
    for hundredths in range(101):
        text = format_confidence(hundredths)
        assert parse_range(f"{text}-{text}") == ConfidenceRange(hundredths, hundredths)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("0-1", 0, 100), ("0.80-1.00", 80, 100), ("0.0-0", 0, 0), ("0.5-0.55", 50, 55), ("1-1.0", 100, 100)],
)
def test_ranges_that_are_read(text: str, low: int, high: int) -> None:
    assert parse_range(text) == ConfidenceRange(low, high)


@pytest.mark.parametrize(
    "text",
    ["", "-", "0.8", "0.8-", "-1", "1-0.8", ".8-1", "0.-1", "0.801-1", "1.01-1", "00-1", "0-01", "0,5-1", "0.8–1",
     " 0-1", "0-1 ", "0-1\n", "0-1-1", "٠-1", "1e0-1", "+0-1", "0-2", "nan-1"],
)  # fmt: skip
def test_ranges_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a range such as"):
        parse_range(text)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("/m/0bt9lr", DOG),
        ("/m/0bt9lr@0.80-1", Term(DOG.mid, ConfidenceRange(80, 100))),
        ("/m/0bt9lr:missed", Term(DOG.mid, None, frozenset({State.MISSED}))),
        ("/m/0bt9lr@0-1:unverified,rejected",
         Term(DOG.mid, ANY_CONFIDENCE, frozenset({State.REJECTED, State.UNVERIFIED}))),
        ("/m/0bt9lr*", Term(DOG.mid, below=True)),
        ("/m/0bt9lr*@0.80-1:missed", Term(DOG.mid, ConfidenceRange(80, 100), frozenset({State.MISSED}), below=True)),
        ("/m/0bt9lr:absent,absent", Term(DOG.mid, None, frozenset({State.ABSENT}))),
    ],
)  # fmt: skip
def test_terms_that_are_read(text: str, term: Term) -> None:
    assert parse_term(text) == term


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a MID"),
        ("*", "must be a MID"),
        ("/m/a**", "must be a MID"),
        ("/m/a@0-1*", "the range after @"),
        ("@0-1", "must be a MID"),
        (":missed", "must be a MID"),
        ("/m/a b", "must be a MID"),
        ("/m/a@", "the range after @ must be a range"),
        ("/m/a@0.9-0.8", "the first is larger"),
        ("/m/a@0-1@0-1", "the range after @"),
        ("/m/a:", "the states after : must be a state: confirmed, rejected, unverified, missed, absent"),
        ("/m/a:Missed", "must be a state"),
        ("/m/a:missed,", "must be a state"),
        ("/m/a:missed:absent", "must be a state"),
        ("/m/a:missed@0-1", "must be a state"),
    ],
)
def test_terms_that_are_refused_say_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_term(text)


def test_a_term_is_printed_with_shortest_numbers_and_sorted_states() -> None:
    states = frozenset({State.UNVERIFIED, State.REJECTED})
    assert format_term(Term("/m/a", ConfidenceRange(50, 100), states)) == "/m/a@0.5-1:rejected,unverified"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Query(), ""),
        (Query(any=(DOG,), min_any=1, sort=Sort.IMAGE_ID), "any=/m/0bt9lr"),
        (
            Query(
                label=(Term(DOG.mid, ConfidenceRange(80, 100), below=True), DOG), without=(Term("/m/c", below=True),)
            ),
            "label=/m/0bt9lr*@0.8-1&label=/m/0bt9lr&not=/m/c*",
        ),
        (Query(confidence=ANY_CONFIDENCE), "confidence=0-1"),
        (Query(subsets=frozenset(SUBSETS)), "subset=test&subset=train&subset=validation"),
        (Query(authors=frozenset({"a&b=c d+e%/é@:,"})), "author=a%26b%3Dc%20d%2Be%25/%C3%A9@:,"),
        (Query(text=parse_text(" dog  -title:a/b*\u3000é~@:, ")), "q=dog%20-title:a/b*%20%C3%A9~@:,"),
        (
            Query(
                label=(Term("/m/z", ConfidenceRange(80, 100)), Term("/m/a")),
                any=(Term("/m/c"), Term("/m/b")),
                min_any=2,
                without=(Term("/m/d", None, frozenset({State.REJECTED, State.ABSENT})),),
                confidence=ConfidenceRange(50, 90),
                states=frozenset({State.UNVERIFIED, State.CONFIRMED}),
                subsets=frozenset({"train", "test"}),
                licenses=frozenset({"cc-by-2.0-fr", "cc-by-2.0"}),
                authors=frozenset({"12345678@N00"}),
                text=parse_text("dog"),
                ids=frozenset({"f" * 16, "0" * 15 + "a"}),
                sort=Sort.RANDOM,
                seed=7,
            ),
            (
                "label=/m/z@0.8-1&label=/m/a&any=/m/c&any=/m/b&min_any=2&not=/m/d:absent,rejected&confidence=0.5-0.9"
                "&state=confirmed&state=unverified&subset=test&subset=train&license=cc-by-2.0&license=cc-by-2.0-fr"
                "&author=12345678@N00&q=dog&id=000000000000000a&id=ffffffffffffffff&sort=random&seed=7"
            ),
        ),
    ],
)
def test_the_canonical_form(query: Query, text: str) -> None:
    assert canonical(query) == text
