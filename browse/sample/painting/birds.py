"""Birds on branches and wires, cranes by the water."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Canvas, Pen, Point
from browse.sample.painting.outlines import below, height_at, hills, leaf, placed, smooth
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Sky, paint_sky

_BIRD: tuple[Point, ...] = (
    (-0.62, -0.5), (-0.48, -0.56), (-0.42, -0.68), (-0.26, -0.74), (-0.1, -0.66), (0.06, -0.46), (0.34, -0.24),
    (0.86, 0.1), (0.8, 0.16), (0.4, 0.02), (0.14, 0.08), (-0.14, 0.06), (-0.34, -0.1), (-0.42, -0.34), (-0.46, -0.46),
)  # fmt: skip
_CRANE: tuple[Point, ...] = (
    (-0.66, -1.36), (-0.4, -1.42), (-0.3, -1.48), (-0.2, -1.44), (-0.17, -1.32), (-0.24, -1.14), (-0.24, -0.98),
    (-0.1, -0.86), (0.16, -0.84), (0.42, -0.7), (0.6, -0.48), (0.5, -0.44), (0.3, -0.5), (0.06, -0.52), (-0.16, -0.62),
    (-0.32, -0.8), (-0.36, -1.02), (-0.3, -1.24), (-0.38, -1.34),
)  # fmt: skip


@dataclass(frozen=True)
class Birds:
    """Small birds on a branch or on wires, or a crane that wades."""

    topic = "birds"
    sky: Sky
    where: str
    count: int

    @classmethod
    def plan(cls, random: Random) -> Birds:
        where = random.choice(("branch", "wire", "water"))
        return cls(
            sky=Sky.plan(random),
            where=where,
            count=random.choice((1, 2, 3)) if where != "wire" else random.randint(4, 9),
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"bird", "animal", *self.sky.labels}
        seen |= {
            "branch": {"leaf", "plant", "nature"},
            "wire": {"silhouette"},
            "water": {"hill", "crane (bird)", "water", "lake", "reflection", "nature"},
        }[self.where]
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        water = canvas.height * 0.7
        paint_sky(canvas, self.sky, water if self.where == "water" else canvas.height)
        if self.where == "water":
            self._paint_cranes(canvas, water)
        elif self.where == "wire":
            self._paint_wires(canvas)
        else:
            self._paint_branch(canvas)

    def _paint_bird(self, canvas: Canvas, x: float, y: float, size: float, colour: Colour, *, flip: bool) -> None:
        body = placed(smooth(_BIRD, steps=4), x, y, size, flip=flip)
        canvas.fill(Pen().polygon(body), Fade((lighter(colour, 0.1), colour, darker(colour, 0.25))))
        if self.where == "branch":
            breast = placed(
                smooth([(-0.42, -0.4), (-0.3, -0.5), (-0.1, -0.3), (0.0, -0.02), (-0.24, 0.02), (-0.38, -0.16)]),
                x,
                y,
                size,
                flip=flip,
            )
            canvas.fill(
                Pen().polygon(breast), mix((238, 130, 66), self.sky.tones.near, self.sky.gloom * 0.7), blur=size * 0.03
            )
            wing = placed(
                smooth([(-0.08, -0.4), (0.2, -0.3), (0.6, 0.0), (0.2, -0.04), (-0.04, -0.14)]), x, y, size, flip=flip
            )
            canvas.fill(Pen().polygon(wing), darker(colour, 0.35))
            eye = placed([(-0.3, -0.6)], x, y, size, flip=flip)[0]
            canvas.fill(Pen().ellipse(*eye, size * 0.04), (250, 246, 236))
            canvas.fill(Pen().ellipse(*eye, size * 0.026), (12, 10, 12))

    def _paint_wires(self, canvas: Canvas) -> None:
        random, unit, colour = canvas.random, canvas.unit, darker(self.sky.tones.near, 0.2)
        pen = Pen()
        for number in range(3):
            y = canvas.height * (0.42 + 0.16 * number)
            sag = unit * random.uniform(3, 8)
            wire = smooth(
                [(-5, y), (canvas.width * 0.5, y + sag), (canvas.width + 5, y - unit * 3)], closed=False, steps=16
            )
            pen.line(wire, unit * 0.45)
            share = range(number, self.count, 3)
            for _ in share:
                x = random.uniform(0.08, 0.92) * canvas.width
                self._paint_bird(
                    canvas, x, height_at(wire, x), unit * random.uniform(7, 9), colour, flip=random.random() < 0.5
                )
        canvas.fill(pen, colour)

    def _paint_branch(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        bark = self.sky.shade(1, (92, 66, 50))
        y = canvas.height * random.uniform(0.56, 0.66)
        path = smooth(
            [
                (-10, y + unit * 10),
                (canvas.width * 0.3, y + unit * 2),
                (canvas.width * 0.65, y),
                (canvas.width * 0.98, y - unit * 12),
            ],
            closed=False,
            steps=12,
        )
        pen = Pen()
        for i, (start, end) in enumerate(itertools.pairwise(path)):
            pen.line([start, end], unit * (4 - 3 * i / len(path)))
        leaves = Pen()
        for i in range(5, len(path), 3):
            side = random.choice((-1, 1))
            twig = (path[i][0] + unit * 8, path[i][1] + side * unit * random.uniform(5, 10))
            pen.line([path[i], twig], unit * 0.8)
            for turn in (-50, 0, 50):
                leaves.polygon(leaf(*twig, unit * 8, unit * 3.6, turn + 40 * side))
        green = self.sky.shade(0.95, random.choice(((104, 150, 70), (210, 140, 50))))
        canvas.fill(leaves, Fade((lighter(green, 0.2), darker(green, 0.2)), angle=30))
        canvas.fill(pen, Fade((lighter(bark, 0.15), darker(bark, 0.3))))
        feather = self.sky.shade(1, random.choice(((74, 110, 160), (96, 92, 100), (150, 90, 60))))
        for number in range(self.count):
            x = canvas.width * (number + random.uniform(0.35, 0.65)) / self.count
            self._paint_bird(
                canvas,
                x,
                height_at(path, x) - unit,
                unit * random.uniform(17, 22) / (1 + 0.12 * self.count),
                feather,
                flip=random.random() < 0.5,
            )

    def _paint_cranes(self, canvas: Canvas, water: float) -> None:
        random, unit = canvas.random, canvas.unit
        for row in range(2):
            line = hills(canvas.width, water - unit * (6 - 4 * row), unit * 6, random, count=4)
            canvas.fill(Pen().polygon(below(line, water + 2)), self.sky.shade(0.35 + 0.25 * row, (80, 110, 96)))
        reeds = Pen()
        for _ in range(26):
            x = canvas.width * (random.random() * 0.25 + (0.75 if random.random() < 0.5 else 0))
            reeds.line(
                [(x, water + unit * 2), (x + unit * random.uniform(-2, 2), water - unit * random.uniform(8, 22))],
                unit * 0.5,
            )
        canvas.fill(reeds, self.sky.shade(0.9, (96, 112, 64)))
        body = self.sky.shade(0.98, (222, 224, 228)) if not self.sky.dark else self.sky.shade(0.6, (222, 224, 228))
        for number in range(self.count):
            x, size = canvas.width * (number + random.uniform(0.35, 0.65)) / self.count, unit * random.uniform(24, 30)
            flip = random.random() < 0.5
            legs = Pen()
            for px in (-0.02, 0.1):
                legs.line(
                    placed([(px, -0.55), (px - 0.03, -0.26), (px, 0.06)], x, water, size, flip=flip), size * 0.028
                )
            canvas.fill(legs, darker(body, 0.6))
            canvas.fill(
                Pen().polygon(placed(smooth(_CRANE, steps=4), x, water, size, flip=flip)),
                Fade((lighter(body, 0.2), body, darker(body, 0.35))),
            )
            cap, bill = placed([(-0.26, -1.43), (-0.34, -1.4)], x, water, size, flip=flip)
            canvas.fill(Pen().ellipse(*cap, size * 0.05), (186, 44, 44))
            canvas.fill(
                Pen().line([bill, placed([(-0.68, -1.36)], x, water, size, flip=flip)[0]], size * 0.03), (92, 84, 70)
            )
        canvas.mirror(water, ripple=0.8, tint=mix(self.sky.tones.near, self.sky.tones.sky[0], 0.5))
