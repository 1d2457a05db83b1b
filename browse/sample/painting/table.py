"""A table from above: coffee, cake, pizza, eggs, doughnuts and oranges on wood or linen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

import numpy as np

from browse.sample.painting.canvas import Canvas, Pen, cloud
from browse.sample.painting.outlines import arc, blob, leaf, placed, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix
from browse.sample.painting.surfaces import paint_planks

_CLOTHS: dict[str, Colour] = {
    "white": (236, 232, 224),
    "pink": (232, 190, 184),
    "blue": (128, 160, 182),
    "green": (150, 172, 148),
}
_DISHES = ("coffee", "cake", "pizza", "eggs", "doughnuts", "citrus")


@dataclass(frozen=True)
class Table:
    """One dish, from straight above."""

    topic = "table"
    dish: str
    ground: str
    sprig: bool

    @classmethod
    def plan(cls, random: Random) -> Table:
        ground = random.choice(("wood", "wood", "marble", *_CLOTHS))
        return cls(dish=random.choice(_DISHES), ground=ground, sprig=random.random() < 0.5)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"food", "table", "bird's-eye view", "circle"}
        seen |= {
            "coffee": {"coffee", "café au lait", "cup", "brown"},
            "cake": {"cake"},
            "pizza": {"pizza"},
            "eggs": {"egg"},
            "doughnuts": {"doughnut", "pink"},
            "citrus": {"orange (fruit)", "fruit", "orange (colour)"},
        }[self.dish]
        if self.ground == "wood":
            seen |= {"wood", "brown"}
        elif self.ground in _CLOTHS:
            seen |= {"textile", self.ground}
        else:
            seen |= {"white"}
        return frozenset(seen | ({"leaf"} if self.sprig else set()))

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        self._paint_ground(canvas)
        x, y = canvas.width * random.uniform(0.44, 0.56), canvas.height * random.uniform(0.46, 0.54)
        size = unit * random.uniform(31, 37)
        if self.sprig:
            self._paint_sprig(canvas)
        _DISH_PAINTERS[self.dish](canvas, x, y, size)

    def _paint_ground(self, canvas: Canvas) -> None:
        random = canvas.random
        if self.ground == "wood":
            paint_planks(canvas)
        elif self.ground == "marble":
            canvas.backdrop(Fade(((240, 240, 240), (226, 226, 230)), angle=40))
            for cell in (70, 34):
                levels = cloud(canvas.width, canvas.height, random, cell=canvas.unit * cell, octaves=5)
                canvas.drift(np.exp(-(((levels - 0.5) / 0.018) ** 2)), (130, 132, 140), opacity=0.5)
        else:
            cloth = _CLOTHS[self.ground]
            canvas.backdrop(Fade((lighter(cloth, 0.12), cloth, darker(cloth, 0.12)), angle=50))
            x, y = np.arange(canvas.width)[None, :], np.arange(canvas.height)[:, None]
            canvas.drift((((x % 4) < 1) | ((y % 4) < 1)).astype(np.float32), darker(cloth, 0.5), opacity=0.14)
            folds = cloud(canvas.width, canvas.height, random, cell=canvas.unit * 80, octaves=2)
            canvas.drift(np.clip(folds * 1.5 - 0.75, 0, 1), darker(cloth, 0.6), opacity=0.3)

    def _paint_sprig(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        corner = random.choice(((0.12, 0.16, 30), (0.88, 0.84, 210), (0.88, 0.16, 150), (0.12, 0.84, -30)))
        x, y, turn = corner[0] * canvas.width, corner[1] * canvas.height, corner[2] + random.uniform(-20, 20)
        stem = placed([(0, 0), (unit * 14, unit * 2), (unit * 30, -unit)], x, y, 1, turn=turn + 180)
        path = smooth(stem, closed=False, steps=6)
        leaves, shade = Pen(), Pen()
        for i, (px, py) in enumerate(path[1:]):
            for side in (-1, 1):
                shape = leaf(px, py, unit * (8 - 0.3 * i), unit * 3.4, turn + 180 + side * 48)
                leaves.polygon(shape)
                shade.polygon([(lx + unit * 0.7, ly + unit) for lx, ly in shape])
        canvas.fill(shade, (30, 24, 20), blur=unit * 0.5, opacity=0.35)
        canvas.fill(leaves, Fade(((142, 172, 118), (78, 116, 76)), angle=40))
        canvas.fill(Pen().line(path, unit * 0.5), (86, 104, 66))


def _disc(canvas: Canvas, x: float, y: float, size: float, stops: tuple[Colour, ...], *, shadow: float = 0.45) -> None:
    """A round thing with its shadow towards the lower right."""
    pen = Pen().ellipse(x + size * 0.05, y + size * 0.08, size)
    canvas.fill(pen, (24, 16, 12), blur=size * 0.07, opacity=shadow)
    canvas.fill(Pen().ellipse(x, y, size), Ball(stops, focus=(0.4, 0.36), reach=0.72))


def _plate(canvas: Canvas, x: float, y: float, size: float) -> None:
    china: Colour = canvas.random.choice(((246, 244, 240), (226, 234, 236), (70, 84, 96), (240, 226, 208)))
    _disc(canvas, x, y, size, (lighter(china, 0.4), china, darker(china, 0.14)))
    canvas.fill(Pen().ring(x, y, size * 0.76, size * 0.025), darker(china, 0.2), blur=0.6, opacity=0.6)
    canvas.fill(Pen().ellipse(x, y, size * 0.72), Fade((darker(china, 0.05), lighter(china, 0.3)), angle=45))


def _paint_coffee(canvas: Canvas, x: float, y: float, size: float) -> None:
    _plate(canvas, x, y, size)
    cup: Colour = canvas.random.choice(((250, 248, 244), (196, 84, 70), (74, 104, 122)))
    handle = Pen().rounded(x + size * 0.4, y - size * 0.11, x + size * 0.82, y + size * 0.11, size * 0.1)
    canvas.fill(handle, Fade((lighter(cup, 0.2), darker(cup, 0.25))))
    _disc(canvas, x, y, size * 0.56, (lighter(cup, 0.4), cup, darker(cup, 0.25)), shadow=0.5)
    canvas.fill(
        Pen().ellipse(x, y, size * 0.49), Ball(((164, 106, 62), (124, 74, 42), (78, 42, 24)), focus=(0.45, 0.42))
    )
    milk: Colour = (240, 218, 184)
    turn = canvas.random.uniform(-30, 30)
    for i in range(4):
        reach, top = size * (0.36 - 0.075 * i), -0.3 + 0.16 * i
        heart = [
            (0, 0.7),
            (-0.75, 0.1),
            (-0.95, -0.4),
            (-0.5, -0.75),
            (0, -0.42),
            (0.5, -0.75),
            (0.95, -0.4),
            (0.75, 0.1),
        ]
        shape = placed(
            smooth([(px * reach / size, py * reach / size - top * 0.3) for px, py in heart], steps=4),
            x,
            y,
            size,
            turn=turn,
        )
        canvas.fill(Pen().polygon(shape), milk if i % 2 == 0 else (150, 94, 54), blur=size * 0.008)
    spoon = placed(smooth([(-1.2, 0.78), (-1.06, 0.7), (-0.94, 0.78), (-1.0, 0.9), (-1.14, 0.92)]), x, y, size)
    pen = Pen().polygon(spoon).line(placed([(-1.0, 0.8), (-0.3, 0.98)], x, y, size), size * 0.05)
    canvas.fill(pen, Fade(((236, 236, 240), (140, 142, 150)), angle=60))


def _paint_cake(canvas: Canvas, x: float, y: float, size: float) -> None:
    _plate(canvas, x, y, size)
    icing: Colour = canvas.random.choice(((250, 238, 226), (110, 62, 44), (246, 196, 204)))
    _disc(canvas, x, y, size * 0.6, (lighter(icing, 0.3), icing, darker(icing, 0.22)), shadow=0.5)
    dabs, top = Pen(), Pen()
    for i in range(14):
        angle = 2 * pi * i / 14
        px, py = x + size * 0.5 * cos(angle), y + size * 0.5 * sin(angle)
        dabs.ellipse(px, py, size * 0.085)
        top.ellipse(px - size * 0.015, py - size * 0.02, size * 0.045)
    canvas.fill(dabs, darker(icing, 0.1))
    canvas.fill(top, lighter(icing, 0.5))
    for i in range(7):
        angle = 2 * pi * i / 7 + 0.2
        far = size * 0.26 if i else 0.0
        _disc(
            canvas,
            x + far * cos(angle),
            y + far * sin(angle),
            size * 0.075,
            ((250, 130, 120), (206, 32, 46), (120, 10, 26)),
            shadow=0.35,
        )
    slice_ = Pen().polygon([(x, y), *arc(x, y, size * 0.61, 20, 48)])
    canvas.fill(slice_, Fade(((206, 160, 112), (150, 100, 64))))
    canvas.fill(Pen().line([(x, y), arc(x, y, size * 0.6, 34, 34)[0]], size * 0.03), lighter(icing, 0.3))


def _paint_pizza(canvas: Canvas, x: float, y: float, size: float) -> None:
    random = canvas.random
    _plate(canvas, x, y, size * 1.12)
    crust = blob(x, y, size * 0.92, random, rough=0.025)
    canvas.fill(
        Pen().polygon(crust), Ball(((236, 188, 116), (206, 142, 72), (150, 88, 40)), focus=(0.45, 0.42), reach=0.62)
    )
    canvas.fill(Pen().polygon(blob(x, y, size * 0.78, random, rough=0.03)), (190, 56, 32))
    for colour, count in (((250, 220, 130), 16), ((255, 240, 190), 9)):
        pen = Pen()
        for _ in range(count):
            angle, far = random.uniform(0, 2 * pi), size * 0.66 * random.random() ** 0.5
            pen.polygon(
                blob(x + far * cos(angle), y + far * sin(angle), size * random.uniform(0.08, 0.17), random, rough=0.25)
            )
        canvas.fill(pen, colour, blur=size * 0.01, opacity=0.85)
    for i in range(9):
        angle, far = 2 * pi * i / 9 + random.uniform(-0.2, 0.2), size * (0.52 if i % 3 else 0.25)
        _disc(
            canvas,
            x + far * cos(angle),
            y + far * sin(angle),
            size * 0.11,
            ((214, 84, 60), (176, 48, 36), (120, 26, 22)),
            shadow=0.3,
        )
    basil = Pen()
    for _ in range(8):
        angle, far = random.uniform(0, 2 * pi), size * 0.6 * random.random()
        basil.polygon(leaf(x + far * cos(angle), y + far * sin(angle), size * 0.2, size * 0.12, random.uniform(0, 360)))
    canvas.fill(basil, Fade(((104, 156, 70), (48, 98, 44)), angle=45))
    cuts = Pen()
    for turn in (10, 70, 130):
        cuts.line(placed([(-0.9, 0), (0.9, 0)], x, y, size, turn=turn), size * 0.012)
    canvas.fill(cuts, (120, 60, 30), opacity=0.6)


def _paint_eggs(canvas: Canvas, x: float, y: float, size: float) -> None:
    random = canvas.random
    _plate(canvas, x, y, size)
    for px, py in ((-0.24, -0.14), (0.26, 0.02)):
        _paint_egg(canvas, x + px * size, y + py * size, size)
    tomato: tuple[Colour, ...] = ((248, 120, 90), (206, 46, 36), (130, 20, 20))
    for i in range(3):
        _disc(canvas, x + (i * 0.2 - 0.3) * size, y + size * (0.4 + 0.05 * (i % 2)), size * 0.085, tomato, shadow=0.3)
    herbs = Pen()
    for _ in range(26):
        px, py = x + random.gauss(0, 0.3) * size, y + random.gauss(0, 0.26) * size
        herbs.polygon(leaf(px, py, size * 0.05, size * 0.025, random.uniform(0, 360)))
    canvas.fill(herbs, (70, 120, 56))


def _paint_egg(canvas: Canvas, x: float, y: float, size: float) -> None:
    white = blob(x, y, size * 0.3, canvas.random, rough=0.16)
    shadow = Pen().polygon([(px + size * 0.015, py + size * 0.03) for px, py in white])
    canvas.fill(shadow, (60, 40, 30), blur=size * 0.02, opacity=0.35)
    tones: tuple[Colour, ...] = ((255, 255, 252), (250, 246, 236), (222, 206, 178))
    canvas.fill(Pen().polygon(white), Ball(tones, focus=(0.5, 0.45), reach=0.6))
    _disc(canvas, x, y, size * 0.115, ((255, 226, 110), (250, 180, 40), (220, 120, 20)), shadow=0.2)
    canvas.fill(Pen().ellipse(x - size * 0.035, y - size * 0.045, size * 0.024), (255, 255, 255), opacity=0.85)


def _paint_doughnuts(canvas: Canvas, x: float, y: float, size: float) -> None:
    random = canvas.random
    _plate(canvas, x, y, size * 1.08)
    for number, (px, py) in enumerate(((-0.36, -0.24), (0.38, -0.2), (0.0, 0.4))):
        icing: Colour = ((240, 140, 170), (250, 200, 210), (110, 62, 44))[number]
        cx, cy, reach = x + px * size, y + py * size, size * 0.36
        shadow = Pen().ellipse(cx + reach * 0.06, cy + reach * 0.1, reach)
        canvas.fill(shadow, (30, 18, 12), blur=reach * 0.1, opacity=0.4)
        dough = Pen().ring(cx, cy, reach, reach * 0.7)
        canvas.fill(dough, Fade(((232, 184, 122), (190, 130, 72)), angle=40))
        coat = Pen().polygon(blob(cx, cy, reach * 0.88, random, rough=0.06)).ellipse(cx, cy, reach * 0.36, on=False)
        canvas.fill(coat, Fade((lighter(icing, 0.3), icing, darker(icing, 0.18)), angle=40))
        for colour in ((255, 244, 200), (120, 200, 210), (250, 210, 80), (250, 250, 250)):
            sprinkles = Pen()
            for _ in range(9):
                angle, far = random.uniform(0, 2 * pi), reach * random.uniform(0.46, 0.78)
                sx, sy, way = cx + far * cos(angle), cy + far * sin(angle), random.uniform(0, pi)
                sprinkles.line([(sx, sy), (sx + reach * 0.09 * cos(way), sy + reach * 0.09 * sin(way))], reach * 0.035)
            canvas.fill(sprinkles, colour)


def _paint_citrus(canvas: Canvas, x: float, y: float, size: float) -> None:
    _plate(canvas, x, y, size * 1.05)
    for px, py, cut in (
        (-0.34, 0.2, True),
        (0.32, 0.3, True),
        (0.02, -0.34, False),
        (-0.5, -0.3, True),
        (0.52, -0.24, False),
    ):
        cx, cy, reach = x + px * size, y + py * size, size * 0.29
        _disc(canvas, cx, cy, reach, ((255, 190, 96), (240, 138, 28), (190, 88, 10)))
        if cut:
            canvas.fill(Pen().ellipse(cx, cy, reach * 0.93), (255, 236, 200))
            wedges, turn = Pen(), canvas.random.uniform(0, 40)
            for i in range(9):
                wedges.polygon(
                    smooth(
                        [(cx, cy), *arc(cx, cy, reach * 0.84, turn + 40 * i + 3, turn + 40 * i + 37, steps=4)], steps=3
                    )
                )
            canvas.fill(wedges, Ball(((255, 196, 90), (246, 150, 36)), focus=(0.5, 0.5), reach=0.5))
            canvas.fill(Pen().ellipse(cx, cy, reach * 0.07), (255, 236, 200))
        else:
            canvas.fill(
                Pen().ellipse(cx - reach * 0.3, cy - reach * 0.35, reach * 0.16),
                mix((255, 255, 255), (255, 200, 120), 0.2),
                blur=reach * 0.07,
                opacity=0.7,
            )
            canvas.fill(Pen().ellipse(cx + reach * 0.1, cy + reach * 0.05, reach * 0.07), (96, 112, 46))


_DISH_PAINTERS: dict[str, Callable[[Canvas, float, float, float], None]] = {
    "coffee": _paint_coffee,
    "cake": _paint_cake,
    "pizza": _paint_pizza,
    "eggs": _paint_eggs,
    "doughnuts": _paint_doughnuts,
    "citrus": _paint_citrus,
}
