"""The expected precision of what a threshold keeps, once more: pair by pair in exact fractions, intervals by scipy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from browse.query.values import State

VERDICTS = {State.CONFIRMED: True, State.REJECTED: False}
Stratum = set[int]


def wilson_by_scipy(yes: int, trials: int) -> Any:
    """The interval's `low` and `high`. Loads scipy, which takes a second that few tests need."""
    from scipy.stats import binomtest

    return binomtest(yes, trials).proportion_ci(0.95, method="wilson")


def expected(pairs: Sequence[tuple[int, State]], threshold: int) -> tuple[float, float, float] | None:
    """(share, low, high) of a label's pairs (hundredths, state); None where none is told."""
    kept = [(level, state) for level, state in pairs if level >= threshold and state is not State.ABSENT]
    judged = [(level, VERDICTS[state]) for level, state in kept if state in VERDICTS]
    shown = [(level, state) for level, state in kept if state is not State.REJECTED]
    if len(judged) < 30 or not shown:
        return None
    right, below, above = Fraction(0), 0.0, 0.0
    right += sum(state in (State.CONFIRMED, State.MISSED) for _, state in shown)
    machine_levels = {level for level, state in kept if state is not State.MISSED}
    for stratum in _strata(sorted(machine_levels), [level for level, _ in judged]):
        verdicts = [says for level, says in judged if level in stratum]
        unknown = sum(level in stratum and state is State.UNVERIFIED for level, state in shown)
        share = Fraction(sum(verdicts), len(verdicts))
        ends = wilson_by_scipy(sum(verdicts), len(verdicts))
        right += unknown * share
        below += (unknown * (float(share) - ends.low)) ** 2
        above += (unknown * (ends.high - float(share))) ** 2
    middle = float(right / len(shown))
    return middle, middle - math.sqrt(below) / len(shown), middle + math.sqrt(above) / len(shown)


def _strata(levels: list[int], judged: list[int]) -> Iterable[Stratum]:
    """Sets of confidences: from the lowest upwards as many as have ten verdicts; the rest belongs to the last."""
    for size in range(1, len(levels) + 1):
        first, rest = set(levels[:size]), levels[size:]
        if sum(level in first for level in judged) >= 10 and sum(level in rest for level in judged) >= 10:
            return [first, *_strata(rest, judged)]
    return [set(levels)]
