"""What pages show, as values: pager, places of pictures, chosen values, bars, which labels come first."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from browse.comparison import Agreement
from browse.presentation.image_page import in_bytes
from browse.presentation.pager import last_page, pager
from browse.presentation.pictures import place
from browse.presentation.results import elapsed_text, titled
from browse.presentation.shares import measured
from browse.presentation.term_form import with_term_edited
from browse.presentation.tiles import ranked_pairs
from browse.presentation.values import SetFacet, bars, ends, share_of
from browse.query.values import ConfidenceRange, Query, State, Term
from browse.search import Pair


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
        (None, None, "m", 133, True),
        (0, 10, "m", 133, True),
        (640, 480, "m", 133, False),
        (480, 640, "m", 75, False),
        (100, 300, "m", 66, True),
        (100, 300, "l", 50, True),
        (480, 640, "s", 85, True),
        (20_000, 1, "m", 250, True),
        (1, 20_000, "s", 85, True),
    ],
)
def test_a_tile_reserves_the_pictures_place(
    width: int | None, height: int | None, size: str, ratio: int, mat: bool
) -> None:
    assert place(width, height, size) == (ratio, mat)


def chosen(facet: SetFacet, key: str) -> tuple[bool, str, str, str, str]:
    """What a value of a facet leads to: chosen, alone, taken back, added, left out."""
    value = facet.value(key, key.title())
    plus, minus = (link.href if link else "" for link in (value.plus, value.minus))
    return value.chosen, value.href, value.remove, plus, minus


def test_values_of_a_facet_are_chosen_alone_added_left_out_and_taken_back() -> None:
    def facet(*given: str) -> SetFacet:
        return SetFacet("x", frozenset(given), frozenset("abc"), lambda keys: "+".join(sorted(keys)) or "none")

    assert chosen(facet(), "a") == (False, "a", "none", "", "b+c")
    assert chosen(facet(), "d") == (False, "d", "none", "a+b+c+d", "")
    assert chosen(facet("a"), "a") == (True, "a", "none", "", "")
    assert chosen(facet("a"), "b") == (False, "b", "a", "a+b", "")
    assert chosen(facet("a", "b"), "c")[3] == "none"
    assert chosen(facet("a", "d"), "d")[2] == "a"


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
        (Query(any=(Term("/m/c"),), without=(Term("/m/d"),)), "cdba"),
        (Query(states=frozenset({State.REJECTED})), "abcd"),
        (Query(confidence=ConfidenceRange(0, 75)), "cabd"),
    ],
)
def test_the_labels_that_matter_to_the_query_come_first(query: Query, order: str) -> None:
    assert "".join(found.mid[-1] for found in ranked_pairs(query, PAIRS)) == order


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (Agreement(500, 383, 29), "confirmed in 93\N{NO-BREAK SPACE}% of 412 checked"),
        (Agreement(5000, 0, 1030), "confirmed in 0\N{NO-BREAK SPACE}% of 1,030 checked"),
        (Agreement(30, 30, 0), "confirmed in 100\N{NO-BREAK SPACE}% of 30 checked"),
        (Agreement(30, 29, 0), "only 29 checked"),
        (Agreement(30), "none checked"),
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
