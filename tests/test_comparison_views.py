"""The pages of comparison and statistics: every number is that of a count by hand, and of the page it leads to."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from browse.comparison import MIN_VERIFIED, wilson_interval
from browse.filters import read_query
from browse.models import DatasetState, Label
from browse.query.canonical import format_confidence
from browse.query.values import DEFAULT_STATES, ConfidenceRange, Query, State, Term
from tests import datasets
from tests.datasets import CAT, DOG
from tests.facets.brute import BruteForce
from tests.judged import (
    GIVEN,
    OFTEN,
    RARE,
    SELDOM,
    UNCHECKED,
    UNUSED,
    VERIFIED,
    drawn_dataset,
    in_words,
    numbered_links,
    pairs_of,
    percentages,
    rows_of,
)
from viewer.assets import CHART_LIBRARY

pytestmark = pytest.mark.django_db

Get = Callable[..., HttpResponse]


@pytest.fixture(scope="module")
def brute() -> BruteForce:
    return BruteForce(drawn_dataset())


@pytest.fixture
def get(client: Client, brute: BruteForce, settings: Settings, tmp_path: Path) -> Get:
    """GET an address; checks the status."""
    settings.INDEX_DIR = tmp_path
    datasets.load(brute.dataset, tmp_path)
    for number, mid in enumerate(brute.dataset.mids):
        Label.objects.filter(mid=mid).update(name=f"{mid.removeprefix('/m/')} thing" if number else '=often, "so"')

    def fetch(address: str, status: int = 200) -> HttpResponse:
        response = client.get(address)
        assert response.status_code == status, response.content[:500]
        return response

    return fetch


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
    links = [*numbered_links(get(address).text)]
    assert len(links) >= 6
    for query, number in links:
        assert brute.count(read_query(QueryDict(query)).query) == number, query


@pytest.mark.parametrize("subset", [None, "train"])
@pytest.mark.parametrize("mid", [OFTEN, SELDOM, RARE])
def test_each_threshold_says_what_it_keeps(get: Get, brute: BruteForce, mid: str, subset: str | None) -> None:
    page = get(f"/label{mid}" + (f"?subset={subset}" if subset else "")).text
    words = re.findall(r'class="kept-level" data-surely="[^"]*" data-at="([^"]*)" data-words="([^"]*)"', page)
    pairs = pairs_of(brute, mid, subset)
    levels = sorted({confidence for _, confidence, state in pairs if state in GIVEN})
    assert [at for at, _ in words] == [format_confidence(level) for level in levels]
    for level, (at, said) in zip(levels, words, strict=True):
        states = Counter(state for _, confidence, state in pairs if confidence >= level)
        images = sum(states[state] for state in DEFAULT_STATES)
        assert said == f"at {at} or more: {images:,} images, {in_words(states)}"


def test_the_threshold_that_reaches_a_precision_is_the_lowest_one(get: Get, brute: BruteForce) -> None:
    pairs = pairs_of(brute, OFTEN, None)
    reached = 0
    for percent in ("50", "80", "89.5", "90", "99.9"):
        page = get(f"/label{OFTEN}?p={float(percent) / 100:g}").text
        surely = []
        for level, told in zip((50, 60, 70, 80, 90), re.findall(r'data-surely="([^"]*)"', page), strict=True):
            states = Counter(state for _, confidence, state in pairs if confidence >= level)
            yes, no = states[State.CONFIRMED], states[State.REJECTED]
            assert told == (str(wilson_interval(yes, no)[0]) if yes + no >= MIN_VERIFIED else "")
            if told and float(told) >= float(percent) / 100:
                surely.append(format_confidence(level))
        assert re.findall(r'name="percent"[^>]* value="([^"]*)"', page) == [percent]
        assert re.findall(r'class="reach"><a href="[^"]*">≥ ([^<]*)</a>', page) == surely[:1]
        assert ('class="no-reach">' in page) == (not surely)
        reached += bool(surely)
    assert 0 < reached < 5
    assert re.findall(r'name="percent"[^>]* value="([^"]*)"', get(f"/label{OFTEN}?p=0.123").text) == ["12.3"]


def test_a_precision_in_per_cent_leads_to_the_page_of_that_share(get: Get) -> None:
    answer = get(f"/label{OFTEN}?subset=train&percent=97.5", 302)
    assert answer.headers["Location"] == f"/label{OFTEN}?subset=train&p=0.975"
    assert get(f"/label{OFTEN}?percent=").status_code == 200


@pytest.mark.parametrize(("at", "shown"), [("0.65", "0.7"), ("0.7", "0.7"), ("0", "0.5")])
def test_a_threshold_between_levels_is_that_of_the_next(get: Get, at: str, shown: str) -> None:
    page = get(f"/label{OFTEN}?at={at}").text
    assert re.findall(r'<option value="([^"]*)" selected>\1</option>', page) == [shown]
    assert re.findall(r'data-at="([^"]*)" data-words="[^"]*">', page) == [shown], "the one that is not hidden"


def test_above_all_that_the_machine_gave_a_threshold_keeps_what_raters_added(get: Get, brute: BruteForce) -> None:
    page = get(f"/label{OFTEN}?at=0.95").text
    (told,) = re.findall(r'data-at="0.95" data-words="at 0.95 or more: ([\d,]+) images, [^"]*">', page)
    missed = sum(state is State.MISSED for _, _, state in pairs_of(brute, OFTEN, None))
    assert int(told) == missed == brute.count(Query(label=(Term(OFTEN, ConfidenceRange(95, 100)),)))
    assert f'href="/?label={OFTEN}@0.95-1">{missed} image' in page


def test_another_subset_keeps_the_precision_and_the_threshold_asked_for(get: Get) -> None:
    page = get(f"/label{OFTEN}?p=0.8&at=0.7").text
    assert f'href="/label{OFTEN}?subset=train&amp;p=0.8&amp;at=0.7"' in page
    assert f'href="/label{OFTEN}?subset=train"' in get(f"/label{OFTEN}").text


def test_too_few_verdicts_are_no_percentage(get: Get) -> None:
    for mid, words in ((RARE, "too few for a percentage"), (UNCHECKED, "none checked")):
        page = get(f"/label{mid}?p=0.1").text
        assert words in page
        assert "told from 30 checked on" in page
        assert not percentages(page)
        assert 'class="dot"' not in page
    page = get(f"/label{OFTEN}").text
    assert len(percentages(page)) > 5
    assert page.count('class="dot"') > 2


def test_a_label_tells_its_namesakes_apart(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)
    Label.objects.filter(mid=CAT).update(name="dog")
    DatasetState.objects.update(revision=1)
    page = client.get(f"/label{DOG}").text
    assert "mostly with " in page
    assert '/labels?q=dog">all called' in page
    assert f'<span class="mono">{CAT}</span>' in client.get("/compare").text


def test_machine_and_human_are_counted_as_by_hand(get: Get, brute: BruteForce) -> None:
    for subset, page in ((None, get("/compare").text), ("validation", get("/compare?subset=validation").text)):
        cells = re.findall(r'<td class="n"><a href="[^"]*">([\d,]+)</a><small class="soft">([\d,]+) label', page)
        pairs = pairs_of(brute, None, subset)
        expected = []
        rows = [(level, state) for level in (50, 60, 70, 80, 90, None) for state in GIVEN]
        for level, state in (*rows, (None, State.MISSED), (None, State.ABSENT)):
            found = [image for image, confidence, one in pairs if one is state and level in (None, confidence)]
            expected.append((len(set(found)), len(found)))
        assert [(int(images), int(labels)) for images, labels in cells] == expected
        judged = {image for image, _, state in pairs if state is not State.UNVERIFIED}
        assert re.search(rf">{len(judged)}</a> of <a [^>]*>", page)


@pytest.mark.parametrize("subset", [None, "train"])
def test_the_table_of_labels_is_that_of_its_file_and_of_a_count_by_hand(
    get: Get, brute: BruteForce, subset: str | None
) -> None:
    scope = f"subset={subset}&" if subset else ""
    rows = rows_of(get(f"/compare.csv?{scope}order=mid"))
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
    page = get(f"/compare?{scope}order=mid").text
    shown = re.findall(r'<th scope="row"><a href="/label([^"?]*)', page)
    assert shown == [row["LabelName"] for row in rows]
    disputed = [row["LabelName"] for row in rows if row["Rejected"] != "0" or row["Missed"] != "0"]
    assert (
        re.findall(r'disagreements\?mid=([^&"]*)[^"]*" aria-label="See where they disagree about [^"]*">See<', page)
        == disputed
    )


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
    page = get(f"/compare{query}").text
    assert re.findall(r'<th scope="row"><a href="/label([^"?]*)', page) == labels
    assert ("past the end" in page) == (query == "?page=2")


def test_disagreements_come_as_counted_by_hand(get: Get, brute: BruteForce) -> None:
    for mid in (None, SELDOM):
        strengths: Counter[str] = Counter()
        for image_id, confidence, state in pairs_of(brute, mid, None):
            strengths[image_id] += {State.REJECTED: confidence, State.MISSED: 50}.get(state, 0)
        expected = sorted(((-n, image_id) for image_id, n in strengths.items() if n))
        found: list[tuple[int, str]] = []
        for number in (1, 2, 3, 4, 5, 6, 7, 8):
            page = get(f"/compare/disagreements?page={number}" + (f"&mid={mid}" if mid else "")).text
            tiles = re.findall(r'data-image="(\w+)".*?class="tile-note">disagreement ([\d.]+)', page, re.DOTALL)
            found += [(-round(100 * float(strength)), image_id) for image_id, strength in tiles]
            assert f'<b class="num">{len(expected)}</b> image' in page
        assert found == expected[:240]
        if mid:
            assert f'<option value="{mid}" selected>seldom thing ({len(expected)})</option>' in page
        assert ("past the end" in page) == (len(expected) <= 210)
        rows = rows_of(get("/compare/disagreements.csv" + (f"?mid={mid}" if mid else "")))
        told = [(-round(100 * float(row["Disagreement"])), row["ImageID"]) for row in rows]
        assert told == expected


@pytest.mark.parametrize("figure", ["all", "train", "precision"])
def test_a_figure_draws_what_its_table_and_a_count_by_hand_have(get: Get, brute: BruteForce, figure: str) -> None:
    subset = "train" if figure == "train" else None
    rows = rows_of(get(f"/stats/{figure}.csv"))
    counted = {}
    for mid in brute.dataset.mids:
        states = Counter(state for *_, state in pairs_of(brute, mid, subset))
        if figure != "precision" or sum(states[one] for one in VERIFIED) >= MIN_VERIFIED:
            counted[mid] = states
    frequency = {
        mid: sum(states[one] for one in VERIFIED) if figure == "precision" else states.total()
        for mid, states in counted.items()
    }
    ranked = sorted(counted, key=lambda mid: (-frequency[mid], mid))
    assert [(row["LabelName"], int(row["Rank"]), int(row["Annotated"])) for row in rows] == [
        (mid, rank, counted[mid].total()) for rank, mid in enumerate(ranked, 1)
    ]
    for row in rows:
        states = counted[row["LabelName"]]
        if figure == "precision":
            yes, no = states[State.CONFIRMED], states[State.REJECTED]
            assert (int(row["Verified"]), int(row["Confirmed"])) == (yes + no, yes)
            assert float(row["Precision"]) == yes / (yes + no)
        else:
            assert int(row["Images"]) == sum(states[one] for one in DEFAULT_STATES)
    shown = re.findall(
        r'<td class="n">([\d,]+)</td><th scope="row"><a href="/label([^"]*)', get(f"/stats/{figure}").text
    )
    assert shown == [(row["Rank"], row["LabelName"]) for row in rows]


def test_a_search_in_a_figure_keeps_the_ranks(get: Get) -> None:
    page = get("/stats/all?q=rare").text
    assert re.findall(r'<td class="n">(\d)</td><th scope="row"><a href="/label([^"]*)', page) == [("4", RARE)]
    assert get("/stats/all?q=").text.count('<th scope="row">') == 5


def test_histograms_are_those_of_a_count_by_hand(get: Get, brute: BruteForce) -> None:
    photos = brute.dataset.photos
    labels = Counter(
        sum(state in DEFAULT_STATES for _, state in brute.pairs[photo.image_id].values())
        for photo in photos
        if photo.subset == "train"
    )
    rows = rows_of(get("/stats/labels-per-image.csv?subset=train"))
    assert {int(row["Labels"]): int(row["Images"]) for row in rows if row["Images"] != "0"} == labels
    given = Counter((source, format_confidence(n)) for (_, _, source), n in brute.dataset.annotations.items())
    rows = rows_of(get("/stats/confidence.csv"))
    assert {(row["Source"], row["Confidence"]): int(row["Annotations"]) for row in rows} == given
    shown = get("/stats").text
    for (_, confidence), number in given.items():
        assert re.search(
            rf'<th scope="row" class="n">{confidence}</th>(?:(?!</tr>).)*<td class="n">{number}</td>', shown
        )
    authors = Counter(photo.author for photo in photos)
    nobody = authors.pop(None)
    rows = rows_of(get("/stats/authors.csv"))
    assert [(row["Images"], row["Authors"]) for row in rows] == [(str(n), "1") for n in sorted(authors.values())]
    assert f"{nobody} images without an author" in shown


def test_duplicates_are_shown_in_groups(get: Get, brute: BruteForce) -> None:
    photos = brute.dataset.photos
    twins = [(photos[number], photos[number + 1]) for number in range(0, 20, 2)]
    for query, kept in (("", {True, False}), ("?across=yes", {True}), ("?across=no", {False})):
        page = get(f"/duplicates{query}").text
        found = re.findall(r'data-image="(\w+)"', page)
        assert found == [one.image_id for pair in twins if (pair[0].subset != pair[1].subset) in kept for one in pair]
        assert page.count('class="group"') == len(found) // 2 > 0
        rows = rows_of(get(f"/duplicates.csv{query}"))
        assert [row["ImageID"] for row in rows] == found
        of_photo = {photo.image_id: photo for photo in photos}
        for row in rows:
            photo = of_photo[row["ImageID"]]
            assert (row["OriginalMD5"], row["Subset"]) == (base64.b64encode(photo.md5).decode(), photo.subset)
    across = sum(one.subset != other.subset for one, other in twins)
    assert f'across subsets ({2 * across} images)</th><td class="n">{across}</td>' in page
    assert "past the end" in get("/duplicates?page=2").text


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
    assert re.search(rf"<li><code><bdi>{parameter}</bdi>[=<]", get(address, 400).text)


def test_a_label_that_there_is_not_has_no_page(get: Get) -> None:
    get("/label/m/nothing", 404)
    get("/stats/nothing", 404)


def test_only_the_page_with_interactive_figures_loads_their_library(get: Get) -> None:
    addresses = ("/", "/labels", f"/label{OFTEN}", "/compare", "/stats", "/stats/all", "/duplicates")
    assert [address for address in addresses if CHART_LIBRARY in get(address).text] == ["/stats"]


@pytest.mark.parametrize(
    "address",
    [f"/label{OFTEN}", "/compare", "/compare/disagreements", "/labels", "/stats", "/stats/precision"],
)
def test_what_it_cannot_say_stands_on_the_page(get: Get, address: str) -> None:
    page = get(address).text
    assert "Raters judged what was proposed to them" in page
    assert "no recall" in page
    assert not re.search(r"\bF1\b|accuracy", page)


@pytest.mark.parametrize("address", [f"/label{OFTEN}", "/compare", "/compare/disagreements", "/stats", "/duplicates"])
def test_pages_ask_the_database_little(
    get: Get, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    get(address)
    with django_assert_max_num_queries(12):
        page = get(address)
    assert '<a href="/compare"' in page.text
    assert '<a href="/stats"' in page.text
