"""Engines over the small data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from browse.facets.build import build_generation
from browse.facets.embedded import EmbeddedEngine
from browse.facets.engine import Engine
from browse.facets.reference import ReferenceEngine
from browse.facets.store import open_generation
from tests.facets.brute import BruteForce
from tests.facets.datasets import Dataset, arrays, store
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


@pytest.fixture(params=["embedded", pytest.param("reference", marks=pytest.mark.django_db), "plain Python"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine over the small data set."""
    if request.param == "embedded":
        embedded: EmbeddedEngine = request.getfixturevalue("small")
        return embedded
    if request.param == "plain Python":
        return BruteForce(small_dataset())
    store(small_dataset())
    return ReferenceEngine(connection)
