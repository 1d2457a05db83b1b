"""Counts read from a table of combinations of classes are those of one query a value, over many images too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build.generation import build_generation
from browse.facets.embedded import cross_table, ranges
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.embedded.postings import add_postings
from browse.facets.index.store import open_generation
from browse.query.canonical import canonical
from browse.query.values import DEFAULT_STATES, STATES, SUBSETS, ConfidenceRange, Query, State, Term
from tests.drawn import drawn
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import AUTHORS, LICENSES, MIDS, queries

IMAGES = 150_000
"""More than two blocks of images that a table is filled by."""


@cache
def long_dataset() -> Dataset:
    """Common and rare labels, some on few images far apart, and one on a stretch of them alone."""
    chance = random.Random(30)
    photos = tuple(
        Photo(f"{number:016x}", chance.choice(SUBSETS), license=chance.randrange(4), author=chance.randrange(5))
        for number in range(IMAGES)
    )
    annotations = {}
    for mid, share in zip(MIDS, (0.3, 0.2, 0.05, 0.001, 0.0001, 0.0), strict=True):
        for photo in chance.sample(photos, int(share * IMAGES)):
            annotations[photo.image_id, mid, "machine"] = chance.choice((50, 80, 100))
            if chance.random() < 0.3:
                annotations[photo.image_id, mid, "verification"] = chance.choice((0, 100))
    annotations |= {(photo.image_id, MIDS[5], "human"): 100 for photo in photos[65_000:66_000]}
    return Dataset(photos, MIDS, annotations, authors=AUTHORS, licenses=LICENSES)


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[EmbeddedEngine]]:
    """Over the data set as it is, and with what curators did."""
    folder = tmp_path_factory.mktemp("index")
    plain = open_generation(folder, build_generation(arrays(long_dataset()), folder, dataset="test"))
    chance = random.Random(31)
    judged = [*chance.sample(long_dataset().photos, 2000), *long_dataset().photos[65_400:65_700]]
    rulings = {(photo.key, mid): chance.random() < 0.5 for photo in judged for mid in (*MIDS[:3], MIDS[5])}
    hidden = {photo.key: True for photo in [*chance.sample(long_dataset().photos, 500), *judged[:100]]}
    yield [plain, plain.with_changes(rulings, hidden, {})]
    plain.close()


@drawn(quick=25, deep=300)
@given(data=st.data())
def _same_as_one_query_a_value(
    engines: list[EmbeddedEngine], monkeypatch: pytest.MonkeyPatch, threads: int, data: st.DataObject
) -> None:
    drawn_query = data.draw(queries(long_dataset()))
    query = replace(drawn_query, text=None, ids=frozenset())
    for engine in engines:
        ranges.use_threads(threads)
        found = engine.facets(query, top=None, top_authors=None)
        ranges.use_threads(1)
        with monkeypatch.context() as patched:
            patched.setattr(cross_table, "MOST_COMBINATIONS", 0)
            assert engine.facets(query, top=None, top_authors=None) == found


@pytest.mark.parametrize("threads", [2, 1, 3])
def test_a_table_tells_what_one_query_a_value_tells(
    engines: list[EmbeddedEngine], monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    _same_as_one_query_a_value(engines, monkeypatch, threads)


def _excluding() -> list[Query]:
    """Queries that only exclude labels: with states and ranges of the terms' own, some, or the query's."""
    low, states = ConfidenceRange(0, 80), frozenset({State.ABSENT, State.UNVERIFIED})
    terms = [Term(MIDS[0], range_, own) for range_ in (None, low) for own in (None, states, DEFAULT_STATES)]
    one_term = [Query(without=(term,)) for term in terms]
    two_terms = [Query(without=(term, Term(MIDS[1]))) for term in terms]
    given = [replace(query, confidence=low) for query in two_terms]
    of_one_subset = [replace(query, subsets=frozenset({"train"})) for query in two_terms]
    return [*one_term, *two_terms, *given, *of_one_subset, *(replace(query, states=states) for query in two_terms)]


@pytest.mark.parametrize("query", _excluding(), ids=canonical)
def test_what_only_excludes_labels_is_counted_as_one_query_a_value(engines: list[EmbeddedEngine], query: Query) -> None:
    for engine in engines:
        values = engine.facets(query).values
        assert values["states"] == {one: engine.count(replace(query, states=frozenset({one}))) for one in STATES}
        assert values["confidence"] == {
            level: engine.count(replace(query, confidence=ConfidenceRange(level, level)))
            for level in engine.confidences
        }


def test_a_table_is_of_pair_terms_alone_and_of_few_labels(engines: list[EmbeddedEngine]) -> None:
    selector = engines[0]._selector(Query(), None)
    terms = tuple(Term(mid) for mid in MIDS)
    for query in (Query(), Query(label=(Term(MIDS[0], below=True),)), Query(label=terms)):
        assert cross_table.cross_table(selector, query, None) == (None, None)
    for query in (Query(label=terms[:1]), Query(any=terms[:2], without=terms[2:4])):
        table, _ = cross_table.cross_table(selector, query, None)
        assert table is not None


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("without", [(), MIDS[2:3]], ids=["any", "not"])
def test_the_walk_gives_the_images_of_frequent_labels_as_the_index_lists_them(
    engines: list[EmbeddedEngine], threads: int, without: tuple[str, ...]
) -> None:
    query = Query(any=(Term(MIDS[0]), Term(MIDS[1])), without=tuple(map(Term, without)), subsets=frozenset({"train"}))
    for engine in engines:
        selector, index = engine._selector(query, None), engine._index
        ranges.use_threads(threads)
        table, _ = cross_table.cross_table(selector, query, selector.filters(query))
        ranges.use_threads(1)
        assert table is not None
        assert {index.labels[label] for label in table.images} == {*MIDS[:2], *without}
        for label, images in table.images.items():
            listed = selector.nothing()
            add_postings(listed, index, label, index.classes.default)
            assert images.tolist() == listed.tolist()


def test_label_counts_of_large_sets_are_those_of_their_pages(engines: list[EmbeddedEngine]) -> None:
    for engine in engines:
        for query in (
            Query(subsets=frozenset({"train"})),
            Query(label=(Term(MIDS[0]),)),
            Query(without=(Term(MIDS[0]),)),
        ):
            found = dict(engine.facets(query, top=None).labels)
            for mid in MIDS:
                assert found.get(mid, 0) == engine.count(replace(query, label=(*query.label, Term(mid))))
