"""The frame of drawings that have confidence across and a share upwards: places in it, and its grid."""

from __future__ import annotations

from dataclasses import dataclass

from browse.query.spelling import format_confidence

LEFT, RIGHT, TOP, BOTTOM = 46.0, 354.0, 10.0, 250.0
"""The drawing's field, in units of its view box of 364 by 292."""
TICKS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Tick:
    """A line of the grid."""

    place: float
    text: str


@dataclass(frozen=True)
class Frame:
    """The lines of the grid: confidences across, percentages upwards."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def across(hundredths: int) -> float:
    """Where a confidence stands."""
    return round(LEFT + (RIGHT - LEFT) * hundredths / 100, 1)


def up(share: float) -> float:
    """Where a share stands."""
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


FRAME = Frame(
    across=tuple(Tick(across(tick), format_confidence(tick)) for tick in TICKS),
    up=tuple(Tick(up(tick / 100), f"{tick}%") for tick in TICKS),
)
