"""Drawn verdicts and hidden images over drawn data sets: the engines answer as if the data set itself were so."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build import build_generation
from browse.facets.embedded import EmbeddedEngine
from browse.facets.overlay import Overlay
from browse.facets.reference import ReferenceEngine
from browse.facets.store import open_generation
from browse.image_ids import key_from_image_id
from browse.query.values import STATES, SUBSETS, Query
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.contract import assert_same_answers
from tests.facets.counted import assert_disagreeing, assert_duplicates, assert_pairs
from tests.facets.curated import Event, curated, events, said, write
from tests.facets.datasets import Dataset, arrays, store
from tests.facets.draw import datasets, queries


def opened(dataset: Dataset, index_dir: Path) -> EmbeddedEngine:
    return open_generation(index_dir, build_generation(arrays(dataset), index_dir, dataset="drawn"))


def laid(overlay: Overlay, happened: list[Event], since: int = 0) -> Overlay:
    """The overlay after everything, given the one after the first `since` events."""
    words, _ = said(happened)
    touched = {(key_from_image_id(event.image_id), event.mid) for event in happened[since:] if event.hidden is None}
    hidings = {key_from_image_id(e.image_id): e.hidden for e in happened[since:] if e.hidden is not None}
    return overlay.with_changes({pair: words.get(pair) for pair in touched}, hidings)


@drawn(quick=150, deep=1000)
@given(data=st.data())
def test_embedded_engine_answers_as_if_the_data_set_were_as_curators_say(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    query = data.draw(queries(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = opened(dataset, Path(folder))
        overlay = laid(engine.overlay, happened)
        changed, brute = engine.with_overlay(overlay), BruteForce(curated(dataset, happened))
        assert_same_answers(changed, brute, query)
        assert_pairs(changed, brute)
        assert_disagreeing(changed, brute)
        assert_duplicates(changed, brute.dataset)
        engine.close()


@drawn(quick=150, deep=300)
@given(data=st.data())
def test_an_overlay_grown_step_by_step_is_the_one_laid_at_once(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = opened(dataset, Path(folder))
        grown, since = engine.overlay, 0
        for until in [*sorted(data.draw(st.sets(st.integers(0, len(happened))))), len(happened)]:
            grown, since = laid(grown, happened[:until], since), until
        at_once = laid(engine.overlay, happened)
        assert [part.tolist() for part in parts(grown)] == [part.tolist() for part in parts(at_once)]
        engine.close()


def parts(overlay: Overlay) -> Iterator[object]:
    yield from (overlay.laid.rulings, overlay.laid.says, overlay.laid.hidden)
    yield from (overlay.entries, overlay.before, overlay.after, overlay.changed, overlay.held)
    if overlay.visible is not None:
        yield overlay.visible


@pytest.mark.django_db
@drawn(quick=150, deep=1000)
@given(data=st.data())
def test_reference_engine_reads_verdicts_and_hidden_images_from_the_tables(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    query = data.draw(queries(dataset))
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        engine = opened(dataset, Path(folder))
        store(dataset)
        write(happened)
        overlay = laid(engine.overlay, happened)
        assert_same_answers(engine.with_overlay(overlay), ReferenceEngine(connection), query)
        engine.close()
        transaction.set_rollback(True)


@drawn(quick=50, deep=300)
@given(data=st.data())
def test_label_totals_and_class_deltas_are_those_of_the_curated_data_set(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = opened(dataset, Path(folder))
        laid_over = engine.with_overlay(laid(engine.overlay, happened))
        brute = BruteForce(curated(dataset, happened))
        assert laid_over.label_counts() == {
            mid: brute.count_with_label(_EVERYTHING, mid) for mid in sorted(dataset.mids)
        }
        assert moved(dataset, laid_over.overlay) == differences(BruteForce(dataset), brute)
        engine.close()


_EVERYTHING = Query()


def moved(dataset: Dataset, overlay: Overlay) -> Counter[tuple[str, str, int, str]]:
    """Changes by label, subset, confidence and state, as the deltas tell them."""
    deltas, classes = overlay.class_deltas(), overlay.classes
    found: Counter[tuple[str, str, int, str]] = Counter()
    for label, subset, before, after in zip(deltas.labels, deltas.subsets, deltas.before, deltas.after, strict=True):
        for code, step in ((before, -1), (after, 1)):
            if code >= 0:
                state = STATES[classes.states[code]]
                found[sorted(dataset.mids)[label], SUBSETS[subset], int(classes.confidences[code]), state] += step
    return Counter({key: n for key, n in found.items() if n})


def differences(before: BruteForce, after: BruteForce) -> Counter[tuple[str, str, int, str]]:
    """The same by counting the pairs of both data sets."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    for brute, step in ((before, -1), (after, 1)):
        for photo in brute.dataset.photos:
            for mid, (confidence, state) in brute.pairs[photo.image_id].items():
                found[mid, photo.subset, confidence, state] += step
    return Counter({key: n for key, n in found.items() if n})
