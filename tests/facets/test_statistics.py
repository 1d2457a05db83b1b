"""Drawn data sets: every count that is built with the index equals the same count made pair by pair."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build import pair_chunks
from browse.facets.build.curated_sections import PARTNERS
from browse.facets.build.generation import build_generation
from browse.facets.engine import Engine
from browse.facets.index.store import open_generation
from browse.query.values import DEFAULT_STATES, SUBSETS, Query, Term
from tests.drawn import drawn
from tests.facets.brute import BruteForce
from tests.facets.counted import assert_disagreeing, assert_duplicates, assert_pairs
from tests.facets.curated import curated, events, said
from tests.facets.datasets import Dataset, Photo, arrays
from tests.facets.draw import datasets
from tests.facets.small import image_id

Z = 1.959963984540054


@drawn(quick=30, deep=300)
@given(data=st.data(), chunk=st.sampled_from([7, 4_000_000]))
def test_every_statistic_is_what_counting_pair_by_pair_gives(data: st.DataObject, chunk: int) -> None:
    dataset = data.draw(datasets())
    happened = data.draw(st.just([]) | events(dataset))
    rulings, hidden = said(happened)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_chunks, "CHUNK", chunk)
        patch.setattr(pair_chunks, "SCATTER_BYTES", chunk * 4)
        index_dir = Path(folder)
        name = build_generation(arrays(dataset), index_dir, dataset="drawn", rulings=rulings, hidden=hidden)
        engine = open_generation(index_dir, name)
        assert_built(engine, BruteForce(curated(dataset, happened)))
        assert_laid_over(engine, BruteForce(dataset))
        changed = engine.with_changes(rulings, dict.fromkeys(hidden, True))
        assert_laid_over(changed, BruteForce(curated(dataset, happened)))
        engine.close()


def assert_built(engine: Engine, brute: BruteForce) -> None:
    """What holds the changes that there were at the build."""
    assert_images(engine, brute)
    assert_annotations(engine, brute.dataset)
    assert_partners(engine, brute)


def assert_laid_over(engine: Engine, brute: BruteForce) -> None:
    """What changes are laid over as it is read: without them it is of the annotations alone."""
    assert_pairs(engine, brute)
    assert_disagreeing(engine, brute)
    assert_duplicates(engine, brute.dataset)


def assert_images(engine: Engine, brute: BruteForce) -> None:
    sizes = Counter(
        (photo.subset, sum(state in DEFAULT_STATES for _, state in brute.pairs[photo.image_id].values()))
        for photo in brute.dataset.photos
    )
    found = {subset: engine.statistics.labels_per_image(subset=subset) for subset in SUBSETS}
    assert {(subset, size): n for subset, row in found.items() for size, n in enumerate(row) if n} == sizes
    assert all(not row or row[-1] for row in found.values())
    every = Counter(size for _, size in sizes.elements())
    assert Counter(dict(enumerate(engine.statistics.labels_per_image()))) == every
    by_author = Counter(
        brute.dataset.authors[photo.author][1] for photo in brute.dataset.photos if photo.author is not None
    )
    assert engine.statistics.counted_images == len(brute.dataset.photos)
    assert [*engine.statistics.author_sizes.items()] == sorted(Counter(by_author.values()).items())


def assert_annotations(engine: Engine, dataset: Dataset) -> None:
    subset_of = {photo.image_id: photo.subset for photo in dataset.photos}
    expected = Counter(
        (source, subset_of[image], confidence) for (image, _, source), confidence in dataset.annotations.items()
    )
    for subset in (None, *SUBSETS):
        found = engine.statistics.source_confidences(subset=subset)
        assert list(found) == sorted(found)
        assert found.keys() >= {source for _, _, source in dataset.annotations}
        counts = Counter({(source, level): n for source, row in found.items() for level, n in row.items()})
        assert all(counts.values())
        assert counts == Counter((source, level) for source, one, level in expected.elements() if subset in (None, one))


def wilson_low(yes: int, trials: int) -> float:
    """The textbook's form."""
    p = yes / trials
    centre, spread = p + Z * Z / (2 * trials), Z * math.sqrt(p * (1 - p) / trials + Z * Z / (4 * trials * trials))
    return (centre - spread) / (1 + Z * Z / trials)


def assert_partners(engine: Engine, brute: BruteForce) -> None:
    shown = [
        {mid for mid, (_, state) in brute.pairs[photo.image_id].items() if state in DEFAULT_STATES}
        for photo in brute.dataset.photos
    ]
    totals = Counter(mid for mids in shown for mid in mids)
    together = Counter(pair for mids in shown for pair in combinations(sorted(mids), 2))
    together |= Counter({(b, a): n for (a, b), n in together.items()})
    for mid in engine.labels:
        counts = engine.statistics.co_occurring_labels(mid)
        mids = [other for other, _, _ in counts.others]
        expected = {other: n for (one, other), n in together.items() if one == mid}
        assert {other: both for other, both, _ in counts.others} == expected
        assert [total for _, _, total in counts.others] == [totals[other] for other in mids]
        assert (counts.images, counts.with_label) == (len(shown), totals[mid])
        bounds = [wilson_low(expected[other], totals[mid]) / (totals[other] / len(shown)) for other in mids]
        ranked = sorted(zip(bounds, mids, strict=True), key=lambda one: (-round(one[0], 9), one[1]))
        assert mids == [other for _, other in ranked]


def crowd() -> Dataset:
    """One label beside sixty others, on a hundred images; several of them tie."""
    photos = tuple(Photo(image_id(number)) for number in range(100))
    mids = ("/m/a", *(f"/m/b{number:02}" for number in range(60)))
    annotations = {
        (photo.image_id, mid, "machine"): 80
        for number, photo in enumerate(photos)
        for place, mid in enumerate(mids)
        if number % (1 + place % 13) == 0
    }
    return Dataset(photos, mids, annotations)


def test_of_many_partners_the_thirty_with_the_largest_bound_are_kept(tmp_path: Path) -> None:
    dataset = crowd()
    engine = open_generation(tmp_path, build_generation(arrays(dataset), tmp_path, dataset="crowd"))
    brute = BruteForce(dataset)
    both = {mid: brute.count(Query(label=(Term("/m/b30"), Term(mid)))) for mid in dataset.mids}
    own = both.pop("/m/b30")
    bounds = {mid: wilson_low(n, own) / (brute.count(Query(label=(Term(mid),))) / 100) for mid, n in both.items() if n}
    expected = sorted(bounds, key=lambda mid: (-round(bounds[mid], 9), mid))[:PARTNERS]
    found = engine.statistics.co_occurring_labels("/m/b30").others
    assert [(mid, n) for mid, n, _ in found] == [(mid, both[mid]) for mid in expected]
    assert len(bounds) > len(expected) == 30
    engine.close()
