"""Shares in words: percentages, and what raters made of what the machine gave."""

from __future__ import annotations

from browse.comparison import Agreement


def percent(share: float, *, places: int = 0) -> str:
    """A share as a percentage, such as "93\N{NO-BREAK SPACE}%"."""
    return f"{100 * share:.{places}f}\N{NO-BREAK SPACE}%"


def measured(pairs: Agreement) -> str:
    """How often raters confirmed such pairs; a percentage of enough of them only."""
    if pairs.precision is None:
        return "none checked"
    if not pairs.is_enough:
        return f"only {pairs.verified} checked"
    return f"confirmed in {percent(pairs.precision)} of {pairs.verified:,} checked"
