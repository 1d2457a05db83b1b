"""Surfaces that fill the picture: planks, bricks, pebbles, cloth, water, sand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sin
from random import Random

import numpy as np

from browse.sample.painting.canvas import Blend, Canvas, Pen, cloud
from browse.sample.painting.outlines import blob, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix

_OWN: dict[str, frozenset[str]] = {
    "planks": frozenset({"wood", "brown"}),
    "bricks": frozenset({"brick", "pattern", "rectangle", "red"}),
    "pebbles": frozenset({"rock", "grey", "nature"}),
    "cloth": frozenset({"textile", "pattern"}),
    "pool": frozenset({"water", "blue"}),
    "ripples": frozenset({"sand", "nature", "yellow"}),
    "rain": frozenset({"rain", "window", "night", "water"}),
}


@dataclass(frozen=True)
class Surface:
    """A surface seen straight on."""

    topic = "surface"
    kind: str

    @classmethod
    def plan(cls, random: Random) -> Surface:
        return cls(kind=random.choice(tuple(_OWN)))

    @property
    def labels(self) -> frozenset[str]:
        return frozenset({"texture", "close-up"}) | _OWN[self.kind] if self.kind != "rain" else _OWN[self.kind]

    def paint(self, canvas: Canvas) -> None:
        _PAINTERS[self.kind](canvas)


def paint_planks(canvas: Canvas, wood: Colour | None = None) -> None:
    """Boards from edge to edge with grain, knots and gaps."""
    random, unit = canvas.random, canvas.unit
    tone = wood or random.choice(((160, 112, 72), (120, 84, 60), (188, 150, 108), (134, 122, 108)))
    board = unit * random.uniform(14, 20)
    count = int(canvas.height / board) + 1
    for number in range(count):
        top = number * board
        shade = mix(tone, random.choice((darker(tone, 0.25), lighter(tone, 0.15))), random.random())
        canvas.backdrop(Fade((lighter(shade, 0.1), shade, shade, darker(shade, 0.12))), top, top + board)
        _paint_veins(canvas, top, board, shade)
    grain = cloud(canvas.width, canvas.height, random, cell=unit * 3.5, octaves=4, stretch=26)
    canvas.drift(np.clip(grain * 1.7 - 0.75, 0, 1), darker(tone, 0.55), opacity=0.42)
    gaps = Pen()
    for number in range(1, count):
        gaps.rectangle(0, number * board - unit * 0.35, canvas.width, number * board + unit * 0.35)
        joint = random.uniform(0.05, 0.95) * canvas.width
        gaps.rectangle(joint, (number - 1) * board, joint + unit * 0.5, number * board)
    canvas.fill(gaps, darker(tone, 0.8), blur=unit * 0.12, opacity=0.9)


def _paint_veins(canvas: Canvas, top: float, board: float, shade: Colour) -> None:
    random, veins = canvas.random, Pen()
    knot = (random.uniform(0, 1.6) * canvas.width, top + board * random.uniform(0.3, 0.7))
    for line in range(7):
        y = top + board * (line + 0.5) / 7
        path = []
        for step in range(17):
            x = canvas.width * step / 16
            push = board * 0.28 / (1 + ((x - knot[0]) / (board * 0.7)) ** 2) * (1 if y > knot[1] else -1)
            path.append((x, min(top + board, max(top, y + push + random.uniform(-0.02, 0.02) * board))))
        veins.line(smooth(path, closed=False, steps=2), canvas.unit * random.uniform(0.15, 0.35))
    canvas.fill(veins, darker(shade, 0.35), opacity=0.5)
    canvas.fill(
        Pen().ellipse(*knot, board * 0.17, board * 0.09),
        Ball((darker(shade, 0.6), darker(shade, 0.3)), focus=(0.5, 0.5), reach=0.5),
    )


def _paint_bricks(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    wide, tall = unit * 22, unit * 8
    mortar: Colour = random.choice(((198, 188, 174), (150, 142, 134), (222, 214, 202)))
    canvas.backdrop(mortar)
    base: Colour = random.choice(((172, 78, 56), (148, 62, 50), (188, 98, 70)))
    shadows = Pen()
    for row in range(int(canvas.height / tall) + 1):
        for column in range(int(canvas.width / wide) + 2):
            x, y = (column - 0.5 * (row % 2)) * wide, row * tall
            tone = mix(base, random.choice(((110, 44, 40), (206, 122, 88), (160, 90, 76))), random.uniform(0, 0.6))
            brick = Pen().rounded(
                x + unit * 0.5, y + unit * 0.5, x + wide - unit * 0.5, y + tall - unit * 0.5, unit * 0.5
            )
            canvas.fill(brick, Fade((lighter(tone, 0.12), tone, darker(tone, 0.16))))
            shadows.rectangle(x + unit * 0.5, y + tall - unit * 0.7, x + wide - unit * 0.5, y + tall - unit * 0.3)
    canvas.fill(shadows, (60, 30, 26), blur=unit * 0.2, opacity=0.5)
    stains = cloud(canvas.width, canvas.height, random, cell=unit * 26, octaves=6)
    canvas.drift(np.clip(stains * 2 - 1, 0, 1), (50, 24, 22), opacity=0.4)
    canvas.drift(np.clip(0.7 - stains * 2, 0, 1), (250, 226, 200), opacity=0.25)


def _paint_pebbles(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    canvas.backdrop((52, 52, 56))
    step = unit * 12
    spots = [
        (x * step + random.uniform(-0.3, 0.3) * step, y * step * 0.9 + random.uniform(-0.3, 0.3) * step)
        for y in range(-1, int(canvas.height / step / 0.9) + 2)
        for x in range(-1, int(canvas.width / step) + 2)
    ]
    random.shuffle(spots)
    for x, y in spots:
        tone: Colour = mix(
            random.choice(((150, 150, 154), (178, 170, 160), (112, 116, 124), (196, 190, 184), (140, 124, 114))),
            (90, 90, 96),
            random.random() * 0.4,
        )
        size = unit * random.uniform(5, 9.5)
        outline = blob(x, y, size, random, rough=0.12, squash=random.uniform(0.65, 0.9))
        canvas.fill(
            Pen().polygon([(px + size * 0.1, py + size * 0.16) for px, py in outline]),
            (16, 16, 20),
            blur=size * 0.1,
            opacity=0.6,
        )
        canvas.fill(Pen().polygon(outline), Ball((lighter(tone, 0.35), tone, darker(tone, 0.5))))
    speckle = cloud(canvas.width, canvas.height, random, cell=5, octaves=2)
    canvas.drift(np.clip(speckle * 2 - 1.1, 0, 1), (30, 30, 34), opacity=0.35)


def _paint_cloth(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    tones = random.choice(
        (
            ((176, 48, 50), (32, 52, 76), (236, 222, 190)),
            ((58, 104, 92), (28, 46, 62), (232, 200, 120)),
            ((72, 92, 136), (226, 224, 220), (176, 70, 66)),
        )
    )
    canvas.backdrop(tones[0])
    sett = unit * random.uniform(26, 34)
    for turn in (0, 1):
        length = canvas.height if turn else canvas.width
        for share, wide, tone, opacity in (
            (0.1, 0.28, tones[1], 0.55),
            (0.5, 0.28, tones[1], 0.55),
            (0.3, 0.05, tones[2], 0.8),
            (0.85, 0.06, tones[2], 0.75),
            (0.93, 0.02, tones[1], 0.8),
        ):
            pen = Pen()
            for number in range(int(length / sett) + 2):
                start = (number + share) * sett - sett / 2
                box = (
                    (0, start, canvas.width, start + wide * sett)
                    if turn
                    else (start, 0, start + wide * sett, canvas.height)
                )
                pen.rectangle(*box)
            canvas.fill(pen, tone, opacity=opacity)
    x, y = np.arange(canvas.width)[None, :], np.arange(canvas.height)[:, None]
    twill = (((x + y) % 5) < 2).astype(np.float32)
    canvas.drift(twill, (10, 10, 16), opacity=0.22)
    folds = cloud(canvas.width, canvas.height, random, cell=unit * 70, octaves=2)
    canvas.drift(np.clip(folds * 1.6 - 0.8, 0, 1), (0, 0, 0), opacity=0.5)
    canvas.drift(np.clip(0.6 - folds * 1.4, 0, 1), (255, 255, 255), opacity=0.22)


def _paint_pool(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    canvas.backdrop(Fade(((64, 178, 206), (30, 142, 190), (20, 112, 170)), angle=30))
    tiles = Pen()
    step = unit * 9
    for number in range(int(canvas.width / step) + 1):
        tiles.line(
            [(number * step + sin(y / 9) * unit, y * unit * 4) for y in range(int(canvas.height / unit / 4) + 2)],
            unit * 0.35,
        )
    for number in range(int(canvas.height / step) + 1):
        tiles.line(
            [(x * unit * 4, number * step + sin(x / 7) * unit) for x in range(int(canvas.width / unit / 4) + 2)],
            unit * 0.35,
        )
    canvas.fill(tiles, (20, 96, 150), blur=0.5, opacity=0.35)
    for strength in (0.75, 0.5):
        first, second = (cloud(canvas.width, canvas.height, random, cell=unit * 24, octaves=2) for _ in range(2))
        net = np.exp(-(((first - second) / np.float32(0.035)) ** 2))
        canvas.drift(net, (226, 250, 250), opacity=strength)


def _paint_ripples(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    canvas.backdrop((216, 178, 122))
    sway = cloud(canvas.width, canvas.height, random, cell=unit * 60, octaves=3)
    down = np.arange(canvas.height, dtype=np.float32)[:, None] / unit
    across = np.arange(canvas.width, dtype=np.float32)[None, :] / unit
    wave = np.sin(down * 1.05 + across * 0.12 + sway * 26)
    canvas.drift(np.clip(wave, 0, 1), (250, 220, 166), opacity=0.75)
    canvas.drift(np.clip(-wave, 0, 1) ** 2, (138, 94, 56), opacity=0.75)
    grains = cloud(canvas.width, canvas.height, random, cell=3, octaves=1)
    canvas.drift(np.clip(grains * 2 - 1.2, 0, 1), (110, 74, 44), opacity=0.35)
    canvas.veil(0, canvas.height, (255, 236, 200), 0.28, 0.0)


def _paint_rain(canvas: Canvas) -> None:
    random, unit = canvas.random, canvas.unit
    canvas.backdrop(Fade(((14, 18, 40), (28, 34, 62), (40, 36, 54))))
    for _ in range(26):
        colour = random.choice(((255, 180, 80), (250, 90, 70), (120, 190, 250), (255, 226, 160), (110, 220, 170)))
        x, y = random.uniform(0, canvas.width), canvas.height * random.uniform(0.3, 0.95)
        size = unit * random.uniform(4, 10)
        canvas.fill(
            Pen().ellipse(x, y, size), colour, blur=unit * 0.9, opacity=random.uniform(0.2, 0.6), blend=Blend.LIGHT
        )
    for count, size in ((130, 0.7), (60, 1.5), (16, 2.6)):
        drops, shine = Pen(), Pen()
        for _ in range(count):
            x, y, radius = (
                random.uniform(0, canvas.width),
                random.uniform(0, canvas.height),
                unit * size * random.uniform(0.6, 1.2),
            )
            drops.ellipse(x, y, radius * 0.85, radius)
            shine.ellipse(x - radius * 0.25, y + radius * 0.45, radius * 0.4, radius * 0.25)
            if size > 2:
                drops.line([(x, y), (x + unit * 0.5, y - unit * random.uniform(10, 40))], unit * 0.35)
        canvas.fill(drops, (8, 10, 24), opacity=0.5)
        canvas.fill(shine, (236, 240, 250), blur=0.4, opacity=0.75)


_PAINTERS: dict[str, Callable[[Canvas], None]] = {
    "planks": paint_planks,
    "bricks": _paint_bricks,
    "pebbles": _paint_pebbles,
    "cloth": _paint_cloth,
    "pool": _paint_pool,
    "ripples": _paint_ripples,
    "rain": _paint_rain,
}
