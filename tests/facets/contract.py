"""What is compared of two engines: count, pages in order, all facets."""

from __future__ import annotations

from dataclasses import replace

from browse.facets.engine import Engine
from browse.query.values import Query


def assert_same_answers(engine: Engine, other: Engine, query: Query, *, size: int = 7, top: int = 3) -> None:
    """Compare an engine's answers to one query with those of a slow one, to the last count and the order of ids."""
    count = engine.count(query)
    assert other.count(query) == count
    for number in {1, 2, count // size + 1, count // size + 2}:
        assert engine.page(query, number=number, size=size) == other.page(query, number=number, size=size)
    facets, others = (one.facets(query, top=None, top_authors=None) for one in (engine, other))
    assert facets == others
    for facet in ("subsets", "licenses", "states", "confidence"):
        assert list(getattr(facets, facet)) == list(getattr(others, facet)), f"order of {facet}"
    few = replace(facets, labels=facets.labels[:top], authors=facets.authors[:2])
    assert engine.facets(query, top=top, top_authors=2) == few
