"""Which labels with others below them may be among the largest, told by the counts of single labels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.index.labels_below import LabelsBelow
from tests.drawn import drawn

LABELS, IMAGES = 14, 40


@drawn(quick=60, deep=1000)
@given(seed=st.integers(0, 1 << 32), share=st.sampled_from([0.02, 0.2, 0.7]), top=st.integers(0, LABELS) | st.none())
def test_none_of_the_largest_is_left_out(seed: int, share: float, top: int | None) -> None:
    chance = np.random.default_rng(seed)
    below = [[other for other in range(label + 1, LABELS) if chance.random() < 0.2] for label in range(LABELS)]
    offsets = np.cumsum([0, *map(len, below)]).astype(np.uint32)
    tables = LabelsBelow(offsets, np.array([other for others in below for other in others], np.uint16))
    holds = chance.random((LABELS, IMAGES)) < share * chance.random((LABELS, 1))
    counts = [int(holds[[label, *below[label]]].any(axis=0).sum()) for label in tables.groups.tolist()]
    wanted = tables.may_be_largest(holds.sum(axis=1), top)
    least = 0 if top is None else sorted(counts, reverse=True)[top - 1] if 0 < top <= len(counts) else 0
    if top != 0:
        assert all(is_wanted for count, is_wanted in zip(counts, wanted.tolist(), strict=True) if count >= least)


def test_those_that_cannot_be_are_left_out() -> None:
    tables = LabelsBelow(np.array([0, 2, 3, 4, 4, 4], np.uint32), np.array([3, 4, 3, 4], np.uint16))
    counts = np.array([5, 1, 0, 2, 9])
    assert tables.groups.tolist() == [0, 1, 2]
    assert tables.may_be_largest(counts, 1).tolist() == [True, False, True]
    assert tables.may_be_largest(counts, 0).tolist() == [False, False, False]
    assert tables.may_be_largest(counts, None).tolist() == [True, True, True]
