"""Points on an image's page, as evidence on a label's page, and in the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.points import Point, PointVerdict
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import BEACH, DOG, FOUR, ONE, SEA, TWO
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db

YES, NO, UNSURE = PointVerdict
POINTS = {
    ONE: (
        Point(DOG, "ih", 0.25, 0.409956, YES, (3, 0, 0)),
        Point(DOG, "cc", 0.5, 0.5, NO, (0, 2, 1), "hind leg"),
        Point(SEA, "ih", 0.1, 0.9, UNSURE, (1, 1, 1)),
    ),
    FOUR: (Point(DOG, "ih", 0.5, 0.5, NO, (0, 3, 0)),),
}


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the example data set with points; its first image is turned by 90 degrees."""
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, points=POINTS)
    return getter(client)


def test_points_are_drawn_turned_as_the_picture_is_and_listed(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    assert "hidden" in page.one("svg.points").attributes
    switch = page.one('a[data-switch="points"]')
    assert (switch["href"], switch["data-key"]) == (f"/image/{ONE}?show=boxes,points", "4")
    circle = page.one('svg.points [data-point="1"] circle.line')
    assert (circle["cx"], circle["cy"]) == ("41.00%", "75.00%")
    assert [row.words for row in page.all("#points li")][1] == "dog no “ hind leg ” center · 2 no, 1 unsure"
    assert page.all("#point-2 a")[1]["href"] == f"/?label=point:{DOG}:no"
    asked = page_of(get(f"/image/{ONE}?label=point:{DOG}:no"))
    assert "hidden" not in asked.one("svg.points").attributes
    strong = [link["data-point"] for link in asked.all("svg.points a") if "own" in link["class"].split()]
    assert strong == ["2"]
    assert not page_of(get(f"/image/{TWO}")).has("svg.points")


def test_the_page_of_a_label_counts_what_points_say(get: Get) -> None:
    rows = page_of(get(f"/label{DOG}")).all('[aria-labelledby="points-title"] tbody tr')
    counts = [row.one("td a") for row in rows]
    assert [count.words for count in counts[:3]] == ["1", "2", "0"]
    for count in counts:
        assert get(count["href"].replace("/?", "/api/images?")).json()["count"] == int(count.words)
    assert counts[3]["href"] == f"/?label={DOG}:confirmed,missed&label=point:{DOG}:no&not=point:{DOG}"
    assert not page_of(get(f"/label{BEACH}")).has('[aria-labelledby="points-title"]')


def test_the_api_finds_and_includes_points(get: Get) -> None:
    answer = get(f"/api/images?label=point:{DOG}:no,yes&has=points&include=points").json()
    assert answer["query"] == f"label=point:{DOG}:no,yes&has=points"
    assert_conforms(answer, "ImagePage")
    assert answer["results"][0]["points"][1] == {
        "mid": DOG,
        "name": "dog",
        "source": "cc",
        "x": 0.5,
        "y": 0.5,
        "verdict": "no",
        "yes_votes": 0,
        "no_votes": 2,
        "unsure_votes": 1,
        "text": "hind leg",
    }
    facets = get(f"/api/facets?label=point:{DOG}").json()
    assert facets["terms"] == [{"role": "label", "term": f"point:{DOG}"}]
    assert [one["value"] for one in facets["kinds"]] == ["points"]
    (error,) = get(f"/api/images?label=point:{DOG}:maybe", 400).json()["errors"]
    assert "the verdicts after : must be of yes, no, unsure" in error["message"]
    chips = page_of(get(f"/?label=point:{DOG}:no&not=point:{SEA}"))
    assert "a point checked for dog: no" in chips.words


def test_a_data_set_without_points_says_so(client: Client, generation: str) -> None:
    for text in (f"label=point:{DOG}", "has=points", "include=points"):
        answer = client.get(f"/api/images?{text}")
        assert answer.status_code == 400
        assert "data set has n" in answer.json()["errors"][0]["message"]


def test_the_chip_of_points_has_verdicts_to_tick_and_keeps_one(get: Get) -> None:
    panel = page_of(get(f"/?label=point:{DOG}:no")).one(".chip-panel section.facet")
    ticks = {value.one("bdi").words: value.one("a") for value in panel.all(".value")}
    assert ticks["yes"]["href"] == f"/?label=point:{DOG}:no,yes"
    assert ticks["unsure"]["href"] == f"/?label=point:{DOG}:no,unsure"
    assert "href" not in ticks["no"].attributes
    assert panel.one("a.more")["href"] == f"/?label=point:{DOG}"
    both = page_of(get(f"/?label=point:{DOG}:no,yes")).one(".chip-panel")
    assert both.each('.value a[data-by="taking"]', "href") == [f"/?label=point:{DOG}:no", f"/?label=point:{DOG}"]
