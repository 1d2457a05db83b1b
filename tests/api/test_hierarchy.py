"""Terms and the facet of labels with all below them, in the API, exports and pages; none without a hierarchy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.schema import assert_conforms
from tests.datasets import ANIMAL, BEACH, CAT, DOG, FIVE, FOUR, ONE, PET, SEA, THREE, TWO

pytestmark = pytest.mark.django_db


def get(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.text
    return json.loads(response.content)


def ids(client: Client, query: str) -> list[str]:
    return [image["image_id"] for image in get(client, f"/api/images?{query}")["results"]]


@pytest.mark.usefixtures("with_hierarchy")
def test_a_term_with_a_star_takes_labels_below_and_the_largest_confidence_sorts(client: Client) -> None:
    assert ids(client, f"label={ANIMAL}") == []
    assert ids(client, f"label={ANIMAL}*") == [ONE, TWO, THREE, FOUR]
    assert ids(client, f"label={ANIMAL}*&sort=-confidence") == [THREE, FOUR, ONE, TWO]
    assert ids(client, f"label={PET}*:rejected,absent") == [ONE, THREE]
    assert ids(client, f"label={BEACH}*") == [ONE, FIVE]
    assert ids(client, f"label={DOG}&not={PET}*@0.9-1") == [ONE, TWO]


@pytest.mark.usefixtures("with_hierarchy")
def test_the_facet_adds_such_terms_and_stands_in_the_document(client: Client) -> None:
    found = get(client, "/api/facets?subset=train")
    assert found["hierarchy"] == [
        {"mid": PET, "name": "pet", "count": 2, "query": f"label={PET}*&subset=train"},
        {"mid": ANIMAL, "name": "animal", "count": 2, "query": f"label={ANIMAL}*&subset=train"},
    ]
    assert len(get(client, "/api/facets?top=1")["hierarchy"]) == 1
    assert_conforms(found, "Facets")
    page = client.get("/facets?subset=train").text
    assert f"label={ANIMAL}*&amp;subset=train" in page


@pytest.mark.usefixtures("with_hierarchy")
def test_pairs_of_labels_below_are_exported(client: Client) -> None:
    response = client.get(f"/export/pairs.csv?label={ANIMAL}*:confirmed,rejected&any={SEA}")
    lines = b"".join(response).decode().splitlines()  # type: ignore[call-overload]
    assert lines[0].startswith("ImageID,LabelName")
    assert lines[1:] == []
    response = client.get(f"/export/pairs.csv?label={ANIMAL}*:confirmed,rejected")
    lines = b"".join(response).decode().splitlines()  # type: ignore[call-overload]
    assert [line.split(",")[:2] for line in lines[1:]] == [[ONE, CAT], [FOUR, DOG]]
    assert response["X-Record-Count"] == "2"


@pytest.mark.usefixtures("with_hierarchy")
def test_the_browse_page_says_what_is_asked(client: Client) -> None:
    page = client.get(f"/?label={ANIMAL}*").text
    assert "animal or anything below" in page


def test_without_a_hierarchy_a_star_is_an_error_and_the_facet_absent(client: Client, generation: str) -> None:
    found = get(client, f"/api/images?label={DOG}*", 400)
    assert found["errors"][0]["parameter"] == "label"
    assert "this data set has no label hierarchy" in found["errors"][0]["message"]
    assert found["nearest"] == f"label={DOG}"
    assert "hierarchy" not in get(client, "/api/facets")
    assert "below them" not in client.get("/facets").text
