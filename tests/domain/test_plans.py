"""Sampling plans: what is estimated, and how often its interval covers the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from browse.domain.comparison import Estimate, wilson_interval
from browse.domain.plans import LevelTally, Plan, PlanLevel, answer_of, estimate, is_narrow, plan_of
from browse.query.values import State


def test_the_estimate_is_that_of_plain_loops() -> None:
    levels = [LevelTally("0.5-0.7", 1000, 50, 20, 25), LevelTally("0.8-1", 100, 50, 45, 5), LevelTally("x", 0, 0)]
    found = estimate(levels)
    assert found is not None
    share = (1000 * 20 / 45 + 100 * 45 / 50) / 1100
    below = above = 0.0
    for population, yes, no in ((1000, 20, 25), (100, 45, 5)):
        low, high = wilson_interval(yes, no)
        part, left = yes / (yes + no), math.sqrt((population - yes - no) / (population - 1))
        below += (population / 1100 * left * (part - low)) ** 2
        above += (population / 1100 * left * (high - part)) ** 2
    assert (found.share, found.low, found.high) == pytest.approx(
        (share, share - math.sqrt(below), share + math.sqrt(above))
    )
    by_weights = (20 * 1000 / 45 + 45 * 100 / 50) / 1100
    assert found.share == pytest.approx(by_weights), "each answer by the inverse of how likely it was to be drawn"


def test_too_few_answers_give_no_estimate() -> None:
    assert estimate([LevelTally("all", 100, 29, 20, 9)]) is None
    assert estimate([LevelTally("a", 100, 40, 20, 20), LevelTally("b", 100, 40)]) is None
    whole = estimate([LevelTally("all", 40, 40, 10, 30)])
    assert whole == Estimate(0.25, 0.25, 0.25), "nothing is left to be guessed"


@pytest.mark.parametrize(
    ("populations", "truths", "drawn"),
    [
        ((100_000,), (0.7,), (60,)),
        ((2000, 500, 90_000), (0.95, 0.5, 0.1), (40, 40, 40)),
        ((300, 300), (0.98, 0.02), (150, 20)),
    ],
)
def test_the_interval_covers_the_truth_however_unequally_levels_are_drawn(
    populations: tuple[int, ...], truths: tuple[float, ...], drawn: tuple[int, ...]
) -> None:
    random = np.random.default_rng(7)
    right = [round(population * truth) for population, truth in zip(populations, truths, strict=True)]
    truth = sum(right) / sum(populations)
    given = zip(right, populations, drawn, strict=True)
    yes = np.stack([random.hypergeometric(one, all_ - one, number, size=2000) for one, all_, number in given], axis=1)
    covered = 0
    for row in yes.tolist():
        levels = [
            LevelTally("", population, number, one, number - one)
            for population, number, one in zip(populations, drawn, row, strict=True)
        ]
        found = estimate(levels)
        covered += found is not None and found.low <= truth <= found.high
    assert covered / len(yes) >= 0.92


def test_an_early_end_leaves_an_interval_that_covers_the_truth() -> None:
    """Ended at ± 5 %, looked at after every ten answers."""
    random = np.random.default_rng(3)
    truth, covered, runs = 0.8, 0, 1000
    for answers in (random.random((runs, 600)) < truth).cumsum(axis=1)[:, 9::10].tolist():
        for number, yes in enumerate(answers, start=1):
            found = estimate([LevelTally("all", 1_000_000, 600, yes, 10 * number - yes)])
            if is_narrow(found, 50):
                break
        covered += found is not None and found.low <= truth <= found.high
    assert covered / runs >= 0.92


def test_a_plan_is_stored_whole_and_says_what_it_is() -> None:
    levels = (PlanLevel("0.5-0.7", 1000, 50), PlanLevel("0.8-1", 100, 50))
    plan = Plan("subset=train", (State.UNVERIFIED,), levels, 7, "hardest", 3, 10, ("ann", "bob"), 30)
    assert plan_of(plan.text) == plan
    assert (plan.is_random, plan.is_unequal, plan.is_for("ann"), plan.is_for("carl")) == (False, True, True, False)
    equal = Plan("", (State.UNVERIFIED,), (PlanLevel("all", 10, 10),), 7)
    assert (equal.is_random, equal.is_unequal, equal.is_for("carl")) == (True, False, True)


def test_an_answer_is_what_most_say() -> None:
    assert [answer_of(words) for words in (["yes", "no", "yes"], ["yes", "no"], ["unsure"], ["no", "unsure"], [])] == [
        *("yes", "", "", "no", "")
    ]
