"""Things that several scenes share: trees, grass, boats, houses, lamps."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import cos, pi, radians, sin
from random import Random

from browse.sample.painting.canvas import Canvas, Pen, Point
from browse.sample.painting.outlines import blob, height_at, placed, smooth
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix


def add_pine(pen: Pen, x: float, base: float, height: float, random: Random) -> None:
    """A conifer's outline, standing at (x, base)."""
    tiers, half = 7, height * random.uniform(0.17, 0.24)
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        y = base - height + height * 0.9 * (tier + 1) / tiers
        reach = half * (tier + 1) / tiers * random.uniform(0.85, 1.1)
        left += [(x - reach, y + height * 0.02), (x - reach * 0.5, y - height * 0.015)]
        right += [(x + reach, y + height * 0.02), (x + reach * 0.5, y - height * 0.015)]
    trunk = height * 0.02
    pen.polygon([(x, base - height), *right, (x + trunk, base), (x - trunk, base), *reversed(left)])


def add_pines(
    pen: Pen, line: Sequence[Point], random: Random, *, count: int, height: float, left: float, right: float
) -> None:
    """Conifers of about one height along a line."""
    for _ in range(count):
        x = random.uniform(left, right)
        add_pine(pen, x, height_at(line, x) + height * 0.06, height * random.uniform(0.6, 1.25), random)


def paint_tree(canvas: Canvas, x: float, base: float, height: float, *, crown: Colour, bark: Colour) -> None:
    """A broad-leaved tree with a lit crown, standing at (x, base)."""
    random = canvas.random
    trunk = Pen().polygon(
        smooth(
            [
                (x - height * 0.055, base),
                (x - height * 0.03, base - height * 0.3),
                (x - height * 0.09, base - height * 0.58),
                (x, base - height * 0.44),
                (x + height * 0.1, base - height * 0.6),
                (x + height * 0.03, base - height * 0.28),
                (x + height * 0.06, base),
            ],
            steps=4,
        )
    )
    canvas.fill(trunk, Fade((darker(bark, 0.1), bark, darker(bark, 0.35)), angle=90))
    middle, spread = base - height * 0.68, height * 0.24
    for shade, count, size, shift in ((0.28, 12, 0.17, 0.04), (0.0, 12, 0.14, 0.0), (-0.2, 9, 0.07, -0.05)):
        pen = Pen()
        for i in range(count):
            angle = 2 * pi * i / count + random.uniform(-0.3, 0.3)
            reach = spread * random.uniform(0.45, 1.08) * (0.62 if shade < 0 else 1)
            px, py = (
                x + reach * cos(angle) * 1.1 + shift * height * 0.6,
                middle + reach * sin(angle) * 0.82 + shift * height,
            )
            pen.polygon(blob(px, py, height * size * random.uniform(0.75, 1.2), random, rough=0.2))
        colour = darker(crown, shade) if shade > 0 else lighter(crown, -shade)
        canvas.fill(pen, Fade((lighter(colour, 0.08), darker(colour, 0.14))), opacity=0.92 if shade >= 0 else 0.4)


def paint_palm(canvas: Canvas, x: float, base: float, height: float, colour: Colour, lean: float = 0.25) -> None:
    """A palm, leaning to the right for a positive lean."""
    random, pen = canvas.random, Pen()
    top = (x + lean * height, base - height)
    middle = (x + lean * height * 0.35, base - height * 0.55)
    trunk = smooth([(x, base), middle, top], closed=False, steps=10)
    for i, (start, end) in enumerate(itertools.pairwise(trunk)):
        pen.line([start, end], height * (0.05 - 0.022 * i / len(trunk)))
    for i in range(11):
        _add_frond(pen, top, -200 + 220 * i / 10 + random.uniform(-8, 8), height * random.uniform(0.36, 0.5))
    canvas.fill(pen, Fade((colour, darker(colour, 0.25))))


def _add_frond(pen: Pen, top: Point, degrees: float, length: float) -> None:
    """One palm leaf: a hanging rib with pointed leaflets on both sides."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    bend = (top[0] + length * 0.55 * c, top[1] + length * (0.5 * s - 0.04))
    tip = (top[0] + length * 0.98 * c, top[1] + length * (0.62 * s + 0.34))
    rib = smooth([top, bend, tip], closed=False, steps=8)
    pen.line(rib, length * 0.022)
    for i, (x, y) in enumerate(rib[1:]):
        reach = length * 0.2 * sin(pi * (i + 1.5) / (len(rib) + 1))
        for side in (-1, 1):
            end = (x + reach * (0.5 * c + side * 0.35 * s), y + reach * (0.95 - 0.25 * side * c))
            pen.polygon([(x - length * 0.02, y), end, (x + length * 0.03, y)])


def paint_grass(canvas: Canvas, top: float, colours: Sequence[Colour], *, density: float = 1.0) -> None:
    """Blades that grow larger towards the lower edge."""
    random, rows = canvas.random, 4
    for row in range(rows):
        pen, share = Pen(), (row + 0.6) / rows
        y = top + (canvas.height - top) * share
        length = canvas.unit * (2 + 7 * share)
        for _ in range(int(density * canvas.width / (canvas.unit * (0.8 + 1.2 * share)))):
            x, foot = random.uniform(-5, canvas.width + 5), y + random.uniform(-1, 1) * length
            bend = random.uniform(-0.4, 0.4) * length
            tall = length * random.uniform(0.6, 1.3)
            wide = canvas.unit * (0.18 + 0.3 * share)
            pen.polygon(
                [(x - wide, foot), (x + bend * 0.4, foot - tall * 0.6), (x + bend, foot - tall), (x + wide, foot)]
            )
        canvas.fill(pen, colours[row % len(colours)], opacity=0.85)


def paint_boat(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    *,
    hull: Colour,
    sail: Colour,
    masts: bool = True,
    flip: bool = False,
) -> None:
    """A boat of length `size` on the water line (x, y): under sail, or a rowing boat without masts."""
    body = [(-0.5, -0.1), (0.52, -0.13), (0.4, 0.06), (0.2, 0.1), (-0.3, 0.1), (-0.42, 0.05)]
    if masts:
        mast = placed([(0.04, -0.1), (0.04, -0.98)], x, y, size, flip=flip)
        canvas.fill(Pen().line(mast, max(0.8, size * 0.018)), darker(hull, 0.3))
        main = [(0.06, -0.96), (0.22, -0.72), (0.36, -0.46), (0.44, -0.2), (0.06, -0.17)]
        jib = [(0.0, -0.88), (-0.2, -0.5), (-0.44, -0.17), (-0.02, -0.2)]
        pen = Pen().polygon(placed(main, x, y, size, flip=flip))
        canvas.fill(pen, Fade((sail, darker(sail, 0.18)), angle=90))
        canvas.fill(Pen().polygon(placed(jib, x, y, size, flip=flip)), Fade((lighter(sail, 0.15), sail), angle=90))
    canvas.fill(
        Pen().polygon(placed(smooth(body, steps=3), x, y, size, flip=flip)),
        Fade((lighter(hull, 0.15), darker(hull, 0.3))),
    )
    canvas.fill(
        Pen().ellipse(x, y + size * 0.12, size * 0.5, size * 0.04), darker(hull, 0.6), blur=size * 0.03, opacity=0.4
    )


def paint_house(
    canvas: Canvas, x: float, base: float, width: float, *, wall: Colour, roof: Colour, lit: bool, snow: bool = False
) -> None:
    """A cottage with a gable roof, a door, two windows and a chimney, its foot's middle at (x, base)."""
    tall = width * 0.52
    left, right, eave = x - width / 2, x + width / 2, base - tall
    canvas.fill(Pen().rectangle(x + width * 0.2, base - tall * 2.0, x + width * 0.3, eave), darker(roof, 0.25))
    canvas.fill(Pen().rectangle(left, eave, right, base), Fade((lighter(wall, 0.08), darker(wall, 0.14)), angle=65))
    top = eave - width * 0.42
    slope = [
        (left - width * 0.09, eave + width * 0.03),
        (x - width * 0.02, top),
        (x + width * 0.02, top),
        (right + width * 0.09, eave + width * 0.03),
    ]
    canvas.fill(Pen().polygon(slope), Fade((lighter(roof, 0.1), darker(roof, 0.2)), angle=70))
    if snow:
        cap = [
            *slope,
            (right - width * 0.04, eave - width * 0.02),
            (x, top + width * 0.13),
            (left + width * 0.04, eave - width * 0.02),
        ]
        canvas.fill(Pen().polygon(cap), Fade(((255, 255, 255), (216, 226, 240)), angle=70))
    glass: Colour = (255, 214, 120) if lit else mix(wall, (70, 90, 110), 0.75)
    for at in (-0.3, 0.3):
        _paint_window(canvas, x + at * width, base - tall * 0.52, width * 0.085, glass, lighter(wall, 0.45), lit=lit)
    door = Pen().rectangle(x - width * 0.075, base - tall * 0.62, x + width * 0.075, base)
    canvas.fill(door, Fade((darker(roof, 0.2), darker(roof, 0.45))))
    canvas.fill(Pen().ellipse(x + width * 0.045, base - tall * 0.3, width * 0.013), (230, 200, 120))


def _paint_window(canvas: Canvas, x: float, y: float, half: float, glass: Colour, frame: Colour, *, lit: bool) -> None:
    if lit:
        canvas.glow(x, y, half * 6, (255, 180, 90), 0.55)
    canvas.fill(Pen().rectangle(x - half * 1.18, y - half * 1.35, x + half * 1.18, y + half * 1.35), frame)
    canvas.fill(
        Pen().rectangle(x - half, y - half * 1.15, x + half, y + half * 1.15), Fade((lighter(glass, 0.2), glass))
    )
    bars = Pen().rectangle(x - half * 0.08, y - half * 1.2, x + half * 0.08, y + half * 1.2)
    canvas.fill(bars.rectangle(x - half, y - half * 0.08, x + half, y + half * 0.08), frame)


def paint_street_lamp(canvas: Canvas, x: float, base: float, height: float, colour: Colour, *, lit: bool) -> None:
    head = (x, base - height)
    if lit:
        canvas.glow(head[0], head[1], height * 0.7, (255, 196, 110), 0.75)
    pole = (
        Pen()
        .line([(x, base), head], height * 0.025)
        .rectangle(x - height * 0.05, base - height * 0.05, x + height * 0.05, base)
    )
    canvas.fill(pole, colour)
    canvas.fill(Pen().ellipse(head[0], head[1], height * 0.06), (255, 236, 190) if lit else lighter(colour, 0.5))
    canvas.fill(
        Pen().polygon(
            [
                (x - height * 0.07, head[1] - height * 0.04),
                (x, head[1] - height * 0.12),
                (x + height * 0.07, head[1] - height * 0.04),
            ]
        ),
        colour,
    )
