"""Outlines as SVG path data."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin

Point = tuple[float, float]


def path(form: str, *numbers: float) -> str:
    """Path data in which each question mark stands for a number."""
    return form.replace("?", " %.2f") % numbers


def box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"


def disc(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """An ellipse around (x, y); a circle without `ry`."""
    half = f"a{rx:.2f} {rx if ry is None else ry:.2f} 0 1 0 "
    return f"M{x - rx:.2f} {y:.2f}{half}{2 * rx:.2f} 0{half}{-2 * rx:.2f} 0z"


def curve(points: Sequence[Point], *, closed: bool = True) -> str:
    """A smooth line through the points (Catmull and Rom's, as Bézier curves)."""
    ends = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    parts = [f"M{points[0][0]:.2f} {points[0][1]:.2f}"]
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        lead, trail = (bx + (cx - ax) / 6, by + (cy - ay) / 6), (cx - (dx - bx) / 6, cy - (dy - by) / 6)
        parts.append(path("C??????", *lead, *trail, cx, cy))
    return "".join(parts) + "z" * closed


def leaf(x: float, y: float, length: float, width: float, turn: float) -> str:
    """A pointed leaf or petal from (x, y), which points to the right at turn 0 and clockwise from there."""
    dx, dy = length * cos(radians(turn)), length * sin(radians(turn))
    sx, sy = -dy * width / length * 0.7, dx * width / length * 0.7
    there = dx / 4 + sx, dy / 4 + sy, dx * 0.75 + sx, dy * 0.75 + sy, dx, dy
    back = -dx / 4 - sx, -dy / 4 - sy, -dx * 0.75 - sx, -dy * 0.75 - sy, -dx, -dy
    return path("M??c??????c??????z", x, y, *there, *back)
