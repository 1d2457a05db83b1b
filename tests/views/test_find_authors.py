"""`/facets/authors` finds the authors in a result by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests import datasets
from tests.facets.datasets import Dataset, Photo
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db
DOG = "/m/0bt9lr"
NAMES = ["Zoë O’Neil", "Ann Lee", "ann leeds", "", *(f"Many {number}" for number in range(120))]


@pytest.fixture
def get(client: Client, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over images by authors of NAMES, the first of them by two images, of which one is in test."""
    settings.INDEX_DIR = tmp_path
    keys = [f"key{number:03}" for number in range(len(NAMES))]
    authors = tuple((f"https://www.flickr.com/people/{key}/", key) for key in keys)
    photos = tuple(Photo(f"{number:016x}", "train", author=number) for number in range(len(keys)))
    photos += (Photo("f" * 16, "test", author=0),)
    annotations = {(photos[0].image_id, DOG, "machine"): 80}
    names = dict(enumerate(NAMES, 1))
    datasets.load(Dataset(photos, (DOG,), annotations, authors, names=names), tmp_path)
    return getter(client)


def found(get: Get, query: str) -> list[str]:
    return page_of(get(f"/facets/authors?{query}")).each('[id^="author-"]', "id")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("find=ann", ["key001", "key002"]),
        ("find=LEE+An", ["key001", "key002"]),
        ("find=lee%20ann&subset=test", []),
        ("find=zoe+neil", ["key000"]),
        ("find=oe", []),
        ("find=key003", ["key003"]),
        ("find=key00", []),
        ("find=%26", []),
        ("find=zo&subset=test", ["key000"]),
        ("find=ann&author=key000", ["key001", "key002"]),
        ("find=many+119", ["key123"]),
    ],
)
def test_authors_are_found_by_the_beginnings_of_their_names_words(get: Get, query: str, keys: list[str]) -> None:
    assert found(get, query) == [f"author-{key}" for key in keys]


def test_the_form_on_the_page_keeps_the_query_and_the_text(get: Get) -> None:
    page = page_of(get("/facets/authors?subset=train&size=s&find=ann"))
    (form,) = page.all('form[action="/facets/authors"]')
    assert {(one["name"], one["value"]) for one in form.all('input[type="hidden"]')} == {
        ("subset", "train"),
        ("size", "s"),
    }
    assert form.one('[name="find"]')["value"] == "ann"
    assert "/?subset=train&author=key001&size=s" in page.addresses
    assert page.one('[id="author-key001"]').one(".n").words == "1"
    assert found(get, "find=") == found(get, "")


def test_more_of_those_found_are_on_further_pages(get: Get) -> None:
    page = page_of(get("/facets/authors?find=many"))
    assert len(page.each('[id^="author-"]', "id")) == 100
    (more,) = [address for address in page.addresses if "page=2" in address]
    assert "find=many" in more
    assert len(page_of(get(more)).each('[id^="author-"]', "id")) == 20


def test_nobody_found_is_said_with_the_text(get: Get) -> None:
    page = page_of(get("/facets/authors?find=%3Cb%3Eqqq"))
    assert page.one(".none-found bdi").words == "<b>qqq"
    assert "past the end" in get("/facets/authors?find=many&page=9").text


@pytest.mark.parametrize("text", ["x" * 101, "a%00b", "%ff"])
def test_what_is_no_text_is_refused(get: Get, text: str) -> None:
    assert "<code><bdi>find</bdi>" in get(f"/facets/authors?find={text}", 400).text
