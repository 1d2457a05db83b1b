"""Pictures of nothing but form: repeating patterns, compositions of shapes, and fields of colour."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sin, sqrt
from random import Random

import numpy as np
from PIL import Image

from browse.sample.painting.canvas import Blend, Canvas, Pen, Point, cloud
from browse.sample.painting.outlines import arc, leaf, placed, regular, spiral, star
from browse.sample.painting.paints import Colour, Fade, colour_table, darker, lighter, mix

PALETTES: dict[str, tuple[Colour, ...]] = {
    "red": ((240, 226, 206), (196, 52, 46), (120, 28, 38), (232, 128, 92)),
    "orange (colour)": ((250, 236, 214), (238, 132, 48), (196, 84, 36), (250, 188, 104)),
    "yellow": ((252, 244, 220), (246, 200, 62), (224, 156, 40), (96, 92, 88)),
    "green": ((236, 238, 220), (72, 134, 92), (36, 84, 70), (164, 190, 112)),
    "blue": ((232, 238, 242), (52, 104, 168), (26, 54, 104), (126, 178, 214)),
    "purple": ((240, 232, 242), (128, 84, 168), (72, 46, 112), (196, 148, 206)),
    "pink": ((252, 238, 234), (234, 132, 160), (196, 82, 122), (250, 190, 186)),
    "black and white": ((244, 243, 240), (26, 26, 28), (90, 90, 92), (178, 178, 178)),
}
_MIXED: tuple[tuple[Colour, ...], ...] = (
    ((242, 232, 212), (210, 64, 48), (38, 78, 122), (240, 184, 62), (34, 34, 40)),
    ((244, 236, 226), (224, 122, 95), (61, 64, 91), (129, 178, 154), (242, 204, 143)),
    ((30, 34, 54), (238, 108, 77), (152, 193, 217), (224, 251, 252), (61, 90, 128)),
    ((250, 240, 230), (231, 111, 81), (42, 157, 143), (38, 70, 83), (233, 196, 106)),
)
_KINDS = ("stripes", "checks", "dots", "hexagons", "scales", "triangles", "stars", "rings", "leaves")


@dataclass(frozen=True)
class Pattern:
    """One motif over and over, in the tones of one colour."""

    topic = "pattern"
    kind: str
    colour: str

    @classmethod
    def plan(cls, random: Random) -> Pattern:
        return cls(kind=random.choice(_KINDS), colour=random.choice(tuple(PALETTES)))

    @property
    def labels(self) -> frozenset[str]:
        own = {
            "stripes": {"stripe"},
            "checks": {"rectangle"},
            "dots": {"polka dot", "circle"},
            "zigzag": {"triangle"},
            "hexagons": {"hexagon"},
            "scales": {"circle"},
            "triangles": {"triangle"},
            "stars": {"star (shape)"},
            "rings": {"circle"},
            "leaves": {"leaf", "plant"},
        }[self.kind]
        return frozenset({"pattern", "textile", self.colour, *own})

    def paint(self, canvas: Canvas) -> None:
        tones = PALETTES[self.colour]
        if canvas.random.random() < 0.4:
            tones = (tones[2], tones[0], tones[1], tones[3])
        canvas.backdrop(Fade((lighter(tones[0], 0.1), tones[0], darker(tones[0], 0.08)), angle=45))
        pens = [Pen() for _ in tones[1:]]
        size = canvas.unit * canvas.random.choice((8, 11, 15))
        getattr(self, f"_draw_{self.kind}")(canvas, pens, size)
        for pen, tone in zip(pens, tones[1:], strict=True):
            canvas.fill(pen, tone)
        weave = cloud(canvas.width, canvas.height, canvas.random, cell=6, octaves=1)
        canvas.drift(weave, darker(tones[1], 0.5), opacity=0.1)
        light = Pen().ellipse(canvas.width * 0.3, canvas.height * 0.2, canvas.width * 0.6)
        canvas.fill(light, (255, 255, 255), blur=canvas.unit * 12, opacity=0.08)

    def _draw_stripes(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        slant = canvas.random.choice((0.0, 1.0, 0.5))
        reach, x, number = canvas.height * slant, -canvas.height * slant, 0
        widths = [canvas.random.choice((0.4, 0.8, 1.2)) * size for _ in range(3)]
        while x < canvas.width:
            wide = widths[number % 3]
            pens[number % 3].polygon(
                [(x + reach, 0), (x + wide + reach, 0), (x + wide, canvas.height), (x, canvas.height)]
            )
            x, number = x + wide + size * 0.7, number + 1

    def _draw_checks(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row in range(int(canvas.height / size) + 1):
            for column in range(int(canvas.width / size) + 1):
                if (row + column) % 2:
                    box = (column * size, row * size, (column + 1) * size, (row + 1) * size)
                    pens[(row // 2 + column // 2) % 2].rectangle(*box)

    def _draw_dots(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row, column, x, y in _staggered(canvas, size):
            pens[(row + 2 * column) % 3].ellipse(x, y, size * 0.33)

    def _draw_zigzag(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row in range(int(canvas.height / size) + 2):
            line = [
                (column * size, (row + 0.5 * (column % 2)) * size) for column in range(int(canvas.width / size) + 2)
            ]
            pens[row % 3].polygon([*line, *[(x, y - size * 0.5) for x, y in reversed(line)]])

    def _draw_hexagons(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row, column, x, y in _staggered(canvas, size, tall=sqrt(3) / 2):
            pens[(column + row * 2 + row // 2) % 3].polygon(regular(6, x, y, size * 0.545))

    def _draw_scales(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for _, _, x, y in _staggered(canvas, size, tall=0.5):
            for reach in (0.5, 0.38, 0.26, 0.14):
                top = arc(x, y + size * 0.25, size * reach, 180, 360)
                inner = arc(x, y + size * 0.25, size * (reach - 0.06), 360, 180)
                pens[0 if reach > 0.3 else 1].polygon([*top, *inner])

    def _draw_triangles(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        tall = size * sqrt(3) / 2
        for row in range(int(canvas.height / tall) + 1):
            for column in range(int(canvas.width / size) + 2):
                x, y = (column - 0.5 * (row % 2)) * size, row * tall
                pen = canvas.random.choice((0, 1, 2, 2))
                pens[pen].polygon([(x - size / 2, y + tall), (x, y), (x + size / 2, y + tall)])
                if canvas.random.random() < 0.5:
                    pens[(pen + 1) % 3].polygon([(x, y), (x + size, y), (x + size / 2, y + tall)])

    def _draw_stars(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row, column, x, y in _staggered(canvas, size * 1.2):
            pens[(row + column) % 3].polygon(star(5, x, y, size * 0.46))

    def _draw_rings(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row, column, x, y in _staggered(canvas, size * 1.4):
            outer = (row + 2 * column) % 3
            pens[outer].ring(x, y, size * 0.62, size * 0.13)
            pens[(outer + 1) % 3].ring(x, y, size * 0.38, size * 0.11)
            pens[(outer + 2) % 3].ellipse(x, y, size * 0.14)

    def _draw_leaves(self, canvas: Canvas, pens: list[Pen], size: float) -> None:
        for row, column, x, y in _staggered(canvas, size * 1.3):
            for turn in (-90, -35, -145):
                pens[(row + column + (turn == -90)) % 3].polygon(leaf(x, y + size * 0.3, size * 0.72, size * 0.3, turn))


def _staggered(canvas: Canvas, size: float, tall: float = 1.0) -> list[tuple[int, int, float, float]]:
    """Row, column and place of points over the whole canvas, every second row shifted by half a step."""
    rows, columns = int(canvas.height / (size * tall)) + 2, int(canvas.width / size) + 2
    return [(r, c, (c + 0.5 * (r % 2)) * size, r * size * tall) for r in range(rows) for c in range(columns)]


@dataclass(frozen=True)
class Composition:
    """Modern art: overlapping circles, a spiral, blocks, or a target."""

    topic = "composition"
    kind: str
    palette: int

    @classmethod
    def plan(cls, random: Random) -> Composition:
        return cls(
            kind=random.choice(("circles", "spiral", "blocks", "target", "arcs")), palette=random.randrange(len(_MIXED))
        )

    @property
    def labels(self) -> frozenset[str]:
        own = {
            "circles": {"circle", "triangle"},
            "spiral": {"spiral"},
            "blocks": {"rectangle", "red", "yellow", "blue"},
            "target": {"circle"},
            "arcs": {"circle", "pattern"},
        }[self.kind]
        return frozenset({"art", *own})

    def paint(self, canvas: Canvas) -> None:
        tones = _MIXED[0 if self.kind == "blocks" else self.palette]
        canvas.backdrop(Fade((lighter(tones[0], 0.08), darker(tones[0], 0.06)), angle=30))
        getattr(self, f"_paint_{self.kind}")(canvas, tones)
        paper = cloud(canvas.width, canvas.height, canvas.random, cell=10, octaves=3)
        canvas.drift(np.clip(paper - 0.45, 0, 1), (90, 70, 50), opacity=0.22)

    def _paint_circles(self, canvas: Canvas, tones: tuple[Colour, ...]) -> None:
        random, unit = canvas.random, canvas.unit
        light = sum(tones[0]) > 380
        for number in range(9):
            x, y = random.uniform(0.1, 0.9) * canvas.width, random.uniform(0.12, 0.88) * canvas.height
            size = unit * random.choice((7, 12, 18, 27))
            pen = (
                Pen().polygon(regular(3, x, y, size * 1.2, random.uniform(0, 120)))
                if number % 4 == 3
                else Pen().ellipse(x, y, size)
            )
            colour = tones[1 + number % (len(tones) - 1)]
            canvas.fill(
                pen,
                Fade((lighter(colour, 0.12), colour), angle=random.uniform(0, 90)),
                opacity=0.88,
                blend=Blend.DARKEN if light else Blend.COVER,
            )
        lines = Pen()
        for _ in range(4):
            x, y = random.uniform(0, canvas.width), random.uniform(0, canvas.height)
            lines.line([(x, y), (x + unit * random.uniform(-70, 70), y + unit * random.uniform(-70, 70))], unit * 0.5)
        lines.ring(
            random.uniform(0.2, 0.8) * canvas.width, random.uniform(0.2, 0.8) * canvas.height, unit * 22, unit * 0.9
        )
        canvas.fill(lines, tones[-1] if light else tones[3])

    def _paint_spiral(self, canvas: Canvas, tones: tuple[Colour, ...]) -> None:
        x, y = canvas.width * canvas.random.uniform(0.4, 0.6), canvas.height * canvas.random.uniform(0.42, 0.58)
        reach, turns = max(canvas.width, canvas.height) * 0.8, canvas.random.choice((5, 7))
        path = spiral(x, y, reach, turns, steps=turns * 48)
        for number in range(4):
            edges = [[_turned(point, (x, y), 90 * number + lead) for point in path] for lead in (0, 52)]
            canvas.fill(Pen().polygon([*edges[0], *reversed(edges[1])]), tones[1 + number])

    def _paint_blocks(self, canvas: Canvas, tones: tuple[Colour, ...]) -> None:
        random, unit = canvas.random, canvas.unit
        columns, rows = (_cuts(random, length, 4) for length in (canvas.width, canvas.height))
        cells = [
            (left, top, right, low)
            for left, right in itertools.pairwise(columns)
            for top, low in itertools.pairwise(rows)
        ]
        for number, cell in enumerate(random.sample(cells, 6)):
            colour = tones[1 + number % 3]
            canvas.fill(Pen().rectangle(*cell), Fade((lighter(colour, 0.06), darker(colour, 0.06)), angle=60))
        bars = Pen()
        for x in columns[1:-1]:
            bars.rectangle(x - unit, 0, x + unit, canvas.height)
        for y in rows[1:-1]:
            bars.rectangle(0, y - unit, canvas.width, y + unit)
        canvas.fill(bars, tones[4])

    def _paint_target(self, canvas: Canvas, tones: tuple[Colour, ...]) -> None:
        reach = min(canvas.width, canvas.height) * 0.46
        rings = canvas.random.choice((5, 7, 9))
        for ring in range(rings):
            size = reach * (1 - ring / rings)
            colour = tones[1 + ring % (len(tones) - 1)]
            pen = Pen().ellipse(canvas.width / 2, canvas.height / 2, size)
            canvas.fill(
                Pen().ellipse(canvas.width / 2 + size * 0.02, canvas.height / 2 + size * 0.03, size),
                (0, 0, 0),
                blur=canvas.unit,
                opacity=0.3,
            )
            canvas.fill(pen, Fade((lighter(colour, 0.12), darker(colour, 0.08)), angle=40))

    def _paint_arcs(self, canvas: Canvas, tones: tuple[Colour, ...]) -> None:
        random, size = canvas.random, canvas.unit * canvas.random.choice((20, 25, 33.4))
        for row in range(int(canvas.height / size) + 1):
            for column in range(int(canvas.width / size) + 1):
                ground, front = random.sample(tones, 2)
                left, top = column * size, row * size
                canvas.fill(Pen().rectangle(left, top, left + size, top + size), ground)
                corner, start = random.choice((((0, 0), 0), ((1, 0), 90), ((1, 1), 180), ((0, 1), 270)))
                middle = (left + corner[0] * size, top + corner[1] * size)
                for share, colour in ((1.0, front), (0.5, ground)):
                    canvas.fill(Pen().polygon([middle, *arc(*middle, size * share, start, start + 90)]), colour)


def _turned(point: Point, middle: Point, degrees: float) -> Point:
    return placed([(point[0] - middle[0], point[1] - middle[1])], *middle, 1, turn=degrees)[0]


def _cuts(random: Random, length: float, count: int) -> list[float]:
    inner = sorted((i + 1 + random.uniform(-0.35, 0.35)) / (count + 1) * length for i in range(count))
    return [0.0, *inner, length]


@dataclass(frozen=True)
class ColourField:
    """Colour alone: soft-edged fields, a flowing gradient, watercolour, or marbled ink."""

    topic = "colour field"
    kind: str
    colour: str

    @classmethod
    def plan(cls, random: Random) -> ColourField:
        colours = tuple(name for name in PALETTES if name != "black and white")
        return cls(kind=random.choice(("fields", "flow", "watercolour", "marbling")), colour=random.choice(colours))

    @property
    def labels(self) -> frozenset[str]:
        own = {
            "fields": {"rectangle", "painting"},
            "flow": {"pattern"},
            "watercolour": {"painting"},
            "marbling": {"texture", "pattern"},
        }[self.kind]
        return frozenset({"art", self.colour, *own})

    def paint(self, canvas: Canvas) -> None:
        _FIELDS[self.kind](canvas, PALETTES[self.colour])


def _paint_fields(canvas: Canvas, tones: tuple[Colour, ...]) -> None:
    random, unit = canvas.random, canvas.unit
    ground = mix(tones[2], tones[1], 0.35)
    canvas.backdrop(Fade((lighter(ground, 0.06), ground, darker(ground, 0.12))))
    count, top = random.choice((2, 3)), unit * 7
    room = canvas.height - 2 * top
    shares = [random.uniform(0.6, 1.6) for _ in range(count)]
    colours = random.sample([tones[1], tones[3], mix(tones[3], tones[0], 0.5), darker(tones[2], 0.35)], count)
    for share, colour in zip(shares, colours, strict=True):
        tall = room * share / sum(shares)
        box = Pen().rectangle(unit * 8, top + unit * 1.5, canvas.width - unit * 8, top + tall - unit * 1.5)
        canvas.fill(box, Fade((colour, lighter(colour, 0.1), colour)), blur=unit * 2.2, opacity=0.85)
        canvas.fill(box, Fade((lighter(colour, 0.08), darker(colour, 0.06)), angle=70), blur=unit * 1.1, opacity=0.7)
        top += tall
    strokes = cloud(canvas.width, canvas.height, random, cell=unit * 9, octaves=4, stretch=7)
    canvas.drift(np.clip(strokes * 1.6 - 0.7, 0, 1), darker(tones[2], 0.4), opacity=0.3)


def _paint_flow(canvas: Canvas, tones: tuple[Colour, ...]) -> None:
    random = canvas.random
    canvas.backdrop(Fade((tones[0], lighter(tones[3], 0.3)), angle=20))
    layers = 9
    for layer in range(layers):
        share = (layer + 1) / layers
        base, swing, phase = (
            canvas.height * (0.1 + 0.85 * share),
            canvas.unit * random.uniform(6, 14),
            random.uniform(0, 2 * pi),
        )
        waves = random.uniform(0.8, 1.9)
        line = [(canvas.width * i / 40, base + swing * sin(phase + waves * 2 * pi * i / 40)) for i in range(41)]
        low, high = (tones[3], tones[1]) if share < 0.5 else (tones[1], tones[2])
        colour = mix(low, high, (share * 2) % 1.0)
        shifted = [(x, y - canvas.unit * 1.2) for x, y in line]
        canvas.fill(
            Pen().polygon([*shifted, (canvas.width, canvas.height + 20), (0, canvas.height + 20)]),
            darker(tones[2], 0.5),
            blur=canvas.unit * 1.5,
            opacity=0.22,
        )
        canvas.fill(
            Pen().polygon([*line, (canvas.width, canvas.height + 20), (0, canvas.height + 20)]),
            Fade((lighter(colour, 0.18), colour), angle=15),
        )


def _paint_watercolour(canvas: Canvas, tones: tuple[Colour, ...]) -> None:
    random = canvas.random
    canvas.backdrop((250, 247, 240))
    for tone in (tones[3], tones[1], tones[2], tones[3]):
        levels = cloud(canvas.width, canvas.height, random, cell=canvas.unit * 46, octaves=6)
        edge = random.uniform(0.42, 0.56)
        body = np.clip((levels - edge) / 0.05, 0, 1) * (0.5 + 0.5 * levels)
        canvas.drift(body, Fade((tone, lighter(tone, 0.2)), angle=40), opacity=0.5)
        rim = np.exp(-(((levels - edge - 0.03) / 0.012) ** 2))
        canvas.drift(rim, darker(tone, 0.15), opacity=0.4)
    drops = Pen()
    for _ in range(24):
        drops.ellipse(
            random.uniform(0, canvas.width), random.uniform(0, canvas.height), canvas.unit * random.uniform(0.2, 1.3)
        )
    canvas.fill(drops, tones[1], opacity=0.4)


def _paint_marbling(canvas: Canvas, tones: tuple[Colour, ...]) -> None:
    random, width, height = canvas.random, canvas.width, canvas.height
    sway = [cloud(width, height, random, cell=canvas.unit * 60, octaves=4) for _ in range(2)]
    across = np.arange(width, dtype=np.float32)[None, :] / canvas.unit
    down = np.arange(height, dtype=np.float32)[:, None] / canvas.unit
    bands = np.sin((across * 0.3 + down + sway[0] * 110) / 9 + sway[1] * 14)
    table = colour_table((tones[2], tones[1], tones[3], tones[0], tones[3], tones[1]))
    canvas.image = Image.fromarray(table[((bands * 0.5 + 0.5) * 255).astype(np.uint8)])
    veins = np.exp(-(((bands - 0.2) / 0.05) ** 2))
    canvas.drift(veins, lighter(tones[0], 0.4), opacity=0.5)


_FIELDS: dict[str, Callable[[Canvas, tuple[Colour, ...]], None]] = {
    "fields": _paint_fields,
    "flow": _paint_flow,
    "watercolour": _paint_watercolour,
    "marbling": _paint_marbling,
}
