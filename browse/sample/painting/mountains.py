"""Mountains: ranges in the haze, with snow, a lake that mirrors them, pines and hot-air balloons."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Canvas, Pen, Point
from browse.sample.painting.outlines import below, hills, ridge
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_birds, paint_rainbow, paint_sky
from browse.sample.painting.things import add_pines


@dataclass(frozen=True)
class Mountains:
    """Ranges one behind the other."""

    topic = "mountains"
    sky: Sky
    snow: bool
    lake: bool
    pines: bool
    meadow: bool
    birds: bool
    rainbow: bool

    @classmethod
    def plan(cls, random: Random) -> Mountains:
        sky = Sky.plan(random)
        lake = random.random() < 0.45
        return cls(
            sky=sky.without_disc() if sky.hour in (Hour.SUNSET, Hour.DAWN, Hour.FOG) else sky,
            snow=random.random() < 0.6,
            lake=lake,
            pines=random.random() < 0.6,
            meadow=not lake and random.random() < 0.5,
            birds=random.random() < 0.3,
            rainbow=sky.hour is Hour.DAY and random.random() < 0.3,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"mountain", "nature", "landscape", *self.sky.labels}
        if self.snow:
            seen |= {"snow", "white"}
        if self.lake:
            seen |= {"lake", "water", "reflection"}
        if self.pines:
            seen |= {"conifer", "tree", "forest", "plant"}
        if self.meadow:
            seen |= {"meadow", "hill", "plant"} | ({"green"} if self.sky.hour in (Hour.DAY, Hour.DAWN) else set())
        if self.birds:
            seen |= {"bird", "animal"}
        if self.rainbow:
            seen.add("rainbow")
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        water = canvas.height * (random.uniform(0.6, 0.7) if self.lake else 1.0)
        horizon = water * (0.97 if self.lake else 0.72)
        paint_sky(canvas, self.sky, horizon, light=0.14)
        if self.rainbow:
            paint_rainbow(canvas, canvas.width * random.uniform(0.3, 0.7), water * 0.95, water * 0.75)
        if self.birds:
            paint_birds(canvas, self.sky.shade(0.8), count=7, top=horizon * 0.15, bottom=horizon * 0.35)
        self._paint_ranges(canvas, water)
        if self.meadow:
            self._paint_meadow(canvas)
        if self.lake:
            canvas.mirror(
                water, ripple=random.uniform(0.4, 1.3), tint=mix(self.sky.tones.near, self.sky.tones.sky[0], 0.5)
            )
            canvas.veil(water - unit, water + unit * 1.5, lighter(self.sky.tones.haze, 0.1), 0.0, 0.35)
        if self.pines:
            self._paint_near_pines(canvas)

    def _paint_ranges(self, canvas: Canvas, water: float) -> None:
        random, sky, unit = canvas.random, self.sky, canvas.unit
        count = 5
        local: Colour = random.choice(((66, 84, 108), (84, 76, 92), (70, 92, 88)))
        for number in range(count):
            depth = (number + 1) / count
            base = water * (0.46 + 0.5 * number / (count - 1))
            height = canvas.height * (0.42 - 0.27 * depth)
            line = ridge(canvas.width, base, height, random, rough=0.5 + 0.05 * (number % 2))
            colour = sky.shade(0.22 + 0.68 * depth, local)
            foot = mix(colour, sky.tones.haze, 0.55 - 0.3 * depth)
            canvas.fill(Pen().polygon(below(line, water + 2)), Fade((colour, foot)))
            if number < 3:
                _paint_faces(canvas, line, height, darker(colour, 0.22), opacity=0.35)
                if self.snow:
                    snow = mix(lighter(sky.tones.haze, 0.55), sky.shade(0.7, (250, 252, 255)), 0.4)
                    _paint_snow(canvas, line, base - height * (0.02 + 0.2 * number), height, snow)
            if number >= 3 and self.pines:
                pen = Pen()
                add_pines(
                    pen,
                    line,
                    random,
                    count=int(canvas.width / unit / 3),
                    height=unit * 4.5 * depth,
                    left=0,
                    right=canvas.width,
                )
                canvas.fill(pen, darker(colour, 0.15))
            canvas.veil(base, min(water, base + unit * 20), sky.tones.haze, 0.0, 0.32 * (1 - depth) + 0.08)

    def _paint_meadow(self, canvas: Canvas) -> None:
        sky, random = self.sky, canvas.random
        for share, tone in ((0.82, (112, 148, 78)), (0.9, (92, 134, 62)), (0.97, (66, 104, 50))):
            line = hills(canvas.width, canvas.height * share, canvas.unit * 8, random, count=3)
            near = sky.shade(0.95, tone)
            canvas.fill(Pen().polygon(below(line, canvas.height + 2)), Fade((lighter(near, 0.12), darker(near, 0.2))))

    def _paint_near_pines(self, canvas: Canvas) -> None:
        random, pen = canvas.random, Pen()
        line = hills(canvas.width, canvas.height * 1.0, canvas.unit * 5, random, count=3)
        left = random.random() < 0.5
        low, high = (0.0, 0.36) if left else (0.64, 1.0)
        add_pines(
            pen, line, random, count=8, height=canvas.height * 0.34, left=low * canvas.width, right=high * canvas.width
        )
        add_pines(pen, line, random, count=14, height=canvas.height * 0.13, left=0, right=canvas.width)
        pen.polygon(below(line, canvas.height + 2))
        near = self.sky.shade(1, (26, 52, 44))
        canvas.fill(pen, Fade((lighter(near, 0.07), darker(near, 0.25))))


def _paint_faces(canvas: Canvas, line: list[Point], height: float, colour: Colour, *, opacity: float) -> None:
    """Shaded sides below the peaks, away from the light."""
    random, pen = canvas.random, Pen()
    for before, peak, after in zip(line[2::3], line[4::3], line[6::3], strict=False):
        if peak[1] < before[1] and peak[1] < after[1]:
            drop = height * random.uniform(0.35, 0.8)
            foot = (peak[0] + drop * random.uniform(0.05, 0.3), peak[1] + drop)
            bend = (peak[0] + drop * random.uniform(-0.12, 0.02), peak[1] + drop * 0.45)
            pen.polygon([peak, after, (after[0] + drop * 0.5, after[1] + drop * 0.55), foot, bend])
    canvas.fill(pen, colour, blur=canvas.unit * 0.4, opacity=opacity)


def _paint_snow(canvas: Canvas, line: list[Point], level: float, height: float, colour: Colour) -> None:
    """Snow on all of a ridge that rises above the level, with a ragged lower edge."""
    random = canvas.random
    lower = []
    for x, y in line:
        depth = max(0.0, level - y)
        lower.append((x, y + min(depth, depth * 0.5 + height * 0.05) * random.uniform(0.35, 1.15)))
    above = [(x, y - 0.5 if y < level else y) for x, y in line]
    canvas.fill(Pen().polygon([*above, *reversed(lower)]), Fade((colour, darker(colour, 0.08))), opacity=0.9)
