"""How many of a label's positives are expected to have it, and where its threshold comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from browse.domain.comparison import (
    MIN_VERIFIED,
    Agreement,
    Comparison,
    Estimate,
    expected_precision,
    mix_distance,
)
from browse.sets.recipe import RecipeLabel, Take
from browse.sets.targets import HIGHEST

UNLIKE = 0.4
"""A distance of mixes (`mix_distance`) that is told of; with ten verified pairs over five levels chance makes 0.25."""


@dataclass(frozen=True)
class Threshold:
    """A threshold in hundredths and where it comes from; None where the precision asked for is reached nowhere.

    reached: the highest precision, by the lower end of its interval, among thresholds with enough verified pairs.
    """

    hundredths: int | None
    why: str
    reached: float | None = None


def threshold_of(label: RecipeLabel, comparison: Comparison) -> Threshold:
    """The threshold of a label; one by precision as the label's page recommends it, never taken at another."""
    if label.take is Take.VERIFIED:
        return Threshold(HIGHEST, "verified pairs alone")
    if label.at is not None:
        return Threshold(label.at, "as given")
    assert label.precision is not None
    found = comparison.recommended_threshold(label.precision, min_verified=MIN_VERIFIED)
    if found is not None:
        return Threshold(found, f"the lowest at which precision is {label.precision:g} or more")
    lows = [
        level.at_least.precision_low
        for level in comparison.levels
        if level.at_least.verified >= MIN_VERIFIED and level.at_least.precision_low is not None
    ]
    reached = max(lows, default=None)
    what = f"fewer than {MIN_VERIFIED} pairs are verified" if reached is None else f"it reaches {reached:.3f}"
    return Threshold(None, f"no threshold has a precision of {label.precision:g} for sure: {what}", reached)


def expected_of(
    comparison: Comparison, threshold: int, *, verified: int, unverified: Mapping[int, int]
) -> Estimate | None:
    """The share of a label's positives that is expected to be right, with its 95 % interval.

    verified    positives that people confirmed.
    unverified  by confidence, in hundredths, the positives that nobody judged.

    What is right of the unverified at each confidence is taken from raters' verdicts of the whole data set
    (`comparison`), by the method of `domain.comparison.expected_precision`, which weights levels by their unverified
    pairs: here those of the set. None below MIN_VERIFIED verified pairs from the threshold on, and where there are no
    unverified ones to be estimated.
    """
    if not sum(unverified.values()):
        return None
    levels = _levels(comparison, threshold, unverified)
    counted = sum(level.yes for level in levels)
    return expected_precision(levels, missed=verified - counted)


def is_unlike(comparison: Comparison, threshold: int, unverified: Mapping[int, int]) -> bool:
    """Whether positives that nobody judged have other confidences than the verified pairs that they are estimated by.

    The interval of `expected_of` then says less than it seems to.
    """
    return mix_distance(_levels(comparison, threshold, unverified)) >= UNLIKE


def _levels(comparison: Comparison, threshold: int, unverified: Mapping[int, int]) -> list[Agreement]:
    return [
        Agreement(level.at.verified + unverified.get(level.confidence, 0), level.at.yes, level.at.no)
        for level in comparison.levels
        if level.confidence >= threshold
    ]
