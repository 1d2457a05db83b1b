"""Expected precision: by hand, and how often its interval covers the truth where a set's mix differs from raters'."""

from __future__ import annotations

import numpy as np
import pytest

from browse.domain.comparison import Agreement, compare, mix_distance
from browse.query.values import State
from browse.sets.estimate import expected_of, is_unlike, threshold_of
from browse.sets.recipe import RecipeLabel, Take
from browse.sets.targets import HIGHEST

LEVELS = (50, 60, 70, 80, 90, 100)
TRUE = np.array([0.556, 0.576, 0.654, 0.764, 0.864, 0.969])
VALIDATION_SHARE = np.array([0.145, 0.222, 0.205, 0.174, 0.184, 0.070])
"""How the confidences of validation, which raters judged, are spread in V1; and how those of train are."""
TRAIN_SHARE = np.array([0.123, 0.220, 0.213, 0.205, 0.198, 0.041])
TRIALS = 1000


def tally(yes: list[int], no: list[int]) -> dict[tuple[State, int], int]:
    pairs = {(State.CONFIRMED, level): number for level, number in zip(LEVELS, yes, strict=True)}
    return pairs | {(State.REJECTED, level): number for level, number in zip(LEVELS, no, strict=True)}


def test_unverified_positives_count_as_raters_judged_their_confidence() -> None:
    comparison = compare(tally([0, 0, 0, 30, 45, 0], [0, 0, 0, 10, 5, 0]))
    found = expected_of(comparison, 80, verified=8, unverified={80: 100, 90: 40})
    assert found is not None
    assert found.share == pytest.approx((8 + 100 * 30 / 40 + 40 * 45 / 50) / 148)
    assert found.low < found.share < found.high


def test_below_thirty_verified_pairs_from_the_threshold_on_nothing_is_told() -> None:
    comparison = compare(tally([20, 0, 0, 25, 4, 0], [5, 0, 0, 0, 0, 0]))
    assert expected_of(comparison, 80, verified=29, unverified={80: 100}) is None
    assert expected_of(comparison, 50, verified=29, unverified={80: 100}) is not None


@pytest.mark.drawn
@pytest.mark.parametrize("verified", [30, 60, 150, 500])
def test_the_interval_covers_the_truth(verified: int) -> None:
    """At least 92 % of the time, with V1's own spread of confidences over the raters' pairs and over the others."""
    chance = np.random.default_rng(verified)
    unverified = dict(zip(LEVELS, (TRAIN_SHARE * 10_000).astype(int).tolist(), strict=True))
    truth = float((TRAIN_SHARE * TRUE).sum() / TRAIN_SHARE.sum())
    covered = told = 0
    for _ in range(TRIALS):
        numbers = chance.multinomial(verified, VALIDATION_SHARE)
        yes = chance.binomial(numbers, TRUE)
        comparison = compare(tally(yes.tolist(), (numbers - yes).tolist()))
        found = expected_of(comparison, 50, verified=0, unverified=unverified)
        told += found is not None
        covered += found is not None and found.low <= truth <= found.high
    assert told == TRIALS
    assert covered / told >= 0.92


def test_a_threshold_comes_from_what_is_asked() -> None:
    comparison = compare(tally([5, 10, 15, 60, 90, 200], [25, 20, 15, 10, 5, 0]))
    assert threshold_of(RecipeLabel("/m/a", at=70), comparison).hundredths == 70
    assert threshold_of(RecipeLabel("/m/a", Take.VERIFIED), comparison).hundredths == HIGHEST
    asked = RecipeLabel("/m/a", precision=0.9)
    assert threshold_of(asked, comparison).hundredths == comparison.recommended_threshold(0.9, min_verified=30)
    never = threshold_of(RecipeLabel("/m/a", precision=0.999), comparison)
    assert never.hundredths is None
    assert never.reached is not None
    assert 0.9 < never.reached < 0.999
    few = threshold_of(RecipeLabel("/m/a", precision=0.5), compare(tally([29, 0, 0, 0, 0, 0], [0] * 6)))
    assert (few.hundredths, few.reached) == (None, None)
    assert "fewer than 30" in few.why


def test_mixes_are_compared_within_what_is_joined_and_weighted_by_what_is_taken() -> None:
    """Two strata: the first of two levels, where mixes are 3:1 and 1:3; the second of one, where they cannot differ."""
    levels = [Agreement(30 + 5, 5, 0), Agreement(10 + 15, 10, 5), Agreement(120 + 20, 20, 0)]
    assert mix_distance(levels) == pytest.approx(40 / 160 * 0.5)
    assert mix_distance([]) == mix_distance([Agreement(5, 5, 0)]) == 0
    assert mix_distance([Agreement(8, 0, 0)]) == pytest.approx(0.5)


def test_a_label_is_told_of_whose_positives_have_other_confidences_than_its_verified_pairs() -> None:
    comparison = compare(tally([3, 3, 3, 0, 0, 25], [0, 0, 0, 0, 0, 5]))
    assert is_unlike(comparison, 50, {50: 0, 60: 0, 70: 1, 80: 1000})
    assert not is_unlike(comparison, 50, {100: 1000})
    assert not is_unlike(comparison, 50, {})


@pytest.mark.drawn
def test_nobody_is_warned_where_raters_saw_the_same_mix() -> None:
    chance = np.random.default_rng(1)
    unverified = dict(zip(LEVELS, (TRAIN_SHARE * 10_000).astype(int).tolist(), strict=True))
    for _ in range(TRIALS):
        numbers = chance.multinomial(30, TRAIN_SHARE)
        yes = chance.binomial(numbers, TRUE)
        assert not is_unlike(compare(tally(yes.tolist(), (numbers - yes).tolist())), 50, unverified)
