"""A page in random order is looked for where it is expected, and found wherever it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from browse.facets.build.generation import build_generation
from browse.facets.embedded import ordering
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.index.store import open_generation
from browse.query.values import Query, Sort
from tests.facets.brute import mix
from tests.facets.datasets import Dataset, Photo, arrays

IMAGES, SEED, SIZE = 20_000, 7, 30


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    folder = tmp_path_factory.mktemp("index")
    dataset = Dataset(tuple(Photo(f"{number:016x}") for number in range(IMAGES)), ("/m/dog",))
    opened = open_generation(folder, build_generation(arrays(dataset), folder, dataset="test"))
    yield opened
    opened.close()


def in_order() -> list[int]:
    """The keys of all images."""
    numbers = sorted(range(IMAGES), key=lambda number: mix(number ^ mix(SEED)))
    return [number - (1 << 63) for number in numbers]


@pytest.mark.parametrize("deviations", [0.0, 0.01, ordering.DEVIATIONS, 1e6])
def test_every_page_in_random_order_is_right(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, deviations: float
) -> None:
    monkeypatch.setattr(ordering, "DEVIATIONS", deviations)
    expected, query = in_order(), Query(sort=Sort.RANDOM, seed=SEED)
    last = -(-IMAGES // SIZE)
    for number in (1, 2, 3, last // 3, last // 2, last - 1, last):
        found = engine.page(query, number=number, size=SIZE).keys
        assert found == expected[(number - 1) * SIZE : number * SIZE]
    assert engine.page(query, number=last + 1, size=SIZE).keys == []
    assert engine.page(query, number=1, size=IMAGES).keys == expected
    assert engine.page(query, number=IMAGES, size=1).keys == expected[-1:]
