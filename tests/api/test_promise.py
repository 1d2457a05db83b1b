"""Drawn data sets and queries: the number beside a facet value is the count of the page that it leads to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from browse.api import shapes
from browse.facets.build.generation import build_generation
from browse.facets.index.store import open_generation
from browse.query.canonical import canonical
from browse.query.edits import conditions
from browse.requests.definitions import FACETS_EXTRA, IMAGES_EXTRA
from browse.requests.readers import read_query
from browse.search import FacetResult
from tests.drawn import drawn
from tests.facets.datasets import arrays
from tests.facets.draw import datasets, queries


@drawn(quick=30, deep=400)
@given(data=st.data())
def test_every_facet_value_leads_to_a_page_with_its_count(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    query = data.draw(queries(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = open_generation(Path(folder), build_generation(arrays(dataset), Path(folder), dataset="drawn"))
        asked = read_query(QueryDict(f"{canonical(query)}&per_page=3"), extra=FACETS_EXTRA, known=engine)
        counts = engine.facets(asked.query, top=None, top_authors=100)
        names = {key: key for key in (*dataset.mids, *(key for _, key in dataset.authors))}
        found = shapes.facets(asked, FacetResult(counts, names, names, "", 0.0, {}))
        for value in values(found):
            page = read_query(QueryDict(value["query"]), extra=IMAGES_EXTRA, known=engine)
            assert page.per_page == 3
            assert engine.count(page.query) == value["count"], value
        for condition in conditions(query):
            assert read_query(QueryDict(canonical(condition.without)), known=engine).query == condition.without
        engine.close()


def values(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every facet value that leads somewhere."""
    for facet in (
        "labels",
        "authors",
        "subsets",
        "licenses",
        "states",
        "confidence",
        "hierarchy",
        "kinds",
        "box_labels",
    ):
        yield from (value for value in found.get(facet, ()) if value["query"] is not None)
    for term in found["terms"]:
        yield from (value for values in term.values() if isinstance(values, list) for value in values)
