"""Drawn data sets, what curators did, and queries: every engine answers as plain Python does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.facets.engine import NotOfferedError
from browse.query.values import MAX_TERMS, ConfidenceRange, Query, Term
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import (
    assert_same_answers,
    assert_same_authors_named,
    assert_same_candidates,
    assert_same_catalogue,
    assert_same_selection,
)
from tests.facets.counted import assert_pairs_of_labels
from tests.facets.curated import curated, events, said
from tests.facets.datasets import Dataset, Photo
from tests.facets.draw import author_texts, datasets, queries, texts
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.small import image_id, small_dataset

QUERIES, TEXTS = 3, 6
"""How many are drawn for each data set: making data sets is what takes the time."""


def test_every_engine_of_the_settings_is_held_to_the_contract(settings: Settings) -> None:
    assert [param.values[0].name for param in ENGINES] == [*settings.FACET_ENGINES]


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=60 // QUERIES, deep=1002 // QUERIES, on_postgresql=30 // QUERIES)
@given(data=st.data())
def test_engines_answer_as_plain_python_does(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    asked = [data.draw(queries(dataset)) for _ in range(QUERIES)]
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        for query in asked:
            assert_same_answers(engine, brute, query)
        assert_same_selection(engine, brute, asked[0])


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=36 // TEXTS, deep=2004 // TEXTS, on_postgresql=18 // TEXTS)
@given(data=st.data())
def test_engines_find_texts_as_plain_python_does(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    asked = [replace(data.draw(queries(dataset)), text=data.draw(texts(dataset))) for _ in range(TEXTS)]
    brute = BruteForce(dataset)
    with kind.over(dataset) as engine:
        for query in asked:
            assert_same_answers(engine, brute, Query(text=query.text))
            assert_same_answers(engine, brute, query)


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=15, deep=300, on_postgresql=8)
@given(data=st.data())
def test_engines_find_authors_by_name_as_plain_python_does(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(st.just([]) | events(dataset))
    brute = BruteForce(curated(dataset, happened))
    with kind.over(dataset, happened) as engine:
        for text in data.draw(st.lists(author_texts(dataset), min_size=1, max_size=5)):
            assert_same_authors_named(engine, brute, Query(), text)
            assert_same_authors_named(engine, brute, data.draw(queries(dataset)), text)


@pytest.mark.parametrize("kind", ENGINES)
@drawn(quick=20, deep=500, on_postgresql=10)
@given(data=st.data())
def test_engines_answer_as_if_the_data_set_were_as_curators_say(kind: EngineKind, data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    query = data.draw(queries(dataset))
    brute, (rulings, hidden) = BruteForce(curated(dataset, happened)), said(happened)
    with kind.over(dataset, happened) as engine:
        assert_same_answers(engine, brute, query)
        assert_same_selection(engine, brute, query)
        assert_same_candidates(engine, brute, query)
        assert_same_catalogue(engine, brute, hidden & {photo.key for photo in dataset.photos})
        assert_pairs_of_labels(engine, brute)
        shown = [photo.key for photo in brute.dataset.photos]
        says: dict[int, dict[str, bool]] = {}
        for (key, mid), yes in rulings.items():
            if key in shown and mid in dataset.mids:
                says.setdefault(key, {})[mid] = yes
        assert engine.says_of(shown) == says
        ruled = sorted((key, mid) for key, words in says.items() for mid in words)
        chosen = set(brute.page(query, number=1, size=1000).keys)
        assert engine.selected(query).rulings() == [pair for pair in ruled if pair[0] in chosen]
        assert engine.selected(query).annotations() == sum(
            key_from_image_id(image) in chosen for image, _, _ in dataset.annotations
        )
        yes = sum(word for words in says.values() for word in words.values())
        assert engine.statistics.curators() == (yes, len(ruled) - yes)
        assert_same_answers(engine.without_corrections(), BruteForce(dataset), query)


@pytest.mark.parametrize("kind", ENGINES)
def test_an_engine_has_all_statistics_or_says_which_it_lacks(kind: EngineKind) -> None:
    with kind.over(small_dataset()) as engine:
        statistics = engine.statistics
        for ask in (
            statistics.label_columns,
            statistics.level_columns,
            lambda: statistics.co_occurring_labels("/m/dog"),
            statistics.disagreeing,
            lambda: statistics.disputed_labels(top=1),
            statistics.labels_per_image,
            statistics.source_confidences,
            lambda: statistics.author_sizes,
            lambda: statistics.counted_images,
            lambda: statistics.duplicates,
        ):
            if kind.has_all_statistics:
                ask()
            else:
                with pytest.raises(NotOfferedError, match=f"engine '{kind.name}' does not offer"):
                    ask()


def many_classes() -> Dataset:
    """MAX_TERMS labels, each on every image in another class: the product of these numbers exceeds 2**63."""
    mids = tuple(f"/m/label{number:02}" for number in range(MAX_TERMS))
    photos = tuple(Photo(image_id(number)) for number in range(12))
    levels = {
        (photo.image_id, mid, "machine"): 1 + (7 * place + 5 * number) % 40
        for place, photo in enumerate(photos)
        for number, mid in enumerate(mids)
    }
    return Dataset(photos, mids, levels, hierarchy=tuple((mids[0], mid, False) for mid in mids[1:3]))


@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("kind", [param for param in ENGINES if not param.values[0].reads_tables])
def test_engines_tell_images_apart_by_as_many_labels_as_a_query_may_name(kind: EngineKind, below: bool) -> None:
    """In plain SQL the thousand counts of these facets would take minutes."""
    dataset = many_classes()
    first, *rest = (Term(mid, confidence=ConfidenceRange(20, 100)) for mid in dataset.mids)
    asked = Query(any=(replace(first, below=below), *rest), min_any=MAX_TERMS // 2)
    with kind.over(dataset) as engine:
        assert_same_answers(engine, BruteForce(dataset), asked)
