"""Shares in words: percentages, and what raters made of what the machine gave."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.comparison import Agreement

SMALL = 0.1
"""Smaller shares get one more decimal."""


@dataclass(frozen=True)
class Shares:
    """What is said of pairs that the machine gave. Without enough verified pairs, `note` says so and no share is told.

    precision   such as "94.1%", with its interval "93.0–95.0" in the same unit; coverage such as "74%".
    """

    verified: int
    precision: str = ""
    interval: str = ""
    coverage: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """Such as "precision 94.1% (93.0–95.0), 74% verified"."""
        if self.note:
            return f"only {self.note}, too few for a percentage" if self.verified else "none checked"
        return f"precision {self.precision} ({self.interval}), {self.coverage} verified"


def shares(pairs: Agreement) -> Shares:
    """Precision with its interval, and coverage; of enough verified pairs only."""
    if pairs.precision is None or pairs.precision_low is None or pairs.precision_high is None:
        return Shares(0, note="not checked")
    if not pairs.is_enough or pairs.coverage is None:
        return Shares(pairs.verified, note=f"{pairs.verified} checked")
    return Shares(
        verified=pairs.verified,
        precision=percent(pairs.precision, places=1),
        interval=interval(pairs.precision_low, pairs.precision_high),
        coverage=percent(pairs.coverage, places=1 if pairs.coverage < SMALL else 0),
    )


def percent(share: float, *, places: int = 0) -> str:
    """A share as a percentage, such as "93%"."""
    return f"{100 * share:.{places}f}%"


def interval(low: float, high: float) -> str:
    """The ends of an interval in per cent, without the unit, such as "93.0–95.0"."""
    return f"{100 * low:.1f}–{100 * high:.1f}"


def measured(pairs: Agreement) -> str:
    """How often raters confirmed such pairs; a percentage of enough of them only."""
    if pairs.precision is None:
        return "not checked"

    if not pairs.is_enough:
        return f"{pairs.verified} checked"
    return f"confirmed in {percent(pairs.precision)} of {pairs.verified:,} checked"
