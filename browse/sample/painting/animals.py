"""Cats at windows and on roofs, dogs on hills and beaches."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from random import Random

from browse.sample.painting.canvas import Canvas, Pen, Point
from browse.sample.painting.outlines import below, height_at, hills, placed, smooth
from browse.sample.painting.paints import BLACK, Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_sky
from browse.sample.painting.things import paint_grass

_CAT: tuple[Point, ...] = (
    (-0.2, 0.0), (-0.26, -0.2), (-0.24, -0.45), (-0.17, -0.62), (-0.22, -0.74), (-0.23, -0.86), (-0.235, -1.03),
    (-0.2, -1.03), (-0.11, -0.95), (0.02, -0.95), (0.11, -1.03), (0.145, -1.03), (0.14, -0.86), (0.13, -0.74),
    (0.09, -0.64), (0.2, -0.48), (0.29, -0.28), (0.3, -0.08), (0.27, 0.0),
)  # fmt: skip
_TAIL: tuple[Point, ...] = ((0.2, -0.08), (0.42, -0.02), (0.6, 0.1), (0.62, 0.3), (0.5, 0.42))
_DOG: tuple[Point, ...] = (
    (-0.4, 0.0), (-0.39, -0.14), (-0.42, -0.34), (-0.48, -0.54), (-0.52, -0.7), (-0.62, -0.76), (-0.78, -0.77),
    (-0.84, -0.82), (-0.81, -0.89), (-0.67, -0.94), (-0.6, -1.02), (-0.5, -1.05), (-0.41, -0.99), (-0.35, -0.84),
    (-0.24, -0.71), (0.0, -0.68), (0.26, -0.69), (0.4, -0.7), (0.53, -0.84), (0.66, -1.0), (0.71, -0.98), (0.62, -0.8),
    (0.5, -0.6), (0.47, -0.46), (0.42, -0.36), (0.47, -0.22), (0.42, -0.1), (0.42, 0.0), (0.3, 0.0),
    (0.31, -0.12), (0.33, -0.22),
    (0.27, -0.34), (0.18, -0.42), (0.0, -0.39), (-0.18, -0.36), (-0.25, -0.24), (-0.27, -0.12), (-0.28, 0.0),
)  # fmt: skip
_EAR: tuple[Point, ...] = ((-0.48, -1.04), (-0.38, -1.01), (-0.31, -0.84), (-0.36, -0.75), (-0.43, -0.86))
_COATS: dict[str, Colour] = {
    "black": (26, 24, 28),
    "orange (colour)": (214, 126, 54),
    "white": (240, 236, 228),
    "grey": (112, 114, 122),
}


@dataclass(frozen=True)
class Cat:
    """A cat that sits on a sill before a window, or on a roof in front of the sky."""

    topic = "cat"
    sky: Sky
    roof: bool
    coat: str
    flip: bool

    @classmethod
    def plan(cls, random: Random) -> Cat:
        roof = random.random() < 0.5
        hours = (
            (Hour.NIGHT, Hour.DUSK, Hour.SUNSET) if roof else (Hour.DAY, Hour.NIGHT, Hour.SUNSET, Hour.DAWN, Hour.FOG)
        )
        coat = "black" if roof else random.choice(tuple(_COATS))
        sky = replace(Sky.plan(random, hours), across=random.choice((0.3, 0.7)))
        return cls(sky=sky, roof=roof, coat=coat, flip=random.random() < 0.5)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"cat", "animal", self.coat, *(self.sky.labels)}
        return frozenset(seen | ({"silhouette"} if self.roof else {"window", "hill"}))

    def paint(self, canvas: Canvas) -> None:
        unit = canvas.unit
        base = canvas.height * (0.76 if self.roof else 0.86)
        paint_sky(canvas, self.sky, canvas.height if self.roof else base, light=0.28)
        x = canvas.width * canvas.random.uniform(0.4, 0.6)
        if self.roof:
            self._paint_roof(canvas, x, base)
            self._paint_cat(canvas, x, base + unit * 0.6, unit * 46, darker(self.sky.tones.near, 0.4))
        else:
            self._paint_view(canvas, base)
            self._paint_window(canvas, base)
            self._paint_cat(
                canvas, x, base + unit, unit * 50, mix(_COATS[self.coat], self.sky.tones.near, self.sky.gloom * 0.35)
            )

    def _paint_view(self, canvas: Canvas, base: float) -> None:
        for row in range(3):
            line = hills(canvas.width, base - canvas.unit * (26 - 9 * row), canvas.unit * 8, canvas.random, count=3)
            canvas.fill(
                Pen().polygon(below(line, base)), self.sky.shade(0.4 + 0.2 * row, (84, 116, 90)), blur=canvas.unit * 0.4
            )

    def _paint_window(self, canvas: Canvas, base: float) -> None:
        unit, wide = canvas.unit, canvas.width
        frame = mix((236, 228, 214), self.sky.tones.near, self.sky.gloom * 0.75)
        bars = Pen().rectangle(0, 0, unit * 7, base).rectangle(wide - unit * 7, 0, wide, base)
        bars.rectangle(0, 0, wide, unit * 5).rectangle(wide / 2 - unit * 1.3, 0, wide / 2 + unit * 1.3, base)
        bars.rectangle(0, base * 0.42, wide, base * 0.42 + unit * 2)
        canvas.fill(bars, Fade((frame, darker(frame, 0.18)), angle=20))
        curtain = mix(
            canvas.random.choice(((176, 70, 66), (70, 104, 120), (208, 172, 110))),
            self.sky.tones.near,
            self.sky.gloom * 0.6,
        )
        for side in (0, 1):
            edge = wide * side
            toward = 1 - 2 * side
            cloth = Pen().polygon(
                [(edge, -4), (edge + toward * unit * 22, -4), (edge + toward * unit * 20, base), (edge, base)]
            )
            canvas.fill(cloth, darker(curtain, 0.3))
            for fold in range(4):
                near, far = edge + toward * unit * 6 * fold, edge + toward * unit * 6 * (fold + 1)
                strip = smooth(
                    [(near, -4), (far, -4), (far - toward * unit * 2, base * 0.5), (far, base), (near, base)], steps=4
                )
                canvas.fill(
                    Pen().polygon(strip),
                    Fade((darker(curtain, 0.25), lighter(curtain, 0.1), darker(curtain, 0.2)), angle=90),
                )
        canvas.backdrop(Fade((lighter(frame, 0.2), darker(frame, 0.15), darker(frame, 0.4))), base - unit * 2)
        canvas.fill(
            Pen().rectangle(0, base - unit * 2.6, wide, base - unit * 1.6),
            darker(frame, 0.3),
            blur=unit * 0.4,
            opacity=0.5,
        )

    def _paint_roof(self, canvas: Canvas, x: float, base: float) -> None:
        unit, tile = canvas.unit, mix((120, 62, 48), self.sky.tones.near, 0.72)
        chimney = x + unit * (34 if x < canvas.width / 2 else -48)
        canvas.fill(
            Pen().rectangle(chimney, base - unit * 24, chimney + unit * 13, base + unit * 4),
            Fade((lighter(tile, 0.14), darker(tile, 0.2)), angle=90),
        )
        canvas.fill(
            Pen().rectangle(chimney - unit * 1.4, base - unit * 26, chimney + unit * 14.4, base - unit * 22.6), tile
        )
        canvas.backdrop(Fade((lighter(tile, 0.1), darker(tile, 0.45))), base)
        rows, step = Pen(), unit * 5
        for row in range(int((canvas.height - base) / step) + 1):
            y = base + row * step
            for column in range(int(canvas.width / (unit * 6)) + 2):
                left = (column - 0.5 * (row % 2)) * unit * 6
                rows.ring(left, y, unit * 3, unit * 0.4)
        canvas.fill(rows, darker(tile, 0.4), opacity=0.5)
        canvas.fill(
            Pen().rectangle(0, base - unit * 1.2, canvas.width, base + unit * 1.4),
            Fade((lighter(tile, 0.22), darker(tile, 0.2))),
        )

    def _paint_cat(self, canvas: Canvas, x: float, base: float, size: float, coat: Colour) -> None:
        tail = placed(smooth(_TAIL, closed=False), x, base, size, flip=self.flip)
        pen = Pen()
        for i, (start, end) in enumerate(itertools.pairwise(tail)):
            pen.line([start, end], size * (0.1 - 0.04 * i / len(tail)))
            pen.ellipse(*end, size * (0.05 - 0.02 * i / len(tail)))
        body = placed(smooth(_CAT, steps=4), x, base, size, flip=self.flip)
        canvas.fill(pen, Fade((coat, darker(coat, 0.25))))
        canvas.fill(Pen().polygon(body), Fade((lighter(coat, 0.12), coat, darker(coat, 0.3)), angle=60))
        if self.roof:
            return
        self._paint_face(canvas, x, base, size, coat)

    def _paint_face(self, canvas: Canvas, x: float, base: float, size: float, coat: Colour) -> None:
        eyes, pupils, lines = Pen(), Pen(), Pen()
        for px in (-0.13, 0.05):
            eye = placed([(px, -0.83)], x, base, size, flip=self.flip)[0]
            eyes.ellipse(*eye, size * 0.032, size * 0.038)
            pupils.ellipse(*eye, size * 0.011, size * 0.034)
        nose = placed([(-0.065, -0.765), (-0.02, -0.765), (-0.042, -0.738)], x, base, size, flip=self.flip)
        for side in (-1, 1):
            for drop in (-0.03, 0.0, 0.035):
                lines.line(
                    placed(
                        [(-0.042 + side * 0.05, -0.735 + drop * 0.4), (-0.042 + side * 0.24, -0.735 + drop)],
                        x,
                        base,
                        size,
                        flip=self.flip,
                    ),
                    size * 0.004,
                )
        legs = Pen().line(placed([(-0.04, -0.42), (-0.05, -0.03)], x, base, size, flip=self.flip), size * 0.012)
        canvas.fill(legs, darker(coat, 0.45), opacity=0.6)
        canvas.fill(eyes, (216, 206, 92))
        canvas.fill(pupils, BLACK)
        canvas.fill(Pen().polygon(nose), (206, 130, 126))
        canvas.fill(lines, lighter(coat, 0.6) if sum(coat) < 450 else darker(coat, 0.4), opacity=0.7)


@dataclass(frozen=True)
class Dog:
    """A dog on a meadow or on a beach, a silhouette against a low sun."""

    topic = "dog"
    sky: Sky
    beach: bool
    flip: bool

    @classmethod
    def plan(cls, random: Random) -> Dog:
        sky = Sky.plan(random, (Hour.DAY, Hour.SUNSET, Hour.SUNSET, Hour.DAWN, Hour.DAY))
        return cls(sky=sky, beach=random.random() < 0.45, flip=random.random() < 0.5)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"dog", "animal", *self.sky.labels}
        seen |= {"beach", "sand", "sea", "water"} if self.beach else {"meadow", "hill", "nature"}
        if self.sky.hour is Hour.SUNSET:
            seen.add("silhouette")
        else:
            seen |= {"brown"} if self.beach else {"brown", "green"}
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        horizon = canvas.height * random.uniform(0.58, 0.64)
        paint_sky(canvas, self.sky, horizon)
        if self.beach:
            deep = mix(self.sky.tones.sky[1], (30, 96, 130), 0.4)
            canvas.backdrop(Fade((mix(self.sky.tones.haze, deep, 0.5), deep)), horizon)
            waves = Pen()
            for _ in range(120):
                depth = random.random()
                waves.ellipse(
                    random.uniform(0, canvas.width),
                    horizon + unit * 20 * depth,
                    unit * (1 + 6 * depth),
                    unit * (0.1 + 0.4 * depth),
                )
            canvas.fill(waves, lighter(self.sky.tones.haze, 0.4), opacity=0.55)
        line = hills(canvas.width, canvas.height * 0.8, unit * 7, random, count=3)
        ground = self.sky.shade(0.95, (222, 190, 140) if self.beach else (98, 140, 68))
        if not self.beach:
            back = hills(canvas.width, horizon + unit, unit * 9, random, count=3)
            canvas.fill(Pen().polygon(below(back, canvas.height)), mix(ground, self.sky.tones.haze, 0.45))
        canvas.fill(Pen().polygon(below(line, canvas.height + 2)), Fade((lighter(ground, 0.12), darker(ground, 0.3))))
        x = canvas.width * random.uniform(0.38, 0.62)
        base = height_at(line, x) + unit * 5
        self._paint_dog(canvas, x, base, unit * random.uniform(38, 46))
        if not self.beach:
            paint_grass(canvas, base - unit * 4, [darker(ground, 0.15), darker(ground, 0.3)], density=0.7)

    def _paint_dog(self, canvas: Canvas, x: float, base: float, size: float) -> None:
        coat = (
            self.sky.tones.near
            if self.sky.hour is Hour.SUNSET
            else canvas.random.choice(((150, 96, 54), (112, 72, 46), (196, 150, 94)))
        )
        shadow = Pen().ellipse(x, base, size * 0.62, size * 0.06)
        canvas.fill(shadow, (20, 16, 16), blur=size * 0.04, opacity=0.4)
        far = Pen()
        for px in (-0.28, 0.22):
            far.polygon(
                placed(
                    [(px - 0.02, -0.5), (px + 0.14, -0.5), (px + 0.09, -0.02), (px - 0.01, -0.02)],
                    x,
                    base,
                    size,
                    flip=self.flip,
                )
            )
        canvas.fill(far, darker(coat, 0.4))
        body = placed(smooth(_DOG, steps=4), x, base, size, flip=self.flip)
        canvas.fill(Pen().polygon(body), Fade((lighter(coat, 0.16), coat, darker(coat, 0.28))))
        canvas.fill(Pen().polygon(placed(smooth(_EAR, steps=4), x, base, size, flip=self.flip)), darker(coat, 0.42))
        eye, nose = placed([(-0.61, -0.91), (-0.82, -0.85)], x, base, size, flip=self.flip)
        canvas.fill(Pen().ellipse(*eye, size * 0.018).ellipse(*nose, size * 0.032), (18, 14, 14))
        collar = placed([(-0.51, -0.66), (-0.29, -0.77)], x, base, size, flip=self.flip)
        canvas.fill(Pen().line(collar, size * 0.05), (196, 52, 46))
