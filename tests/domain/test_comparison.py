"""Human versus machine as arithmetic: intervals from the literature and from scipy, levels, thresholds, lift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.comparison import (
    MIN_VERIFIED,
    Agreement,
    calibration,
    compare,
    expected_precision,
    lifts,
    lowest_thresholds,
    strata,
    strength,
    wilson_interval,
    wilson_intervals,
)
from browse.query.values import STATES, State
from tests.drawn import drawn
from tests.expected import expected, wilson_by_scipy

C, R, U, M, A = STATES

# Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)]
CHI_SQUARE = 3.841458820694124
"""The 95 % quantile with one degree of freedom, z²."""


@pytest.mark.parametrize(("yes", "trials", "low", "high"), NEWCOMBE)
def test_intervals_are_those_that_newcombe_published(yes: int, trials: int, low: float, high: float) -> None:
    assert wilson_interval(yes, trials - yes) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("trials", [1, 30, 1000, 2_000_000])
def test_an_interval_ends_where_nothing_was_rejected_or_nothing_confirmed(trials: int) -> None:
    low = trials / (trials + CHI_SQUARE)
    assert wilson_interval(trials, 0) == (pytest.approx(low, abs=1e-12), 1.0)
    assert wilson_interval(0, trials) == (0.0, pytest.approx(1 - low, abs=1e-12))


counts = st.integers(0, 5) | st.integers(0, 2_000_000)


@drawn(quick=100, deep=1000)
@given(yes=counts, no=counts)
def test_intervals_are_those_of_scipy(yes: int, no: int) -> None:
    if not yes + no:
        with pytest.raises(ValueError, match="at least one trial"):
            wilson_interval(yes, no)
        assert np.isnan(wilson_intervals(np.array([yes]), np.array([no]))).all()
        return
    expected = wilson_by_scipy(yes, yes + no)
    low, high = wilson_interval(yes, no)
    assert (low, high) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high, abs=1e-12))
    assert 0 <= low <= high <= 1
    assert np.stack(wilson_intervals(np.array([yes]), np.array([no]))).ravel().tolist() == [low, high]


def test_a_negative_count_has_no_interval() -> None:
    with pytest.raises(ValueError, match="-1 yes and 2 no"):
        wilson_interval(-1, 2)


PAIRS = {(C, 50): 6, (R, 50): 4, (U, 50): 10, (C, 80): 19, (R, 80): 1, (U, 100): 3, (M, 100): 7, (A, 0): 2, (C, 70): 0}


def test_a_comparison_counts_by_level_and_from_each_level_on() -> None:
    found = compare(PAIRS)
    assert [level.confidence for level in found.levels] == [50, 80, 100], "a level without machine pairs is none"
    assert [level.at for level in found.levels] == [Agreement(20, 6, 4), Agreement(20, 19, 1), Agreement(3, 0, 0)]
    assert [level.at_least for level in found.levels] == [Agreement(43, 25, 5), Agreement(23, 19, 1), Agreement(3)]
    assert (found.total, found.missed, found.absent) == (Agreement(43, 25, 5), 7, 2)
    assert found.at(80) == Agreement(20, 19, 1)
    assert found.at(70) == Agreement()
    assert found.at_least(51) == Agreement(23, 19, 1)


def test_nothing_compares_to_nothing() -> None:
    found = compare({})
    assert (found.total, found.levels, found.missed, found.absent) == (Agreement(), (), 0, 0)
    assert found.recommended_threshold(0.0) is None


def test_shares_are_unrounded_and_none_where_there_is_nothing_to_divide_by() -> None:
    third = Agreement(9, 1, 2)
    assert (third.precision, third.coverage, third.verified) == (1 / 3, 3 / 9, 3)
    assert (third.precision_low, third.precision_high) == wilson_interval(1, 2)
    unjudged = Agreement(9)
    assert (unjudged.precision, unjudged.precision_low, unjudged.precision_high) == (None, None, None)
    assert unjudged.coverage == 0.0
    assert Agreement().coverage is None


@pytest.mark.parametrize(
    ("precision", "threshold"), [(0.0, 50), (0.66, 50), (0.67, 80), (0.76, 80), (0.77, None), (1.0, None)]
)
def test_the_recommended_threshold_is_the_lowest_that_surely_reaches_the_precision(
    precision: float, threshold: int | None
) -> None:
    # from 0.5 on the lower end is 0.664, from 0.8 on 0.764
    assert compare(PAIRS).recommended_threshold(precision) == threshold


def test_a_threshold_may_be_asked_of_enough_pairs_only() -> None:
    found = compare({(C, 50): 60, (R, 50): 40, (C, 90): MIN_VERIFIED - 1})
    assert found.recommended_threshold(0.8) == 90
    assert found.recommended_threshold(0.8, min_verified=MIN_VERIFIED - 1) == 90
    assert found.recommended_threshold(0.8, min_verified=MIN_VERIFIED) is None
    assert found.recommended_threshold(0.6, min_verified=MIN_VERIFIED) == 50


def test_a_threshold_may_lie_below_a_level_that_misses_the_precision_by_itself() -> None:
    found = compare({(C, 50): 500, (R, 50): 5, (C, 90): 1, (R, 90): 1})
    assert found.levels[1].at_least.precision_low is not None
    assert found.levels[1].at_least.precision_low < 0.95
    assert found.recommended_threshold(0.95) == 50


LEVELS = (50, 60, 90)
COUNTS = st.integers(0, 60)


@drawn(quick=100, deep=2000)
@given(
    st.lists(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.95]),
    st.sampled_from([1, 30, 90]),
)
def test_the_thresholds_of_many_labels_are_those_of_each(
    labels: list[list[tuple[int, int, int]]], precision: float, enough: int
) -> None:
    counts = np.array(labels)
    yes, no, unverified = counts[:, :, 0], counts[:, :, 1], counts[:, :, 2]
    found = lowest_thresholds(
        np.array(LEVELS), yes + no + unverified, yes, no, precision=precision, min_verified=enough
    )
    each = [
        compare(
            {
                (state, level): n
                for level, three in zip(LEVELS, of_label, strict=True)
                for state, n in zip((C, R, U), three, strict=True)
            }
        )
        for of_label in labels
    ]
    expected = [one.recommended_threshold(precision, min_verified=enough) for one in each]
    assert found.tolist() == [-1 if one is None else one for one in expected]


def test_labels_without_any_confidence_have_no_threshold() -> None:
    nothing = np.zeros((2, 0), np.int64)
    found = lowest_thresholds(np.zeros(0, np.int64), nothing, nothing, nothing, precision=0.5, min_verified=1)
    assert found.tolist() == [-1, -1]


def test_calibration_shows_no_share_of_fewer_than_thirty() -> None:
    few, enough = calibration(compare({(C, 60): MIN_VERIFIED - 1, (C, 90): MIN_VERIFIED - 3, (R, 90): 3}).levels)
    assert (few.verified, few.precision, few.precision_low, few.precision_high, few.gap) == (29, None, None, None, None)
    assert (enough.confidence, enough.verified, enough.precision) == (90, 30, 0.9)
    assert enough.gap == 0.0
    assert (enough.precision_low, enough.precision_high) == wilson_interval(27, 3)


def test_expected_precision_takes_unverified_pairs_to_be_right_as_often_as_their_like() -> None:
    # at 0.5 half of 20 were confirmed, at 0.9 all of 40; nobody looked at 100 and 20 others; 5 were added by raters
    found = compare({(C, 50): 10, (R, 50): 10, (U, 50): 100, (C, 90): 40, (U, 90): 20, (M, 100): 5})
    everything, surest = found.expected_at_least(50), found.expected_at_least(90)
    assert everything is not None
    assert surest is not None
    assert everything.share == (10 + 40 + 5 + 100 * 0.5 + 20 * 1.0) / (10 + 40 + 5 + 100 + 20)
    # Wilson's intervals: 0.299 to 0.701 of 10 in 20, 0.912 to 1 of 40 in 40
    half, full = (wilson_by_scipy(*counts) for counts in ((10, 20), (40, 40)))
    below = ((100 * (0.5 - half.low)) ** 2 + (20 * (1 - full.low)) ** 2) ** 0.5 / 175
    assert everything.low == pytest.approx(everything.share - below, abs=1e-12)
    assert everything.high == pytest.approx(everything.share + 100 * (half.high - 0.5) / 175, abs=1e-12)
    assert (surest.share, surest.high) == (1.0, 1.0)
    assert found.levels[0].at_least.precision == 50 / 60, "the verified pairs' own is another number"
    assert found.expected_at_least(91) is None, "what raters added is no estimate by itself"


def test_confidences_are_joined_upwards_until_ten_of_each_stratum_are_verified() -> None:
    six, nine, ten, none = Agreement(20, 4, 2), Agreement(9, 9, 0), Agreement(100, 5, 5), Agreement(7)
    assert strata([ten, ten]) == [ten, ten]
    assert strata([six, nine, ten]) == [six + nine, ten]
    assert strata([none, ten, nine, none]) == [none + ten + nine + none], "what is left goes to the last"
    assert strata([six, none]) == [six + none]
    assert strata([]) == [Agreement()]


@pytest.mark.parametrize("verified", [0, MIN_VERIFIED - 1])
def test_no_precision_is_expected_of_fewer_than_thirty_verified(verified: int) -> None:
    assert expected_precision([Agreement(100, verified, 0)], missed=50) is None
    assert expected_precision([], missed=50) is None


def test_no_precision_is_expected_where_nothing_is_kept() -> None:
    assert expected_precision([Agreement(30, 0, 30)], missed=0) is None
    assert expected_precision([Agreement(30, 0, 30)], missed=1) is not None


tallies = st.dictionaries(
    st.tuples(st.sampled_from([C, R, U]), st.sampled_from([50, 60, 70, 80, 90, 100])) | st.just((M, 100)),
    st.integers(0, 40),
)


@drawn(quick=150, deep=1000)
@given(pairs=tallies, absent=st.integers(0, 5))
def test_expected_precision_is_that_of_a_count_pair_by_pair(pairs: dict[tuple[State, int], int], absent: int) -> None:
    found = compare(pairs | {(A, 0): absent})
    by_hand = [(level, state) for (state, level), number in pairs.items() for _ in range(number)]
    for threshold in range(45, 101, 5):
        told, right = found.expected_at_least(threshold), expected(by_hand, threshold)
        assert (told is None) == (right is None)
        if told is not None:
            assert (told.share, told.low, told.high) == pytest.approx(right, abs=1e-9)
            assert 0 <= told.low <= told.share <= told.high <= 1


RISING, STEEP = (0.55, 0.65, 0.75, 0.85, 0.92, 0.98), (0.2, 0.4, 0.6, 0.8, 0.95, 0.99)
"""How often the machine is right at six confidences."""


@pytest.mark.parametrize("verified", [30, 60, 150, 500])
@pytest.mark.parametrize("right", [RISING, STEEP])
def test_the_interval_of_the_expected_precision_covers_the_true_one(right: tuple[float, ...], verified: int) -> None:
    """Raters look at all confidences alike; the machine gave low ones more often, 20 for each pair verified."""
    random, runs = np.random.default_rng(7), 1500
    covered = covered_by_pooled = 0
    for _ in range(runs):
        judged = random.multinomial(verified, [1 / 6] * 6)
        yes = random.binomial(judged, right)
        unverified = random.multinomial(20 * verified, np.arange(6, 0, -1) / 21)
        levels = [Agreement(*map(int, one)) for one in zip(judged + unverified, yes, judged - yes, strict=True)]
        true = (yes.sum() + unverified @ right) / (yes.sum() + unverified.sum())
        told = expected_precision(levels, missed=0)
        assert told is not None
        covered += told.low <= true <= told.high
        low, high = wilson_interval(int(yes.sum()), int((judged - yes).sum()))
        covered_by_pooled += low <= true <= high
    assert 0.92 <= covered / runs <= 0.98
    if verified >= 150:
        assert covered_by_pooled / runs < 0.7, "the verified pairs' own precision is no estimate of it"


def test_disagreement_is_the_machine_s_confidence_where_it_was_overruled() -> None:
    assert [strength(State.REJECTED, 90), strength(State.MISSED, 100)] == [90, 50]
    assert [strength(state, 90) for state in (State.CONFIRMED, State.UNVERIFIED, State.ABSENT)] == [0, 0, 0]


def test_lift_compares_with_chance_and_its_bound_with_the_low_end() -> None:
    # 40 of 50 images with the one have the other, as 100 of all 1000 do
    lift, bound = lifts(np.array([40]), 50, np.array([100]), 1000)
    assert lift.tolist() == [pytest.approx(8)]
    assert bound.tolist() == [pytest.approx(wilson_by_scipy(40, 50).low / 0.1)]
