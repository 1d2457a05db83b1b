"""Surfaces seen straight on."""

from __future__ import annotations

from math import cos, sin
from random import Random

from browse.sample.painting.colors import Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import CRISP, Drawing, Layer
from browse.sample.painting.scenes import Scene, planned
from browse.sample.painting.shapes import box, curve, disc, rounded

_SURFACES = {
    "planks": "texture, close-up, wood, brown",
    "bricks": "texture, close-up, brick, pattern, rectangle, red",
    "pebbles": "texture, close-up, rock, grey, nature",
    "cloth": "texture, close-up, textile, pattern",
    "pool": "texture, close-up, water, blue",
    "ripples": "texture, close-up, sand, nature, yellow",
    "rain": "rain, window, night, water",
}


def surface(random: Random) -> Scene:
    """A surface seen straight on."""
    return planned("surface", _draw_surface, _SURFACES, random.choice(tuple(_SURFACES)))


def _draw_surface(drawing: Drawing, scene: Scene) -> None:
    soft, sharp = drawing.soft(), drawing.sharp()
    _SURFACE_DRAWN[scene.one_of(_SURFACES)](drawing, soft, sharp)


def draw_planks(drawing: Drawing, soft: Layer, sharp: Layer, wood: Color = (126, 84, 54)) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    y = 0.0
    while y < height:
        tall, tone = unit * random.uniform(12, 17), mix(darker(wood, 0.25), lighter(wood, 0.2), random.random())
        soft.fill(Fade((lighter(tone, 0.08), tone, darker(tone, 0.2))), box(0, y, width, tall + 1))
        grain = []
        for _ in range(7):
            at = y + tall * random.uniform(0.08, 0.92)
            grain.append(
                curve([(x, at + random.gauss(0, unit * 0.6)) for x in range(0, width + 120, 110)], closed=False)
            )
        sharp.line(darker(tone, 0.22), unit * 0.28, *grain, more=CRISP)
        knot = (random.uniform(0, width), y + tall / 2)
        sharp.line(
            darker(tone, 0.3), unit * 0.35, *(disc(*knot, unit * size * 1.7, unit * size) for size in (0.7, 1.5, 2.4))
        )
        sharp.fill(
            darker(wood, 0.7),
            box(0, y - unit * 0.4, width, unit * 0.8),
            box(random.uniform(0, width), y, unit * 0.7, tall),
        )
        y += tall


def _draw_bricks(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit = drawing.random, drawing.unit
    soft.fill((184, 172, 160), box(0, 0, drawing.width, drawing.height))
    wide, tall = unit * 24, unit * 9
    for row in range(int(drawing.height / tall) + 1):
        for column in range(-1, int(drawing.width / wide) + 2):
            tone = mix((168, 70, 52), (112, 46, 42), random.random())
            x, y = (column + 0.5 * (row % 2)) * wide, row * tall
            sharp.fill(darker(tone, 0.4), rounded(x, y, wide - unit * 0.9, tall - unit * 0.9, unit * 0.7))
            sharp.fill(tone, rounded(x, y, wide - unit * 1.4, tall - unit * 1.4, unit * 0.6))
            marks = [(x + random.random() * wide * 0.85, y + random.random() * tall * 0.75) for _ in range(7)]
            sharp.fill(
                lighter(tone, 0.14), *(box(px, py, unit * random.uniform(0.5, 3), unit * 0.5) for px, py in marks)
            )


def _draw_pebbles(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit = drawing.random, drawing.unit
    soft.fill((44, 42, 42), box(0, 0, drawing.width, drawing.height))
    step = unit * 8.5
    for row in range(int(drawing.height / step) + 2):
        for column in range(int(drawing.width / step) + 2):
            x, y, size = (
                (column + random.uniform(-0.2, 0.5)) * step,
                (row + random.uniform(-0.3, 0.4)) * step,
                step * random.uniform(0.45, 0.68),
            )
            tone = mix(
                (120, 118, 116), random.choice(((176, 168, 158), (92, 96, 104), (140, 124, 110))), random.random()
            )
            shape = curve(
                [
                    (
                        size * cos(i * 1.047) * random.uniform(0.85, 1.15),
                        size * 0.8 * sin(i * 1.047) * random.uniform(0.9, 1.1),
                    )
                    for i in range(6)
                ]
            )
            with sharp.at(x, y, 1, turn=random.uniform(-25, 25)):
                sharp.fill(darker(tone, 0.35), shape)
                with sharp.at(-size * 0.06, -size * 0.07, 0.84):
                    sharp.fill(tone, shape)
                sharp.fill(glow(lighter(tone, 0.5), 0.8), disc(-size * 0.25, -size * 0.25, size * 0.5))


def _draw_cloth(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    ground, band, stripe = random.choice(
        (
            ((176, 60, 56), (60, 40, 50), (240, 220, 180)),
            ((60, 96, 120), (30, 44, 66), (230, 226, 210)),
            ((90, 120, 88), (44, 60, 52), (236, 206, 130)),
        )
    )
    soft.fill(ground, box(0, 0, width, height))
    step = unit * 26
    for at in range(-1, int(max(width, height) / step) + 1):
        for tone, shift, wide in ((band, 0.3, 0.3), (stripe, 0.78, 0.05)):
            soft.fill(tone, box((at + shift) * step, 0, wide * step, height), opacity=0.6)
            soft.fill(tone, box(0, (at + shift) * step, width, wide * step), opacity=0.6)
    twill = [
        f"M{x:.1f} 0l{-height} {height}" for x in (i * unit * 1.3 for i in range(int((width + height) / unit / 1.3)))
    ]
    sharp.line(darker(ground, 0.2), unit * 0.4, *twill, more=CRISP)


def _draw_pool(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    soft.fill(Fade(((96, 206, 226), (34, 140, 196)), 30), box(0, 0, width, height))
    step = unit * 11
    rows = [
        [
            ((i + random.uniform(-0.42, 0.42)) * step, (j + random.uniform(-0.42, 0.42)) * step)
            for i in range(-1, int(width / step) + 3)
        ]
        for j in range(-1, int(height / step) + 3)
    ]
    net = [curve(row, closed=False) for row in rows] + [curve(line, closed=False) for line in zip(*rows, strict=True)]
    soft.line(
        (20, 110, 170), unit * 3, *(f"M{x:.0f} 0V{height}" for x in (i * unit * 24 for i in range(30))), opacity=0.2
    )
    for tone, wide, opacity in (((170, 240, 246), 2.4, 0.4), ((236, 255, 255), 0.8, 0.75)):
        (soft if wide > 1 else sharp).line(tone, unit * wide, *net, opacity=opacity)


def _draw_sand(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    sand, y, phase = (222, 188, 126), -unit * 10, random.uniform(0, 6)
    soft.fill(sand, box(0, 0, width, height))
    while y < height + unit * 10:
        tall = unit * random.uniform(4, 6.5)
        line = [
            (
                x,
                y
                + unit * (3.4 * sin(x / unit / 14 + phase) + 1.6 * sin(x / unit / 5 + y))
                + random.gauss(0, unit * 0.5),
            )
            for x in range(-30, width + 60, 30)
        ]
        back = [(x, at + tall * random.uniform(0.4, 0.7)) for x, at in reversed(line)]
        soft.fill(lighter(sand, 0.3), curve([*line, *back]))
        shade = [(x, at + tall * 0.12) for x, at in reversed(line)]
        soft.line(
            darker(sand, 0.42), unit * 1.3, curve([(x, at - unit * 0.3) for x, at in line], closed=False), opacity=0.65
        )
        sharp.line(darker(sand, 0.3), unit * 0.35, curve(shade, closed=False), opacity=0.4)
        y += tall


def _draw_rain(drawing: Drawing, soft: Layer, sharp: Layer) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    soft.fill(Fade(((14, 20, 40), (30, 40, 66), (18, 20, 34))), box(0, 0, width, height))
    for _ in range(22):
        tone = random.choice(((255, 190, 100), (255, 120, 90), (120, 190, 255), (255, 230, 170), (110, 230, 180)))
        soft.fill(
            glow(tone, 0.65),
            disc(random.uniform(0, width), height * random.gauss(0.55, 0.16), unit * random.uniform(5, 13)),
        )
    for _ in range(110):
        size = unit * random.uniform(0.5, 2)
        with sharp.at(random.uniform(0, width), random.uniform(0, height), size):
            sharp.fill(Fade(((30, 40, 64), (120, 140, 170), (226, 236, 246))), disc(0, 0, 1, random.uniform(1, 1.5)))
            sharp.fill((250, 252, 255), disc(-0.3, -0.4, 0.22))
    starts = drawing.spots(9, -20, height * 0.6)
    trails = [f"M{x:.0f} {y:.0f}q{random.uniform(-6, 6):.0f} 40 0 {random.uniform(60, 160):.0f}" for x, y in starts]
    sharp.line((150, 168, 196), unit * 1.1, *trails, opacity=0.5)


_SURFACE_DRAWN = {
    "planks": draw_planks,
    "bricks": _draw_bricks,
    "pebbles": _draw_pebbles,
    "cloth": _draw_cloth,
    "pool": _draw_pool,
    "ripples": _draw_sand,
    "rain": _draw_rain,
}
