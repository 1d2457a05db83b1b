"""A data set in database and index, as an import leaves it, for tests that need neither files nor an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from browse.domain.image_ids import key_from_image_id
from browse.models import DatasetState, Image, Label
from tests.facets.built import build_again
from tests.facets.datasets import Dataset, Photo, store

DOG, CAT, BEACH, SEA, NOTHING = "/m/0bt9lr", "/m/01yrx", "/m/0b3yr", "/m/06npx", "/g/11nothing"
NAMES = {DOG: "dog", CAT: "cat", BEACH: "beach", SEA: "sea", NOTHING: "Señor Añejo"}
ANN, BOB = "https://www.flickr.com/people/ann/", "https://example.org/bob"
BY, BY_FR = "https://creativecommons.org/licenses/by/2.0/", "http://creativecommons.org/licenses/by/2.0/fr"
IDS = tuple(f"{number:016x}" for number in (1, 2, 3, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF))
ONE, TWO, THREE, FOUR, FIVE, SIX = IDS

EXAMPLE = Dataset(
    photos=(
        Photo(ONE, "train", author=0, md5=bytes(range(16)), photo=101, title='Dog & "sea"', name="Ann Other"),
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
    names={1: "Ann", 2: "Bob"},
    licenses=((BY, "cc-by-2.0"), (BY_FR, "cc-by-2.0-fr")),
)
"""Six images, one of them without labels; every state occurs, and a label without images."""


ANIMAL, PET, ENTITY = "/m/0jbk", "/m/068hy", "/m/0bl9f"
STEPS = (
    *((ENTITY, ANIMAL, False), (ENTITY, BEACH, False), (ANIMAL, PET, False), (ANIMAL, DOG, False)),
    *((PET, DOG, False), (PET, CAT, False), (BEACH, SEA, True)),
)
"""Dog and cat are pets, dog and pet are animals; the sea is a part of the beach; at the top stands what is no label."""


def load(dataset: Dataset, index_dir: Path, *, revision: int = 0, generation: str = "") -> str:
    """Fill the empty database, build the index, and make both current; returns the generation's name.

    As with imports, no two have the same name; `generation` is one that was built of this data set before.
    """
    store(dataset)
    generation = generation or build_again(dataset, index_dir)
    DatasetState.objects.update_or_create(pk=1, defaults={"generation": generation, "revision": revision})
    return generation


def load_example(index_dir: Path, *, generation: str = "", **annotations: Mapping[str, tuple[Any, ...]]) -> str:
    """Load EXAMPLE, with names, and with all columns filled for ONE and none that need not be for FOUR.

    annotations: boxes and relationships by ImageID; there are none by default.
    """
    generation = load(replace(EXAMPLE, **annotations), index_dir, generation=generation)  # type: ignore[arg-type]
    for mid, name in NAMES.items():
        Label.objects.filter(mid=mid).update(name=name)
    update_image(
        ONE,
        original_url="https://farm1.staticflickr.com/1/1_2_o.jpg",
        landing_url="https://www.flickr.com/photos/ann/1",
        original_size=12345,
        thumbnail_url="https://c1.staticflickr.com/1/1_3_z.jpg",
        rotation=90,
    )
    return generation


def load_hierarchy(index_dir: Path) -> str:
    """Load EXAMPLE with STEPS, and with names; the step at the top has none."""
    generation = load(replace(EXAMPLE, mids=(*EXAMPLE.mids, ANIMAL, PET), hierarchy=STEPS), index_dir)
    for mid, name in {**NAMES, ANIMAL: "animal", PET: "pet"}.items():
        Label.objects.filter(mid=mid).update(name=name)
    return generation


def update_image(image_id: str, **columns: Any) -> None:
    """Change columns of one image."""
    Image.objects.filter(pk=key_from_image_id(image_id)).update(**columns)
