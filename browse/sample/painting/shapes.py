"""Outlines as SVG path data, in the units of the layer or group that they are drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import cos, pi, radians, sin
from random import Random

Point = tuple[float, float]


def box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    turn, across, down = f"a{radius:.2f} {radius:.2f} 0 0 1 ", width - 2 * radius, height - 2 * radius
    corners = (f"{radius:.2f} {radius:.2f}", f"{-radius:.2f} {radius:.2f}", f"{-radius:.2f} {-radius:.2f}")
    sides = f"h{across:.2f}{turn}{corners[0]}v{down:.2f}{turn}{corners[1]}h{-across:.2f}{turn}{corners[2]}"
    return f"M{x + radius:.2f} {y:.2f}{sides}v{-down:.2f}{turn}{radius:.2f} {-radius:.2f}z"


def disc(x: float, y: float, rx: float, ry: float | None = None) -> str:
    """An ellipse around (x, y); a circle without `ry`."""
    tall = rx if ry is None else ry
    half = f"a{rx:.2f} {tall:.2f} 0 1 0 "
    return f"M{x - rx:.2f} {y:.2f}{half}{2 * rx:.2f} 0{half}{-2 * rx:.2f} 0z"


def polygon(points: Sequence[Point], *, closed: bool = True) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "z" * closed


def curve(points: Sequence[Point], *, closed: bool = True) -> str:
    """A smooth line through the points (Catmull and Rom's, as Bézier curves)."""
    count = len(points)
    parts = [f"M{points[0][0]:.2f} {points[0][1]:.2f}"]
    for i in range(count if closed else count - 1):
        before, start = points[i - 1 if closed else max(i - 1, 0)], points[i]
        end, after = (points[j % count if closed else min(j, count - 1)] for j in (i + 1, i + 2))
        lead = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        trail = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        parts.append("C" + " ".join(f"{x:.2f} {y:.2f}" for x, y in (lead, trail, end)))
    return "".join(parts) + "z" * closed


def star(x: float, y: float, outer: float, inner: float, tips: int, turn: float = 0) -> str:
    """A star with its first tip `turn` degrees past the top; a regular polygon of twice as many corners if equal."""
    steps = [(radians(turn - 90) + pi * i / tips, inner if i % 2 else outer) for i in range(2 * tips)]
    return polygon([(x + reach * cos(angle), y + reach * sin(angle)) for angle, reach in steps])


def regular(x: float, y: float, radius: float, corners: int, turn: float = 0) -> str:
    angles = [radians(turn - 90) + 2 * pi * i / corners for i in range(corners)]
    return polygon([(x + radius * cos(angle), y + radius * sin(angle)) for angle in angles])


def leaf(x: float, y: float, length: float, width: float, turn: float) -> str:
    """A pointed leaf or petal from (x, y), which points to the right at turn 0 and clockwise from there."""
    dx, dy = cos(radians(turn)), sin(radians(turn))

    def at(along: float, aside: float) -> str:
        return f"{x + along * dx - aside * dy:.2f} {y + along * dy + aside * dx:.2f}"

    sides = (
        f"C{at(length * 0.25, side)} {at(length * 0.75, side)} {at(*end)}"
        for side, end in ((width * 0.7, (length, 0)), (-width * 0.7, (0, 0)))
    )
    return f"M{at(0, 0)}" + "".join(sides) + "z"


def ridge(width: float, y: float, rise: float, random: Random, *, steps: int = 6) -> list[Point]:
    """Points of soft hills from edge to edge, up to `rise` above y."""
    return [(width * (i - 0.5) / (steps - 1), y - rise * random.random()) for i in range(steps + 1)]


def peaks(width: float, y: float, rise: float, random: Random, *, count: int = 5) -> list[Point]:
    """Points of a jagged skyline with about so many summits, up to `rise` above y."""
    line: list[Point] = [(-0.1 * width, y - rise * random.uniform(0.2, 0.5))]
    for i in range(count):
        line.append((width * (i + random.uniform(0.25, 0.75)) / count, y - rise * random.uniform(0.62, 1)))
        line.append((width * (i + random.uniform(0.95, 1.2)) / count, y - rise * random.uniform(0.15, 0.45)))
    line.sort()
    for jag in (0.16, 0.08, 0.04):
        middles = [
            ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + rise * jag * random.uniform(-1, 1)) for a, b in pairwise(line)
        ]
        line = [point for pair in zip(line, [*middles, line[-1]], strict=True) for point in pair][:-1]
    return line


def below(line: str, width: float, bottom: float) -> str:
    """The land under an open line that runs from beyond the left edge to beyond the right one."""
    return f"{line}L{width * 1.3:.0f} {bottom:.0f}L{-width * 0.3:.0f} {bottom:.0f}z"
