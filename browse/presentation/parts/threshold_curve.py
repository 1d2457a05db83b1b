"""Precision and share kept against the threshold, as one drawing with a marker at the current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from browse.domain.comparison import Level
from browse.presentation.parts.calibration import Dot, dot
from browse.presentation.parts.plot_frame import FRAME, Frame, across, up
from browse.query.spelling import format_confidence


@dataclass(frozen=True)
class KeptDot:
    """Of all that the machine gave, the share at a threshold or above."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class ThresholdCurve:
    """precision: of the checked labels from each threshold on. kept: the share of the machine's labels.

    band, line  of the precision, of thresholds with enough verified pairs: points of a polygon and of a polyline.
    kept_line   points of a polyline.
    """

    precision: tuple[Dot, ...]
    kept: tuple[KeptDot, ...]
    band: str
    line: str
    kept_line: str
    frame: Frame


def threshold_curve(levels: Sequence[Level]) -> ThresholdCurve:
    """The drawing of levels, ascending."""
    precision = tuple(dot(level.confidence, level.at_least) for level in levels if level.at_least.verified)
    sure = [one for one in precision if one.is_enough]
    kept = tuple(_kept(level, levels[0].at_least.machine) for level in levels)
    return ThresholdCurve(
        precision=precision,
        kept=kept,
        band=_points([*((one.x, one.top) for one in sure), *((one.x, one.bottom) for one in reversed(sure))]),
        line=_points([(one.x, one.y) for one in sure]),
        kept_line=_points([(one.x, one.y) for one in kept]),
        frame=FRAME,
    )


def _kept(level: Level, machine: int) -> KeptDot:
    kept = level.at_least.machine
    text = f"at {format_confidence(level.confidence)} or more: {kept:,} of {machine:,} machine labels kept"
    return KeptDot(across(level.confidence), up(kept / machine), text)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
