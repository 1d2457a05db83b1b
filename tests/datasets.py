"""A data set in database and index, as an import leaves it, for tests that need neither files nor an import."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from browse.facets.build import build_generation
from browse.image_ids import key_from_image_id
from browse.models import Author, DatasetState, Image, Label
from tests.facets.datasets import Dataset, Photo, arrays, store

DOG, CAT, BEACH, SEA, NOTHING = "/m/0bt9lr", "/m/01yrx", "/m/0b3yr", "/m/06npx", "/g/11nothing"
NAMES = {DOG: "dog", CAT: "cat", BEACH: "beach", SEA: "sea", NOTHING: "Señor Añejo"}
ANN, BOB = "https://www.flickr.com/people/ann/", "https://example.org/bob"
BY, BY_FR = "https://creativecommons.org/licenses/by/2.0/", "http://creativecommons.org/licenses/by/2.0/fr"
IDS = tuple(f"{number:016x}" for number in (1, 2, 3, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF))
ONE, TWO, THREE, FOUR, FIVE, SIX = IDS

EXAMPLE = Dataset(
    photos=(
        Photo(ONE, "train", author=0, md5=bytes(range(16)), photo=101),
        Photo(TWO, "train", author=0, photo=102),
        Photo(THREE, "validation", license=1, author=1),
        Photo(FOUR, "validation"),
        Photo(FIVE, "train", author=1),
        Photo(SIX, "train", author=0),
    ),
    mids=(DOG, CAT, BEACH, SEA, NOTHING),
    annotations={
        (ONE, DOG, "machine"): 80,
        (ONE, BEACH, "machine"): 90,
        (ONE, BEACH, "human"): 100,
        (ONE, CAT, "machine"): 60,
        (ONE, CAT, "human"): 0,
        (TWO, DOG, "machine"): 50,
        (TWO, SEA, "machine"): 100,
        (THREE, DOG, "human"): 100,
        (THREE, CAT, "human"): 0,
        (FOUR, DOG, "machine"): 90,
        (FOUR, DOG, "human"): 0,
        (FOUR, DOG, "verification"): 100,
        (FIVE, BEACH, "machine"): 70,
        (FIVE, SEA, "machine"): 80,
    },
    authors=((ANN, "ann"), (BOB, "x-0123456789ab")),
    licenses=((BY, "cc-by-2.0"), (BY_FR, "cc-by-2.0-fr")),
)
"""Six images, one of them without labels; every state occurs, and a label without images."""


def load(dataset: Dataset, index_dir: Path, *, revision: int = 0, generation: str = "") -> str:
    """Fill the empty database, build the index, and make both current; returns the generation's name.

    As with imports, no two have the same name; `generation` is one that was built of this data set before.
    """
    store(dataset)
    generation = generation or build_generation(arrays(dataset), index_dir, dataset=secrets.token_hex())
    DatasetState.objects.update_or_create(pk=1, defaults={"generation": generation, "revision": revision})
    return generation


def load_example(index_dir: Path, *, generation: str = "") -> str:
    """Load EXAMPLE, with names, and with all columns filled for ONE and none that need not be for FOUR."""
    generation = load(EXAMPLE, index_dir, generation=generation)
    for mid, name in NAMES.items():
        Label.objects.filter(mid=mid).update(name=name)
    Author.objects.filter(profile_url=ANN).update(name="Ann")
    Author.objects.filter(profile_url=BOB).update(name="Bob")
    update_image(
        ONE,
        title='Dog & "sea"',
        author_name="Ann Other",
        original_url="https://farm1.staticflickr.com/1/1_2_o.jpg",
        landing_url="https://www.flickr.com/photos/ann/1",
        original_size=12345,
        thumbnail_url="https://c1.staticflickr.com/1/1_3_z.jpg",
        rotation=90,
    )
    return generation


def update_image(image_id: str, **columns: Any) -> None:
    """Change columns of one image."""
    Image.objects.filter(pk=key_from_image_id(image_id)).update(**columns)
