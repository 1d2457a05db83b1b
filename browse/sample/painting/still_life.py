"""Still lifes: fruit, a bowl, a vase or a bottle on a table, in soft light from the left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Blend, Canvas, Pen
from browse.sample.painting.outlines import leaf, placed, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix

_ROOMS: tuple[tuple[tuple[Colour, ...], tuple[Colour, ...], str], ...] = (
    (((64, 58, 52), (38, 32, 30), (20, 17, 17)), ((112, 72, 44), (74, 44, 28)), "brown"),
    (((232, 214, 196), (222, 190, 168), (206, 168, 150)), ((246, 236, 224), (214, 190, 172)), "pink"),
    (((174, 200, 204), (140, 176, 186), (104, 146, 160)), ((236, 232, 220), (196, 190, 176)), "blue"),
    (((74, 92, 78), (52, 70, 60), (34, 48, 42)), ((168, 124, 82), (120, 82, 52)), "green"),
    (((238, 206, 120), (228, 178, 84), (206, 148, 60)), ((250, 240, 214), (224, 196, 150)), "yellow"),
    (((120, 44, 48), (88, 28, 36), (54, 16, 24)), ((90, 54, 40), (56, 32, 26)), "red"),
)
FRUITS = ("apple", "green apple", "orange", "lemon", "pear", "banana", "grapes", "cherry")
_LABELS = {
    "apple": {"apple", "red"},
    "green apple": {"apple", "green"},
    "orange": {"orange (fruit)", "orange (colour)"},
    "lemon": {"lemon", "yellow"},
    "pear": {"pear"},
    "banana": {"banana", "yellow"},
    "grapes": {"grape", "purple"},
    "cherry": {"cherry", "red"},
}


@dataclass(frozen=True)
class StillLife:
    """Three to seven pieces of fruit, some in a bowl, and perhaps a vase or a bottle behind them."""

    topic = "still life"
    room: int
    fruits: tuple[str, ...]
    bowl: bool
    tall: str

    @classmethod
    def plan(cls, random: Random) -> StillLife:
        kinds = random.sample(FRUITS, random.choice((1, 2, 2, 3)))
        return cls(
            room=random.randrange(len(_ROOMS)),
            fruits=tuple(random.choice(kinds) for _ in range(random.randint(3, 6))),
            bowl=random.random() < 0.45,
            tall=random.choice(("", "", "vase", "bottle")),
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"still life", "food", "fruit", "table", "art"}
        for fruit in self.fruits:
            seen |= _LABELS[fruit]
        if self.bowl:
            seen |= {"bowl"}
        if self.tall == "vase":
            seen |= {"vase", "flower", "plant", "leaf"}
        if self.tall == "bottle":
            seen |= {"bottle"}
        seen.add(_ROOMS[self.room][2])
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        wall, table, _ = _ROOMS[self.room]
        edge = canvas.height * random.uniform(0.58, 0.66)
        canvas.backdrop(Fade(wall, angle=60), 0, edge)
        canvas.backdrop(Fade(table), edge)
        canvas.glow(canvas.width * 0.2, edge * 0.35, canvas.width * 0.65, lighter(wall[0], 0.35), 0.55)
        line = Pen().rectangle(0, edge - unit * 0.5, canvas.width, edge + unit * 0.5)
        canvas.fill(line, darker(table[1], 0.2), blur=unit * 0.5, opacity=0.6)
        middle = canvas.width / 2
        if self.tall:
            x = middle + random.choice((-1, 1)) * unit * random.uniform(16, 26)
            (_paint_vase if self.tall == "vase" else _paint_bottle)(canvas, x, edge + unit * 8, unit * 44)
        if self.bowl:
            self._paint_bowl(canvas, middle, edge + unit * 20)
        self._paint_fruits(canvas, middle, edge)

    def _paint_fruits(self, canvas: Canvas, middle: float, edge: float) -> None:
        random, unit = canvas.random, canvas.unit
        free = self.fruits[3:] if self.bowl else self.fruits
        room = min(canvas.width * 0.4, unit * 52)
        spots = []
        for number, fruit in enumerate(free):
            share = (number + 0.5) / len(free) * 2 - 1
            depth = random.uniform(0.14, 0.55)
            base = edge + (canvas.height - edge) * (0.6 + depth * 0.5 if self.bowl else 0.25 + depth)
            spots.append((base, middle + share * room + unit * random.uniform(-3, 3), fruit))
        for base, x, fruit in sorted(spots):
            paint_fruit(canvas, fruit, x, base, unit * random.uniform(12, 16))

    def _paint_bowl(self, canvas: Canvas, x: float, base: float) -> None:
        unit = canvas.unit
        half, tall = unit * 30, unit * 20
        glaze = canvas.random.choice(((66, 104, 140), (222, 214, 200), (60, 92, 84), (180, 96, 70)))
        _shadow(canvas, x + unit * 5, base, half * 0.95, 0.5)
        back = Pen().ellipse(x, base - tall, half, unit * 5)
        canvas.fill(back, darker(glaze, 0.45))
        for number, fruit in enumerate(self.fruits[:3]):
            paint_fruit(canvas, fruit, x + (number - 1) * half * 0.56, base - tall + unit * 5, unit * 12, shadow=False)
        front = smooth(
            [
                (x - half, base - tall),
                (x - half * 0.86, base - tall * 0.45),
                (x - half * 0.4, base - unit),
                (x + half * 0.4, base - unit),
                (x + half * 0.86, base - tall * 0.45),
                (x + half, base - tall),
            ],
            closed=False,
        )
        rim = [(x + half * (1 - i / 10), base - tall + unit * 5 * (1 - (i / 10 - 1) ** 2) ** 0.5) for i in range(21)]
        canvas.fill(Pen().polygon([*front, *rim]), Fade((lighter(glaze, 0.35), glaze, darker(glaze, 0.45)), angle=80))
        foot = Pen().ellipse(x, base - unit * 0.5, half * 0.42, unit * 1.6)
        canvas.fill(foot, darker(glaze, 0.4))
        shine = smooth(
            [
                (x - half * 0.8, base - tall * 0.7),
                (x - half * 0.62, base - tall * 0.66),
                (x - half * 0.5, base - tall * 0.3),
                (x - half * 0.6, base - tall * 0.32),
            ]
        )
        canvas.fill(Pen().polygon(shine), (255, 255, 255), blur=unit * 0.8, opacity=0.4)


def _shadow(canvas: Canvas, x: float, base: float, half: float, opacity: float) -> None:
    pen = Pen().ellipse(x, base, half, half * 0.2)
    canvas.fill(pen, (30, 18, 14), blur=half * 0.11, opacity=opacity, blend=Blend.DARKEN)


def paint_fruit(canvas: Canvas, kind: str, x: float, base: float, size: float, *, shadow: bool = True) -> None:
    """A piece of fruit of radius `size` that lies at (x, base)."""
    if shadow:
        _shadow(canvas, x + size * 0.4, base - size * 0.08, size * 1.2, 0.6)
        _shadow(canvas, x + size * 0.08, base - size * 0.05, size * 0.75, 0.5)
    _FRUIT_PAINTERS[kind](canvas, x, base, size)


def _round(canvas: Canvas, x: float, base: float, size: float, colour: Colour, *, squash: float = 0.94) -> None:
    tones = (lighter(colour, 0.42), colour, darker(colour, 0.28), darker(colour, 0.55))
    canvas.fill(Pen().ellipse(x, base - size * squash, size, size * squash), Ball(tones, reach=0.95))
    spot = Pen().ellipse(x - size * 0.36, base - size * 1.36, size * 0.17, size * 0.11)
    canvas.fill(spot, (255, 255, 255), blur=size * 0.06, opacity=0.7)
    canvas.glow(x + size * 0.4, base - size * 0.35, size * 0.6, lighter(colour, 0.2), 0.22)


def _stalk(canvas: Canvas, x: float, top: float, size: float, *, green: bool) -> None:
    dip = Pen().ellipse(x, top + size * 0.14, size * 0.3, size * 0.1)
    canvas.fill(dip, (50, 30, 16), blur=size * 0.07, opacity=0.55)
    pen = Pen().line(
        smooth(
            [(x, top + size * 0.16), (x + size * 0.04, top - size * 0.1), (x + size * 0.14, top - size * 0.28)],
            closed=False,
        ),
        size * 0.08,
    )
    canvas.fill(pen, (86, 58, 34))
    if green:
        shape = leaf(x + size * 0.06, top - size * 0.06, size * 0.75, size * 0.36, -28)
        canvas.fill(Pen().polygon(shape), Fade(((136, 176, 80), (58, 104, 46)), angle=90))


def _paint_apple(canvas: Canvas, x: float, base: float, size: float, colour: Colour = (196, 40, 40)) -> None:
    _round(canvas, x, base, size, colour)
    streaks = Pen()
    for share in (-0.5, -0.2, 0.12, 0.42):
        streaks.line(
            smooth(
                [
                    (x + share * size * 0.5, base - size * 1.74),
                    (x + share * size * 1.35, base - size),
                    (x + share * size * 0.6, base - size * 0.2),
                ],
                closed=False,
            ),
            size * 0.07,
        )
    canvas.fill(streaks, (250, 214, 110), blur=size * 0.09, opacity=0.24)
    _stalk(canvas, x, base - size * 1.86, size, green=canvas.random.random() < 0.6)


def _paint_green_apple(canvas: Canvas, x: float, base: float, size: float) -> None:
    _paint_apple(canvas, x, base, size, (138, 172, 52))


def _paint_orange(canvas: Canvas, x: float, base: float, size: float) -> None:
    random = canvas.random
    _round(canvas, x, base, size, (240, 138, 28), squash=0.97)
    pores = Pen()
    for _ in range(70):
        px, py = random.gauss(0, 0.42), random.gauss(0, 0.42)
        if px * px + py * py < 0.75:
            pores.ellipse(x + px * size, base - size * 0.97 + py * size, size * 0.022)
    canvas.fill(pores, (170, 84, 14), opacity=0.4)
    canvas.fill(Pen().ellipse(x + size * 0.05, base - size * 1.82, size * 0.08, size * 0.05), (92, 112, 44))


def _paint_lemon(canvas: Canvas, x: float, base: float, size: float) -> None:
    turn = canvas.random.uniform(-25, 25)
    half = [
        (-1.12, 0),
        (-0.98, -0.13),
        (-0.8, -0.42),
        (-0.3, -0.74),
        (0.3, -0.74),
        (0.8, -0.42),
        (0.96, -0.16),
        (1.14, -0.05),
        (1.14, 0.07),
        (0.96, 0.18),
        (0.8, 0.42),
        (0.3, 0.74),
        (-0.3, 0.74),
        (-0.8, 0.42),
    ]
    shape = placed(smooth([(px, py) for px, py in half], steps=5), x, base - size * 0.78, size, turn=turn)
    tones: tuple[Colour, ...] = ((255, 250, 180), (248, 218, 50), (226, 178, 24), (160, 112, 12))
    canvas.fill(Pen().polygon(shape), Ball(tones, reach=0.9))
    canvas.fill(
        Pen().ellipse(x - size * 0.34, base - size * 1.14, size * 0.2, size * 0.1),
        (255, 255, 255),
        blur=size * 0.07,
        opacity=0.6,
    )


def _paint_pear(canvas: Canvas, x: float, base: float, size: float) -> None:
    colour = canvas.random.choice(((176, 178, 60), (206, 172, 70), (142, 160, 62)))
    half = [
        (0, -2.6),
        (0.3, -2.5),
        (0.46, -2.0),
        (0.6, -1.5),
        (0.98, -0.95),
        (0.95, -0.38),
        (0.5, -0.02),
        (0, 0.02),
        (-0.5, -0.02),
        (-0.95, -0.38),
        (-0.98, -0.95),
        (-0.6, -1.5),
        (-0.46, -2.0),
        (-0.3, -2.5),
    ]
    tones = (lighter(colour, 0.5), colour, darker(colour, 0.3), darker(colour, 0.58))
    canvas.fill(
        Pen().polygon(placed(smooth(half, steps=5), x, base, size)), Ball(tones, focus=(0.34, 0.56), reach=0.85)
    )
    freckles, random = Pen(), canvas.random
    for _ in range(26):
        freckles.ellipse(x + random.uniform(-0.6, 0.6) * size, base - size * random.uniform(0.25, 1.2), size * 0.025)
    canvas.fill(freckles, darker(colour, 0.4), opacity=0.5)
    canvas.fill(Pen().line([(x, base - size * 2.55), (x + size * 0.1, base - size * 2.95)], size * 0.09), (80, 54, 32))


def _paint_banana(canvas: Canvas, x: float, base: float, size: float) -> None:
    for number, turn in enumerate((-14, 2, 18)):
        outer = [(-1.7, -1.15), (-1.25, -0.35), (-0.4, 0.16), (0.5, 0.14), (1.3, -0.38), (1.75, -1.2)]
        inner = [(1.62, -1.24), (1.1, -0.72), (0.4, -0.42), (-0.35, -0.4), (-1.0, -0.74), (-1.56, -1.22)]
        shape = placed(
            [*smooth(outer, closed=False), *smooth(inner, closed=False)],
            x + size * 0.1 * number,
            base - size * (0.5 - 0.16 * number),
            size * 0.95,
            turn=turn * 0.5,
        )
        tone: Colour = mix((246, 206, 66), (222, 170, 42), 0.3 * (2 - number))
        canvas.fill(Pen().polygon(shape), Fade((lighter(tone, 0.35), tone, darker(tone, 0.4)), angle=12))
        tip = placed(
            [(-1.63, -1.2), (1.68, -1.22)],
            x + size * 0.1 * number,
            base - size * (0.5 - 0.16 * number),
            size * 0.95,
            turn=turn * 0.5,
        )
        canvas.fill(Pen().ellipse(*tip[0], size * 0.13).ellipse(*tip[1], size * 0.11), (84, 62, 28))


def _paint_grapes(canvas: Canvas, x: float, base: float, size: float) -> None:
    colour = canvas.random.choice(((96, 44, 110), (84, 36, 84), (70, 52, 128)))
    for row, count in enumerate((2, 3, 4, 5)):
        for i in range(count):
            px = x + (i - (count - 1) / 2) * size * 0.56 + canvas.random.uniform(-0.06, 0.06) * size
            radius = size * 0.34
            tones = (lighter(colour, 0.45), colour, darker(colour, 0.5))
            middle = base - size * 1.75 + row * size * 0.46
            canvas.fill(Pen().ellipse(px, middle, radius), Ball(tones, reach=0.85))
            canvas.fill(
                Pen().ellipse(px - radius * 0.35, middle - radius * 0.4, radius * 0.16), (255, 255, 255), opacity=0.7
            )
    stem = Pen().line([(x, base - size * 1.95), (x + size * 0.1, base - size * 2.35)], size * 0.09)
    canvas.fill(stem, (104, 84, 44))
    canvas.fill(
        Pen().polygon(leaf(x, base - size * 2.1, size, size * 0.6, 20)), Fade(((136, 168, 84), (70, 108, 50)), angle=60)
    )


def _paint_cherries(canvas: Canvas, x: float, base: float, size: float) -> None:
    top = (x + size * 0.2, base - size * 2.3)
    for shift in (-0.55, 0.5):
        fruit = x + shift * size
        stem = smooth(
            [(fruit, base - size * 0.95), (fruit + (top[0] - fruit) * 0.4, base - size * 1.7), top], closed=False
        )
        canvas.fill(Pen().line(stem, size * 0.06), (92, 108, 44))
        _round(canvas, fruit, base, size * 0.56, (150, 18, 34))
    canvas.fill(Pen().polygon(leaf(*top, size * 0.9, size * 0.4, 15)), Fade(((120, 164, 74), (54, 100, 46)), angle=60))


_FRUIT_PAINTERS: dict[str, Callable[[Canvas, float, float, float], None]] = {
    "apple": _paint_apple,
    "green apple": _paint_green_apple,
    "orange": _paint_orange,
    "lemon": _paint_lemon,
    "pear": _paint_pear,
    "banana": _paint_banana,
    "grapes": _paint_grapes,
    "cherry": _paint_cherries,
}


def _paint_bottle(canvas: Canvas, x: float, base: float, tall: float) -> None:
    glass: Colour = canvas.random.choice(((46, 84, 58), (92, 62, 34), (60, 96, 120)))
    wide = tall * 0.15
    half = [(0.3, -1), (0.3, -0.72), (0.42, -0.62), (1, -0.5), (1, -0.04), (0.85, 0)]
    outline = [(x + px * wide, base + py * tall) for px, py in half]
    other = [(x - px * wide, base + py * tall) for px, py in reversed(half)]
    _shadow(canvas, x + wide, base, wide * 1.8, 0.55)
    tones = (darker(glass, 0.3), lighter(glass, 0.28), glass, darker(glass, 0.5))
    canvas.fill(Pen().polygon([*outline, *other]), Fade(tones, angle=90), opacity=0.93)
    canvas.fill(
        Pen().rounded(x - wide * 0.4, base - tall * 1.02, x + wide * 0.4, base - tall * 0.95, wide * 0.1),
        darker(glass, 0.2),
    )
    canvas.fill(
        Pen().rectangle(x - wide * 0.96, base - tall * 0.36, x + wide * 0.96, base - tall * 0.12),
        Fade(((240, 230, 206), (200, 184, 152)), angle=90),
    )
    canvas.fill(
        Pen().rectangle(x - wide * 0.72, base - tall * 0.48, x - wide * 0.52, base - tall * 0.05),
        (255, 255, 255),
        blur=wide * 0.08,
        opacity=0.35,
    )


def _paint_vase(canvas: Canvas, x: float, base: float, tall: float) -> None:
    random = canvas.random
    glaze: Colour = random.choice(((58, 90, 132), (232, 226, 214), (172, 92, 66), (92, 120, 104)))
    bloom: Colour = random.choice(((222, 84, 92), (244, 190, 74), (238, 158, 176), (250, 244, 236), (150, 104, 190)))
    wide = tall * 0.2
    _shadow(canvas, x + wide * 0.7, base, wide * 1.5, 0.55)
    for _ in range(9):
        reach = tall * random.uniform(0.36, 0.62)
        tip = (x + random.uniform(-1, 1) * reach * 0.75, base - tall * 0.5 - reach)
        stem = smooth([(x, base - tall * 0.5), ((x * 2 + tip[0]) / 3, tip[1] + reach * 0.4), tip], closed=False)
        canvas.fill(Pen().line(stem, wide * 0.06), (78, 112, 62))
        canvas.fill(Pen().polygon(leaf(*stem[5], wide * 0.9, wide * 0.4, random.uniform(-150, -30))), (84, 126, 70))
        _paint_bloom(canvas, tip[0], tip[1], wide * random.uniform(0.42, 0.6), bloom)
    half = [(0.5, -0.55), (0.42, -0.48), (0.66, -0.36), (1.0, -0.22), (0.86, -0.06), (0.5, 0)]
    right = smooth([(x + px * wide, base + py * tall) for px, py in half], closed=False)
    left = smooth([(x - px * wide, base + py * tall) for px, py in reversed(half)], closed=False)
    canvas.fill(Pen().polygon([*right, *left]), Fade((lighter(glaze, 0.4), glaze, darker(glaze, 0.5)), angle=85))


def _paint_bloom(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    turn = canvas.random.uniform(0, 60)
    for ring, (count, reach, shade) in enumerate(((7, 1.0, 0.18), (6, 0.72, 0.0))):
        pen = Pen()
        for i in range(count):
            pen.polygon(leaf(x, y, size * reach, size * 0.72, turn + 360 * i / count + 20 * ring))
        canvas.fill(pen, Ball((lighter(colour, 0.1), darker(colour, shade)), focus=(0.5, 0.5), reach=0.6))
    canvas.fill(Pen().ellipse(x, y, size * 0.22), Ball(((250, 220, 120), (190, 130, 40))))
