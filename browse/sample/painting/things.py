"""What stands in several scenes: pines, broad trees, ripples and grass."""

from __future__ import annotations

from random import Random

from browse.sample.painting.colors import Color, darker, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.shapes import Point, disc, leaf, polygon


def pine_row(random: Random, width: float, base: float, size: float, count: int) -> list[str]:
    """Outlines of a row of pines, which go into one dark shape."""
    rows = []
    for i in range(count):
        x, tall = width * (i + random.uniform(0, 1)) / count, size * random.uniform(0.5, 1)
        steps = [(0.0, 1.0), (0.1, 0.72), (0.05, 0.74), (0.17, 0.4), (0.1, 0.43), (0.24, -0.1)]
        right = [(x + tall * across, base - tall * up) for across, up in steps]
        rows.append(polygon([*right, *[(2 * x - px, y) for px, y in reversed(right)]]))
    return rows


def draw_tree(drawing: Drawing, sharp: Layer, x: float, base: float, tall: float, leafy: Color) -> None:
    """A broad tree, lit from the upper left."""
    random, bark = drawing.random, mix((88, 62, 44), leafy, 0.15)
    with sharp.at(x, base, tall):
        sharp.fill(darker(bark, 0.35), "M-.05 0Q-.02 -.25 -.04 -.5L.04 -.5Q.03 -.25 .07 0z")
        sharp.fill(bark, "M-.05 0Q-.02 -.25 -.04 -.5L0 -.5Q0 -.25 .01 0z")
        crown = [(random.gauss(0, 0.15), random.uniform(-0.82, -0.48), random.uniform(0.1, 0.19)) for _ in range(14)]
        tones = (darker(leafy, 0.38), leafy, lighter(leafy, 0.2))
        for tone, shift, share in zip(tones, (0.02, -0.015, -0.045), (1.0, 0.8, 0.42), strict=True):
            sharp.fill(tone, *(disc(px + shift, py + shift, size * share) for px, py, size in crown))


def _lens(x: float, y: float, half: float, tall: float) -> str:
    return f"M{x - half:.1f} {y:.1f}q{half:.1f} {-tall:.1f} {2 * half:.1f} 0q{-half:.1f} {tall:.1f} {-2 * half:.1f} 0z"


def draw_ripples(
    drawing: Drawing, sharp: Layer, top: float, tones: tuple[Color, Color], light: tuple[float, Color] | None = None
) -> None:
    """Light and dark ripples from row `top` down, and below a light at x its glittering path."""
    random, room, unit = drawing.random, drawing.height - top, drawing.unit
    for color in tones:
        waves = [(random.uniform(0, drawing.width), random.random() ** 1.6, random.uniform(1, 2)) for _ in range(90)]
        shapes = [
            _lens(x, top + 1.5 + room * far, unit * (1 + 8 * far) * wide, unit * (0.3 + 1.2 * far))
            for x, far, wide in waves
        ]
        sharp.fill(color, *shapes, opacity=0.42)
    if light:
        waves = [(random.gauss(0, 1), random.random() ** 1.3, random.uniform(0.5, 1.5)) for _ in range(120)]
        shapes = [
            _lens(
                light[0] + x * unit * (2 + 7 * far),
                top + 1 + room * far,
                unit * (1 + 4 * far) * wide,
                unit * (0.4 + far),
            )
            for x, far, wide in waves
        ]
        sharp.fill(light[1], *shapes, opacity=0.85)


def draw_grass(drawing: Drawing, sharp: Layer, places: list[Point], tones: tuple[Color, ...], size: float) -> None:
    """A tuft of blades at each place."""
    random = drawing.random
    for number, tone in enumerate(tones):
        tufts = [(x + random.gauss(0, size * 0.4), y) for x, y in places[number :: len(tones)] for _ in range(3)]
        blades = [leaf(x, y, size * random.uniform(0.5, 1), size * 0.1, random.gauss(-90, 17)) for x, y in tufts]
        sharp.fill(tone, *blades)
