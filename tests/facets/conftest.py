"""Engines over the small data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from browse.facets.build.generation import build_generation
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.index.store import open_generation
from tests.facets.brute import BruteForce
from tests.facets.contract import Counting
from tests.facets.datasets import Dataset, arrays
from tests.facets.engines import ENGINES
from tests.facets.small import small_dataset


@pytest.fixture
def embed(tmp_path: Path) -> Iterator[Callable[[Dataset], EmbeddedEngine]]:
    """Builds an index of a data set and opens it."""
    opened = []

    def build_and_open(dataset: Dataset) -> EmbeddedEngine:
        engine = open_generation(tmp_path, build_generation(arrays(dataset), tmp_path, dataset="test"))
        opened.append(engine)
        return engine

    yield build_and_open
    for engine in opened:
        engine.close()


@pytest.fixture
def small(embed: Callable[[Dataset], EmbeddedEngine]) -> EmbeddedEngine:
    """The embedded engine over the small data set."""
    return embed(small_dataset())


@pytest.fixture(params=[*ENGINES, pytest.param(None, id="plain Python")])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Counting]:
    """Each engine over the small data set."""
    if request.param is None:
        yield BruteForce(small_dataset())
        return
    opened = request.param.open(small_dataset(), tmp_path, [])
    yield opened
    opened.close()
