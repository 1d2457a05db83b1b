"""A query shared out among threads by ranges of images gives the same answers as in one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.facets.build.generation import build_generation
from browse.facets.embedded import ranges
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.engine import Engine
from browse.facets.index.store import open_generation
from browse.facets.registry import open_engine
from browse.query.values import SUBSETS, Query
from tests.drawn import drawn
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import AUTHORS, LICENSES, MIDS, queries

IMAGES = 500


def uneven_dataset() -> Dataset:
    """Eight words of images, most of the labels on the first ones, and a hierarchy."""
    chance = random.Random(20)
    photos = tuple(
        Photo(f"{number:016x}", chance.choice(SUBSETS), license=chance.randrange(4), author=chance.randrange(5))
        for number in range(IMAGES)
    )
    levels = {"machine": (0, 50, 80, 100), "verification": (0, 100)}
    annotations = {
        (photo.image_id, mid, source): chance.choice(levels[source])
        for number, photo in enumerate(photos)
        for mid in MIDS
        for source in levels
        if chance.random() < (0.5 if number < 150 else 0.1)
    }
    steps = ((MIDS[0], MIDS[1], False), (MIDS[1], MIDS[2], False))
    return Dataset(photos, MIDS, annotations, authors=AUTHORS, licenses=LICENSES, hierarchy=steps)


DATASET = uneven_dataset()


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """Over the data set as it is, and with what curators did."""
    folder = tmp_path_factory.mktemp("index")
    plain = open_generation(folder, build_generation(arrays(DATASET), folder, dataset="test"))
    chance = random.Random(21)
    judged = chance.sample(DATASET.photos, 60)
    rulings = {(photo.key, mid): chance.random() < 0.5 for photo in judged for mid in MIDS[:2]}
    hidden = {photo.key: True for photo in chance.sample(DATASET.photos, 30)}
    yield [plain, plain.with_changes(rulings, hidden, {})]
    plain.close()


@pytest.fixture
def with_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Chooses the number of threads, which even the smallest pass is shared out among."""
    monkeypatch.setattr(ranges, "LEAST_LISTED", 1)
    monkeypatch.setattr(ranges, "LEAST_IMAGES", 1)
    yield ranges.use_threads
    ranges.use_threads(1)


def answers_of(engine: Engine, query: Query) -> list[object]:
    facets = engine.facets(query, top=None, top_authors=None)
    return [facets, engine.count(query), engine.page(query, number=2, size=20)]


@drawn(quick=40, deep=300)
@given(data=st.data())
def _same_answers(engines: list[Engine], with_threads: Callable[[int], None], data: st.DataObject) -> None:
    query = data.draw(queries(DATASET))
    for engine in engines:
        with_threads(1)
        alone = answers_of(engine, query)
        for threads in (2, 3):
            with_threads(threads)
            assert answers_of(engine, query) == alone


def test_two_and_three_ranges_answer_as_one_does(
    engines: list[Engine], with_threads: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_out: list[int] = []
    each = ranges._each

    def counted(parts: int, work: Callable[[int], None]) -> None:
        shared_out.append(parts)
        each(parts, work)

    monkeypatch.setattr(ranges, "_each", counted)
    _same_answers(engines, with_threads)
    assert {2, 3} <= set(shared_out)


def test_a_fault_in_one_range_is_the_fault_of_the_query(
    engines: list[Engine], with_threads: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise MemoryError

    with_threads(2)
    monkeypatch.setattr("browse.facets.embedded.label_kernels.count_labels", fails)
    with pytest.raises(MemoryError):
        engines[0].facets(Query(subsets=frozenset({"train"})))


def test_the_setting_says_how_many_threads(tmp_path: Path, settings: Settings) -> None:
    name = build_generation(arrays(DATASET), tmp_path, dataset="test")
    settings.ENGINE_THREADS = 3
    engine = open_engine(tmp_path, name)
    assert isinstance(engine, EmbeddedEngine)
    assert ranges._threads == 3
    ranges.use_threads(1)
