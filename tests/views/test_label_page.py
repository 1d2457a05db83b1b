"""The page of a label: thresholds say what they keep, as counted by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.comparison import MIN_VERIFIED, wilson_interval
from browse.models import DatasetState, Label
from browse.query.spelling import format_confidence
from browse.query.values import DEFAULT_STATES, ConfidenceRange, Query, State, Term
from tests import datasets
from tests.datasets import CAT, DOG, SEA
from tests.expected import expected
from tests.facets.brute import BruteForce
from tests.judged import (
    GIVEN,
    OFTEN,
    RARE,
    SELDOM,
    UNCHECKED,
    in_words,
    pairs_of,
    percentages,
)
from tests.views.pages import Get, page_of, whole

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("subset", [None, "train"])
@pytest.mark.parametrize("mid", [OFTEN, SELDOM, RARE])
def test_each_threshold_says_what_it_keeps(get: Get, brute: BruteForce, mid: str, subset: str | None) -> None:
    page = page_of(get(f"/label{mid}" + (f"?subset={subset}" if subset else "")))
    words = [(level["data-at"], level["data-words"]) for level in page.all(".kept-level")]
    pairs = pairs_of(brute, mid, subset)
    levels = sorted({confidence for _, confidence, state in pairs if state in GIVEN})
    assert [at for at, _ in words] == [format_confidence(level) for level in levels]
    for level, (at, said) in zip(levels, words, strict=True):
        states = Counter(state for _, confidence, state in pairs if confidence >= level)
        images = sum(states[state] for state in DEFAULT_STATES)
        told = in_words(states)
        if estimate := expected([(confidence, state) for _, confidence, state in pairs], level):
            share, low, high = (100 * one for one in estimate)
            told = f"expected precision {share:.1f}% ({low:.1f}–{high:.1f}); checked labels: {told}"
        assert said == f"at {at} or more: {images:,} images, {told}"


def test_a_threshold_tells_the_expected_precision_apart_from_that_of_the_checked(get: Get, brute: BruteForce) -> None:
    page = page_of(get(f"/label{OFTEN}?at=0.5"))
    pairs = [(confidence, state) for _, confidence, state in pairs_of(brute, OFTEN, None)]
    estimate = expected(pairs, 50)
    assert estimate is not None
    shown = page.one('.kept-level[data-at="0.5"]').words
    assert f"expected precision {100 * estimate[0]:.1f}% (" in shown
    yes, no = (sum(one is state for _, one in pairs) for state in (State.CONFIRMED, State.REJECTED))
    assert f"Precision of checked labels alone: {100 * yes / (yes + no):.1f}%" in shown


def test_the_threshold_that_reaches_a_precision_is_the_lowest_one(get: Get, brute: BruteForce) -> None:
    pairs = pairs_of(brute, OFTEN, None)
    reached = 0
    for percent in ("50", "80", "89.5", "90", "99.9"):
        page = page_of(get(f"/label{OFTEN}?p={float(percent) / 100:g}"))
        surely = []
        for level, told in zip((50, 60, 70, 80, 90), page.each(".kept-level", "data-surely"), strict=True):
            states = Counter(state for _, confidence, state in pairs if confidence >= level)
            yes, no = states[State.CONFIRMED], states[State.REJECTED]
            assert told == (str(wilson_interval(yes, no)[0]) if yes + no >= MIN_VERIFIED else "")
            if told and float(told) >= float(percent) / 100:
                surely.append(format_confidence(level))
        assert page.each('input[name="percent"]', "value") == [percent]
        reach, none = page.one(".reach"), page.one(".no-reach")
        assert ("hidden" in reach.attributes, "hidden" in none.attributes) == (not surely, bool(surely))
        assert not surely or reach.one("a").words == f"≥ {surely[0]}"
        reached += bool(surely)
    assert 0 < reached < 5
    assert page_of(get(f"/label{OFTEN}?p=0.123")).each('input[name="percent"]', "value") == ["12.3"]


def test_a_precision_in_per_cent_leads_to_the_page_of_that_share(get: Get) -> None:
    answer = get(f"/label{OFTEN}?subset=train&percent=97.5", 302)
    assert answer.headers["Location"] == f"/label{OFTEN}?subset=train&p=0.975"
    assert get(f"/label{OFTEN}?percent=").status_code == 200


@pytest.mark.parametrize(("at", "shown"), [("0.65", "0.7"), ("0.7", "0.7"), ("0", "0.5")])
def test_a_threshold_between_levels_is_that_of_the_next(get: Get, at: str, shown: str) -> None:
    page = page_of(get(f"/label{OFTEN}?at={at}"))
    assert [(one["value"], one.words) for one in page.all("#threshold option[selected]")] == [(shown, shown)]
    assert [one["data-at"] for one in page.all(".kept-level") if "hidden" not in one.attributes] == [shown]


def test_above_all_that_the_machine_gave_a_threshold_keeps_what_raters_added(get: Get, brute: BruteForce) -> None:
    level = page_of(get(f"/label{OFTEN}?at=0.95")).one('.kept-level[data-at="0.95"]')
    assert "hidden" not in level.attributes
    told = level["data-words"].removeprefix("at 0.95 or more: ").partition(" images, ")[0]
    missed = sum(state is State.MISSED for _, _, state in pairs_of(brute, OFTEN, None))
    assert whole(told) == missed == brute.count(Query(label=(Term(OFTEN, ConfidenceRange(95, 100)),)))
    assert f"{missed} images" in level.words_of(f'a[href="/?label={OFTEN}@0.95-1"]')


def test_another_subset_keeps_the_precision_and_the_threshold_asked_for(get: Get) -> None:
    assert f"/label{OFTEN}?subset=train&p=0.8&at=0.7" in page_of(get(f"/label{OFTEN}?p=0.8&at=0.7")).addresses
    assert f"/label{OFTEN}?subset=train" in page_of(get(f"/label{OFTEN}")).addresses


@pytest.mark.parametrize("mid", [OFTEN, RARE])
def test_the_drawing_has_precision_and_share_kept_at_each_threshold(get: Get, brute: BruteForce, mid: str) -> None:
    page = page_of(get(f"/label{mid}?at=0.7"))
    pairs = [(confidence, state) for _, confidence, state in pairs_of(brute, mid, None) if state in GIVEN]
    levels = sorted({confidence for confidence, _ in pairs})
    dots = iter(page.all(".curve .dot"))
    for level, kept in zip(levels, page.all(".curve .kept-dot"), strict=True):
        states = Counter(state for confidence, state in pairs if confidence >= level)
        yes, no = states[State.CONFIRMED], states[State.REJECTED]
        assert float(kept.one("circle")["cy"]) == pytest.approx(250 - 240 * sum(states.values()) / len(pairs), abs=0.06)
        assert f"{sum(states.values())} of {len(pairs)} machine labels kept" in kept.words
        if not yes + no:
            continue
        dot, few = next(dots), yes + no < MIN_VERIFIED
        assert ("few" in dot["class"].split()) == few
        assert float(dot.one("circle")["cy"]) == pytest.approx(250 - 240 * yes / (yes + no), abs=0.05)
        told = f"{yes} of {yes + no} checked" if few else f"of {yes + no} checked"
        assert told in dot.words
    assert next(dots, None) is None
    current = page.one('.kept-level[data-at="0.7"]')["data-x"]
    assert page.one("[data-mark]")["x1"] == page.one("[data-mark]")["x2"] == current


def test_too_few_verdicts_are_no_percentage(get: Get) -> None:
    for mid, words in ((RARE, "too few for a percentage"), (UNCHECKED, "none checked")):
        page = page_of(get(f"/label{mid}?p=0.1"))
        assert words in page.words
        assert "suggested once 30 labels have been checked" in page.words
        assert not percentages(page)
        assert len(page.all(".dot")) == len(page.all(".dot.few")), "drawn faintly"
    page = page_of(get(f"/label{OFTEN}"))
    assert len(percentages(page)) > 5
    assert len(page.all(".dot")) > 2


def test_a_label_tells_its_namesakes_apart(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)
    Label.objects.filter(mid=CAT).update(name="dog")
    DatasetState.objects.update(revision=1)
    page = page_of(client.get(f"/label{DOG}"))
    assert "often with " in page.words
    assert page.one('a[href="#namesakes"]').words.startswith("compare all labels called")
    rows = page.all('[aria-labelledby="namesakes"] tbody tr')
    assert {row.one("th .mono").words for row in rows} == {CAT, DOG}
    for row in rows:
        other = page_of(client.get(f"/label{row.one('th .mono').words}"))
        assert row.one("td.n a").words == other.words_of(".figures dd")[0]
    assert rows[1].one("th a")["href"] == f"/label{CAT}"
    assert not page_of(client.get(f"/label{SEA}")).has("#namesakes")
    assert CAT in page_of(client.get("/compare")).words_of("th .mono")


def test_pictures_and_the_way_to_all_of_them_come_first(get: Get, brute: BruteForce) -> None:
    for mid, subset in ((OFTEN, ""), (OFTEN, "train"), (RARE, "")):
        page = page_of(get(f"/label{mid}" + (f"?subset={subset}" if subset else "")))
        link = page.one(".label-browse a.main")
        query = Query(label=(Term(mid),), subsets=frozenset({subset} if subset else ()))
        assert link["href"] == f"/?label={mid}" + (f"&subset={subset}" if subset else "")
        assert whole(link.words.split()[1]) == brute.count(query) > 0
        first = page.all("main section")[0]
        assert first.all(".tile")
        assert not any("Rejected" in heading for heading in first.words_of("h2.sample-title"))
        headings = page.words_of("h2.sample-title")
        assert len(headings) == len({*headings})
