"""Streets: cars, vans and bicycles before house walls, and rows of gabled houses by a canal."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Canvas, Pen, Point
from browse.sample.painting.outlines import arc, placed, smooth
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_sky
from browse.sample.painting.things import paint_street_lamp, paint_tree

_WALLS: dict[str, Colour] = {
    "pink": (226, 170, 160),
    "yellow": (234, 200, 128),
    "blue": (134, 170, 190),
    "white": (232, 226, 214),
    "brick": (168, 92, 70),
    "green": (150, 172, 142),
}
_COATS: dict[str, Colour] = {
    "red": (190, 36, 38),
    "blue": (42, 86, 150),
    "yellow": (236, 184, 44),
    "white": (236, 234, 228),
    "black": (40, 42, 48),
    "green": (58, 112, 84),
}
_SEDAN: tuple[Point, ...] = (
    (-1.0, -0.1), (-1.0, -0.3), (-0.94, -0.39), (-0.62, -0.43), (-0.34, -0.66), (-0.05, -0.7), (0.24, -0.67),
    (0.52, -0.44), (0.9, -0.41), (0.99, -0.32), (1.0, -0.1),
)  # fmt: skip
_VAN: tuple[Point, ...] = (
    (-1.0, -0.1), (-1.0, -0.42), (-0.9, -0.52), (-0.74, -0.86), (-0.62, -0.94), (0.9, -0.94), (0.98, -0.88),
    (1.0, -0.1),
)  # fmt: skip

_FRAME: tuple[tuple[Point, ...], ...] = (
    ((0.58, 0), (0.06, 0.06)), ((0.58, 0), (0.17, -0.46)), ((0.06, 0.06), (0.2, -0.58)), ((0.06, 0.06), (-0.45, -0.42)),
    ((0.17, -0.46), (-0.43, -0.5)), ((-0.58, 0), (-0.42, -0.56), (-0.38, -0.7)),
)  # fmt: skip
"""A bicycle's tubes: its rear wheel's hub lies at (0.58, 0), its front wheel's at (-0.58, 0)."""


@dataclass(frozen=True)
class Street:
    """A car, a van or a bicycle before a wall with windows."""

    topic = "street"
    ride: str
    coat: str
    wall: str
    night: bool
    tree: bool

    @classmethod
    def plan(cls, random: Random) -> Street:
        return cls(
            ride=random.choice(("car", "car", "van", "bicycle", "bicycle")),
            coat=random.choice(tuple(_COATS)),
            wall=random.choice(tuple(_WALLS)),
            night=random.random() < 0.28,
            tree=random.random() < 0.35,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"street", "house", "outdoor", "vehicle", "wheel", "window", "building", self.coat}
        seen |= {"car": {"car", "trunk (car)"}, "van": {"van"}, "bicycle": {"bicycle"}}[self.ride]
        if self.wall == "brick":
            seen |= {"brick"}
        elif not self.night:
            seen.add(self.wall)
        seen.add("night" if self.night else "daytime")
        if self.tree:
            seen |= {"tree", "plant", "trunk (tree)"} | (set() if self.night else {"green"})
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        ground = canvas.height * random.uniform(0.74, 0.8)
        wall = mix(_WALLS[self.wall], (16, 20, 46), 0.66 if self.night else 0)
        canvas.backdrop(Fade((lighter(wall, 0.1), wall, darker(wall, 0.16)), angle=35), 0, ground)
        if self.wall == "brick":
            _paint_courses(canvas, ground, wall)
        self._paint_windows(canvas, ground, wall)
        pavement: Colour = (52, 54, 70) if self.night else (150, 146, 142)
        canvas.fill(Pen().rectangle(0, ground - unit * 5, canvas.width, ground), darker(wall, 0.28))
        canvas.backdrop(Fade((lighter(pavement, 0.12), pavement)), ground, ground + unit * 5)
        canvas.backdrop(Fade((darker(pavement, 0.3), darker(pavement, 0.5))), ground + unit * 5)
        if self.tree:
            x = canvas.width * random.choice((0.1, 0.9))
            crown = mix((96, 142, 66), (16, 20, 46), 0.6 if self.night else 0)
            paint_tree(
                canvas,
                x,
                ground + unit * 3,
                unit * 68,
                crown=crown,
                bark=mix((98, 72, 54), (16, 20, 46), 0.5 if self.night else 0),
            )
        if self.night:
            paint_street_lamp(
                canvas, canvas.width * random.choice((0.16, 0.84)), ground + unit * 4, unit * 60, (24, 26, 34), lit=True
            )
        self._paint_ride(canvas, canvas.width * random.uniform(0.45, 0.55), ground)

    def _paint_ride(self, canvas: Canvas, x: float, ground: float) -> None:
        unit, flip = canvas.unit, canvas.random.random() < 0.5
        coat = mix(_COATS[self.coat], (16, 20, 46), 0.42 if self.night else 0)
        size = min(canvas.width * 0.36, unit * 44)
        if self.ride == "bicycle":
            paint_bicycle(canvas, x, ground + unit * 5, size * 0.86, coat, flip=flip)
        else:
            paint_car(canvas, x, ground + unit * 11, size, coat, van=self.ride == "van", flip=flip, lit=self.night)

    def _paint_windows(self, canvas: Canvas, ground: float, wall: Colour) -> None:
        random, unit = canvas.random, canvas.unit
        wide, tall = unit * random.uniform(14, 18), unit * random.uniform(22, 28)
        count = max(2, int(canvas.width / (wide * 1.9)))
        frame = lighter(wall, 0.55)
        shutter = mix(
            canvas.random.choice(((62, 110, 112), (120, 62, 50), (70, 86, 128))), (16, 20, 46), 0.5 if self.night else 0
        )
        rows = max(1, int((ground - unit * 14) / (tall * 1.5)))
        for row in range(rows):
            for column in range(count):
                x, y = canvas.width * (column + 0.5) / count, ground - unit * 18 - tall * (1.5 * row + 0.5)
                lit = self.night and random.random() < 0.5
                glass: Colour = (255, 206, 118) if lit else mix((112, 140, 156), wall, 0.2)
                if lit:
                    canvas.glow(x, y, tall, (255, 180, 90), 0.4)
                canvas.fill(Pen().rectangle(x - wide * 0.32, y - tall * 0.55, x + wide * 0.32, y + tall * 0.55), frame)
                pane = Pen().rectangle(x - wide * 0.27, y - tall * 0.5, x + wide * 0.27, y + tall * 0.5)
                pane.rectangle(x - wide * 0.02, y - tall * 0.5, x + wide * 0.02, y + tall * 0.5, on=False)
                pane.rectangle(x - wide * 0.27, y - tall * 0.12, x + wide * 0.27, y - tall * 0.09, on=False)
                canvas.fill(pane, Fade((lighter(glass, 0.3), glass, darker(glass, 0.2)), angle=30))
                shutters = Pen().rectangle(x - wide * 0.58, y - tall * 0.55, x - wide * 0.34, y + tall * 0.55)
                canvas.fill(
                    shutters.rectangle(x + wide * 0.34, y - tall * 0.55, x + wide * 0.58, y + tall * 0.55),
                    Fade((shutter, darker(shutter, 0.2))),
                )
                sill = Pen().rectangle(x - wide * 0.4, y + tall * 0.55, x + wide * 0.4, y + tall * 0.6)
                canvas.fill(sill, darker(frame, 0.25))


def _paint_courses(canvas: Canvas, ground: float, wall: Colour) -> None:
    """Brick courses over a wall that is there already."""
    unit, pen = canvas.unit, Pen()
    step = unit * 3
    for row in range(int(ground / step) + 1):
        y = ground - row * step
        pen.rectangle(0, y - unit * 0.2, canvas.width, y + unit * 0.2)
        for column in range(int(canvas.width / (unit * 7)) + 2):
            x = (column - 0.5 * (row % 2)) * unit * 7
            pen.rectangle(x - unit * 0.2, y - step, x + unit * 0.2, y)
    canvas.fill(pen, lighter(wall, 0.3), opacity=0.55)


def _paint_wheel(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.fill(Pen().ellipse(x, y, radius), (28, 28, 32))
    canvas.fill(Pen().ellipse(x, y, radius * 0.62), Fade(((214, 216, 220), (120, 122, 128))))
    spokes = Pen()
    for turn in range(0, 180, 36):
        spokes.line([*placed([(-0.55, 0), (0.55, 0)], x, y, radius, turn=turn)], radius * 0.09)
    canvas.fill(spokes, (84, 86, 92))
    canvas.fill(Pen().ellipse(x, y, radius * 0.16), (60, 62, 66))


def paint_car(
    canvas: Canvas, x: float, base: float, size: float, coat: Colour, *, van: bool, flip: bool, lit: bool
) -> None:
    """A saloon with its boot, or a van, of length 2 `size`, its wheels on `base`."""
    radius = size * 0.17
    body_base = base - radius * 0.35
    canvas.fill(Pen().ellipse(x, base, size * 1.05, size * 0.07), (10, 10, 14), blur=size * 0.04, opacity=0.55)
    outline = smooth(_VAN, closed=False, steps=3) if van else smooth(_SEDAN, closed=False)
    body = placed(outline, x, body_base, size, flip=flip)
    canvas.fill(Pen().polygon(body), Fade((lighter(coat, 0.34), coat, darker(coat, 0.12), darker(coat, 0.45))))
    panes = [
        [(-0.7, -0.56), (-0.6, -0.84), (-0.32, -0.84), (-0.32, -0.56)],
        [(-0.26, -0.56), (-0.26, -0.84), (0.1, -0.84), (0.1, -0.56)],
    ]
    if not van:
        panes = [
            [(-0.5, -0.45), (-0.3, -0.62), (-0.08, -0.645), (-0.08, -0.45)],
            [(-0.03, -0.45), (-0.03, -0.645), (0.2, -0.62), (0.4, -0.45)],
        ]
    for pane in panes:
        glass = placed(pane, x, body_base, size, flip=flip)
        canvas.fill(Pen().polygon(glass), Fade(((196, 220, 230), (96, 126, 144), (52, 68, 82)), angle=35))
    seams = Pen().line(
        placed([(-0.06, -0.62 if not van else -0.88), (-0.06, -0.14)], x, body_base, size, flip=flip), size * 0.009
    )
    seams.line(placed([(-0.97, -0.25), (0.98, -0.25)], x, body_base, size, flip=flip), size * 0.012)
    if not van:
        seams.line(placed([(0.5, -0.43), (0.62, -0.37), (0.97, -0.36)], x, body_base, size, flip=flip), size * 0.012)
    seams.line(placed([(0.02, -0.36), (0.1, -0.36)], x, body_base, size, flip=flip), size * 0.022)
    canvas.fill(seams, darker(coat, 0.5), opacity=0.7)
    front, rear = placed([(-0.96, -0.3), (0.97, -0.3)], x, body_base, size, flip=flip)
    if lit:
        canvas.glow(front[0], front[1], size * 0.9, (255, 226, 160), 0.7)
    canvas.fill(Pen().ellipse(*front, size * 0.045, size * 0.05), (255, 244, 210))
    canvas.fill(Pen().ellipse(*rear, size * 0.03, size * 0.055), (200, 30, 34))
    for px in (-0.6, 0.6):
        wheel = placed([(px, -0.1)], x, body_base, size, flip=flip)[0]
        canvas.fill(Pen().ellipse(wheel[0], wheel[1] - radius * 0.05, radius * 1.18), darker(coat, 0.7))
        _paint_wheel(canvas, wheel[0], base - radius, radius)


def paint_bicycle(canvas: Canvas, x: float, base: float, size: float, coat: Colour, *, flip: bool) -> None:
    """A bicycle of about 2 `size` length, its wheels on `base`."""
    radius = size * 0.42
    middle = base - radius

    def at(*points: Point) -> list[Point]:
        return placed(points, x, middle, size, flip=flip)

    canvas.fill(Pen().ellipse(x, base, size, size * 0.05), (10, 10, 14), blur=size * 0.04, opacity=0.45)
    _paint_spoked_wheels(canvas, at((-0.58, 0), (0.58, 0)), radius, size)
    frame = Pen()
    for points in _FRAME:
        frame.line(at(*points), size * 0.045)
    canvas.fill(frame, coat)
    parts = Pen().line(at((-0.52, -0.66), (-0.38, -0.72), (-0.22, -0.7)), size * 0.04)
    parts.polygon(at(*smooth([(0.05, -0.62), (0.2, -0.66), (0.38, -0.68), (0.38, -0.6), (0.2, -0.58)])))
    gear, rear = at((0.06, 0.06), (0.58, 0))
    parts.ellipse(*gear, size * 0.09).ellipse(*gear, size * 0.055, on=False)
    parts.line(at((0.06, 0.06), (0.0, 0.22), (-0.06, 0.22)), size * 0.03)
    canvas.fill(parts, (48, 36, 32))
    guard = Pen().polygon(arc(*rear, radius * 1.08, 200, 320) + arc(*rear, radius * 1.02, 320, 200))
    canvas.fill(guard, darker(coat, 0.2))


def _paint_spoked_wheels(canvas: Canvas, hubs: list[Point], radius: float, size: float) -> None:
    spokes = Pen()
    for hub in hubs:
        canvas.fill(Pen().ring(*hub, radius, size * 0.045), (34, 32, 34))
        for turn in range(0, 180, 15):
            spokes.line(placed([(-1, 0), (1, 0)], *hub, radius * 0.92, turn=turn), size * 0.006)
    canvas.fill(spokes, (206, 206, 208), opacity=0.8)


@dataclass(frozen=True)
class Canal:
    """A row of narrow gabled houses, and the canal that mirrors them."""

    topic = "canal"
    sky: Sky
    boat: bool

    @classmethod
    def plan(cls, random: Random) -> Canal:
        sky = Sky.plan(random, (Hour.DAY, Hour.DAWN, Hour.DUSK, Hour.NIGHT, Hour.FOG))
        return cls(sky=sky.without_disc(), boat=random.random() < 0.4)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"house", "building", "window", "river", "water", "reflection", *self.sky.labels}
        return frozenset(seen | ({"boat", "vehicle"} if self.boat else set()))

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        water = canvas.height * random.uniform(0.64, 0.7)
        paint_sky(canvas, self.sky, water)
        x = -unit * random.uniform(0, 12)
        palette = [
            (178, 84, 62),
            (206, 158, 96),
            (120, 80, 66),
            (216, 200, 174),
            (96, 112, 124),
            (150, 110, 88),
            (198, 122, 104),
        ]
        while x < canvas.width:
            wide = unit * random.uniform(15, 21)
            tall = (water - unit * 6) * random.uniform(0.55, 0.76)
            self._paint_front(canvas, x, water - unit * 3, wide, tall, self.sky.shade(0.97, random.choice(palette)))
            x += wide
        quay = self.sky.shade(1, (110, 104, 100))
        canvas.backdrop(Fade((lighter(quay, 0.2), darker(quay, 0.3))), water - unit * 3, water)
        if self.sky.dark:
            for share in (0.15, 0.5, 0.85):
                paint_street_lamp(
                    canvas, canvas.width * share, water - unit * 2, unit * 13, darker(quay, 0.6), lit=True
                )
        canvas.mirror(water, ripple=1.1, tint=mix(self.sky.tones.near, (26, 48, 52), 0.5), strength=0.25)
        if self.boat:
            self._paint_barge(canvas, canvas.width * random.uniform(0.3, 0.7), water + unit * 12)

    def _paint_front(self, canvas: Canvas, x: float, base: float, wide: float, tall: float, wall: Colour) -> None:
        random, right, top = canvas.random, x + wide, base - tall
        gable = random.choice(("step", "bell", "plain"))
        outline = [(x, base), (x, top)]
        if gable == "step":
            for i in range(3):
                outline += [
                    (x + wide * (0.08 + 0.12 * i), top - wide * 0.2 * i),
                    (x + wide * (0.08 + 0.12 * i), top - wide * 0.2 * (i + 1)),
                ]
            outline += [(2 * x + wide - px, py) for px, py in reversed(outline[2:])]
        elif gable == "bell":
            curve = smooth(
                [
                    (x, top),
                    (x + wide * 0.2, top - wide * 0.1),
                    (x + wide * 0.28, top - wide * 0.42),
                    (x + wide * 0.5, top - wide * 0.6),
                ],
                closed=False,
            )
            outline += curve + [(2 * x + wide - px, py) for px, py in reversed(curve)]
        else:
            outline += [(x + wide / 2, top - wide * 0.5)]
        outline += [(right, top), (right, base)]
        canvas.fill(Pen().polygon(outline), Fade((lighter(wall, 0.1), wall, darker(wall, 0.14)), angle=60))
        canvas.fill(Pen().rectangle(right - wide * 0.03, top, right, base), darker(wall, 0.4), opacity=0.6)
        self._paint_panes(canvas, x, base, wide, tall, wall)

    def _paint_panes(self, canvas: Canvas, x: float, base: float, wide: float, tall: float, wall: Colour) -> None:
        random = canvas.random
        frames, dark, lit = Pen(), Pen(), Pen()
        rows = max(2, int(tall / (wide * 0.52)))
        for row in range(rows):
            for column in range(3 if row else 2):
                px = x + wide * ((0.2, 0.5, 0.8)[column] if row else (0.5, 0.8)[column])
                py = base - tall * (row + 0.5) / rows - wide * 0.02
                frames.rectangle(px - wide * 0.1, py - wide * 0.17, px + wide * 0.1, py + wide * 0.17)
                pane = lit if self.sky.dark and random.random() < 0.55 else dark
                pane.rectangle(px - wide * 0.075, py - wide * 0.145, px + wide * 0.075, py + wide * 0.145)
                pane.rectangle(px - wide * 0.008, py - wide * 0.145, px + wide * 0.008, py + wide * 0.145, on=False)
        dark.ellipse(x + wide / 2, base - tall - wide * 0.08, wide * 0.07)
        door = Pen().rectangle(x + wide * 0.12, base - tall * 0.85 / rows, x + wide * 0.32, base)
        canvas.fill(frames, lighter(wall, 0.55))
        canvas.fill(dark, mix((92, 112, 124), self.sky.tones.near, self.sky.gloom * 0.8))
        canvas.fill(lit, (255, 208, 124))
        canvas.fill(door, darker(random.choice(((40, 84, 70), (120, 40, 36), (40, 56, 92))), self.sky.gloom * 0.5))

    def _paint_barge(self, canvas: Canvas, x: float, y: float) -> None:
        unit, hull = canvas.unit, self.sky.shade(1, (70, 44, 36))
        shape = placed(
            smooth([(-1, -0.22), (-0.9, -0.16), (0.9, -0.16), (1.04, -0.28), (0.86, 0.06), (-0.86, 0.06)], steps=3),
            x,
            y,
            unit * 20,
        )
        cabin = Pen().rounded(x - unit * 8, y - unit * 8.5, x + unit * 9, y - unit * 3, unit)
        canvas.fill(cabin, Fade((self.sky.shade(1, (224, 214, 190)), self.sky.shade(1, (170, 158, 136)))))
        panes = Pen()
        for i in range(4):
            panes.rectangle(
                x - unit * 6.4 + i * unit * 3.8, y - unit * 7.4, x - unit * 4 + i * unit * 3.8, y - unit * 5
            )
        canvas.fill(panes, (255, 208, 124) if self.sky.dark else self.sky.shade(1, (80, 104, 120)))
        canvas.fill(Pen().polygon(shape), Fade((lighter(hull, 0.15), darker(hull, 0.4))))
        canvas.fill(Pen().ellipse(x, y + unit * 1.6, unit * 20, unit * 1.2), (10, 16, 22), blur=unit * 0.6, opacity=0.4)
