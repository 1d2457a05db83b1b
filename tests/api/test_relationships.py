"""Relationships in the API: terms, facets, what is included, and what is said where there are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.relationships import Relationship, Sides
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import CAT, DOG, EXAMPLE, ONE, SEA, TWO

pytestmark = pytest.mark.django_db

BOX, OTHER = Sides(0.049375, 0.560625, 0.08427, 0.999064), Sides(0.0, 1.0, 0.5, 0.75)
ROWS = {
    ONE: (Relationship(DOG, "at", SEA, BOX, OTHER), Relationship(DOG, "is", CAT, BOX, BOX)),
    TWO: (Relationship(CAT, "at", SEA, BOX, OTHER),),
}


@pytest.fixture
def related(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.INDEX_DIR = tmp_path
    datasets.load(replace(EXAMPLE, relationships=ROWS), tmp_path)
    return client


def test_images_are_found_by_their_relationships_and_show_them(related: Client) -> None:
    answer = related.get(f"/api/images?label=rel:*~at~{SEA}&not=rel:{CAT}~*~*&include=relationships").json()
    assert answer["query"] == f"label=rel:*~at~{SEA}&not=rel:{CAT}~*~*"
    assert_conforms(answer, "ImagePage")
    (image,) = answer["results"]
    first, second = image["relationships"]
    subject = {"mid": DOG, "name": DOG, "x_min": 0.049375, "x_max": 0.560625, "y_min": 0.08427, "y_max": 0.999064}
    side = {"mid": SEA, "name": SEA, "x_min": 0.0, "x_max": 1.0, "y_min": 0.5, "y_max": 0.75}
    assert first == {"subject": subject, "relation": "at", "object": side}
    assert (second["relation"], second["object"]["mid"]) == ("is", CAT)
    assert related.get(f"/api/images/{ONE}?include=relationships").json() == image


def test_facets_tell_of_relationships(related: Client) -> None:
    answer = related.get("/api/facets?label=rel:*~at~*").json()
    assert_conforms(answer, "Facets")
    query = "label=rel:*~at~*&label=rel:*~is~*"
    assert answer["relations"] == [
        {"value": "at", "count": 2, "query": "label=rel:*~at~*"},
        {"value": "is", "count": 1, "query": query},
    ]
    assert related.get(f"/api/images?{query}").json()["count"] == 1
    assert answer["kinds"] == [{"value": "relationships", "count": 2, "query": "label=rel:*~at~*&has=relationships"}]
    assert answer["terms"] == [{"role": "label", "term": "rel:*~at~*"}]
    assert "box_labels" not in answer
    full = "&".join(f"label={DOG}@0.{number:02}-1" for number in range(1, 21))
    assert {one["query"] for one in related.get(f"/api/facets?{full}").json()["relations"]} <= {None}


@pytest.mark.parametrize(
    ("text", "parameter", "message"),
    [
        ("label=rel:*~eats~*", "label", "names a relation that this data set does not have; it has at, is"),
        ("any=rel:/m/nosuch~at~*", "any", "is not the MID of a label in this data set"),
        (f"not=rel:{DOG}*~at~*", "not", "this data set has no label hierarchy"),
        ("label=rel:*~at", "label", "must be a relationship: rel: and subject"),
        (f"label=box:{DOG}", "label", "asks for boxes, and this data set has none"),
        ("has=-boxes", "has", "asks for boxes, and this data set has none"),
        ("has=relationships&has=-relationships", "has", "exclude each other"),
        ("include=relationships,boxes", "include", "the data set has no boxes"),
        ("label=rel:*~at~*&sort=-confidence", "sort", "needs a `label` term about a pair"),
    ],
)
def test_what_is_wrong_is_named(related: Client, text: str, parameter: str, message: str) -> None:
    answer = related.get(f"/api/images?{text}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["parameter"], message in error["message"]) == (parameter, True), error


@pytest.mark.parametrize("text", ["label=rel:*~*~*", "has=-relationships", "include=relationships"])
def test_a_data_set_without_relationships_says_so(client: Client, generation: str, text: str) -> None:
    answer = client.get(f"/api/images?{text}")
    assert answer.status_code == 400
    assert "data set has n" in answer.json()["errors"][0]["message"]
    assert not {"kinds", "relations"} & client.get("/api/facets").json().keys()
