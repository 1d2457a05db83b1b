"""Looks: which images are joined by them, and what that does to splits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.models import PictureState
from browse.search import current_engine
from browse.sets.build import build_set
from browse.sets.groups import groups_of
from browse.sets.looks import MOST_BITS, alike
from browse.sets.reading import query_reader
from browse.sets.recipe import Apart
from browse.sets.recipe_reader import RecipeError, recipe_of
from tests.datasets import BEACH, DOG, FIVE, FOUR, IDS, ONE, TWO
from tests.drawn import drawn

RECIPE = {
    "labels": [{"mid": mid, "at": 0.5} for mid in (DOG, BEACH)],
    "apart": ["look"],
    "splits": {"shares": {"train": 50, "test": 50}, "seed": 3},
}
Looks = list[int | None]


def are_near(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and ((one ^ other) % 2**64).bit_count() <= MOST_BITS


def brute(looks: Looks) -> list[int]:
    """By joining until nothing changes."""
    first, changed = [*range(len(looks))], True
    while changed:
        changed = False
        for one, look in enumerate(looks):
            for other, also in enumerate(looks[:one]):
                if are_near(look, also) and first[one] != first[other]:
                    first[one] = first[other] = min(first[one], first[other])
                    changed = True
    return first


def found(looks: Looks) -> list[int]:
    values = np.array([look or 0 for look in looks], np.int64)
    return list(alike(values, np.array([look is not None for look in looks], np.bool_)).tolist())


@st.composite
def near_looks(draw: st.DrawFn) -> Looks:
    """Looks that are a few bits from a few others, and some that are not known."""
    bases = draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=4))
    looks: Looks = []
    for _ in range(draw(st.integers(0, 14))):
        bits = draw(st.sets(st.integers(0, 62), max_size=6))
        base = draw(st.sampled_from([None, *bases]))
        looks.append(None if base is None else base ^ sum(1 << bit for bit in bits))
    return looks


@drawn(quick=60, deep=2000)
@given(looks=near_looks())
def test_those_within_four_bits_are_joined_and_what_they_join(looks: Looks) -> None:
    assert found(looks) == brute(looks)


@pytest.mark.parametrize("bits", [(0, 16, 32, 48), (0, 1, 2, 3), (15, 31, 47, 63), (0, 16, 32, 33)])
def test_four_bits_anywhere_are_near_and_five_are_not(bits: tuple[int, ...]) -> None:
    near = int.from_bytes(sum(1 << bit for bit in bits).to_bytes(8), signed=True)
    assert found([0, near]) == [0, 0]
    assert found([0, near ^ (1 << 40)]) == [0, 1]


def test_pairs_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browse.sets.looks._PAIRS_AT_ONCE", 3)
    looks: Looks = [1 << number for number in range(20)]
    assert found([*looks, None, -1]) == [0] * 20 + [20, 21]


def test_looks_are_joined_to_authors_and_files() -> None:
    authors, files = np.array([7, 7, 8, 9], np.uint32), np.array([0, 1, 2, 2], np.uint32)
    looks = np.array([0, 1, 1, 3], np.uint32)
    assert groups_of(authors, files, [Apart.AUTHOR, Apart.FILE], looks).tolist() == [0, 0, 0, 0]
    assert groups_of(authors, files, [], looks).tolist() == [0, 1, 1, 3]


def seen(image_id: str, look: int | None, state: str = "fresh") -> None:
    PictureState.objects.create(pk=key_from_image_id(image_id), look=look, state=state)


def split_of(folder: Path) -> dict[str, str]:
    recipe = recipe_of(RECIPE, query_reader(current_engine()))
    build_set(recipe, folder, ("csv",), lambda what, done, total: None)
    lines = (folder / "images.csv").read_text().splitlines()[1:]
    return {line.split(",")[0].strip('"'): line.split(",")[1].strip('"') for line in lines}


@pytest.mark.django_db
@pytest.mark.usefixtures("generation")
def test_images_that_look_alike_are_in_one_split(tmp_path: Path) -> None:
    for number, image_id in enumerate(IDS):
        seen(image_id, number * 0x0101010101010101)
    apart = split_of(tmp_path / "apart")
    assert len({*apart.values()}) > 1
    PictureState.objects.update(look=-1)
    together = split_of(tmp_path / "together")
    assert together.keys() == apart.keys()
    assert len({*together.values()}) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("generation")
def test_pictures_that_nobody_saw_yet_are_told_of(tmp_path: Path) -> None:
    for image_id in (ONE, TWO, FIVE):
        seen(image_id, 5)
    seen(FOUR, None)
    with pytest.raises(RecipeError) as told:
        split_of(tmp_path / "set")
    (fault,) = told.value.faults
    assert (fault.field, fault.value) == ("apart", "look")
    assert "needs all pictures, and 2 of 5 were not seen yet, such as 0000000000000003" in fault.message
    seen(IDS[2], None, "dead")
    PictureState.objects.filter(pk=key_from_image_id(FOUR)).update(state="error")
    assert len(split_of(tmp_path / "set")) == 5
    assert json.loads((tmp_path / "set" / "manifest.json").read_text())["recipe"]["apart"] == ["look"]
