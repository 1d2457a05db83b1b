"""Measured precision against the confidence that the machine gave, as a drawing: dots with intervals, a diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browse.domain.comparison import Agreement, CalibrationPoint, Level, calibration, wilson_interval
from browse.presentation.parts.plot_frame import FRAME, Frame, across, up
from browse.presentation.parts.shares import interval, percent
from browse.query.spelling import format_confidence


@dataclass(frozen=True)
class Dot:
    """One confidence: where its precision stands, its interval from top to bottom; is_enough: for a percentage."""

    x: float
    y: float
    top: float
    bottom: float
    text: str
    is_enough: bool


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
    frame: Frame
    gaps: tuple[Gap, ...]


def drawn_calibration(levels: Sequence[Level]) -> Calibration:
    """A dot for each confidence of which any pair is verified, and a line of the table for each at all.

    Of too few verified pairs the dot is faint, and no percentage is told.
    """
    dots = tuple(dot(level.confidence, level.at) for level in levels if level.at.verified)
    return Calibration(dots, FRAME, tuple(map(_gap, calibration(levels))))


def dot(hundredths: int, pairs: Agreement) -> Dot:
    """The precision of pairs, at least one of them verified, over a confidence."""
    low, high = wilson_interval(pairs.yes, pairs.no)
    share = pairs.yes / pairs.verified
    shown = f"{percent(share, places=1)} ({interval(low, high)}) of {pairs.verified:,} checked were confirmed"
    few = f"{pairs.yes:,} of {pairs.verified:,} checked were confirmed, too few for a percentage"
    return Dot(
        *(across(hundredths), up(share), up(high), up(low)),
        text=f"at {format_confidence(hundredths)}: {shown if pairs.is_enough else few}",
        is_enough=pairs.is_enough,
    )


def _gap(point: CalibrationPoint) -> Gap:
    text = format_confidence(point.confidence)
    if point.precision is None or point.precision_low is None or point.precision_high is None:
        return Gap(text, point.verified, "", "", "")
    ends = interval(point.precision_low, point.precision_high)
    return Gap(text, point.verified, percent(point.precision, places=1), ends, f"{100 * (point.gap or 0):+.1f}")
