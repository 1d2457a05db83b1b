"""Forests through the seasons, desert dunes, and villages in the snow."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Blend, Canvas, Pen, Point
from browse.sample.painting.outlines import below, blob, height_at, hills, smooth
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_sky
from browse.sample.painting.things import add_pine, add_pines, paint_grass, paint_house

_SEASONS: dict[str, tuple[tuple[Colour, ...], Colour, Colour, tuple[Colour, ...]]] = {
    "summer": (
        ((22, 58, 44), (78, 124, 74), (198, 216, 150)),
        (44, 38, 32),
        (40, 78, 38),
        ((72, 128, 56), (110, 160, 70), (44, 96, 50)),
    ),
    "autumn": (
        ((104, 58, 36), (204, 132, 66), (248, 216, 150)),
        (52, 34, 28),
        (120, 62, 30),
        ((214, 104, 36), (236, 160, 50), (176, 56, 34)),
    ),
    "winter": (
        ((120, 140, 160), (180, 196, 210), (234, 238, 240)),
        (58, 56, 62),
        (226, 232, 240),
        ((240, 244, 250), (214, 224, 236), (250, 252, 255)),
    ),
    "misty": (
        ((70, 92, 96), (138, 160, 156), (216, 224, 212)),
        (38, 44, 44),
        (58, 76, 60),
        ((70, 100, 82), (90, 118, 92), (56, 82, 72)),
    ),
}


@dataclass(frozen=True)
class Forest:
    """Trunks one behind the other in summer, autumn, winter or mist."""

    topic = "forest"
    season: str
    rays: bool
    path: bool

    @classmethod
    def plan(cls, random: Random) -> Forest:
        season = random.choice(tuple(_SEASONS))
        return cls(season=season, rays=season != "winter" and random.random() < 0.5, path=random.random() < 0.5)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"forest", "outdoor", "daytime", "tree", "plant", "nature", "trunk (tree)", "wood"}
        seen |= {
            "summer": {"green", "leaf"},
            "autumn": {"autumn", "orange (colour)", "leaf"},
            "winter": {"winter", "snow", "white"},
            "misty": {"fog", "green", "leaf"},
        }[self.season]
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        light, bark, floor, leaves = _SEASONS[self.season]
        random, unit = canvas.random, canvas.unit
        canvas.backdrop(light[2])
        canvas.backdrop(Fade((light[0], light[1], light[2], light[2])), 0, canvas.height * 0.8)
        ground = canvas.height * random.uniform(0.7, 0.78)
        glow_x = random.uniform(0.3, 0.7) * canvas.width
        canvas.glow(glow_x, ground * 0.6, canvas.height * 0.7, lighter(light[2], 0.2), 0.6)
        for row in range(4):
            depth = (row + 1) / 4
            colour = mix(light[2], bark, 0.16 + 0.8 * depth**1.3)
            self._paint_trunks(canvas, ground, depth, colour)
            self._paint_crowns(canvas, depth, [mix(light[1], leaf, 0.3 + 0.65 * depth) for leaf in leaves])
            canvas.veil(ground * 0.35, ground + unit * 4, light[2], 0.0, 0.4 * (1 - depth))
        self._paint_floor(canvas, ground, floor, light[2], leaves)
        if self.rays:
            self._paint_rays(canvas, glow_x)

    def _paint_trunks(self, canvas: Canvas, ground: float, depth: float, colour: Colour) -> None:
        random, pen = canvas.random, Pen()
        wide = canvas.unit * (0.7 + 5.2 * depth**1.8)
        count = max(3, int(canvas.width / (wide * 5.5)))
        for i in range(count):
            x = canvas.width * (i + random.uniform(0.1, 0.9)) / count
            foot = ground + canvas.unit * (14 + 12 * depth**2)
            lean, half = random.uniform(-1, 1) * wide, wide * random.uniform(0.6, 1.1) / 2
            pen.polygon(
                smooth(
                    [
                        (x - half * 1.9, foot + half),
                        (x - half, foot - half * 3),
                        (x - half * 0.8 + lean, foot * 0.4),
                        (x - half * 0.6 + lean * 1.5, -20),
                        (x + half * 0.6 + lean * 1.5, -20),
                        (x + half * 0.8 + lean, foot * 0.4),
                        (x + half, foot - half * 3),
                        (x + half * 1.9, foot + half),
                    ],
                    steps=3,
                )
            )
            side = random.choice((-1, 1))
            start = foot * random.uniform(0.15, 0.5)
            pen.line([(x + lean, start), (x + lean + side * wide * 2.2, start - wide * 2.2)], half * 0.5)
        canvas.fill(pen, Fade((lighter(colour, 0.06), colour, darker(colour, 0.12))), blur=0.8 * (1 - depth))

    def _paint_crowns(self, canvas: Canvas, depth: float, leaves: list[Colour]) -> None:
        random = canvas.random
        for leaf in leaves:
            pen = Pen()
            for _ in range(44):
                x, y = random.uniform(0, canvas.width), canvas.height * abs(random.gauss(0, 0.13 + 0.1 * depth))
                pen.polygon(blob(x, y, canvas.unit * random.uniform(0.8, 3.4) * (0.5 + depth), random, rough=0.16))
            canvas.fill(pen, Fade((darker(leaf, 0.2), leaf)), blur=1.6 * (1 - depth), opacity=0.62)

    def _paint_floor(
        self, canvas: Canvas, ground: float, floor: Colour, haze: Colour, leaves: tuple[Colour, ...]
    ) -> None:
        random, unit = canvas.random, canvas.unit
        line = hills(canvas.width, ground + unit * 9, unit * 5, random, count=4)
        earth = Fade((mix(floor, haze, 0.35), floor, darker(floor, 0.4)))
        canvas.fill(Pen().polygon(below(line, canvas.height + 2)), earth, blur=unit * 0.6)
        if self.path:
            sand = mix(floor, (186, 188, 204) if self.season == "winter" else (206, 178, 140), 0.55)
            _paint_path(canvas, line, Fade((mix(sand, haze, 0.4), sand)))
        if self.season in ("autumn", "summer"):
            _paint_fallen_leaves(canvas, ground, leaves)
        if self.season in ("summer", "misty"):
            paint_grass(canvas, ground + unit * 12, [darker(leaves[2], 0.3), darker(leaves[0], 0.25)], density=0.6)

    def _paint_rays(self, canvas: Canvas, x: float) -> None:
        random = canvas.random
        pen = Pen()
        for _ in range(5):
            top, low = x + canvas.unit * random.uniform(-20, 40), x - canvas.unit * random.uniform(0, 70)
            wide = canvas.unit * random.uniform(2, 8)
            pen.polygon([(top, -10), (top + wide, -10), (low + wide * 3, canvas.height), (low, canvas.height)])
        canvas.fill(pen, (255, 242, 200), blur=canvas.unit * 1.5, opacity=0.24, blend=Blend.LIGHT)


def _paint_path(canvas: Canvas, ground: list[Point], paint: Fade) -> None:
    """A path from the ground line's middle to the lower edge."""
    random, unit = canvas.random, canvas.unit
    middle, bend = canvas.width * random.uniform(0.4, 0.6), unit * random.uniform(-14, 14)
    top, low = height_at(ground, middle), canvas.height + 4
    half = (top + canvas.height) / 2
    left = [(middle - unit, top), (middle - unit * 3 + bend, half), (middle - unit * 24, low)]
    right = [(middle + unit, top), (middle + unit * 6 + bend, half), (middle + unit * 16, low)]
    outline = [*smooth(left, closed=False), *reversed(smooth(right, closed=False))]
    canvas.fill(Pen().polygon(outline), paint, blur=unit * 0.5)


def _paint_fallen_leaves(canvas: Canvas, ground: float, leaves: tuple[Colour, ...]) -> None:
    random, unit = canvas.random, canvas.unit
    for leaf in leaves:
        pen = Pen()
        for _ in range(70):
            depth = random.random()
            x, y = random.uniform(0, canvas.width), ground + unit * 8 + (canvas.height - ground) * depth
            pen.ellipse(x, y, unit * (0.3 + 0.9 * depth), unit * (0.15 + 0.4 * depth))
        canvas.fill(pen, leaf, opacity=0.7)


@dataclass(frozen=True)
class Desert:
    """Dunes, with or without cactus and pyramids."""

    topic = "desert"
    sky: Sky
    cactus: bool
    pyramids: bool

    @classmethod
    def plan(cls, random: Random) -> Desert:
        sky = Sky.plan(random, (Hour.DAY, Hour.DAY, Hour.SUNSET, Hour.SUNSET, Hour.DAWN, Hour.DUSK, Hour.NIGHT))
        cactus = random.random() < 0.5
        return cls(sky=sky, cactus=cactus, pyramids=not cactus and random.random() < 0.4)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"desert", "sand", "landscape", "nature", "horizon", *self.sky.labels}
        if self.cactus:
            seen |= {"cactus", "plant"}
        if self.pyramids:
            seen |= {"pyramid", "triangle", "building"}
        if not self.sky.dark:
            seen.add("yellow" if self.sky.hour is Hour.DAY else "orange (colour)")
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        horizon = canvas.height * random.uniform(0.48, 0.6)
        paint_sky(canvas, self.sky, horizon)
        if self.pyramids:
            self._paint_pyramids(canvas, horizon + unit * 3)
        for row in range(5):
            depth = (row + 1) / 5
            base = horizon + (canvas.height - horizon) * (row / 5) ** 1.15 + unit * 4
            line = hills(canvas.width, base, unit * (4 + 15 * depth), random, count=random.choice((2, 3)))
            sand = self.sky.shade(0.45 + 0.5 * depth, (224, 158, 86))
            canvas.fill(
                Pen().polygon(below(line, canvas.height + 2)), Fade((lighter(sand, 0.14), sand, darker(sand, 0.24)))
            )
            crest = max(range(2, len(line) - 2), key=lambda i: -line[i][1])
            shadow = [line[i] for i in range(crest, len(line))]
            low = [(x - unit * 20 * depth, y + unit * (9 + 20 * depth)) for x, y in shadow[::-1]]
            shade = Pen().polygon(smooth([*shadow[::4], *low[::4]], steps=3))
            canvas.fill(shade, darker(sand, 0.38), blur=unit * 0.5 * depth, opacity=0.55)
        if self.cactus:
            for _ in range(random.randint(1, 3)):
                x, size = random.uniform(0.12, 0.88) * canvas.width, random.uniform(20, 42) * unit
                self._paint_cactus(canvas, x, canvas.height - unit * random.uniform(5, 14), size)

    def _paint_pyramids(self, canvas: Canvas, base: float) -> None:
        x = canvas.width * canvas.random.uniform(0.35, 0.65)
        for shift, half in ((-0.24, 13), (0.2, 17), (0.0, 24)):
            middle, wide = x + shift * canvas.width, half * canvas.unit
            tip = (middle, base - wide * 1.1)
            lit, dark = self.sky.shade(0.72, (228, 176, 108)), self.sky.shade(0.8, (140, 92, 60))
            canvas.fill(
                Pen().polygon([tip, (middle + wide * 0.3, base), (middle - wide, base)]), Fade((lit, darker(lit, 0.1)))
            )
            canvas.fill(Pen().polygon([tip, (middle + wide, base), (middle + wide * 0.3, base)]), dark)

    def _paint_cactus(self, canvas: Canvas, x: float, base: float, size: float) -> None:
        wide = size * 0.15
        green = self.sky.shade(0.96, (70, 116, 72))
        canvas.fill(
            Pen().ellipse(x + size * 0.25, base, size * 0.42, size * 0.035),
            (40, 20, 20),
            blur=canvas.unit * 0.7,
            opacity=0.35,
        )
        for side, low, high in ((-1, 0.34, 0.72), (1, 0.5, 0.86)):
            elbow, end = (x + side * size * 0.24, base - size * low), base - size * high
            arm = Pen().line(
                smooth([(x, base - size * low), elbow, (elbow[0] + side * wide * 0.1, end)], closed=False), wide * 0.66
            )
            arm.ellipse(elbow[0] + side * wide * 0.1, end, wide * 0.33)
            canvas.fill(arm, Fade((lighter(green, 0.16), green, darker(green, 0.34)), angle=90))
        stem = Pen().rounded(x - wide / 2, base - size, x + wide / 2, base + wide * 0.1, wide / 2)
        canvas.fill(stem, Fade((lighter(green, 0.2), green, darker(green, 0.36)), angle=90))
        ribs = Pen()
        for share in (-0.2, 0.05, 0.28):
            ribs.line([(x + share * wide, base - size * 0.95), (x + share * wide, base)], wide * 0.05)
        canvas.fill(ribs, darker(green, 0.4), opacity=0.6)


@dataclass(frozen=True)
class SnowVillage:
    """Cottages and pines in the snow."""

    topic = "snow"
    sky: Sky
    houses: int
    falling: bool

    @classmethod
    def plan(cls, random: Random) -> SnowVillage:
        sky = Sky.plan(random, (Hour.NIGHT, Hour.NIGHT, Hour.DUSK, Hour.DAY, Hour.DAWN, Hour.FOG))
        return cls(sky=sky, houses=random.choice((0, 1, 1, 2, 3)), falling=random.random() < 0.6)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"snow", "winter", "white", "nature", "landscape", "hill", "tree", "conifer", "plant", *self.sky.labels}
        if self.houses:
            seen |= {"house", "building", "window"}
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        horizon = canvas.height * random.uniform(0.5, 0.6)
        paint_sky(canvas, self.sky, horizon)
        white = mix((246, 249, 255), self.sky.tones.sky[1], {Hour.NIGHT: 0.52, Hour.DUSK: 0.4}.get(self.sky.hour, 0.08))
        spots = [(number + random.uniform(0.3, 0.7)) / max(1, self.houses) for number in range(self.houses)]
        for row in range(4):
            depth = (row + 1) / 4
            line = hills(
                canvas.width,
                horizon + (canvas.height - horizon) * (row / 4) + unit * 5,
                unit * (8 + 4 * row),
                random,
                count=3,
            )
            snow = mix(self.sky.tones.haze, white, 0.35 + 0.65 * depth)
            cool = mix(snow, self.sky.tones.sky[0], 0.3)
            canvas.fill(Pen().polygon(below(line, canvas.height + 2)), Fade((lighter(snow, 0.25), snow, cool)))
            pen = Pen()
            add_pines(pen, line, random, count=9 - row, height=unit * (7 + 12 * depth), left=0, right=canvas.width)
            pine = self.sky.shade(0.5 + 0.5 * depth, (44, 78, 70))
            canvas.fill(pen, Fade((lighter(pine, 0.5), pine, darker(pine, 0.1))))
            if row == 2:
                for share in spots:
                    self._paint_cottage(canvas, share * canvas.width, height_at(line, share * canvas.width))
        self._paint_near_pine(canvas, white)
        if self.falling:
            self._paint_flakes(canvas)

    def _paint_cottage(self, canvas: Canvas, x: float, ground: float) -> None:
        random, unit = canvas.random, canvas.unit
        wall = self.sky.shade(0.97, random.choice(((160, 70, 52), (186, 150, 110), (120, 84, 60), (214, 196, 160))))
        roof = self.sky.shade(0.97, (92, 60, 52))
        paint_house(
            canvas,
            x,
            ground + unit * 4,
            unit * random.uniform(22, 30),
            wall=wall,
            roof=roof,
            lit=self.sky.dark,
            snow=True,
        )

    def _paint_near_pine(self, canvas: Canvas, white: Colour) -> None:
        random = canvas.random
        x = canvas.width * random.choice((0.08, 0.92))
        pine = self.sky.shade(1, (30, 62, 56))
        tall = canvas.height * random.uniform(0.5, 0.7)
        body, caps = Pen(), Pen()
        state = random.getstate()
        add_pine(body, x, canvas.height + 4, tall, random)
        random.setstate(state)
        add_pine(caps, x, canvas.height + 4 - tall * 0.035, tall * 0.97, random)
        canvas.fill(body, Fade((lighter(pine, 0.1), darker(pine, 0.2))))
        canvas.fill(caps, Fade((white, mix(white, pine, 0.55), pine), angle=35), opacity=0.75)

    def _paint_flakes(self, canvas: Canvas) -> None:
        random = canvas.random
        for size, count, opacity in ((0.35, 240, 0.7), (0.7, 80, 0.75), (1.5, 16, 0.4)):
            pen = Pen()
            for _ in range(count):
                pen.ellipse(
                    random.uniform(0, canvas.width),
                    random.uniform(0, canvas.height),
                    canvas.unit * size * random.uniform(0.6, 1.2),
                )
            canvas.fill(pen, (255, 255, 255), blur=size if size > 1 else 0, opacity=opacity)
