"""Previews over the API: each number is the built set's, and each link leads to as many images as it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from browse.api.openapi import document
from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Hiding
from browse.presentation.pages.new_set import fetch_words
from browse.search import current_engine
from browse.sets.build import build_set
from browse.sets.fetch import hours_of
from browse.sets.reading import query_reader
from browse.sets.recipe import PictureKind, Pictures
from browse.sets.recipe_reader import recipe_of
from tests.api.schema import assert_conforms
from tests.datasets import BEACH, CAT, DOG, FIVE, SEA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("generation")]

RECIPE = {"labels": [{"mid": mid, "at": 0.6} for mid in (DOG, BEACH, SEA)] + [{"mid": CAT, "take": "verified"}]}


def asked(client: Client, recipe: Any, part: str = "set", status: int = 200) -> Any:
    body = recipe if isinstance(recipe, str) else json.dumps(recipe)
    response = client.post(f"/api/sets/preview?part={part}", body, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


@pytest.mark.parametrize("images", ["", "subset=train", f"label={DOG}&author=ann", f"any={SEA}&any={DOG}&min_any=1"])
def test_every_link_leads_to_as_many_images_as_it_says(client: Client, images: str) -> None:
    found = asked(client, RECIPE | {"images": images}, "counts")
    assert found["set"] is None
    assert found["candidates"] == client.get(f"/api/images?{images}").json()["count"]
    links = [(one[name], query) for one in found["labels"] for name, query in one["queries"].items() if query]
    assert len(links) > 8
    for number, query in links:
        assert client.get(f"/api/images?{query}").json()["count"] == number, query


def test_a_query_that_asks_for_any_pair_has_no_links(client: Client) -> None:
    found = asked(client, RECIPE | {"images": "confidence=0.5-1"}, "counts")
    assert {*found["labels"][0]["queries"].values()} == {None}


@pytest.mark.parametrize("more", [{}, {"splits": "official"}, {"caps": {"positives": 1, "images": 3}}])
def test_the_numbers_are_those_of_the_set_that_is_built(client: Client, tmp_path: Path, more: dict[str, Any]) -> None:
    Hiding.objects.create(image_key=key_from_image_id(FIVE), hidden=True)
    DatasetState.objects.update(revision=1)
    found = asked(client, RECIPE | more)
    recipe = recipe_of(RECIPE | more, query_reader(current_engine()))
    about = build_set(recipe, tmp_path / "set", ("csv",), lambda what, done, total: None).about
    numbers = found["set"]
    assert found["recipe_sha256"] == about.recipe.name
    assert numbers["images"] == about.images
    assert {one["split"]: one["images"] for one in numbers["splits"] if one["images"]} == {
        split.name: split.images for split in about.splits
    }
    assert [(one["mid"], one["positives"], one["negatives"]) for one in numbers["labels"]] == [
        (one.mid, one.positives, one.negatives) for one in about.classes
    ]
    for one in numbers["labels"]:
        assert sum(split["positives"] for split in one["splits"]) == one["positives"]
    assert {one["reason"]: one["images"] for one in numbers["left_out"]} == about.left_out
    assert about.left_out["taken down"] == found["taken_down"] == 1
    assert numbers["authors"] == about.authors
    assert [(one["name"], one["url"], one["images"]) for one in numbers["licenses"]] == [*about.licenses]
    assert numbers["bytes"] == 12345
    assert numbers["unknown_sizes"] == about.images - 1
    assert numbers["fetch_hours"] == round(about.images * (0.5 + 12345 / (1 << 20)) / 8 / 3600, 3)


def test_hours_of_fetching_are_told_at_the_limits_of_the_site(settings: Settings) -> None:
    original, rendered = Pictures(PictureKind.ORIGINAL), Pictures(PictureKind.RENDERED, 512)
    assert hours_of(1_000_000, 500_000 << 20, 500_000, original) == pytest.approx(1_000_000 * 1.5 / 8 / 3600)
    assert hours_of(1_000_000, 500_000 << 20, 500_000, rendered) < 30
    settings.THUMBNAIL_FETCHES = 4
    assert hours_of(1_000_000, 500_000 << 20, 500_000, original) == pytest.approx(1_000_000 * 1.5 / 4 / 3600)
    assert hours_of(5, 0, 5, original) > 0
    assert fetch_words(hours_of(1_000_000, 0, 1_000_000, original)) == "about 35 hours to fetch"
    assert fetch_words(0.001) == "about 1 minute to fetch"


def test_a_label_without_a_threshold_is_listed_and_not_taken_at_another(client: Client) -> None:
    found = asked(client, {"labels": [{"mid": DOG, "precision": 0.9}, {"mid": BEACH, "at": 0.5}]})
    assert [one["mid"] for one in found["labels"]] == [BEACH]
    (left_out,) = found["left_out_labels"]
    assert (left_out["mid"], left_out["name"], left_out["reached"]) == (DOG, "dog", None)
    assert "fewer than 30 pairs are verified" in left_out["why"]


def test_answers_are_as_the_document_says(client: Client) -> None:
    described = document()
    operation = described["paths"]["/api/sets/preview"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Recipe"}
    found = asked(client, RECIPE)
    recipe_schema = described["components"]["schemas"]["Recipe"]
    assert found["recipe"].keys() == recipe_schema["properties"].keys() - {"boxes"}  # which no recipe needs
    assert_conforms(found["set"], "SetNumbers")
    assert_conforms(asked(client, {"labels": []}, status=400), "BadRecipe")


@pytest.mark.parametrize(
    ("recipe", "field", "message"),
    [
        ("{", "recipe", "is not JSON"),
        ({"labels": [{"mid": DOG}]}, "labels[0]", "needs either at"),
        ({"labels": [{"mid": "/m/gone", "at": 1}]}, "labels", "is not the MID of a label"),
        ({"labels": [{"mid": DOG, "at": 1}], "images": "label=/m/gone"}, "images", "is not the MID of a label"),
        ({"labels": [{"mid": DOG, "at": 1}], "images": "page=2"}, "images", "is not a parameter here"),
    ],
)
def test_a_wrong_recipe_is_refused_by_field(client: Client, recipe: Any, field: str, message: str) -> None:
    (error,) = asked(client, recipe, status=400)["errors"]
    assert error["parameter"] == field
    assert message in error["message"]


def test_other_methods_and_parameters_are_refused(client: Client) -> None:
    response = client.get("/api/sets/preview")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert asked(client, RECIPE, "all", status=400)["errors"][0]["parameter"] == "part"
