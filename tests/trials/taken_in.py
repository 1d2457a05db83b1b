"""What takes in the trials; run by `test_trials.py` in a copy of the project with all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import Settings

from browse.facets.build.generation import build_generation
from browse.models import DatasetState
from browse.openimages.loading.database import load_arrays
from browse.query.canonical import canonical
from browse.query.fields import FACETS, FIELDS
from browse.query.words import in_words
from browse.requests.parameters import BadQueryError
from browse.requests.readers import read_query
from tests.api.schema import assert_conforms
from tests.datasets import DOG, FIVE, FOUR, IDS, ONE, SIX, THREE, TWO, update_image
from tests.openimages.imports import SEVEN, load, one_image
from tests.query.known import Vocabulary

pytestmark = pytest.mark.django_db
HAVE = {
    "duplicate": {"yes": {ONE, TWO}, "no": {THREE, FOUR, FIVE, SIX}},
    "has_author": {"yes": {ONE, TWO, THREE, FIVE, SIX}, "no": {FOUR}},
    "has_title": {"yes": {ONE, THREE}, "no": {TWO, FOUR, FIVE, SIX}},
}
CASES = [(name, value) for name, values in HAVE.items() for value in values]
WORDS = {
    "duplicate=yes": "Images among duplicates",
    "has_author=no": "Images by unknown authors",
    "has_title=yes&subset=train": "Images in train, with a title",
}


class Plainly:
    """Names for sentences."""

    def distinct(self, mid: str) -> str:
        return mid

    def license(self, slug: str) -> str:
        return slug

    def author(self, key: str) -> str:
        return key


@pytest.fixture(params=["embedded", "reference"])
def site(request: pytest.FixtureRequest, generation: str, settings: Settings, client: Client) -> Client:
    """The example over each engine, with a group of duplicates and two titles, its index made of the database."""
    settings.FACET_ENGINE, settings.MEMO_BYTES = request.param, 0
    update_image(ONE, original_md5="AAAAAAAAAAAAAAAAAAAAAQ==")
    update_image(TWO, original_md5="AAAAAAAAAAAAAAAAAAAAAQ==")
    update_image(THREE, title="A boat")
    name = build_generation(load_arrays(), settings.INDEX_DIR, dataset=request.param)
    DatasetState.objects.update(generation=name)
    return client


def answer(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content[:1000]
    return response.json()


def test_the_language_reads_and_writes_the_fields_in_their_order() -> None:
    text = "has_title=yes&duplicate=no&subset=train&has_author=yes"
    assert (
        canonical(read_query(QueryDict(text), known=Vocabulary()).query)
        == "subset=train&duplicate=no&has_author=yes&has_title=yes"
    )
    assert [field.name for field in FIELDS][-2:] == ["sort", "seed"]
    assert {"has_author", "has_title"} < {facet.name for _, facet in FACETS}


@pytest.mark.parametrize("name", HAVE)
def test_a_wrong_value_is_told_and_the_nearest_query_is_without_it(name: str) -> None:
    with pytest.raises(BadQueryError) as caught:
        read_query(QueryDict(f"{name}=maybe&subset=train"), known=Vocabulary())
    assert [(error.parameter, error.value) for error in caught.value.errors] == [(name, "maybe")]
    assert "yes" in caught.value.errors[0].message
    assert caught.value.address == "subset=train"


@pytest.mark.parametrize("text", WORDS)
def test_sentences_say_it(text: str) -> None:
    assert in_words(read_query(QueryDict(text), known=Vocabulary()).query, Plainly()) == WORDS[text]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_both_engines_find_the_images(site: Client, name: str, value: str) -> None:
    found = answer(site, f"/api/images?{name}={value}")
    assert found["query"] == f"{name}={value}"
    assert {image["image_id"] for image in found["results"]} == HAVE[name][value]
    narrowed = answer(site, f"/api/images?{name}={value}&subset=train")
    assert narrowed["count"] == len(HAVE[name][value] & {ONE, TWO, FIVE, SIX})


@pytest.mark.parametrize("name", ["has_author", "has_title"])
def test_the_facet_counts_and_replaces_its_field(site: Client, name: str) -> None:
    counts = {value: len(images) for value, images in HAVE[name].items()}
    for query in ("", f"?{name}=yes"):
        facet = answer(site, f"/api/facets{query}")[name]
        assert {one["value"]: one["count"] for one in facet} == counts
        assert [one["query"] for one in facet] == [f"{name}=yes", f"{name}=no"]


@pytest.mark.parametrize(("name", "title"), [("duplicate", "Duplicate"), ("has_author", "Author known")])
def test_the_page_has_a_chip_and_a_list_of_what_to_drop(site: Client, name: str, title: str) -> None:
    page = site.get(f"/?{name}=yes")
    assert title in [chip.kind for chip in page.context["chips"].others]
    assert f"{len(HAVE[name]['yes'])} images" in page.content.decode()
    empty = site.get(f"/?{name}=no&license=cc-by-2.0&author=ann&label={DOG}&subset=test")
    assert any(drop.text.startswith(title.lower()) for drop in empty.context["drops"])


def test_the_panel_shows_the_facets_with_their_counts(site: Client) -> None:
    panel = site.get("/facets?has_title=no").context["panel"]
    sections = {section.name: {value.text: value.count for value in section.values} for section in panel.sets}
    assert sections["has_author"] == {"known authors": 3, "unknown authors": 1}
    assert sections["has_title"] == {"a title": 2, "no title": 4}


def test_the_openapi_document_describes_them_and_answers_keep_to_it(site: Client) -> None:
    document = answer(site, "/api/openapi.json")
    taken = {parameter["name"] for parameter in document["paths"]["/api/images"]["get"]["parameters"]}
    assert set(HAVE) < taken
    assert {"has_author", "has_title"} < set(document["components"]["schemas"]["Facets"]["properties"])
    assert_conforms(answer(site, "/api/facets?duplicate=yes"), "Facets")
    assert "/export/ids.txt" in document["paths"]


def test_the_export_format_has_a_menu_entry_and_an_address(site: Client) -> None:
    page = site.get("/?has_title=yes")
    assert "/export/ids.txt?has_title=yes" in [link.href for link in page.context["tools"].exports]
    sent = site.get("/export/ids.txt?has_title=yes")
    assert b"".join(sent).decode() == f"{ONE}\n{THREE}\n"
    assert (sent.headers["X-Record-Count"], sent.headers["Content-Type"]) == ("2", "text/plain; charset=utf-8")
    assert b"".join(site.get("/export/ids.txt?limit=1")).decode() == f"{IDS[0]}\n"


@pytest.mark.django_db(transaction=True)
def test_an_import_brings_the_new_data_into_the_index(tmp_path: Path, settings: Settings, client: Client) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"
    rows = [f"00000000000000a{number},,,,,,{title}" for number, title in enumerate(("A boat", "", "Two"))]
    load(one_image(tmp_path / "set", *rows, header=SEVEN))
    found = answer(client, "/api/images?has_title=yes")["results"]
    assert [image["image_id"][-2:] for image in found] == ["a0", "a2"]
