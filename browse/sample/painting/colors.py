"""Colors, and gradients to fill shapes with."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, radians, sin

Color = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)


def mix(a: Color, b: Color, share: float) -> Color:
    """The color `share` (0 to 1) of the way from a to b."""
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(a, b, strict=True))
    return red, green, blue


def lighter(color: Color, share: float) -> Color:
    return mix(color, WHITE, share)


def darker(color: Color, share: float) -> Color:
    return mix(color, BLACK, share)


def hexadecimal(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


@dataclass(frozen=True)
class Fade:
    """A straight gradient over a shape's box: from top to bottom at angle 0, from left to right at 90 degrees."""

    stops: tuple[Color, ...]
    angle: float = 0
    opacities: tuple[float, float] = (1, 1)

    def svg(self, name: str) -> str:
        x, y = sin(radians(self.angle)), cos(radians(self.angle))
        ends = f'x1="{max(-x, 0):.3f}" y1="{max(-y, 0):.3f}" x2="{max(x, 0):.3f}" y2="{max(y, 0):.3f}"'
        return f'<linearGradient id="{name}" {ends}>{_stops(self.stops, self.opacities)}</linearGradient>'


@dataclass(frozen=True)
class Ball:
    """A gradient in rings around a focus (shares of the shape's box), as on a lit ball."""

    stops: tuple[Color, ...]
    focus: tuple[float, float] = (0.36, 0.3)
    reach: float = 0.8
    opacities: tuple[float, float] = (1, 1)

    def svg(self, name: str) -> str:
        place = f'cx="{self.focus[0]}" cy="{self.focus[1]}" r="{self.reach}"'
        return f'<radialGradient id="{name}" {place}>{_stops(self.stops, self.opacities)}</radialGradient>'


Paint = Color | Fade | Ball


def glow(color: Color, strength: float = 1) -> Ball:
    """Light that fades out towards the edge of its disc."""
    return Ball((color, color, color), (0.5, 0.5), 0.5, (strength, 0))


def gloss(color: Color) -> Ball:
    """A round thing's own color between its lit and its shaded side."""
    return Ball((lighter(color, 0.45), lighter(color, 0.12), color, darker(color, 0.42)))


_TONE = re.compile(r"#[0-9a-f]{6}|[a-z]+")
_CHANGE = re.compile(r"([+-])(\d+)|~(#[0-9a-f]{6}|[a-z]+)/(\d+)")


def written(text: str, color_of: Callable[[str], Color]) -> Paint:
    """The paint that a slot in art/ names, such as `coat-35` or `fade 90 #ffffff hull~haze/40`."""
    kind, *words = text.split()
    if not words:
        return _toned(kind, color_of)
    if kind == "glow":
        return glow(_toned(words[0], color_of), int(words[1]) / 100)
    if kind == "gloss":
        return gloss(_toned(words[0], color_of))
    if kind == "ball":
        return Ball(tuple(_toned(word, color_of) for word in words))
    angle, *stops = words
    return Fade(tuple(_toned(stop, color_of) for stop in stops), float(angle))


def _toned(word: str, color_of: Callable[[str], Color]) -> Color:
    name, *_ = _TONE.findall(word)
    color = color_of(name)
    for sign, percent, other, share in _CHANGE.findall(word):
        toward = color_of(other) if other else WHITE if sign == "+" else BLACK
        color = mix(color, toward, int(share or percent) / 100)
    return color


def from_hexadecimal(text: str) -> Color:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _stops(stops: tuple[Color, ...], opacities: tuple[float, float]) -> str:
    last, (first, end) = len(stops) - 1, opacities
    shares = [number / last for number in range(last + 1)]
    # Light falls off faster than evenly: a fading glow has less than half left halfway.
    levels = [first + (end - first) * (share if end >= first else share**0.55) for share in shares]
    return "".join(
        f'<stop offset="{share:.3f}" stop-color="{hexadecimal(stop)}"'
        + (f' stop-opacity="{level:.3f}"/>' if min(opacities) < 1 else "/>")
        for share, stop, level in zip(shares, stops, levels, strict=True)
    )
