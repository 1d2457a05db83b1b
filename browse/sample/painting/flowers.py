"""Flowers: one blossom close up, and fields of tulips, poppies or lavender under the sky."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

from browse.sample.painting.canvas import Canvas, Pen
from browse.sample.painting.outlines import below, blob, hills, leaf, placed, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_sky
from browse.sample.painting.things import paint_grass

_BLOOMS: dict[str, tuple[Colour, Colour]] = {
    "red": ((206, 36, 44), (70, 16, 20)),
    "pink": ((238, 136, 168), (236, 200, 90)),
    "white": ((246, 244, 238), (240, 196, 60)),
    "yellow": ((250, 198, 40), (96, 56, 24)),
    "purple": ((146, 92, 190), (246, 206, 80)),
    "orange (colour)": ((242, 132, 44), (110, 48, 16)),
    "blue": ((92, 124, 214), (248, 220, 110)),
}
_LEAFY: tuple[tuple[Colour, ...], ...] = (
    ((48, 84, 54), (98, 140, 82), (168, 192, 120)),
    ((24, 52, 54), (52, 92, 84), (110, 150, 120)),
    ((92, 110, 60), (150, 168, 96), (214, 216, 150)),
)


@dataclass(frozen=True)
class Blossom:
    """One flower close up before a blurred garden, perhaps with a butterfly."""

    topic = "flower"
    colour: str
    petals: int
    butterfly: bool

    @classmethod
    def plan(cls, random: Random) -> Blossom:
        return cls(
            colour=random.choice(tuple(_BLOOMS)),
            petals=random.choice((5, 6, 8, 13, 21)),
            butterfly=random.random() < 0.35,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"flower", "plant", "leaf", "nature", "outdoor", "daytime", "close-up", "green", self.colour}
        if self.colour == "yellow" and self.petals > 12:
            seen.add("sunflower")
        if self.butterfly:
            seen |= {"butterfly", "animal"}
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        self._paint_garden(canvas)
        x, y = canvas.width * random.uniform(0.38, 0.62), canvas.height * random.uniform(0.42, 0.5)
        size = unit * random.uniform(30, 38)
        stem = smooth([(x, y), (x + unit * 4, y + size * 1.2), (x - unit * 2, canvas.height + 10)], closed=False)
        canvas.fill(Pen().line(stem, unit * 2.4), Fade(((128, 164, 86), (62, 98, 50)), angle=90))
        for side, turn in ((1, -30), (-1, -150)):
            shape = leaf(stem[7][0], stem[7][1] + unit * 6 * (side + 1), unit * 30, unit * 13, turn)
            canvas.fill(Pen().polygon(shape), Fade(((120, 162, 84), (46, 86, 46)), angle=45))
        self._paint_petals(canvas, x, y, size)
        if self.butterfly:
            paint_butterfly(canvas, x + size * 0.5, y - size * 0.72, unit * 13)

    def _paint_garden(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        leafy = random.choice(_LEAFY)
        canvas.backdrop(Fade(leafy, angle=random.choice((0, 40, 140))))
        bloom = _BLOOMS[self.colour][0]
        for _ in range(14):
            colour = mix(random.choice((leafy[0], leafy[2], leafy[2], bloom)), leafy[1], random.uniform(0.1, 0.5))
            pen = Pen().ellipse(
                random.uniform(0, canvas.width), random.uniform(0, canvas.height), unit * random.uniform(5, 15)
            )
            canvas.fill(pen, colour, blur=unit * random.choice((1, 3, 5)), opacity=random.uniform(0.25, 0.6))

    def _paint_petals(self, canvas: Canvas, x: float, y: float, size: float) -> None:
        bloom, heart = _BLOOMS[self.colour]
        turn = canvas.random.uniform(0, 360)
        layers = 2 if self.petals > 6 else 1
        width = size * min(0.85, 5.2 / self.petals)
        for layer in range(layers):
            reach = size * (1 - 0.16 * layer)
            for i in range(self.petals):
                angle = turn + 360 * (i + 0.5 * layer) / self.petals + canvas.random.uniform(-4, 4)
                self._paint_petal(canvas, (x, y), reach, width, angle, darker(bloom, 0.12 * (1 - layer)))
        radius = size * (0.36 if "sunflower" in self.labels else 0.2)
        canvas.fill(
            Pen().ellipse(x, y + radius * 0.1, radius * 1.12), darker(bloom, 0.6), blur=radius * 0.16, opacity=0.5
        )
        canvas.fill(Pen().ellipse(x, y, radius), Ball((lighter(heart, 0.3), heart, darker(heart, 0.4))))
        for tone, share in ((lighter(heart, 0.35), 0.0), (darker(heart, 0.45), 0.5)):
            seeds = Pen()
            for i in range(70):
                far = radius * 0.92 * ((i + share) / 70) ** 0.5
                seeds.ellipse(
                    x + far * cos((i + share) * 2.39996), y + far * sin((i + share) * 2.39996), radius * 0.055
                )
            canvas.fill(seeds, tone, opacity=0.8)

    def _paint_petal(
        self, canvas: Canvas, middle: tuple[float, float], reach: float, width: float, angle: float, colour: Colour
    ) -> None:
        half = [
            (0.05, 0.0),
            (0.3, 0.3),
            (0.68, 0.52),
            (0.93, 0.3),
            (1.0, 0.0),
            (0.93, -0.3),
            (0.68, -0.52),
            (0.3, -0.3),
        ]
        shape = smooth([(px * reach, py * width) for px, py in half], steps=5)
        outline = placed(shape, *middle, 1, turn=angle)
        shifted = [(px + reach * 0.02, py + reach * 0.035) for px, py in outline]
        canvas.fill(Pen().polygon(shifted), darker(colour, 0.65), blur=reach * 0.03, opacity=0.3)
        canvas.fill(Pen().polygon(outline), Fade((lighter(colour, 0.3), colour, darker(colour, 0.2)), angle=25))
        veins = Pen()
        for share in (-0.5, 0.0, 0.5):
            path = [
                (reach * 0.2, share * width * 0.15),
                (reach * 0.55, share * width * 0.4),
                (reach * 0.88, share * width * 0.32),
            ]
            veins.line(placed(smooth(path, closed=False, steps=4), *middle, 1, turn=angle), reach * 0.012)
        canvas.fill(veins, darker(colour, 0.3), opacity=0.35)


def paint_butterfly(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A butterfly with open wings, seen from above and a little turned."""
    colour: Colour = canvas.random.choice(((236, 132, 36), (84, 140, 216), (244, 214, 90), (204, 70, 60)))
    turn = canvas.random.uniform(-35, 35)
    upper = smooth([(0.04, -0.1), (0.35, -0.85), (0.95, -1.0), (1.05, -0.6), (0.7, -0.12), (0.1, 0.05)], steps=5)
    lower = smooth([(0.06, 0.02), (0.6, 0.0), (0.78, 0.4), (0.5, 0.85), (0.2, 0.6)], steps=5)
    for flip in (False, True):
        for wing in (lower, upper):
            canvas.fill(Pen().polygon(placed(wing, x, y, size, turn=turn, flip=flip)), darker(colour, 0.75))
            inner = [(0.06 + (px - 0.06) * 0.86 + 0.02, py * 0.84) for px, py in wing]
            canvas.fill(
                Pen().polygon(placed(inner, x, y, size, turn=turn, flip=flip)),
                Fade((lighter(colour, 0.25), colour, darker(colour, 0.2))),
            )
        spots = Pen()
        for px, py in ((0.78, -0.72), (0.5, -0.5), (0.5, 0.45)):
            spots.ellipse(*placed([(px, py)], x, y, size, turn=turn, flip=flip)[0], size * 0.08)
        canvas.fill(spots, (252, 244, 226), opacity=0.9)
    body = placed(
        smooth([(0, -0.4), (0.06, -0.2), (0.05, 0.45), (0, 0.6), (-0.05, 0.45), (-0.06, -0.2)]), x, y, size, turn=turn
    )
    feelers = Pen().polygon(body)
    for side in (-1, 1):
        feelers.line(
            placed([(0, -0.36), (side * 0.12, -0.66), (side * 0.24, -0.84)], x, y, size, turn=turn), size * 0.025
        )
    canvas.fill(feelers, (40, 30, 28))


@dataclass(frozen=True)
class FlowerField:
    """Rows of flowers that run to the horizon."""

    topic = "flower field"
    sky: Sky
    kind: str
    mill: bool

    @classmethod
    def plan(cls, random: Random) -> FlowerField:
        sky = Sky.plan(random, (Hour.DAY, Hour.DAY, Hour.DAWN, Hour.SUNSET))
        return cls(sky=sky, kind=random.choice(("tulips", "poppies", "lavender")), mill=random.random() < 0.35)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"flower", "plant", "meadow", "hill", "nature", "landscape", "horizon", *self.sky.labels}
        seen |= {"tulips": {"tulip", "red", "yellow"}, "poppies": {"poppy", "red"}, "lavender": {"lavender", "purple"}}[
            self.kind
        ]
        if self.sky.hour is not Hour.SUNSET:
            seen.add("green")
        if self.mill:
            seen |= {"windmill", "building", "tower"}
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        horizon = canvas.height * canvas.random.uniform(0.4, 0.52)
        paint_sky(canvas, self.sky, horizon)
        far = hills(canvas.width, horizon, canvas.unit * 6, canvas.random, count=4)
        canvas.fill(Pen().polygon(below(far, canvas.height)), self.sky.shade(0.45, (86, 124, 92)))
        if self.mill:
            paint_windmill(
                canvas,
                self.sky,
                canvas.width * canvas.random.choice((0.24, 0.72)),
                horizon + canvas.unit * 2,
                canvas.unit * 26,
            )
        green = self.sky.shade(0.85, (92, 140, 62))
        canvas.backdrop(Fade((mix(green, self.sky.tones.haze, 0.35), green, darker(green, 0.35))), horizon)
        (self._paint_poppies if self.kind == "poppies" else self._paint_rows)(canvas, horizon)

    def _paint_rows(self, canvas: Canvas, horizon: float) -> None:
        random, room = canvas.random, canvas.height - horizon
        vanish = canvas.width * random.uniform(0.35, 0.65)
        palette: tuple[Colour, ...] = ((214, 42, 52), (250, 202, 60), (236, 120, 150), (250, 240, 236), (240, 126, 40))
        if self.kind == "lavender":
            palette = ((122, 90, 180), (146, 108, 196), (104, 74, 160))
        for row in range(-8, 9):
            low, high = vanish + (row - 0.38) * canvas.width * 0.2, vanish + (row + 0.38) * canvas.width * 0.2
            colour = self.sky.shade(0.95, palette[row % len(palette)])
            strip = [(vanish + row * 2, horizon), (low, canvas.height + 4), (high, canvas.height + 4)]
            canvas.fill(
                Pen().polygon(strip), Fade((mix(colour, self.sky.tones.haze, 0.3), colour, darker(colour, 0.3)))
            )
            heads, bright = Pen(), Pen()
            for _ in range(90):
                depth = random.random() ** 0.7
                middle = vanish + row * 2 + (row * canvas.width * 0.2 - row * 2) * depth
                x = middle + random.uniform(-0.4, 0.4) * canvas.width * 0.2 * depth
                y, size = horizon + room * depth, canvas.unit * (0.3 + 2.2 * depth)
                (heads if random.random() < 0.5 else bright).ellipse(
                    x, y, size * 0.55, size * (1.3 if self.kind == "lavender" else 0.8)
                )
            canvas.fill(heads, darker(colour, 0.22), opacity=0.85)
            canvas.fill(bright, lighter(colour, 0.18), opacity=0.85)

    def _paint_poppies(self, canvas: Canvas, horizon: float) -> None:
        random, room, unit = canvas.random, canvas.height - horizon, canvas.unit
        green = self.sky.shade(0.9, (84, 128, 60))
        paint_grass(canvas, horizon + unit * 4, [lighter(green, 0.1), green, darker(green, 0.2), darker(green, 0.3)])
        for row in range(5):
            depth = (row + 1) / 5
            pen, hearts = Pen(), Pen()
            for _ in range(int(46 - 32 * depth)):
                x, y = random.uniform(0, canvas.width), horizon + room * (depth * 0.86 + random.uniform(-0.09, 0.09))
                size = unit * (0.6 + 4.6 * depth**1.5) * random.uniform(0.7, 1.15)
                pen.polygon(blob(x, y, size, random, rough=0.16, squash=0.72))
                hearts.ellipse(x, y + size * 0.1, size * 0.26, size * 0.18)
            red = self.sky.shade(0.6 + 0.4 * depth, (218, 44, 36))
            canvas.fill(pen, Fade((lighter(red, 0.16), red, darker(red, 0.16))), opacity=0.95)
            canvas.fill(hearts, (40, 14, 20), opacity=0.85)


def paint_windmill(canvas: Canvas, sky: Sky, x: float, base: float, tall: float) -> None:
    wall, cap = sky.shade(0.9, (196, 170, 140)), sky.shade(0.92, (92, 60, 48))
    tower = [
        (x - tall * 0.17, base),
        (x - tall * 0.1, base - tall * 0.72),
        (x + tall * 0.1, base - tall * 0.72),
        (x + tall * 0.17, base),
    ]
    canvas.fill(Pen().polygon(tower), Fade((lighter(wall, 0.15), wall, darker(wall, 0.3)), angle=90))
    hub = (x, base - tall * 0.8)
    canvas.fill(
        Pen().polygon(
            [(x - tall * 0.12, base - tall * 0.71), (x, base - tall * 0.92), (x + tall * 0.12, base - tall * 0.71)]
        ),
        cap,
    )
    canvas.fill(Pen().rectangle(x - tall * 0.035, base - tall * 0.16, x + tall * 0.035, base), cap)
    turn, sails = canvas.random.uniform(0, 90), Pen()
    for i in range(4):
        arm = 2 * pi * i / 4 + turn / 57.3
        end = (hub[0] + tall * 0.56 * cos(arm), hub[1] + tall * 0.56 * sin(arm))
        sails.line([hub, end], tall * 0.018)
        side = (-sin(arm) * tall * 0.1, cos(arm) * tall * 0.1)
        start = (hub[0] + tall * 0.12 * cos(arm), hub[1] + tall * 0.12 * sin(arm))
        sails.polygon([start, end, (end[0] + side[0], end[1] + side[1]), (start[0] + side[0], start[1] + side[1])])
    canvas.fill(sails, sky.shade(0.95, (240, 232, 214)), opacity=0.92)
