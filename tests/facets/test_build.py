"""From annotations to pairs, and from arrays to an index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts
from browse.facets.build import pair_chunks
from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.index.store import open_generation
from browse.query.values import STATES, ConfidenceRange, Query, State, Term
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.small import image_id, small_dataset

PAIRS = [
    ({"machine": 73}, 73, State.UNVERIFIED),
    ({"machine": 0}, 0, State.UNVERIFIED),
    ({"machine": 90, "human": 100}, 90, State.CONFIRMED),
    ({"machine": 90, "human": 0}, 90, State.REJECTED),
    ({"human": 100}, 100, State.MISSED),
    ({"human": 0}, 0, State.ABSENT),
    ({"human": 50}, 100, State.MISSED),
    ({"human": 49}, 0, State.ABSENT),
    ({"machine": 60, "zeta": 49}, 60, State.REJECTED),
    # of several human sources the most authoritative decides, whatever their order by name
    ({"curator": 0, "verification": 100, "human": 100}, 0, State.ABSENT),
    ({"verification": 100, "human": 0, "crowdsource-verification": 0}, 100, State.MISSED),
    ({"human": 0, "crowdsource-verification": 100, "aardvark": 100}, 0, State.ABSENT),
    ({"crowdsource-verification": 100, "aardvark": 0}, 100, State.MISSED),
    ({"zeta": 100, "beta": 0}, 0, State.ABSENT),
    ({"Zeta": 100, "beta": 0}, 100, State.MISSED),
    ({"machine": 80, "verification": 0, "human": 100}, 80, State.REJECTED),
    # the machine is the source of exactly that name
    ({"Machine": 30}, 0, State.ABSENT),
    ({"machine-generated": 90}, 100, State.MISSED),
    ({"machine ": 90, "machine": 20}, 20, State.CONFIRMED),
]


@pytest.mark.parametrize(("annotations", "confidence", "state"), PAIRS)
def test_annotations_merge_into_one_pair(
    embed: Callable[[Dataset], EmbeddedEngine], annotations: dict[str, int], confidence: int, state: State
) -> None:
    named = {(image_id(1), "/m/a", source): value for source, value in annotations.items()}
    engine = embed(Dataset((Photo(image_id(1)), Photo(image_id(2))), ("/m/a",), named))
    assert engine.confidences == [confidence]
    one = ConfidenceRange(confidence, confidence)
    assert [s for s in STATES if engine.count(Query(label=(Term("/m/a", one, frozenset({s})),)))] == [state]


def all_classes() -> Dataset:
    """Every class a pair can have, 305 of them, on as many images, so that a byte does not hold their numbers."""
    annotations = {}
    for number in range(305):
        one = (image_id(number), "/m/a")
        level, kind = number % 101, number // 101
        if kind < 3:
            annotations[*one, "machine"] = level
        if kind in {1, 2} or number == 304:
            annotations[*one, "human"] = 100 if kind == 1 else 0
        if number == 303:
            annotations[*one, "human"] = 100
    return Dataset(tuple(Photo(image_id(number)) for number in range(305)), ("/m/a", "/m/b"), annotations)


def test_every_class_is_told_from_every_other(embed: Callable[[Dataset], EmbeddedEngine]) -> None:
    dataset = all_classes()
    engine = embed(dataset)
    assert engine._index.pair_classes.dtype == np.uint16
    assert len(engine._index.classes) == 305
    every = frozenset(STATES)
    for query in (Query(), Query(label=(Term("/m/a"),), states=every), Query(without=(Term("/m/a", None, every),))):
        assert_same_answers(engine, BruteForce(dataset), query)
    for level in (0, 1, 50, 99, 100):
        expected = {0: 4, 100: 4}.get(level, 3)
        assert engine.count(Query(confidence=ConfidenceRange(level, level), states=every)) == expected


def large_dataset() -> Dataset:
    photos = tuple(Photo(f"{number * 7919:016x}", md5=b"twins" if number % 9 == 3 else b"") for number in range(200))
    mids = [f"/m/{number:02}" for number in range(30)]
    annotations = {
        (photo.image_id, mid, source): (number * place) % 101
        for number, photo in enumerate(photos)
        for place, mid in enumerate(mids, 1)
        for source in ("machine", "human")
        if (number * place + len(source)) % 5 < 2
    }
    return Dataset(photos, tuple(mids), annotations)


def test_the_size_of_chunks_makes_no_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dataset = arrays(large_dataset())
    name = build_generation(dataset, tmp_path, dataset="large")
    for chunk, scatter in ((1, 1), (7, 4000), (100, 10_000), (1000, 100)):
        monkeypatch.setattr(pair_chunks, "CHUNK", chunk)
        monkeypatch.setattr(pair_chunks, "SCATTER_BYTES", scatter)
        assert build_generation(dataset, tmp_path, dataset="large") == name


def test_memory_maps_serve_as_arrays(tmp_path: Path) -> None:
    given = arrays(large_dataset())
    mapped = {}
    for name in ("annotations", "image_keys", "md5", "authors"):
        np.save(tmp_path / name, getattr(given, name))
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    index_dir = tmp_path / "index"
    assert build_generation(replace(given, **mapped), index_dir, dataset="x") == build_generation(
        given, index_dir, dataset="x"
    )


@pytest.mark.parametrize(
    "dataset",
    [
        Dataset((), ()),
        Dataset((), ("/m/a",)),
        Dataset((Photo(image_id(1)),), ()),
        Dataset((Photo("f" * 16),), ("/m/a",)),
    ],
)
def test_data_sets_with_next_to_nothing_can_be_asked(
    embed: Callable[[Dataset], EmbeddedEngine], dataset: Dataset
) -> None:
    engine = embed(dataset)
    for query in (Query(), Query(confidence=ConfidenceRange(0, 100)), Query(states=frozenset({State.ABSENT}))):
        assert_same_answers(engine, BruteForce(dataset), query)


def broken(**changes: Any) -> DatasetArrays:
    return replace(arrays(small_dataset()), **changes)


def _annotations(change: Callable[[np.ndarray[Any, Any]], Any]) -> DatasetArrays:
    given = arrays(small_dataset())
    return replace(given, annotations=np.asarray(change(given.annotations), np.uint64))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (broken(subsets=np.zeros(7, np.uint8)), "subsets: 7 values instead of 8"),
        (broken(subsets=np.full(8, 3, np.uint8)), "subsets: 3 where 3 are known"),
        (broken(licenses=np.full(8, 2, np.uint16)), "licenses: 2 where 2 are known"),
        (broken(authors=np.full(8, 2, np.uint32)), "authors: 2 where 2 are known"),
        (broken(image_keys=np.zeros(8, np.int64)), "image_keys: not ascending"),
        (broken(author_keys=Texts.of(["bob", "ann"])), "author_keys: not sorted"),
        (broken(label_mids=["/m/a"] * 5), "label_mids: not sorted and distinct"),
        (broken(license_slugs=["none", "cc-by-2.0"]), "license_slugs: not sorted"),
        (broken(label_mids=["/m/car"]), "annotations: .* at 0 is out of"),
        (broken(sources=["human"]), "annotations: .* is out of order or range"),
        (_annotations(lambda given: given[::-1]), "annotations: .* at 1 is out of order"),
        (_annotations(lambda given: np.concatenate([given[:1], given])), "annotations: .* at 1 is out of order"),
        (_annotations(lambda given: given + np.uint64(8 << 32)), "annotations: .* at 0 is out of order or range"),
        (_annotations(lambda given: given | np.uint64(101)), "annotations: .* at 0 is out of order or range"),
    ],
)
def test_arrays_that_break_their_promise_are_refused(tmp_path: Path, given: DatasetArrays, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        build_generation(given, tmp_path, dataset="broken")
    assert [*tmp_path.iterdir()] == []


def test_progress_is_reported(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    name = build_generation(arrays(small_dataset()), tmp_path, dataset="small", report=lambda *step: steps.append(step))
    assert {what for what, _, _ in steps} >= {"count pairs", "list labels by image", "list images by class"}
    assert all(done <= total for _, done, total in steps)
    open_generation(tmp_path, name).close()
