"""A site that is made of another one's exported files builds the same sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from browse.search import current_engine
from browse.sets.build import build_set
from browse.sets.reading import query_reader
from browse.sets.recipe_reader import recipe_of
from tests.openimages.files import BY
from tests.openimages.imports import load
from tests.openimages.test_round_trip import exported, write_set

pytestmark = pytest.mark.django_db(transaction=True)

DOG, CAT = "/m/01", "/m/02"
RECIPE = {"labels": [{"mid": DOG, "at": 0.7}, {"mid": CAT, "at": 0.5}], "caps": {"positives": 3, "seed": 1}}


def row(image_id: str) -> list[str]:
    """A row of the file of images, as V1 has them."""
    at, profile = f"https://www.flickr.com/photos/a/{image_id}", "https://www.flickr.com/people/a/"
    return [image_id, "train", f"https://c1.staticflickr.com/{image_id}_o.jpg", at, BY, profile, "Ann", "A", "", "", ""]


def built(folder: Path) -> dict[str, Any]:
    """The manifest of a set of the site's images."""
    recipe = recipe_of(RECIPE, query_reader(current_engine()))
    build_set(recipe, folder, ("csv",), lambda what, done, total: None)
    values: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return values


def test_the_exported_files_give_the_same_digest_and_rows(client: Client, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.INDEX_DIR = settings.DATA_DIR / "index"
    ids = [f"{number:016x}" for number in range(0xF000000000000000, 0xF000000000000009)]
    machine = {(image, "machine", mid): 50 + 10 * (n % 6) for n, image in enumerate(ids) for mid in (DOG, CAT)}
    human = {(image, "human", DOG): 100 * (n % 2) for n, image in enumerate(ids[::2])}
    write_set(tmp_path / "given", [row(image) for image in ids], machine | human, {DOG: "dog", CAT: 'cat, "tame"'})
    load(tmp_path / "given", replace=True)
    first = built(tmp_path / "first")
    exported(client, tmp_path / "files", safe=False, names="/export/dict.csv")
    load(tmp_path / "files", replace=True)
    again = built(tmp_path / "again")
    assert first["counts"]["pairs"] > 8
    assert first["dataset"]["version"] != again["dataset"]["version"]
    assert first["dataset"]["digest"] == again["dataset"]["digest"]
    assert first["row_hash"] == again["row_hash"]
    assert first["counts"] == again["counts"]
