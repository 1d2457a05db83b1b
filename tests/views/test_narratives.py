"""Narratives on an image's page, in the filters and in the API; their traces come from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.narratives import Narrative
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import FOUR, ONE, TWO
from tests.views.pages import Get, getter, images_on, page_of

pytestmark = pytest.mark.django_db

TIMED = [
    {"utterance": "A dog", "start_time": 0, "end_time": 1.5},
    {"utterance": "on <grass>.", "start_time": 1.5, "end_time": 3},
]
TRACES = [[{"x": 0.1, "y": 0.2, "t": 0.25}, {"x": 0.3, "y": -0.05, "t": 1.25}, {"x": 0.5, "y": 0.4, "t": 2}]]


def line(image_id: str, annotator: int, caption: str) -> str:
    said = {"dataset_id": "open_images", "image_id": image_id, "annotator_id": annotator, "caption": caption}
    return json.dumps({**said, "timed_caption": TIMED, "traces": TRACES, "voice_recording": "t/a.ogg"})


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the example data set with narratives; its first image is turned by 90 degrees."""
    settings.INDEX_DIR = tmp_path / "index"
    lines = [line(ONE, 7, "A dog, on <grass>."), line(FOUR, 1, "Nothing")]
    file = tmp_path / "narratives.jsonl"
    file.write_text("".join(f"{one}\n" for one in lines))
    begin = len(lines[0]) + 1
    narratives = {
        ONE: (
            Narrative(7, "A dog, on <grass>.", "t/a.ogg", str(file)),
            Narrative(9, "A cat", "", str(tmp_path / "gone.jsonl"), 5),
        ),
        FOUR: (Narrative(1, "Nothing", "", str(tmp_path / "gone" / file.name), begin),),
    }
    datasets.load_example(tmp_path / "index", narratives=narratives)
    return getter(client)


def test_a_caption_is_shown_in_steps_with_the_way_turned_as_the_picture_is(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    assert "hidden" in page.one("svg.ways").attributes
    switch = page.one('a[data-switch="narrative"]')
    assert (switch["href"], switch["data-key"]) == (f"/image/{ONE}?show=boxes,narrative", "5")
    assert [way["d"] for way in page.all("svg.ways path")] == ["M200 900L-50 700", "M-50 700L400 500"]
    first, second = page.all("[data-told]")
    assert first.one(".spoken").words == "A dog , on <grass>."
    assert [(said["data-step"], said.words) for said in first.all(".phrase")] == [("1", "A dog"), ("2", "on <grass>.")]
    assert (first.one("input")["max"], second.has("input")) == ("2", False)
    addresses = [link["href"] for link in first.all("a")]
    assert addresses == ["#way-1", "https://storage.googleapis.com/localized-narratives/voice-recordings/t/a.ogg"]
    assert "not shown for captions whose file is not on this site" in page.one("#narratives").words
    asked = page_of(get(f"/image/{ONE}?caption=dog"))
    assert "hidden" not in asked.one("svg.ways").attributes
    assert not page_of(get(f"/image/{TWO}")).has("#narratives")


def test_a_file_that_was_moved_is_found_by_its_name(get: Get, settings: Settings, tmp_path: Path) -> None:
    assert not page_of(get(f"/image/{FOUR}")).has("svg.ways")
    settings.NARRATIVES_DIR = tmp_path
    assert page_of(get(f"/image/{FOUR}?show=narrative")).has("svg.ways")
    (tmp_path / "narratives.jsonl").write_text("{}\n[")
    page = page_of(get(f"/image/{FOUR}?show=none"))
    assert (page.has("svg.ways"), page.one("[data-told] .spoken").words) == (False, "Nothing")


def test_the_api_and_the_filters_find_captions(get: Get) -> None:
    answer = get("/api/images?caption=DOG%20-cat&has=narrative&include=narratives").json()
    assert answer["query"] == "has=narrative&caption=DOG%20-cat"
    assert_conforms(answer, "ImagePage")
    assert [one["image_id"] for one in answer["results"]] == [ONE]
    voice = "https://storage.googleapis.com/localized-narratives/voice-recordings/t/a.ogg"
    assert answer["results"][0]["narratives"] == [
        {"annotator_id": 7, "caption": "A dog, on <grass>.", "voice_recording": voice},
        {"annotator_id": 9, "caption": "A cat", "voice_recording": None},
    ]
    one = get(f"/api/images/{ONE}?include=narratives").json()
    assert_conforms(one, "Image")
    assert (one["narratives"][0]["timed_caption"], one["narratives"][0]["traces"]) == (TIMED, TRACES)
    assert one["narratives"][1]["traces"] is None
    assert [kind["value"] for kind in get("/api/facets").json()["kinds"]] == ["narrative"]
    page = page_of(get("/facets?caption=dog"))
    assert page.one("#caption-words")["value"] == "dog"
    assert "Images with “dog” in a caption" in get("/?caption=dog").text
    assert images_on(page_of(get("/?caption=nothing"))) == [FOUR]
    assert get("/go?caption=-%20dog&q=", 303)["Location"] == "/?caption=dog"
    (error,) = get("/api/images?caption=-dog", 400).json()["errors"]
    assert error["parameter"] == "caption"


def test_a_data_set_without_narratives_says_so(client: Client, db: None, settings: Settings, tmp_path: Path) -> None:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)
    for text in ("caption=dog", "has=narrative", "include=narratives"):
        answer = client.get(f"/api/images?{text}")
        assert answer.status_code == 400
        assert "data set has n" in answer.json()["errors"][0]["message"]
