"""Recipes: what every spelling comes down to, and what is said of those that are wrong."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from browse.sets.recipe import MOST_LABELS, Caps, Recipe, Take, canonical_json
from browse.sets.recipe_reader import MOST_FAULTS, RecipeError, read_recipe, recipe_of

DOG: dict[str, Any] = {"mid": "/m/dog", "at": 0.8}


def as_it_is(query: str) -> str:
    if query == "bad=1":
        raise ValueError("bad: is not a parameter here")
    return query


def read(value: Any) -> Recipe:
    return recipe_of(value, as_it_is)


def faults(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(RecipeError) as told:
        read_recipe(text, as_it_is)
    return [(fault.field, fault.message) for fault in told.value.faults]


def test_what_is_not_given_is_written_out() -> None:
    assert json.loads(canonical_json(read({"labels": [DOG]}))) == {
        "version": 1,
        "images": "",
        "labels": [{"mid": "/m/dog", "take": "threshold", "at": 0.8}],
        "negatives": "verified",
        "splits": {"shares": {"train": 80, "validation": 10, "test": 10}, "seed": 0},
        "apart": ["author", "file"],
        "caps": {
            "positives": None, "negatives": None, "least_positives": 0, "least_negatives": 0, "images": None,
            "bytes": None, "seed": 0,
        },
        "duplicates": "first",
        "pictures": "none",
        "pairs": "recipe",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '{"labels": [{"mid": "/m/b", "at": 0.80}, {"at": 1.0, "mid": "/m/a"}]}',
        '{"labels": [{"mid": "/m/a", "at": 1}, {"mid": "/m/b", "at": 8e-1, "take": "threshold"}], "version": 1}',
        '{"labels": [{"mid": "/m/a", "at": 1}, {"mid": "/m/b", "at": 0.8}], "caps": {"positives": null, "seed": 0.0}}',
    ],
)
def test_every_spelling_has_one_canonical_form(text: str) -> None:
    canonical = canonical_json(read_recipe(text, as_it_is))
    assert '"labels":[{"at":1,"mid":"/m/a","take":"threshold"},{"at":0.8,"mid":"/m/b","take":"threshold"}]' in canonical
    assert canonical_json(read_recipe(canonical, as_it_is)) == canonical
    assert read_recipe(text, as_it_is).name == hashlib.sha256(canonical.encode()).hexdigest()
    assert read_recipe(text, as_it_is).name == read(json.loads(canonical)).name


@pytest.mark.parametrize(
    ("pictures", "canonical"),
    [
        ("none", "none"),
        ({"kind": "none"}, "none"),
        ("original", {"kind": "original"}),
        ({"kind": "original"}, {"kind": "original"}),
        ("rendered", {"kind": "rendered", "side": 512}),
        ({"kind": "rendered", "side": 256.0}, {"kind": "rendered", "side": 256}),
    ],
)
def test_pictures_have_one_canonical_form(pictures: Any, canonical: Any) -> None:
    recipe = read({"labels": [DOG], "pictures": pictures})
    assert json.loads(canonical_json(recipe))["pictures"] == canonical
    assert read(json.loads(canonical_json(recipe))) == recipe


def test_a_recipe_without_pictures_has_the_name_that_it_always_had() -> None:
    assert read({"labels": [DOG]}).name == "15919f5e77153e0862d0dc32de68019068b32df3c72856deabfb153ac4fbda68"


def test_every_part_is_read() -> None:
    recipe = read(
        {
            "images": "?subset=train",
            "labels": [{"mid": "/m/a", "take": "verified"}, {"mid": "/m/b", "precision": 0.95}],
            "splits": "official",
            "apart": ["file"],
            "caps": {"positives": 10, "least_positives": 5, "bytes": 1e6, "seed": 4294967295},
        }
    )
    assert recipe.images == "subset=train"
    assert [(label.take, label.at, label.precision) for label in recipe.labels] == [
        (Take.VERIFIED, None, None),
        (Take.THRESHOLD, None, 0.95),
    ]
    assert recipe.splits.is_official
    assert recipe.caps == Caps(positives=10, least_positives=5, bytes=1_000_000, seed=4294967295)
    assert read(json.loads(canonical_json(recipe))) == recipe


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"labels": []}, "labels", "must be a list of 1 to 1,000 labels; here are 0"),
        ({"labels": [DOG, DOG]}, "labels[1].mid", "is given twice"),
        ({"labels": [{"mid": "/m/dog"}]}, "labels[0]", "needs either at"),
        ({"labels": [{**DOG, "precision": 0.9}]}, "labels[0]", "needs either at"),
        ({"labels": [{**DOG, "take": "verified"}]}, "labels[0].at", "has no effect"),
        ({"labels": [{**DOG, "at": 0.805}]}, "labels[0].at", "at most two decimals"),
        ({"labels": [{**DOG, "at": True}]}, "labels[0].at", "must be a confidence"),
        ({"labels": [{**DOG, "at": 1.01}]}, "labels[0].at", "must be a confidence"),
        ({"labels": [{"mid": "/m/dog", "precision": 0}]}, "labels[0].precision", "must be a precision above 0"),
        ({"labels": [{"mid": 7, "at": 0.8}]}, "labels[0].mid", "must be the MID of a label"),
        ({"labels": [{**DOG, "At": 1}]}, "labels[0].At", "is not known here; allowed are mid, at, precision, take"),
        ({"labels": ["/m/dog"]}, "labels[0]", "must be an object"),
        ({"images": "bad=1"}, "images", "bad: is not a parameter here"),
        ({"negatives": "all"}, "negatives", "must be one of verified, none"),
        ({"splits": "half"}, "splits", "must be official"),
        ({"splits": {"shares": {"train": 80, "test": 10}}}, "splits.shares", "must be 100 together; here they are 90"),
        ({"splits": {"shares": {"dev": 100}}}, "splits.shares.dev", "is not known here"),
        ({"splits": {"seed": -1}}, "splits.seed", "must be a whole number from 0 to 4,294,967,295"),
        ({"apart": ["name"]}, "apart[0]", "must be one of author, file, look"),
        ({"caps": {"positives": 0}}, "caps.positives", "must be a whole number from 1"),
        ({"caps": {"positives": 2.5}}, "caps.positives", "must be a whole number"),
        ({"caps": {"positives": 2, "least_positives": 3}}, "caps.least_positives", "at most caps.positives, 2"),
        ({"duplicates": "last"}, "duplicates", "must be one of first, all"),
        ({"pictures": "all"}, "pictures", "must be one of none, original, rendered"),
        ({"pictures": {"kind": 1}}, "pictures.kind", "must be one of none, original, rendered"),
        ({"pictures": {"kind": "rendered", "side": 31}}, "pictures.side", "must be a whole number from 32 to 1,024"),
        ({"pictures": {"kind": "original", "side": 64}}, "pictures.side", "has no effect unless kind is rendered"),
        ({"pictures": {"kind": "none", "size": 64}}, "pictures.size", "is not known here; allowed are kind, side"),
        ({"pairs": "some"}, "pairs", "must be one of recipe, every"),
        ({"version": 2}, "version", "must be 1"),
        ({"label": []}, "label", "is not known here"),
    ],
)
def test_a_fault_names_its_field(change: dict[str, Any], field: str, message: str) -> None:
    found = faults(json.dumps({"labels": [DOG]} | change))
    assert [name for name, _ in found] == [field]
    assert message in found[0][1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff", "is not UTF-8 text: byte 0"),
        ("[]", "must be an object"),
        ('{"labels": NaN}', "NaN is not a number that JSON allows"),
        ('{"pairs": "recipe", "pairs": "every"}', "is given twice"),
        ('{"version": ' + "1" * 5000 + "}", "is not JSON"),
    ],
)
def test_what_is_no_recipe_at_all(text: str | bytes, message: str) -> None:
    assert message in faults(text)[0][1]


def test_a_thousand_labels_are_taken_and_no_more() -> None:
    labels = [{"mid": f"/m/{number}", "at": 0.5} for number in range(MOST_LABELS + 1)]
    assert len(read({"labels": labels[:MOST_LABELS]}).labels) == MOST_LABELS
    assert faults(json.dumps({"labels": labels}))[0][0] == "labels"


def test_several_faults_are_told_at_once_but_not_thousands() -> None:
    labels = [{"mid": f"/m/{number}", "at": 2} for number in range(MOST_LABELS)]
    assert len(faults(json.dumps({"labels": labels, "pairs": 0}))) == MOST_FAULTS
