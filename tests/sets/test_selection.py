"""Drawn recipes over drawn data sets, with what curators did: images, splits, pairs and targets are plain Python's."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.comparison import Comparison, compare
from browse.domain.image_ids import image_id_from_key
from browse.facets.engine import Engine
from browse.query.values import STATES, Query
from browse.sets.recipe import Apart, Caps, Recipe, RecipeLabel, Splits
from browse.sets.rows import SetRows
from browse.sets.selection import Chosen, choose, resolve
from browse.sets.targets import UNKNOWN
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.curated import curated, events
from tests.facets.draw import datasets
from tests.facets.engines import EngineKind
from tests.facets.small import image_id, small_dataset
from tests.sets.brute import Plain, PlainSet
from tests.sets.draw import recipes

Found = dict[str, tuple[str, dict[str, tuple[str, int, int | None]]]]


def no_sizes(keys: np.ndarray) -> np.ndarray:
    return np.ones(len(keys), np.int64)


def made(engine: Engine, recipe: Recipe) -> tuple[Chosen, SetRows, Found]:
    """What a recipe chooses, and the rows as plain values."""
    candidates = engine.candidates(Query())

    def comparison(mid: str) -> Comparison:
        return compare(engine.statistics.tally(mid=mid))

    chosen = choose(resolve(recipe, candidates, comparison), candidates, no_sizes)
    rows, found = SetRows(chosen, candidates, engine.labels, engine.masks_of), {}
    pairs = rows.pairs_of(chosen.places)
    ids = [image_id_from_key(key) for key in candidates.keys[chosen.places].tolist()]
    for place, image in zip(chosen.places.tolist(), ids, strict=True):
        found[image] = (recipe.splits.names[chosen.splits[place]], {})
    columns = pairs.columns
    for owner, label, state, confidence, target in zip(
        *(column.tolist() for column in (columns.owners, columns.labels, columns.states, columns.confidences)),
        pairs.targets.tolist(),
        strict=True,
    ):
        known = None if target == UNKNOWN else target
        found[ids[owner]][1][engine.labels[label]] = (STATES[state], confidence, known)
    return chosen, rows, found


@drawn(quick=30, deep=500)
@given(data=st.data())
def test_a_set_is_what_its_rules_say(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    recipe = data.draw(recipes(dataset))
    plain = Plain(BruteForce(curated(dataset, happened)), recipe).made()
    with EngineKind("embedded").over(dataset, happened) as engine:
        chosen, rows, found = made(engine, recipe)
        assert found == plain.rows
        keys = engine.candidates(Query()).keys
        for reason in ("duplicate", "wrong side of a split", "over caps"):
            images = {image_id_from_key(key) for key in keys[chosen.left_out(reason)].tolist()}
            assert images == {image for image, why in plain.left_out.items() if why == reason}
            assert chosen.left_out_count(reason) == len(images)
            parts = [chosen.left_out(reason, start, start + 3).tolist() for start in range(0, len(keys), 3)]
            assert [place for part in parts for place in part] == chosen.left_out(reason).tolist()
        assert counts_of(chosen) == Counter({k: n for k, n in plain.counts().items() if k[0] in recipe.mids})
        assert rows.hashed() == (hash_of(plain), sum(len(pairs) for _, pairs in plain.rows.values()))
        most = {1: recipe.caps.positives, 0: recipe.caps.negatives}
        assert all(most[target] is None or n <= most[target] for (_, _, target), n in plain.added.items())


def counts_of(chosen: Chosen) -> Counter[tuple[str, str, int]]:
    names = chosen.resolved.recipe.splits.names
    return Counter(
        {
            (label.mid, names[split], target): int(chosen.counts[number, split, target])
            for number, label in enumerate(chosen.resolved.labels)
            for split in range(len(names))
            for target in (0, 1)
            if chosen.counts[number, split, target]
        }
    )


def hash_of(plain: PlainSet) -> str:
    lines = sorted(
        f"{image},{split},{mid},{state},{confidence},{'' if target is None else target}\n".encode()
        for image, (split, pairs) in plain.rows.items()
        for mid, (state, confidence, target) in pairs.items()
    )
    return hashlib.sha256(b"".join(lines)).hexdigest()


@drawn(quick=15, deep=250)
@given(data=st.data())
def test_no_author_and_no_file_is_in_two_splits(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    recipe = data.draw(recipes(dataset))
    photos = {photo.image_id: photo for photo in dataset.photos}
    with EngineKind("embedded").over(dataset) as engine:
        _, _, found = made(engine, recipe)
    for apart, value in (
        (Apart.AUTHOR, lambda photo: None if photo.author is None else dataset.authors[photo.author][1]),
        (Apart.FILE, lambda photo: photo.md5 or None),
    ):
        splits: dict[object, set[str]] = {}
        for image, (split, _) in found.items():
            splits.setdefault(value(photos[image]), set()).add(split)
        splits.pop(None, None)
        assert apart not in recipe.apart or all(len(used) == 1 for used in splits.values())


def test_another_label_moves_no_image_from_split_to_split() -> None:
    dog, cat = RecipeLabel("/m/dog", at=50), RecipeLabel("/m/cat", at=50)
    with EngineKind("embedded").over(small_dataset()) as engine:
        _, _, one = made(engine, Recipe((dog,)))
        _, _, both = made(engine, Recipe((cat, dog)))
    assert one.keys() < both.keys()
    assert all(both[image][0] == split for image, (split, _) in one.items())


def test_a_label_below_the_least_is_left_out_with_its_number() -> None:
    """Image 6 has a car and is the duplicate of 2."""
    labels = (RecipeLabel("/m/car", at=50), RecipeLabel("/m/dog", at=50))
    recipe = Recipe(labels, splits=Splits((("train", 100),)), caps=Caps(least_positives=2))
    with EngineKind("embedded").over(small_dataset()) as engine:
        chosen, _, found = made(engine, recipe)
    assert [(one.label.mid, one.why) for one in chosen.resolved.left_out] == [
        ("/m/car", "0 positives in train, fewer than 2")
    ]
    assert image_id(8) not in found
    assert all("/m/car" not in pairs for _, pairs in found.values())


def test_bytes_are_a_cap_in_the_random_order() -> None:
    recipe = Recipe((RecipeLabel("/m/dog", at=50),), caps=Caps(bytes=3))
    with EngineKind("embedded").over(small_dataset()) as engine:
        _, _, found = made(engine, recipe)
    assert len(found) == 3
