"""What an engine's statistics must be: the same counts made pair by pair."""

from __future__ import annotations

from collections import Counter

from browse.comparison import strength
from browse.facets.embedded import EmbeddedEngine
from browse.query.values import STATES, SUBSETS, Query, State, Term
from tests.facets.brute import BruteForce
from tests.facets.datasets import Dataset, Photo


def pairs(brute: BruteForce, *, mid: str | None = None, subset: str | None = None) -> Counter[tuple[State, int]]:
    """Pairs by state and confidence."""
    return Counter(
        (state, confidence)
        for photo in brute.dataset.photos
        for label, (confidence, state) in brute.pairs[photo.image_id].items()
        if mid in (None, label) and subset in (None, photo.subset)
    )


def assert_pairs(engine: EmbeddedEngine, brute: BruteForce) -> None:
    counts = engine.statistics.label_counts
    for subset in (None, *SUBSETS):
        assert Counter(counts.tally(subset=subset)) == pairs(brute, subset=subset)
        by_state = counts.by_state(subset)
        for number, mid in enumerate(engine.labels):
            expected = pairs(brute, mid=mid, subset=subset)
            assert Counter(counts.tally(label=number, subset=subset)) == expected
            for state in STATES:
                assert by_state[state][number] == sum(n for (one, _), n in expected.items() if one is state)
    for number, mid in enumerate(engine.labels):
        for place, subset in enumerate(SUBSETS):
            query = Query(label=(Term(mid),), subsets=frozenset({subset}))
            assert counts.images[number, place] == brute.count(query)
            every = Query(label=(Term(mid, None, frozenset(STATES)),), subsets=frozenset({subset}))
            assert counts.annotated[number, place] == brute.count(every)


def assert_disagreeing(engine: EmbeddedEngine, brute: BruteForce) -> None:
    for label in (None, *range(len(engine.labels))):
        for subset in (None, *SUBSETS):
            strengths = {
                photo.key: sum(
                    strength(state, confidence)
                    for mid, (confidence, state) in brute.pairs[photo.image_id].items()
                    if label is None or mid == engine.labels[label]
                )
                for photo in brute.dataset.photos
                if subset in (None, photo.subset)
            }
            images, found = engine.statistics.disagreeing(label=label, subset=subset)
            expected = sorted(((key, n) for key, n in strengths.items() if n), key=lambda one: (-one[1], one[0]))
            assert list(zip(engine.keys(images), found.tolist(), strict=True)) == expected


def assert_duplicates(engine: EmbeddedEngine, dataset: Dataset) -> None:
    by_md5: dict[bytes, list[Photo]] = {}
    for photo in dataset.photos:
        by_md5.setdefault(photo.md5, []).append(photo)
    groups = [photos for md5, photos in by_md5.items() if md5 and len(photos) > 1]
    found = engine.statistics.duplicates
    members = [
        engine.keys(found.images[found.offsets[group] : found.offsets[group + 1]]) for group in range(len(found))
    ]
    assert members == [[photo.key for photo in photos] for photos in groups]
    assert found.by_subset.tolist() == [
        [sum(photo.subset == subset for photo in photos) for subset in SUBSETS] for photos in groups
    ]
    assert found.across.tolist() == [len({photo.subset for photo in photos}) > 1 for photos in groups]
    assert found.sizes.tolist() == [len(photos) for photos in groups]
