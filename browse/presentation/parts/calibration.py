"""Measured precision against the confidence that the machine gave, as a drawing: dots with intervals, a diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browse.domain.comparison import Level, calibration
from browse.presentation.parts.shares import percent
from browse.query.spelling import format_confidence

LEFT, RIGHT, TOP, BOTTOM = 46.0, 354.0, 10.0, 250.0
"""The drawing's field, in units of its view box of 364 by 292."""
TICKS = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Dot:
    """One confidence: where its precision stands, and its interval from top to bottom."""

    x: float
    y: float
    top: float
    bottom: float
    text: str


@dataclass(frozen=True)
class Tick:
    """A line of the grid."""

    place: float
    text: str


@dataclass(frozen=True)
class Gap:
    """A line of the table: confidence beside measured precision, and how far the one is from the other."""

    confidence: str
    verified: int
    precision: str
    interval: str
    gap: str


@dataclass(frozen=True)
class Calibration:
    """The drawing and its table."""

    dots: tuple[Dot, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    gaps: tuple[Gap, ...]


def drawn_calibration(levels: Sequence[Level]) -> Calibration:
    """A dot for each confidence of which enough pairs are verified, and a line of the table for each at all."""
    dots, gaps = [], []
    for point in calibration(levels):
        text = format_confidence(point.confidence)
        if point.precision is None or point.precision_low is None or point.precision_high is None:
            gaps.append(Gap(text, point.verified, "", "", ""))
            continue
        shown = percent(point.precision, places=1)
        interval = f"{100 * point.precision_low:.1f}–{100 * point.precision_high:.1f}"
        said = f"at {text}: {shown} ({interval}) of {point.verified:,} checked were confirmed"
        places = (_up(point.precision), _up(point.precision_high), _up(point.precision_low))
        dots.append(Dot(_across(point.confidence), *places, text=said))
        gaps.append(Gap(text, point.verified, shown, interval, f"{100 * (point.gap or 0):+.1f}"))
    across = tuple(Tick(_across(tick), format_confidence(tick)) for tick in TICKS)
    up = tuple(Tick(_up(tick / 100), f"{tick}%") for tick in TICKS)
    return Calibration(tuple(dots), across, up, tuple(gaps))


def _across(hundredths: int) -> float:
    return round(LEFT + (RIGHT - LEFT) * hundredths / 100, 1)


def _up(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)
