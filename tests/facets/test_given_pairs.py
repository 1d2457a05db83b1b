"""What the data set itself says of labels, by state and subset: hidden images are gone, and no verdict counts."""

from __future__ import annotations

from collections import Counter

import pytest

from browse.query.values import STATES, SUBSETS
from tests.facets.brute import BruteForce
from tests.facets.curated import Event
from tests.facets.engines import ENGINES, EngineKind
from tests.facets.small import small_dataset

DATASET = small_dataset()
FIRST, SECOND, *_ = DATASET.photos
EVENTS = [
    Event("ann", FIRST.image_id, DATASET.mids[0], says="no"),
    Event("ann", SECOND.image_id, DATASET.mids[1], says="yes"),
    Event("bob", SECOND.image_id, DATASET.mids[0], says="yes"),
    Event("ann", FIRST.image_id, hidden=True),
]


@pytest.mark.parametrize("kind", ENGINES)
def test_counts_are_those_of_a_loop_over_the_files(kind: EngineKind) -> None:
    pairs, expected = BruteForce(DATASET).pairs, Counter[tuple[str, str, str]]()
    for photo in DATASET.photos:
        if photo is not FIRST:
            expected.update((mid, str(state), photo.subset) for mid, (_, state) in pairs[photo.image_id].items())
    with kind.over(DATASET, EVENTS) as engine:
        for mid in DATASET.mids:
            found = engine.statistics.given_pairs(mid=mid)
            for state in STATES:
                assert found[state].tolist() == [[expected[mid, str(state), subset] for subset in SUBSETS]]
        if kind.has_all_statistics:
            every = engine.statistics.given_pairs()
            for state in STATES:
                assert every[state].tolist() == [
                    [expected[mid, str(state), subset] for subset in SUBSETS] for mid in engine.labels
                ]
