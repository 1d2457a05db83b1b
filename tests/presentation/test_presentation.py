"""What pages show, as values: pager, places of pictures, chosen values, bars, which labels come first."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.http import QueryDict

from browse.domain.comparison import Agreement, compare
from browse.presentation.pages.image import in_bytes
from browse.presentation.pages.results import elapsed_text, titled
from browse.presentation.parts.pager import last_page, pager
from browse.presentation.parts.pictures import place
from browse.presentation.parts.shares import measured
from browse.presentation.parts.term_figures import TermFigures, term_figures
from browse.presentation.parts.term_form import with_term_edited
from browse.presentation.parts.tiles import labels_in_line, ranked_pairs
from browse.presentation.parts.values import Link, SetFacet, Value, bars, ends, share_of
from browse.query.values import ConfidenceRange, Query, Role, State, Term
from browse.search import Pair, TermFacet


def numbers(page: int, count: int, per_page: int = 10) -> str:
    """The steps of a pager, as they read."""
    made = pager(page=page, count=count, per_page=per_page, href=str, action="/", kept=[])
    return " ".join(
        "…" if step.gap else f"[{step.number}]" if step.current else str(step.number) for step in made.steps
    )


@pytest.mark.parametrize(
    ("page", "count", "steps"),
    [
        (1, 0, "[1]"),
        (1, 10, "[1]"),
        (1, 11, "[1] 2"),
        (1, 1000, "[1] 2 3 … 100"),
        (4, 1000, "1 2 3 [4] 5 6 … 100"),
        (5, 1000, "1 2 3 4 [5] 6 7 … 100"),
        (6, 1000, "1 … 4 5 [6] 7 8 … 100"),
        (50, 1000, "1 … 48 49 [50] 51 52 … 100"),
        (96, 1000, "1 … 94 95 [96] 97 98 99 100"),
        (100, 1000, "1 … 98 99 [100]"),
        (200, 1000, "1 … 100"),
    ],
)
def test_pagers_show_ends_and_neighbours_and_no_gap_of_one(page: int, count: int, steps: str) -> None:
    assert numbers(page, count) == steps


@pytest.mark.parametrize(("page", "previous", "following"), [(1, "", "2"), (3, "2", ""), (2, "1", "3"), (9, "3", "")])
def test_pagers_lead_back_and_on(page: int, previous: str, following: str) -> None:
    made = pager(page=page, count=30, per_page=10, href=str, action="/", kept=[])
    assert (made.previous, made.next) == (previous, following)


@pytest.mark.parametrize(
    ("count", "per_page", "last"), [(0, 30, 1), (30, 30, 1), (31, 30, 2), (9_178_275, 30, 305_943)]
)
def test_the_last_page(count: int, per_page: int, last: int) -> None:
    assert last_page(count, per_page) == last


@pytest.mark.parametrize(
    ("width", "height", "size", "ratio", "mat"),
    [
        (None, None, "m", 133, False),
        (0, 10, "m", 133, False),
        (640, 480, "m", 133, False),
        (480, 640, "m", 85, False),
        (480, 640, "l", 75, False),
        (480, 640, "s", 100, False),
        (49, 100, "s", 100, True),
        (100, 300, "m", 85, True),
        (100, 300, "l", 60, False),
        (400, 100, "m", 250, False),
        (20_000, 1, "m", 250, True),
        (1, 20_000, "s", 100, True),
    ],
)
def test_a_tile_reserves_the_pictures_place(
    width: int | None, height: int | None, size: str, ratio: int, mat: bool
) -> None:
    assert place(width, height, size) == (ratio, mat)


@pytest.mark.parametrize(
    ("names", "ratio", "size", "number"),
    [
        ([], 133, "m", 0),
        (["sky"], 85, "m", 1),
        (["a label with a very long name indeed"], 85, "m", 1),
        (["sky", "sea"], 85, "m", 1),
        (["sky", "sea", "sun"], 200, "m", 3),
        (["sky", "a label with a very long name indeed", "sun"], 200, "m", 1),
        (["sky", "sea", "sun"], 133, "l", 3),
        (["outdoor", "building", "reflection"], 133, "l", 2),
        (["東京", "空", "夜"], 150, "m", 2),
        (["outdoor", "building", "reflection"], 85, "s", 3),
    ],
)
def test_a_tile_shows_the_labels_that_one_line_has_room_for(
    names: list[str], ratio: int, size: str, number: int
) -> None:
    assert labels_in_line(names, ratio, size) == number


def ticks(default: str, given: str, *, filters: bool) -> dict[str, tuple[bool, str, str, str]]:
    """What each value of a facet leads to: ticked, where its row leads, alone, left out."""
    facet = SetFacet("x", frozenset(given), frozenset(default), lambda keys: "".join(sorted(keys)) or "none", filters)

    def led(value: Value) -> tuple[bool, str, str, str]:
        only, minus = (link.href if link else "" for link in (value.only, value.minus))
        return value.chosen, value.remove if value.chosen else value.href, only, minus

    return {key: led(facet.value(key, key.title())) for key in "abcd"}


def test_values_that_filter_nothing_by_default_are_ticked_one_by_one_or_left_out() -> None:
    free = ticks("abc", "", filters=False)
    assert free["a"] == (False, "a", "", "bc")
    assert free["d"] == (False, "d", "", "")
    one = ticks("abc", "a", filters=False)
    assert (one["a"], one["b"]) == ((True, "none", "", ""), (False, "ab", "", ""))
    assert ticks("abc", "ab", filters=False)["c"] == (False, "none", "", "")


def test_values_that_filter_by_default_are_ticked_from_the_start() -> None:
    free = ticks("abc", "", filters=True)
    assert free["a"] == (True, "bc", "a", "")
    assert free["d"] == (False, "abcd", "d", "")
    assert ticks("abc", "bc", filters=True)["a"] == (False, "none", "a", "")
    assert ticks("abc", "d", filters=True)["d"] == (True, "none", "", "")
    assert ticks("a", "", filters=True)["a"] == (True, "", "", "")


def test_figures_of_a_term_tell_what_each_threshold_keeps() -> None:
    tally = {(State.CONFIRMED, 50): 10, (State.REJECTED, 50): 10, (State.CONFIRMED, 90): 200, (State.UNVERIFIED, 90): 5}
    facet = TermFacet(Role.LABEL, Term("/m/a"), {50: 20, 90: 205, 100: 1}, {})
    ranges: list[ConfidenceRange] = []

    def figures(facet: TermFacet, inside: ConfidenceRange | None) -> TermFigures:
        return term_figures(facet, compare(tally), inside, lambda chosen: ranges.append(chosen) or "there")

    told = figures(facet, None)
    assert told.words == "≥ 0: 226 images, precision 95.5% (91.8–97.5)"
    assert told.reach == Link("there", "≥ 0.9")
    assert ranges == [ConfidenceRange(90, 100)]
    assert json.loads(told.levels)[1] == {"at": "0.9", "count": 205, "precision": "precision 100.0% (98.1–100.0)"}
    assert figures(facet, ConfidenceRange(60, 95)).words == "0.6–0.95: 205 images"
    assert figures(replace(facet, role=Role.ANY), ConfidenceRange(60, 100)).words.startswith("≥ 0.6: precision")
    assert figures(facet, ConfidenceRange(1, 2)).words == ""


def test_bars_have_the_height_of_their_share_and_something_is_never_nothing() -> None:
    made = bars({0: 0, 50: 1, 100: 1000}, ConfidenceRange(50, 100), lambda chosen: f"{chosen.low}")
    assert [(bar.text, bar.top + bar.height, bar.height, bar.inside, bar.href) for bar in made] == [
        ("0", 100, 0, False, "0"),
        ("0.5", 100, 2, True, "50"),
        ("1", 100, 96, True, "100"),
    ]
    assert [share_of(count, 1000) for count in (0, 1, 500, 1000)] == [0, 1, 50, 100]


@pytest.mark.parametrize(
    ("low", "high", "boxes"),
    [(0, 100, ("", "")), (80, 100, ("0.8", "")), (0, 5, ("", "0.05")), (50, 60, ("0.5", "0.6"))],
)
def test_an_open_end_leaves_its_box_empty(low: int, high: int, boxes: tuple[str, str]) -> None:
    assert ends(ConfidenceRange(low, high)) == boxes
    assert ends(None) == ("", "")


def pair(mid: str, state: State, confidence: int) -> Pair:
    return Pair(mid, mid, confidence, None, state, confidence, (("machine", confidence),))


PAIRS = (
    pair("/m/a", State.REJECTED, 90),
    pair("/m/b", State.CONFIRMED, 80),
    pair("/m/c", State.UNVERIFIED, 70),
    pair("/m/d", State.ABSENT, 0),
)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        (Query(), "bcad"),
        (Query(label=(Term("/m/d"), Term("/m/c"))), "dcba"),
        (Query(label=(Term("/m/c"), Term("/m/z", below=True))), "cbda"),
        (Query(any=(Term("/m/c"),), without=(Term("/m/d"),)), "cdba"),
        (Query(states=frozenset({State.REJECTED})), "abcd"),
        (Query(confidence=ConfidenceRange(0, 75)), "cabd"),
    ],
)
def test_the_labels_that_matter_to_the_query_come_first(query: Query, order: str) -> None:
    assert "".join(found.mid[-1] for found in ranked_pairs(query, PAIRS, lambda mid: ("/m/d", "/m/b"))) == order


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (Agreement(500, 383, 29), "confirmed in 93% of 412 checked"),
        (Agreement(5000, 0, 1030), "confirmed in 0% of 1,030 checked"),
        (Agreement(30, 30, 0), "confirmed in 100% of 30 checked"),
        (Agreement(30, 29, 0), "29 checked"),
        (Agreement(30), "not checked"),
    ],
)
def test_no_percentage_is_said_of_fewer_than_thirty(pairs: Agreement, words: str) -> None:
    assert measured(pairs) == words


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, ""),
        (999, "999 bytes"),
        (2_054_311, "2.05 MB (2,054,311 bytes)"),
        (15_000_000_000, "15 GB (15,000,000,000 bytes)"),
    ],
)
def test_sizes_are_said_in_units_and_exactly(size: int | None, text: str) -> None:
    assert in_bytes(size) == text


@pytest.mark.parametrize(
    ("count", "words", "title"),
    [
        (9_178_275, "All images", "9,178,275 images"),
        (1, "Images with dog", "1 image with dog"),
        (0, "Images in train", "0 images in train"),
    ],
)
def test_titles_say_count_and_query(count: int, words: str, title: str) -> None:
    assert titled(count, words) == title


@pytest.mark.parametrize(("milliseconds", "text"), [(0.2, "under 1 ms"), (14.4, "14 ms"), (1200, "1200 ms")])
def test_times_are_said_in_milliseconds(milliseconds: float, text: str) -> None:
    assert elapsed_text(milliseconds) == text


@pytest.mark.parametrize(
    "data", ["", "label=/m/a", "edit=label=/m/b&label=/m/a&low=0.5", "edit=page=1&page=1", "edit=x"]
)
def test_a_form_that_edits_no_term_of_its_query_is_left_as_it_is(data: str) -> None:
    assert with_term_edited(QueryDict(data)) == QueryDict(data)
