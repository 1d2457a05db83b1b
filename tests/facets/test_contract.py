"""Drawn data sets and queries: embedded engine, SQL and plain Python give the same answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build import build_generation
from browse.facets.reference import ReferenceEngine
from browse.facets.store import open_generation
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.datasets import arrays, store
from tests.facets.draw import datasets, queries

QUERIES = 3
"""How many are drawn for each data set: making data sets is what takes the time."""


@drawn(quick=300 // QUERIES, deep=2001 // QUERIES)
@given(data=st.data())
def test_embedded_engine_answers_as_plain_python_does(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    asked = [data.draw(queries(dataset)) for _ in range(QUERIES)]
    with tempfile.TemporaryDirectory() as folder:
        index_dir = Path(folder)
        engine = open_generation(index_dir, build_generation(arrays(dataset), index_dir, dataset="drawn"))
        for query in asked:
            assert_same_answers(engine, BruteForce(dataset), query)
        engine.close()


@pytest.mark.django_db
@drawn(quick=300 // QUERIES, deep=2001 // QUERIES)
@given(data=st.data())
def test_reference_engine_answers_as_the_embedded_one_does(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    asked = [data.draw(queries(dataset)) for _ in range(QUERIES)]
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        index_dir = Path(folder)
        engine = open_generation(index_dir, build_generation(arrays(dataset), index_dir, dataset="drawn"))
        store(dataset)
        for query in asked:
            assert_same_answers(engine, ReferenceEngine(connection), query)
        engine.close()
        transaction.set_rollback(True)
