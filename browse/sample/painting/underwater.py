"""Under water: shoals, coral and weed in the blue, and jellyfish."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

from browse.sample.painting.canvas import Blend, Canvas, Pen, Point
from browse.sample.painting.outlines import below, hills, placed, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix

_DEPTHS: tuple[tuple[Colour, ...], ...] = (
    ((150, 226, 226), (40, 150, 186), (14, 70, 120), (8, 34, 72)),
    ((120, 214, 200), (32, 140, 150), (12, 78, 100), (8, 40, 64)),
    ((96, 150, 220), (40, 84, 170), (24, 44, 112), (14, 20, 60)),
)
_SCALES: dict[str, tuple[Colour, Colour]] = {
    "orange (colour)": ((244, 130, 40), (250, 246, 238)),
    "yellow": ((250, 208, 60), (60, 66, 90)),
    "red": ((214, 54, 56), (250, 226, 210)),
    "purple": ((150, 96, 190), (246, 206, 90)),
}
_FISH: tuple[Point, ...] = (
    (-1.0, 0.02),
    (-0.8, -0.24),
    (-0.35, -0.44),
    (0.15, -0.38),
    (0.6, -0.12),
    (0.6, 0.12),
    (0.15, 0.38),
    (-0.35, 0.42),
    (-0.8, 0.22),
)
_BELL: tuple[Point, ...] = (
    (-1, 0.2), (-0.98, -0.25), (-0.6, -0.82), (0, -1), (0.6, -0.82), (0.98, -0.25), (1, 0.2), (0.66, 0.1), (0.33, 0.24),
    (0, 0.12), (-0.33, 0.24), (-0.66, 0.1),
)  # fmt: skip
_FIN: tuple[Point, ...] = ((0.5, 0.0), (0.98, -0.42), (0.88, 0.0), (0.98, 0.42))


@dataclass(frozen=True)
class Underwater:
    """Fish of one colour, or jellyfish."""

    topic = "underwater"
    jelly: bool
    scales: str
    reef: bool
    shoal: bool

    @classmethod
    def plan(cls, random: Random) -> Underwater:
        jelly = random.random() < 0.35
        return cls(
            jelly=jelly,
            scales=random.choice(tuple(_SCALES)),
            reef=not jelly or random.random() < 0.3,
            shoal=random.random() < 0.5,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"underwater", "water", "sea", "animal", "blue", "nature"}
        seen |= {"jellyfish", "pink"} if self.jelly else {"fish", self.scales}
        return frozenset(seen | ({"coral reef"} if self.reef else set()))

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        depths = random.choice(_DEPTHS)
        canvas.backdrop(Fade(depths[1:] if self.jelly else depths))
        rays = Pen()
        for _ in range(7):
            top, wide = random.uniform(-0.1, 1.0) * canvas.width, unit * random.uniform(3, 10)
            lean = unit * random.uniform(10, 40)
            rays.polygon(
                [
                    (top, -10),
                    (top + wide, -10),
                    (top + lean + wide * 2.2, canvas.height * 0.9),
                    (top + lean, canvas.height * 0.9),
                ]
            )
        canvas.fill(
            rays,
            Fade((lighter(depths[0], 0.3), darker(depths[1], 0.6), (0, 0, 0))),
            blur=unit * 1.6,
            opacity=0.5,
            blend=Blend.LIGHT,
        )
        if self.reef:
            self._paint_reef(canvas, depths)
        if self.jelly:
            for number in range(random.choice((1, 2, 4))):
                x, y = (
                    canvas.width * ((number * 0.618 + 0.4) % 1 * 0.7 + 0.15),
                    canvas.height * random.uniform(0.26, 0.52),
                )
                _paint_jellyfish(canvas, x, y, unit * random.uniform(15, 20) / (1 + 0.35 * number))
        else:
            self._paint_fishes(canvas, depths)
        self._paint_bubbles(canvas)

    def _paint_fishes(self, canvas: Canvas, depths: tuple[Colour, ...]) -> None:
        random, unit = canvas.random, canvas.unit
        toward = random.random() < 0.5
        count = 16 if self.shoal else 3
        for number in range(count):
            depth = (number + 1) / count
            size = unit * ((4 + 5 * depth) if self.shoal else (9 + 7 * depth))
            x = (
                random.uniform(0.08, 0.92) * canvas.width
                if self.shoal
                else canvas.width * ((number * 0.618 + 0.3) % 1 * 0.64 + 0.18)
            )
            y = canvas.height * random.uniform(0.2, 0.66)
            body, band = (mix(depths[1], colour, 0.45 + 0.55 * depth) for colour in _SCALES[self.scales])
            _paint_fish(canvas, x, y, size, body, band, flip=toward)

    def _paint_reef(self, canvas: Canvas, depths: tuple[Colour, ...]) -> None:
        random, unit = canvas.random, canvas.unit
        for row in range(2):
            line = hills(canvas.width, canvas.height * (0.86 + 0.08 * row), unit * 8, random, count=4)
            bed = mix(depths[2], (206, 186, 140), 0.25 + 0.25 * row)
            canvas.fill(
                Pen().polygon(below(line, canvas.height + 2)), Fade((lighter(bed, 0.1), darker(bed, 0.4))), blur=1 - row
            )
            for _ in range(int(canvas.width / unit / 16)):
                x = random.uniform(0, canvas.width)
                colour = mix(
                    depths[2],
                    random.choice(((226, 92, 110), (240, 150, 90), (180, 110, 190), (240, 206, 120))),
                    0.45 + 0.4 * row,
                )
                if random.random() < 0.5:
                    _paint_coral(canvas, x, canvas.height * (0.88 + 0.08 * row), unit * random.uniform(10, 18), colour)
                else:
                    _paint_weed(
                        canvas,
                        x,
                        canvas.height * (0.9 + 0.09 * row),
                        unit * random.uniform(16, 34),
                        mix(depths[2], (70, 150, 90), 0.6),
                    )

    def _paint_bubbles(self, canvas: Canvas) -> None:
        random, pen, shine = canvas.random, Pen(), Pen()
        for _ in range(5):
            x, y = random.uniform(0.1, 0.9) * canvas.width, random.uniform(0.3, 0.9) * canvas.height
            for step in range(6):
                radius = canvas.unit * random.uniform(0.4, 1.3)
                px, py = x + random.uniform(-2, 2) * canvas.unit, y - step * canvas.unit * 5
                pen.ring(px, py, radius, max(0.5, radius * 0.18))
                shine.ellipse(px - radius * 0.3, py - radius * 0.35, radius * 0.2)
        canvas.fill(pen, (220, 244, 250), opacity=0.6)
        canvas.fill(shine, (255, 255, 255), opacity=0.8)


def _paint_fish(canvas: Canvas, x: float, y: float, size: float, body: Colour, band: Colour, *, flip: bool) -> None:
    turn = canvas.random.uniform(-10, 10)
    outline = smooth(_FISH, steps=5)
    tail = placed(smooth(_FIN, steps=3), x, y, size, turn=turn, flip=flip)
    canvas.fill(Pen().polygon(tail), Fade((lighter(body, 0.15), darker(body, 0.2))))
    fins = Pen()
    for points in ([(-0.4, -0.4), (0.0, -0.66), (0.36, -0.56), (0.3, -0.28)], [(-0.2, 0.38), (0.1, 0.6), (0.3, 0.28)]):
        fins.polygon(placed(smooth(points, steps=4), x, y, size, turn=turn, flip=flip))
    canvas.fill(fins, darker(body, 0.22))
    canvas.fill(
        Pen().polygon(placed(outline, x, y, size, turn=turn, flip=flip)),
        Fade((lighter(body, 0.25), body, darker(body, 0.3))),
    )
    for middle in (-0.45, 0.12):
        half = 0.36 if middle < 0 else 0.3
        stripe = [
            (middle - 0.08, -half),
            (middle + 0.06, -half),
            (middle + 0.1, 0),
            (middle + 0.06, half),
            (middle - 0.08, half),
            (middle - 0.03, 0),
        ]
        canvas.fill(Pen().polygon(placed(smooth(stripe, steps=3), x, y, size, turn=turn, flip=flip)), band, opacity=0.9)
    side = placed(smooth([(-0.3, 0.02), (-0.02, -0.06), (0.06, 0.12), (-0.16, 0.18)]), x, y, size, turn=turn, flip=flip)
    canvas.fill(Pen().polygon(side), darker(body, 0.12), opacity=0.8)
    eye = placed([(-0.72, -0.08)], x, y, size, turn=turn, flip=flip)[0]
    canvas.fill(Pen().ellipse(*eye, size * 0.085), (252, 250, 240))
    canvas.fill(Pen().ellipse(*eye, size * 0.05), (14, 14, 20))


def _paint_coral(canvas: Canvas, x: float, base: float, size: float, colour: Colour) -> None:
    random, pen = canvas.random, Pen()

    def grow(start: Point, angle: float, length: float, order: int) -> None:
        end = (start[0] + length * cos(angle), start[1] + length * sin(angle))
        pen.line([start, end], length * 0.24)
        pen.ellipse(*end, length * 0.12)
        if order:
            for turn in (-0.5, 0.12, 0.6):
                grow(end, angle + turn + random.uniform(-0.15, 0.15), length * 0.7, order - 1)

    grow((x, base), -pi / 2, size * 0.42, 3)
    canvas.fill(pen, Fade((lighter(colour, 0.25), colour, darker(colour, 0.35))))


def _paint_weed(canvas: Canvas, x: float, base: float, tall: float, colour: Colour) -> None:
    random, pen = canvas.random, Pen()
    for blade in range(4):
        lean, phase = (blade - 1.5) * tall * 0.12, random.uniform(0, 6)
        path = [
            (
                x + lean * t / 10 + sin(t * 0.9 + phase) * tall * 0.05,
                base - tall * t / 10 * (1 - 0.12 * abs(blade - 1.5)),
            )
            for t in range(11)
        ]
        wide = tall * 0.035
        pen.polygon(
            [(px - wide * (1 - t / 11), py) for t, (px, py) in enumerate(path)]
            + [(px + wide * (1 - t / 11), py) for t, (px, py) in reversed(list(enumerate(path)))]
        )
    canvas.fill(pen, Fade((lighter(colour, 0.2), darker(colour, 0.4))))


def _paint_jellyfish(canvas: Canvas, x: float, y: float, size: float) -> None:
    colour: Colour = canvas.random.choice(((246, 160, 190), (230, 140, 210), (250, 176, 170)))
    canvas.glow(x, y, size * 3, colour, 0.5)
    _paint_threads(canvas, x, y, size, colour)
    tones = (lighter(colour, 0.65), colour, darker(colour, 0.3))
    bell = Pen().polygon(placed(smooth(_BELL, steps=4), x, y, size))
    canvas.fill(bell, Ball(tones, focus=(0.4, 0.3)), opacity=0.8)
    petals = Pen()
    for i in range(4):
        petals.ring(x + (i - 1.5) * size * 0.3, y - size * 0.3 - size * 0.12 * (i in (1, 2)), size * 0.17, size * 0.05)
    canvas.fill(petals, lighter(colour, 0.8), blur=size * 0.015, opacity=0.65)


def _paint_threads(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """A jellyfish's long threads, and the thicker arms in their middle."""
    random, threads, arms = canvas.random, Pen(), Pen()
    for i in range(11):
        left, phase = x + (i - 5) / 5 * size * 0.85, random.uniform(0, 6)
        path = []
        for t in range(13):
            fall = size * 2.6 * t / 12 * random.uniform(0.95, 1.05)
            path.append((left + sin(phase + t * 0.7) * size * 0.12, y + size * 0.2 + fall))
        threads.line(smooth(path, closed=False, steps=2), size * 0.018)
        if 3 <= i <= 7:
            inner = [(px * 0.6 + x * 0.4, y + (py - y) * 0.6) for px, py in path]
            arms.line(smooth(inner, closed=False, steps=2), size * 0.09)
    canvas.fill(arms, lighter(colour, 0.25), blur=size * 0.02, opacity=0.55)
    canvas.fill(threads, lighter(colour, 0.5), opacity=0.6)
