"""The site over each engine that settings name: pages and API with the same numbers, and what one does not offer."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from django.test import Client
from pytest_django import Settings

from browse.curation.actions import hide_image, press_verdict
from browse.facets.errors import EngineUnavailableError
from browse.facets.reference.engine import ReferenceEngine
from browse.search import current_engine, labels
from tests.datasets import BEACH, CAT, DOG, ONE, SEA, SIX, TWO, update_image

pytestmark = pytest.mark.django_db

ANSWERED = [
    "/",
    f"/?label={DOG}",
    f"/?label={DOG}@0.4-0.6&not={CAT}&subset=train&sort=-confidence",
    f"/?any={BEACH}&any={SEA}&min_any=2&author=ann&license=cc-by-2.0",
    f"/?label={BEACH}&state=rejected&subset=test",
    "/?sort=random&seed=7&per_page=2&page=2",
    f"/image/{ONE}?label={DOG}",
    "/api/images?state=confirmed&state=missed",
    f"/api/images/{ONE}",
    f"/api/facets?label={DOG}&any={SEA}&any={CAT}",
    "/api/facets?confidence=0.5-0.8&top=all",
    "/api/labels",
    f"/api/labels{DOG}?subset=train",
    "/api/compare",
    "/export/images.csv",
    f"/export/labels.csv?label={DOG}",
    f"/export/pairs.csv?any={DOG}&any={BEACH}&limit=2",
    "/export/dict.csv?subset=train",
]
LACKING = {
    "/labels?q=dog": "counts of every label",
    f"/label{DOG}": "co-occurring labels",
    "/compare": "counts of every label",
    "/compare/disagreements": "the images on which human and machine disagree",
    "/stats": "",
    "/duplicates": "groups of duplicates",
}


@pytest.fixture
def site(generation: str, settings: Settings, client: Client) -> Client:
    """The example, two verdicts and a hidden image; nothing that one engine said is kept for the other."""
    settings.MEMO_BYTES = 0
    update_image(ONE, rotation=None)  # the example's index was built without
    press_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    press_verdict(image_id=TWO, mid=CAT, says="yes", by="ann")
    hide_image(image_id=SIX, by="ann", why="asked for")
    return client


def said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    body = b"".join(response).decode()
    return re.sub(r'"elapsed_ms":[0-9.]+|[0-9.,]+ ms', "", body)


@pytest.mark.parametrize("address", ANSWERED)
def test_the_reference_engine_serves_the_same_pages(
    site: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    before = said(site, address)
    settings.FACET_ENGINE = "reference"
    monkeypatch.setattr(labels, "_labels", None)
    assert type(current_engine()).__name__ == "ReferenceEngine"
    assert said(site, address) == before


@pytest.mark.parametrize(("address", "what"), LACKING.items())
def test_a_page_that_an_engine_does_not_offer_says_so(
    site: Client, settings: Settings, address: str, what: str
) -> None:
    assert site.get(address).status_code == 200
    settings.FACET_ENGINE = "reference"
    for headers in ({}, {"HX-Request": "true"}):
        response = site.get(address, headers=headers)
        assert response.status_code == 503
        assert f"The facet engine &#x27;reference&#x27; does not offer {what}" in response.text
        assert "FACET_ENGINE" in response.text
        assert int(response.headers["Retry-After"]) > 0


def test_each_setting_has_its_engine(site: Client, settings: Settings) -> None:
    kinds = set()
    names = settings.FACET_ENGINES.keys() - settings.FACET_STORES.keys()  # tests/cluster/ has those on servers
    for name in names:
        settings.FACET_ENGINE = name
        kinds.add(type(current_engine()))
    assert len(kinds) == len(names)


def test_what_an_engine_asks_and_that_does_not_answer_is_told_without_its_address(
    site: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FACET_ENGINE = "reference"

    def gone(*given: object, **options: object) -> NoReturn:
        raise EngineUnavailableError("shard 1 of 2", "10.0.0.1:8123: connection refused")

    for method in ("count", "page", "facets", "selected"):
        monkeypatch.setattr(ReferenceEngine, method, gone)
    for address in (f"/?label={DOG}", f"/api/facets?label={DOG}", f"/export/images.csv?label={DOG}"):
        response = site.get(address)
        assert response.status_code == 503, address
        assert int(response.headers["Retry-After"]) > 0
        assert "10.0.0.1" not in response.text
    assert "cannot be reached in full" in site.get(f"/api/facets?label={DOG}").text
    assert "shard 1 of 2: 10.0.0.1:8123: connection refused" in caplog.text
