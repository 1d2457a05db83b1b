"""Drawn verdicts and hidden images over drawn data sets: the engines answer as if the data set itself were so."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from browse.domain.image_ids import key_from_image_id
from browse.facets.build.generation import build_generation
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.index.store import open_generation
from browse.query.values import STATES, SUBSETS, Query, Term
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.counted import assert_disagreeing, assert_duplicates, assert_pairs
from tests.facets.curated import Event, checks, curated, events, said
from tests.facets.datasets import Dataset, arrays
from tests.facets.draw import datasets


def opened(dataset: Dataset, index_dir: Path) -> EmbeddedEngine:
    return open_generation(index_dir, build_generation(arrays(dataset), index_dir, dataset="drawn"))


def laid(overlay: Corrections, happened: list[Event], since: int = 0) -> Corrections:
    """The overlay after everything, given the one after the first `since` events."""
    words, _ = said(happened)
    touched = {(key_from_image_id(event.image_id), event.mid) for event in happened[since:] if event.is_word}
    hidings = {key_from_image_id(e.image_id): e.hidden for e in happened[since:] if e.hidden is not None}
    return overlay.with_changes({pair: words.get(pair) for pair in touched}, hidings, checks(happened[since:]))


@drawn(quick=25, deep=500)
@given(data=st.data())
def test_figures_of_human_and_machine_and_duplicates_follow_curators(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = opened(dataset, Path(folder))
        changed, brute = engine.with_overlay(laid(engine.overlay, happened)), BruteForce(curated(dataset, happened))
        assert_pairs(changed, brute)
        assert_disagreeing(changed, brute)
        assert_duplicates(changed, brute.dataset)
        engine.close()


@drawn(quick=25, deep=300)
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


def parts(overlay: Corrections) -> Iterator[object]:
    yield from (overlay.laid.rulings, overlay.laid.says, overlay.laid.hidden)
    yield from (overlay.checks.images, overlay.checks.results)
    yield from (overlay.entries, overlay.before, overlay.after, overlay.changed, overlay.held)
    if overlay.visible is not None:
        yield overlay.visible


@drawn(quick=25, deep=300)
@given(data=st.data())
def test_label_totals_and_class_deltas_are_those_of_the_curated_data_set(data: st.DataObject) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(events(dataset))
    with tempfile.TemporaryDirectory() as folder:
        engine = opened(dataset, Path(folder))
        engine_at_revision = engine.with_overlay(laid(engine.overlay, happened))
        brute = BruteForce(curated(dataset, happened))
        assert engine_at_revision.label_counts() == {
            mid: brute.count_with(_EVERYTHING, Term(mid)) for mid in sorted(dataset.mids)
        }
        assert moved(dataset, engine_at_revision.overlay) == differences(BruteForce(dataset), brute)
        engine.close()


_EVERYTHING = Query()


def moved(dataset: Dataset, overlay: Corrections) -> Counter[tuple[str, str, int, str]]:
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
