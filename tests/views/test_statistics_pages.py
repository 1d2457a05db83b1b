"""The pages of statistics and duplicates: figures, histograms and groups are those of counts by hand."""

from __future__ import annotations

import base64
from collections import Counter

import pytest

from browse.domain.comparison import MIN_VERIFIED
from browse.query.spelling import format_confidence
from browse.query.values import DEFAULT_STATES, State
from tests.facets.brute import BruteForce
from tests.html import Element
from tests.judged import (
    OFTEN,
    RARE,
    VERIFIED,
    pairs_of,
    rows_of,
)
from tests.views.pages import Get, images_on, page_of
from viewer.assets import CHART_LIBRARY

pytestmark = pytest.mark.django_db


def ranks_on(page: Element) -> list[tuple[str, str]]:
    """Rank and MID in the rows of a figure's table."""
    rows = [row for row in page.all("tr") if row.has('th[scope="row"]')]
    return [(row.all("td.n")[0].words, row.one("th a")["href"].removeprefix("/label")) for row in rows]


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
    assert ranks_on(page_of(get(f"/stats/{figure}"))) == [(row["Rank"], row["LabelName"]) for row in rows]


def test_a_search_in_a_figure_keeps_the_ranks(get: Get) -> None:
    assert ranks_on(page_of(get("/stats/all?q=rare"))) == [("4", RARE)]
    assert len(ranks_on(page_of(get("/stats/all?q=")))) == 5


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
    page = page_of(get("/stats"))
    shown = [(row.one("th").words, row.words_of("td.n")) for row in page.all("tr") if row.has('th.n[scope="row"]')]
    for (_, confidence), number in given.items():
        assert any(at == confidence and f"{number:,}" in cells for at, cells in shown)
    authors = Counter(photo.author for photo in photos)
    nobody = authors.pop(None)
    rows = rows_of(get("/stats/authors.csv"))
    assert [(row["Images"], row["Authors"]) for row in rows] == [(str(n), "1") for n in sorted(authors.values())]
    assert f"{nobody} images without an author" in page.words


def test_duplicates_are_shown_in_groups(get: Get, brute: BruteForce) -> None:
    photos = brute.dataset.photos
    twins = [(photos[number], photos[number + 1]) for number in range(0, 20, 2)]
    for query, kept in (("", {True, False}), ("?across=yes", {True}), ("?across=no", {False})):
        page = page_of(get(f"/duplicates{query}"))
        found = images_on(page)
        assert found == [one.image_id for pair in twins if (pair[0].subset != pair[1].subset) in kept for one in pair]
        assert len(page.all(".group")) == len(found) // 2 > 0
        rows = rows_of(get(f"/duplicates.csv{query}"))
        assert [row["ImageID"] for row in rows] == found
        of_photo = {photo.image_id: photo for photo in photos}
        for row in rows:
            photo = of_photo[row["ImageID"]]
            assert (row["OriginalMD5"], row["Subset"]) == (base64.b64encode(photo.md5).decode(), photo.subset)
    across = sum(one.subset != other.subset for one, other in twins)
    summary = [row.words for row in page.all("tr")]
    assert any(row.endswith(f"across subsets ({2 * across} images) {across}") for row in summary)
    assert "past the end" in get("/duplicates?page=2").text


def test_only_the_page_with_interactive_figures_loads_their_library(get: Get) -> None:
    addresses = ("/", "/labels", f"/label{OFTEN}", "/compare", "/stats", "/stats/all", "/duplicates")
    assert [address for address in addresses if CHART_LIBRARY in get(address).text] == ["/stats"]
