"""What several scenes have: rows of pines, ripples, grass and planks."""

from __future__ import annotations

from browse.sample.painting.drawing import CRISP, Drawing, Layer
from browse.sample.painting.outlines import Point, box, curve, disc, leaf, path, polygon

_PINE = [(0, 1), (0.1, 0.72), (0.05, 0.74), (0.17, 0.4), (0.1, 0.43), (0.24, -0.1)]


def pine_row(d: Drawing, width: float, base: float, size: float, count: int) -> list[str]:
    """Outlines of a row of pines, which go into one dark shape."""
    rows = []
    for i in range(count):
        x, tall = width * (i + d.vary()) / count, size * d.vary(0.5, 1)
        half = [(across * tall, base - up * tall) for across, up in _PINE]
        rows.append(polygon([(x + across, y) for across, y in half] + [(x - across, y) for across, y in half[::-1]]))
    return rows


def draw_ripples(d: Drawing, sharp: Layer, top: float, tones: str, light: float | None = None) -> None:
    """Ripples of two tones from row `top` down, and below a light at x its glittering path."""
    for tone in tones.split():
        waves = [(d.vary(0, d.w), d.vary() ** 1.6, d.vary(1, 2)) for _ in range(90)]
        lenses = [_lens(d, top, (x, far), (1 + 8 * far) * wide, 0.3 + 1.2 * far) for x, far, wide in waves]
        sharp.fill(tone, *lenses, opacity=0.42)
    if light is not None:
        waves = [(d.random.gauss(0, 1), d.vary() ** 1.3, d.vary(0.5, 1.5)) for _ in range(120)]
        spots = [(light + x * (2 + 7 * far), far, (1 + 4 * far) * wide) for x, far, wide in waves]
        sharp.fill("sun+20", *(_lens(d, top, (x, far), wide, 0.4 + far) for x, far, wide in spots), opacity=0.85)


def _lens(d: Drawing, top: float, at: tuple[float, float], half: float, tall: float) -> str:
    (x, far), rim = at, (half, -tall, 2 * half, 0, -half, tall, -2 * half, 0)
    return path("M??q????q????z", x - half, top + 0.4 + (d.h - top) * far, *rim)


def draw_grass(d: Drawing, sharp: Layer, places: list[Point], tones: str, size: float) -> None:
    """A tuft of blades at each place."""
    for number, tone in enumerate(tones.split()):
        own = places[number :: tones.count(" ") + 1]
        tufts = [(x + d.random.gauss(0, size * 0.4), y) for x, y in own for _ in range(3)]
        sharp.fill(tone, *(leaf(x, y, size * d.vary(0.5, 1), size * 0.1, d.random.gauss(-90, 17)) for x, y in tufts))


def draw_planks(d: Drawing, soft: Layer, sharp: Layer, wood: str) -> None:
    y = 0.0
    while y < d.h:
        tall = d.vary(12, 17)
        d.palette.name(wood=wood, plank=f"{wood}-25~{wood}/{d.vary(0, 100):.0f}+{d.vary(0, 16):.0f}")
        soft.fill("fade 0 plank+8 plank plank-20", box(0, y, d.w, tall + 0.3))
        rows = [y + tall * d.vary(0.08, 0.92) for _ in range(7)]
        grain = [[(x * 24, row + d.random.gauss(0, 0.6)) for x in range(int(d.w / 24) + 2)] for row in rows]
        sharp.line("plank-22", 0.28, *(curve(line, closed=False) for line in grain), ends=CRISP)
        knot = d.vary(0, d.w)
        sharp.line("plank-30", 0.35, *(disc(knot, y + tall / 2, size * 1.7, size) for size in (0.7, 1.5, 2.4)))
        sharp.fill("wood-70", box(0, y - 0.4, d.w, 0.8), box(d.vary(0, d.w), y, 0.7, tall))
        y += tall
