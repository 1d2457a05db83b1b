"""What an engine's statistics must be: the same counts made pair by pair."""

from __future__ import annotations

from collections import Counter

from browse.domain.comparison import Tally, strength
from browse.facets.engine import Engine
from browse.query.values import STATES, SUBSETS, Query, State, Term
from tests.facets.brute import BruteForce
from tests.facets.datasets import Dataset, Photo

GIVEN = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)


def pairs(brute: BruteForce, *, mid: str | None = None, subset: str | None = None) -> Counter[tuple[State, int]]:
    """Pairs by state and confidence."""
    return Counter(
        (state, confidence)
        for photo in brute.dataset.photos
        for label, (confidence, state) in brute.pairs[photo.image_id].items()
        if mid in (None, label) and subset in (None, photo.subset)
    )


def assert_pairs(engine: Engine, brute: BruteForce) -> None:
    assert_pairs_of_labels(engine, brute)
    statistics = engine.statistics
    for subset in (None, *SUBSETS):
        columns = statistics.label_columns(subset=subset)
        assert [*columns.mids] == sorted(brute.dataset.mids)
        for row, mid in enumerate(columns.mids):
            expected = pairs(brute, mid=mid, subset=subset)
            for state in STATES:
                assert columns.pairs[state][row] == sum(n for (one, _), n in expected.items() if one is state)
        levels = statistics.level_columns(subset=subset)
        for row, mid in enumerate(columns.mids):
            expected = pairs(brute, mid=mid, subset=subset)
            for place, confidence in enumerate(levels.confidences.tolist()):
                yes, no, unverified = (expected[state, confidence] for state in GIVEN)
                counted = [int(column[row, place]) for column in (levels.yes, levels.no, levels.machine)]
                assert counted == [yes, no, yes + no + unverified]
            given = sum(n for (state, _), n in expected.items() if state in GIVEN)
            assert levels.machine[row].sum() == given
    columns = statistics.label_columns()
    for row, mid in enumerate(columns.mids):
        of_label = statistics.label_images(mid)
        assert columns.images[row].tolist() == [of_label.images[subset] for subset in SUBSETS]
        assert columns.annotated[row].tolist() == [of_label.annotated[subset] for subset in SUBSETS]


def assert_pairs_of_labels(engine: Engine, brute: BruteForce) -> None:
    statistics = engine.statistics
    for subset in (None, *SUBSETS):
        assert nonzero(statistics.tally(subset=subset)) == pairs(brute, subset=subset)
        for mid in brute.dataset.mids:
            assert nonzero(statistics.tally(mid=mid, subset=subset)) == pairs(brute, mid=mid, subset=subset)
    for mid in brute.dataset.mids:
        of_label = statistics.label_images(mid)
        for subset in SUBSETS:
            query = Query(label=(Term(mid),), subsets=frozenset({subset}))
            assert of_label.images[subset] == brute.count(query)
            every = Query(label=(Term(mid, None, frozenset(STATES)),), subsets=frozenset({subset}))
            assert of_label.annotated[subset] == brute.count(every)


def nonzero(tally: Tally) -> Counter[tuple[State, int]]:
    return Counter({pair: n for pair, n in tally.items() if n})


def assert_disagreeing(engine: Engine, brute: BruteForce) -> None:
    statistics, totals = engine.statistics, Counter[str]()
    for mid in (None, *engine.labels):
        for subset in (None, *SUBSETS):
            strengths = {
                photo.key: sum(
                    strength(state, confidence)
                    for label, (confidence, state) in brute.pairs[photo.image_id].items()
                    if mid in (None, label)
                )
                for photo in brute.dataset.photos
                if subset in (None, photo.subset)
            }
            found = statistics.disagreeing(mid=mid, subset=subset)
            expected = sorted(((key, n) for key, n in strengths.items() if n), key=lambda one: (-one[1], one[0]))
            assert len(found) == len(expected)
            assert found.rows(0, len(found)) == expected
            assert found.rows(1, 3) == expected[1:3]
            if mid is not None and subset is None and expected:
                totals[mid] = len(expected)
    ranked = sorted(totals.items(), key=lambda one: (-one[1], one[0]))
    assert statistics.disputed_labels(top=len(ranked) + 1) == ranked
    assert statistics.disputed_labels(top=1) == ranked[:1]


def assert_duplicates(engine: Engine, dataset: Dataset) -> None:
    by_md5: dict[bytes, list[Photo]] = {}
    for photo in dataset.photos:
        by_md5.setdefault(photo.md5, []).append(photo)
    groups = [photos for md5, photos in by_md5.items() if md5 and len(photos) > 1]
    found = engine.statistics.duplicates
    members = [found.members(group) for group in range(len(found))]
    assert members == [[photo.key for photo in photos] for photos in groups]
    assert found.firsts() == [keys[0] for keys in members]
    assert found.by_subset.tolist() == [
        [sum(photo.subset == subset for photo in photos) for subset in SUBSETS] for photos in groups
    ]
    assert found.across.tolist() == [len({photo.subset for photo in photos}) > 1 for photos in groups]
    assert found.sizes.tolist() == [len(photos) for photos in groups]
