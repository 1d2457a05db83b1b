"""Human versus machine: what raters' verdicts say of the labels that a machine gave. Pure.

Raters judged what was proposed to them, and what nobody proposed is unknown: so there is precision here, and coverage,
but no recall, nor anything made of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.query.values import State

Z = 1.959963984540054
"""Of the normal distribution, 2.5 % lie above."""

MIN_VERIFIED = 30
"""Below so many verified pairs no percentage is shown to people."""

DEFAULT_PRECISION = 0.95
"""That a recommended threshold reaches, where none is asked for."""

MIN_STRATUM = 10
"""Confidences are joined until so many pairs of each stratum are verified, before its precision stands for others."""

SILENT_STRENGTH = 50
"""How strongly a missed pair disagrees, in hundredths: the machine was silent, and how sure it was is unknown."""

Tally = Mapping[tuple[State, int], int]
"""How many pairs have each state and confidence, in hundredths."""
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[Any]


def wilson_interval(yes: int, no: int) -> tuple[float, float]:
    """95 % score interval of yes / (yes + no). Raises ValueError for 0 trials. Wilson (1927), eq. 4."""
    if yes < 0 or no < 0 or not yes + no:
        raise ValueError(f"no interval of {yes} yes and {no} no: at least one trial is needed")
    return _low(yes, no), 1 - _low(no, yes)


def _low(yes: int, no: int) -> float:
    """The lower end; written so that it is exactly 0 for 0 yes."""
    trials = yes + no
    return (2 * yes + Z * Z - Z * math.sqrt(Z * Z + 4 * yes * no / trials)) / (2 * (trials + Z * Z))


def wilson_intervals(yes: Integers, no: Integers) -> tuple[Floats, Floats]:
    """The same of arrays of one shape, to the last bit; NaN for 0 trials."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _lows(yes, no), 1 - _lows(no, yes)


def _lows(yes: Integers, no: Integers) -> Floats:
    trials = yes + no
    lows: Floats = (2 * yes + Z * Z - Z * np.sqrt(Z * Z + 4 * yes * no / trials)) / (2 * (trials + Z * Z))
    return lows


def lowest_thresholds(
    confidences: Integers, machine: Integers, yes: Integers, no: Integers, *, precision: float, min_verified: int
) -> Integers:
    """`Comparison.recommended_threshold` of many labels at once: int64[labels], in hundredths, -1 where there is none.

    confidences: int64[levels], ascending. machine, yes, no: int64[labels, levels], the pairs at each.
    """
    if not len(confidences):
        return np.full(len(machine), -1)
    above_yes, above_no = (np.cumsum(column[:, ::-1], axis=1)[:, ::-1] for column in (yes, no))
    lows, _ = wilson_intervals(above_yes, above_no)  # NaN, where nothing is verified, reaches nothing
    reaches = (machine > 0) & (above_yes + above_no >= min_verified) & (lows >= precision)
    found: Integers = np.where(reaches.any(axis=1), confidences[reaches.argmax(axis=1)], -1)
    return found


@dataclass(frozen=True)
class Agreement:
    """Of `machine` pairs that the machine gave, raters confirmed `yes` and rejected `no`. Shares are unrounded."""

    machine: int = 0
    yes: int = 0
    no: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.machine + other.machine, self.yes + other.yes, self.no + other.no)

    @property
    def verified(self) -> int:
        """How many of the pairs a rater judged."""
        return self.yes + self.no

    @property
    def is_enough(self) -> bool:
        """Whether enough pairs are verified for a percentage to be shown."""
        return self.verified >= MIN_VERIFIED

    @property
    def precision(self) -> float | None:
        """yes / (yes + no); None where nothing is verified."""
        return self.yes / self.verified if self.verified else None

    @property
    def precision_low(self) -> float | None:
        """Lower end of the precision's Wilson interval; None where nothing is verified."""
        return wilson_interval(self.yes, self.no)[0] if self.verified else None

    @property
    def precision_high(self) -> float | None:
        """Upper end of the precision's Wilson interval; None where nothing is verified."""
        return wilson_interval(self.yes, self.no)[1] if self.verified else None

    @property
    def coverage(self) -> float | None:
        """(yes + no) / machine; None where the machine gave nothing."""
        return self.verified / self.machine if self.machine else None


@dataclass(frozen=True)
class Level:
    """One confidence of the machine, in hundredths: the pairs at it, and those at it or above."""

    confidence: int
    at: Agreement
    at_least: Agreement


@dataclass(frozen=True)
class Estimate:
    """A share with the ends of its 95 % interval, unrounded."""

    share: float
    low: float
    high: float


def expected_precision(levels: Sequence[Agreement], *, missed: int) -> Estimate | None:
    """Of the images that a threshold keeps, the share expected to have the label.

    levels  the pairs at each of the machine's confidences from the threshold on, ascending.
    missed  pairs that raters confirmed and the machine did not give: they are kept at every threshold.

    Kept are V verified positives and U unverified pairs. Of the U_s of each stratum as many are taken to be right as
    raters confirmed of its verified ones, p_s: (V + Σ U_s·p_s) / (V + Σ U_s). The precision of all verified pairs
    together is another number, for they have another mix of confidences. The interval adds the squared distances of
    the ends of Wilson's intervals of each p_s, weighted by its U_s: MOVER, as Zou, Huang and Zhang (2009), A note on
    confidence interval estimation for a linear function of binomial proportions.

    None below MIN_VERIFIED verified pairs, and where nothing is kept.
    """
    total = sum(levels, Agreement())
    kept = missed + total.machine - total.no
    if not (total.is_enough and kept):
        return None
    right, below, above = float(missed + total.yes), 0.0, 0.0
    for stratum in strata(levels):
        unverified, precision = stratum.machine - stratum.verified, stratum.yes / stratum.verified
        low, high = wilson_interval(stratum.yes, stratum.no)
        right += unverified * precision
        below += (unverified * (precision - low)) ** 2
        above += (unverified * (high - precision)) ** 2
    return Estimate(
        right / kept, max(0.0, (right - math.sqrt(below)) / kept), min(1.0, (right + math.sqrt(above)) / kept)
    )


def strata(levels: Sequence[Agreement]) -> list[Agreement]:
    """The levels of each stratum together."""
    return [sum(stratum, Agreement()) for stratum in joined_levels(levels)]


def joined_levels(levels: Sequence[Agreement]) -> list[list[Agreement]]:
    """Levels, ascending, joined upwards until MIN_STRATUM pairs of each are verified; the last takes in what is left.

    One stratum of all of them where they have fewer verified pairs in all.
    """
    made: list[list[Agreement]] = []
    joined: list[Agreement] = []
    for level in levels:
        joined.append(level)
        if sum(one.verified for one in joined) >= MIN_STRATUM:
            made.append(joined)
            joined = []
    return [*made[:-1], made[-1] + joined] if made else [joined]


def mix_distance(levels: Sequence[Agreement]) -> float:
    """How unlike the unverified pairs' confidences are to those of the verified pairs that stand for them, 0 to 1.

    levels: as `expected_precision` takes them. Within each stratum, the total variation distance of the two mixes of
    levels; of all strata, the mean by their unverified pairs. 0 where nothing is unverified.
    """
    far = unverified = 0.0
    for stratum in joined_levels(levels):
        rest, verified = [one.machine - one.verified for one in stratum], [one.verified for one in stratum]
        if sum(rest):
            shares = zip(rest, verified, strict=True)
            known = max(sum(verified), 1)
            far += sum(rest) * sum(abs(one / sum(rest) - other / known) for one, other in shares) / 2
            unverified += sum(rest)
    return far / unverified if unverified else 0.0


@dataclass(frozen=True)
class Comparison:
    """A set of pairs. levels: each machine confidence that occurs, ascending; total: all of them together."""

    total: Agreement
    missed: int
    absent: int
    levels: tuple[Level, ...]

    def recommended_threshold(self, precision: float, *, min_verified: int = 1) -> int | None:
        """The lowest confidence, in hundredths, from which on the precision's lower end reaches this; or None.

        Only of confidences from which on so many pairs are verified.
        """
        for level in self.levels:
            low = level.at_least.precision_low
            if low is not None and low >= precision and level.at_least.verified >= min_verified:
                return level.confidence
        return None

    def at_least(self, hundredths: int) -> Agreement:
        """The pairs with this machine confidence or a higher one."""
        return next((level.at_least for level in self.levels if level.confidence >= hundredths), Agreement())

    def expected_at_least(self, hundredths: int) -> Estimate | None:
        """The expected precision of the images that a threshold keeps: of one label, those of `label=MID@t-1`."""
        kept = [level.at for level in self.levels if level.confidence >= hundredths]
        return expected_precision(kept, missed=self.missed)

    def at(self, hundredths: int) -> Agreement:
        """The pairs with exactly this machine confidence."""
        return next((level.at for level in self.levels if level.confidence == hundredths), Agreement())


def compare(pairs: Tally) -> Comparison:
    """The comparison of a set of pairs."""
    by_level = {hundredths: _agreement(pairs, hundredths) for hundredths in sorted({level for _, level in pairs})}
    levels = [(hundredths, one) for hundredths, one in by_level.items() if one.machine]
    cumulated = list(accumulate(one for _, one in reversed(levels)))[::-1]
    return Comparison(
        total=cumulated[0] if cumulated else Agreement(),
        missed=_of_state(pairs, State.MISSED),
        absent=_of_state(pairs, State.ABSENT),
        levels=tuple(Level(*level, at_least) for level, at_least in zip(levels, cumulated, strict=True)),
    )


def _agreement(pairs: Tally, hundredths: int) -> Agreement:
    yes, no, unverified = (
        pairs.get((state, hundredths), 0) for state in (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
    )
    return Agreement(yes + no + unverified, yes, no)


def _of_state(pairs: Tally, wanted: State) -> int:
    return sum(number for (state, _), number in pairs.items() if state is wanted)


@dataclass(frozen=True)
class CalibrationPoint:
    """How often raters confirmed what the machine gave at a confidence (in hundredths).

    gap: precision less confidence, below 0 where the machine was too sure. Both, and the interval, are None below
    MIN_VERIFIED verified pairs.
    """

    confidence: int
    verified: int
    precision: float | None
    precision_low: float | None
    precision_high: float | None
    gap: float | None


def calibration(levels: Sequence[Level]) -> tuple[CalibrationPoint, ...]:
    """Measured precision beside the confidence that the machine gave, for each level."""
    return tuple(_calibration_point(level.confidence, level.at) for level in levels)


def _calibration_point(hundredths: int, at: Agreement) -> CalibrationPoint:
    if at.precision is None or not at.is_enough:
        return CalibrationPoint(hundredths, at.verified, None, None, None, None)
    gap = at.precision - hundredths / 100
    return CalibrationPoint(hundredths, at.verified, at.precision, at.precision_low, at.precision_high, gap)


def strength(state: State, hundredths: int) -> int:
    """How strongly human and machine disagree on a pair, in hundredths; 0 where they do not.

    The machine's confidence where a rater overruled it, SILENT_STRENGTH where a rater saw what it did not give.
    """
    return {State.REJECTED: hundredths, State.MISSED: SILENT_STRENGTH}.get(state, 0)


def lifts(both: Integers, one: int, others: Integers, images: int) -> tuple[Floats, Floats]:
    """How much more often than by chance labels stand with one label: lift, and the lower end of its 95 % interval.

    both    images with the label and each other one, at least 1 each.
    one     images with the label.
    others  images with each other label.
    images  all images.

    lift = (both / one) / (others / images); bound = Wilson's low of both / one, divided by others / images.
    """
    share = others / images
    low, _ = wilson_intervals(both, one - both)
    lift: Floats = both / one / share
    return lift, low / share
