"""Outlines: smooth curves, ridges, leaves, stars and the like as lists of points."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from math import cos, pi, radians, sin
from random import Random

from browse.sample.painting.canvas import Point


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 6) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    count = len(points)
    around = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1], points[-1]]
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = around[i : i + 4]
        for a, b, c, d in _weights(steps):
            curve.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
    return curve if closed else [*curve, points[-1]]


@lru_cache(maxsize=32)
def _weights(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """How much each of four neighbouring points counts at each step from the second towards the third."""
    shares = [step / steps for step in range(steps)]
    return tuple(
        (
            0.5 * (-t + 2 * t * t - t**3),
            0.5 * (2 - 5 * t * t + 3 * t**3),
            0.5 * (t + 4 * t * t - 3 * t**3),
            0.5 * (t**3 - t * t),
        )
        for t in shares
    )


def placed(
    points: Sequence[Point], x: float, y: float, scale: float, *, turn: float = 0, flip: bool = False
) -> list[Point]:
    """The points scaled, mirrored, turned (degrees, clockwise on the screen) and moved to (x, y)."""
    c, s, sign = cos(radians(turn)) * scale, sin(radians(turn)) * scale, -1 if flip else 1
    return [(x + sign * px * c - py * s, y + sign * px * s + py * c) for px, py in points]


def regular(sides: int, x: float, y: float, radius: float, turn: float = -90) -> list[Point]:
    """A regular polygon whose first corner lies at `turn` degrees."""
    return [_polar(x, y, radius, turn + 360 * i / sides) for i in range(sides)]


def star(tips: int, x: float, y: float, radius: float, inner: float = 0.42, turn: float = -90) -> list[Point]:
    return [_polar(x, y, radius * (inner if i % 2 else 1), turn + 180 * i / tips) for i in range(2 * tips)]


def arc(x: float, y: float, radius: float, start: float, end: float, steps: int = 24) -> list[Point]:
    """Points on a circle from `start` to `end` degrees, clockwise on the screen from the right."""
    return [_polar(x, y, radius, start + (end - start) * i / steps) for i in range(steps + 1)]


def _polar(x: float, y: float, radius: float, degrees: float) -> Point:
    return x + radius * cos(radians(degrees)), y + radius * sin(radians(degrees))


def blob(x: float, y: float, radius: float, random: Random, *, rough: float = 0.18, squash: float = 1.0) -> list[Point]:
    """A roundish outline, a little irregular."""
    count = 9
    corners = []
    for i in range(count):
        reach = radius * (1 + random.uniform(-rough, rough))
        angle = 2 * pi * i / count
        corners.append((x + reach * cos(angle), y + reach * squash * sin(angle)))
    return smooth(corners, steps=4)


def leaf(x: float, y: float, length: float, width: float, turn: float) -> list[Point]:
    """A pointed oval from (x, y) on, towards `turn` degrees."""
    half = [(0.0, 0.0), (0.2, 0.42), (0.5, 0.5), (0.8, 0.3), (1.0, 0.0), (0.8, -0.3), (0.5, -0.5), (0.2, -0.42)]
    shape = smooth([(px * length, py * width) for px, py in half], steps=4)
    return placed(shape, x, y, 1, turn=turn)


def ridge(width: float, base: float, height: float, random: Random, *, rough: float = 0.55) -> list[Point]:
    """A jagged skyline from left to right: `base` is its mean height on the screen, `height` its swing."""
    heights = [random.uniform(-0.4, 0.4), random.uniform(-0.2, 1), random.uniform(-0.4, 0.4)]
    swing = 0.7
    for _ in range(6):
        finer = [heights[0]]
        for left, right in itertools.pairwise(heights):
            finer += [(left + right) / 2 + random.uniform(-swing, swing) * 0.6, right]
        heights, swing = finer, swing * rough
    middle = sum(heights) / len(heights)
    step = width / (len(heights) - 1)
    return [(i * step, base - (value - middle) * height) for i, value in enumerate(heights)]


def hills(width: float, base: float, height: float, random: Random, *, count: int = 5) -> list[Point]:
    """A soft rolling line from left to right."""
    step = width / count
    points = [
        (i * step + random.uniform(-0.25, 0.25) * step * (0 < i < count), base - random.uniform(0, height))
        for i in range(count + 1)
    ]
    return smooth([(-step, base), *points, (width + step, base)], closed=False, steps=10)


def below(line: Sequence[Point], bottom: float) -> list[Point]:
    """The area from a line down to `bottom`."""
    return [*line, (line[-1][0], bottom), (line[0][0], bottom)]


def height_at(line: Sequence[Point], x: float) -> float:
    """The line's height on the screen at x."""
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        if x0 <= x <= x1 and x1 > x0:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return line[-1][1]


def spiral(x: float, y: float, radius: float, turns: float, steps: int = 160) -> list[Point]:
    return [_polar(x, y, radius * i / steps, 360 * turns * i / steps) for i in range(steps + 1)]
