"""The pages of comparison: every number is that of a count by hand, and of the page it leads to."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from pytest_django import DjangoAssertNumQueries

from browse.domain.comparison import MIN_VERIFIED, compare, wilson_interval
from browse.query.spelling import format_confidence
from browse.query.values import DEFAULT_STATES, State
from browse.requests.readers import read_query
from tests.facets.brute import BruteForce
from tests.html import Element
from tests.judged import (
    GIVEN,
    OFTEN,
    RARE,
    SELDOM,
    UNCHECKED,
    UNUSED,
    VERIFIED,
    numbered_links,
    pairs_of,
    rows_of,
)
from tests.views.pages import Get, page_of, whole

pytestmark = pytest.mark.django_db


PAGES = [
    f"/label{OFTEN}",
    f"/label{RARE}?subset=validation&at=0.7",
    f"/label{UNUSED}",
    "/compare",
    "/compare?subset=train",
    "/labels",
    "/stats",
    "/stats/all",
    "/stats/train",
    "/stats/precision",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_number_is_the_count_of_the_page_it_leads_to(get: Get, brute: BruteForce, address: str) -> None:
    links = [*numbered_links(page_of(get(address)))]
    assert len(links) >= 6
    for query, number in links:
        assert brute.count(read_query(QueryDict(query)).query) == number, query


def mids_of(page: Element) -> list[str]:
    """MIDs of the labels in the rows of a table, in order."""
    return [urlsplit(address).path.removeprefix("/label") for address in page.each('th[scope="row"] a', "href")]


def test_machine_and_human_are_counted_as_by_hand(get: Get, brute: BruteForce) -> None:
    for subset, address in ((None, "/compare"), ("validation", "/compare?subset=validation")):
        page = page_of(get(address))
        cells = [cell for cell in page.all(".matrix td") if cell.has("a")]
        pairs = pairs_of(brute, None, subset)
        expected = []
        rows = [(level, state) for level in (50, 60, 70, 80, 90, None) for state in GIVEN]
        for level, state in (*rows, (None, State.MISSED), (None, State.ABSENT)):
            found = [image for image, confidence, one in pairs if one is state and level in (None, confidence)]
            expected.append((len(set(found)), len(found)))
        assert [(whole(cell.one("a").words), whole(cell.one("small").words.split()[0])) for cell in cells] == expected
        judged = {image for image, _, state in pairs if state is not State.UNVERIFIED}
        assert page.one(".lead").words.startswith(f"{len(judged)} of ")


@pytest.mark.parametrize("address", ["/labels", "/compare", f"/label{OFTEN}"])
def test_a_small_precision_stays_in_addresses_as_it_was_asked_for(get: Get, address: str) -> None:
    page = page_of(get(f"{address}?p=0.000001"))
    kept = [link for link in page.addresses if "p=" in link]
    asked = {value for link in kept for value in QueryDict(urlsplit(link).query).getlist("p")}
    assert asked == {"0.000001"}


@pytest.mark.parametrize("subset", [None, "train"])
def test_the_table_of_labels_is_that_of_its_file_and_of_a_count_by_hand(
    get: Get, brute: BruteForce, subset: str | None
) -> None:
    scope = f"subset={subset}&" if subset else ""
    rows = rows_of(get(f"/compare.csv?{scope}order=mid&p=0.3"))
    assert [row["LabelName"] for row in rows] == sorted(brute.dataset.mids)
    for row in rows:
        states = Counter(state for *_, state in pairs_of(brute, row["LabelName"], subset))
        yes, no = states[State.CONFIRMED], states[State.REJECTED]
        counts = [sum(states[one] for one in group) for group in (DEFAULT_STATES, GIVEN, VERIFIED)]
        counts += [yes, no, states[State.MISSED], states[State.ABSENT]]
        assert [int(row[name]) for name in list(row)[2:9]] == counts
        if yes + no < MIN_VERIFIED:
            assert row["Coverage"] == row["Precision"] == row["PrecisionLow"] == row["PrecisionHigh"] == ""
        else:
            assert float(row["Precision"]) == yes / (yes + no)
            assert (float(row["PrecisionLow"]), float(row["PrecisionHigh"])) == wilson_interval(yes, no)
        levels = Counter((state, level) for _, level, state in pairs_of(brute, row["LabelName"], subset))
        threshold = compare(levels).recommended_threshold(0.3, min_verified=MIN_VERIFIED)
        assert row["Threshold"] == ("" if threshold is None else format_confidence(threshold))
    page = page_of(get(f"/compare?{scope}order=mid&p=0.3"))
    assert mids_of(page) == [row["LabelName"] for row in rows]
    assert "Threshold for 30%" in page.words_of(".label-table th")
    told = [link["href"] for link in page.all(".label-table a") if "at=" in link["href"]]
    assert told == [f"/label{row['LabelName']}?{scope}p=0.3&at={row['Threshold']}" for row in rows if row["Threshold"]]
    assert page.one('.filter-form input[name="p"]')["value"] == "0.3"
    disputed = [row["LabelName"] for row in rows if row["Rejected"] != "0" or row["Missed"] != "0"]
    see = page.all('.label-table a[aria-label^="See disagreements about "]')
    assert [QueryDict(urlsplit(link["href"]).query)["mid"] for link in see] == disputed
    assert {link.words for link in see} == {"See"}


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("", [SELDOM, OFTEN, RARE, UNCHECKED, UNUSED]),
        ("?min_verified=30", [SELDOM, OFTEN]),
        ("?q=THING&order=-machine", [SELDOM, UNCHECKED, RARE, UNUSED]),
        ("?trainable=yes", [SELDOM, OFTEN]),
        ("?trainable=no&order=mid", [RARE, UNCHECKED, UNUSED]),
        ("?q=&min_verified=&trainable=&order=precision", [SELDOM, OFTEN, RARE, UNCHECKED, UNUSED]),
        ("?page=2", []),
    ],
)
def test_the_table_of_labels_is_searched_filtered_and_paged(get: Get, query: str, labels: list[str]) -> None:
    page = page_of(get(f"/compare{query}"))
    assert mids_of(page) == labels
    assert ("past the end" in page.words) == (query == "?page=2")


def test_disagreements_come_as_counted_by_hand(get: Get, brute: BruteForce) -> None:
    for mid in (None, SELDOM):
        strengths: Counter[str] = Counter()
        for image_id, confidence, state in pairs_of(brute, mid, None):
            strengths[image_id] += {State.REJECTED: confidence, State.MISSED: 50}.get(state, 0)
        expected = sorted(((-n, image_id) for image_id, n in strengths.items() if n))
        found: list[tuple[int, str]] = []
        for number in (1, 2, 3, 4, 5, 6, 7, 8):
            page = page_of(get(f"/compare/disagreements?page={number}" + (f"&mid={mid}" if mid else "")))
            for tile in page.all("[data-image]"):
                told = tile.one(".tile-note").words.removeprefix("disagreement ").split()[0]
                found.append((-round(100 * float(told)), tile["data-image"]))
            assert str(len(expected)) in page.words_of("b.num")
        assert found == expected[:240]
        if mid:
            assert page.one(f'option[value="{mid}"][selected]').words == f"seldom thing ({len(expected)})"
        assert ("past the end" in page.words) == (len(expected) <= 210)
        rows = rows_of(get("/compare/disagreements.csv" + (f"?mid={mid}" if mid else "")))
        assert [(-round(100 * float(row["Disagreement"])), row["ImageID"]) for row in rows] == expected


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        (f"/label{OFTEN}?at=0.999", "at"),
        (f"/label{OFTEN}?p=2", "p"),
        (f"/label{OFTEN}?percent=0.95", "percent"),
        (f"/label{OFTEN}?percent=100", "percent"),
        (f"/label{OFTEN}?p=0.9&percent=90", "percent"),
        (f"/label{OFTEN}?subset=all", "subset"),
        (f"/label{OFTEN}?subset=", "subset"),
        (f"/label{OFTEN}?p=", "p"),
        (f"/label{OFTEN}?at=", "at"),
        ("/compare?subset=", "subset"),
        ("/compare?q=&q=", "q"),
        (f"/label{OFTEN}?subset=train&subset=test", "subset"),
        (f"/label{OFTEN}?label={OFTEN}", "label"),
        ("/compare?order=worst", "order"),
        ("/compare?trainable=1", "trainable"),
        ("/compare?min_verified=-1", "min_verified"),
        ("/compare.csv?page=0", "page"),
        ("/compare/disagreements?mid=/m/nothing", "mid"),
        ("/compare/disagreements?label=/m/often", "label"),
        ("/stats?subset=", "subset"),
        ("/stats/all?order=name", "order"),
        ("/stats/all.csv?q=x", "q"),
        ("/stats/authors.csv?subset=train", "subset"),
        ("/duplicates?across=maybe", "across"),
        ("/compare.csv?page=2", "page"),
        ("/duplicates.csv?page=2", "page"),
        ("/compare/disagreements.csv?page=2", "page"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(get: Get, address: str, parameter: str) -> None:
    named = page_of(get(address, 400)).all("li code")
    assert {code.all("bdi")[0].words for code in named} == {parameter}


def test_a_label_that_there_is_not_has_no_page(get: Get) -> None:
    get("/label/m/nothing", 404)
    get("/stats/nothing", 404)


@pytest.mark.parametrize(
    "address",
    [f"/label{OFTEN}", "/compare", "/compare/disagreements", "/labels", "/stats", "/stats/precision"],
)
def test_what_it_cannot_say_stands_on_the_page(get: Get, address: str) -> None:
    page = page_of(get(address)).words
    assert "Raters only saw proposed labels" in page
    assert "precision (how often a label was confirmed) can be measured but recall" in page
    assert not re.search(r"\bF1\b|accuracy", page)


@pytest.mark.parametrize("address", [f"/label{OFTEN}", "/compare", "/compare/disagreements", "/stats", "/duplicates"])
def test_pages_ask_the_database_little(
    get: Get, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    get(address)
    with django_assert_max_num_queries(12):
        page = get(address)
    assert {"/compare", "/stats"} <= page_of(page).addresses
