"""Sea and beach: water under every sky, with sails, islands, a lighthouse, palms and parasols."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Blend, Canvas, Pen
from browse.sample.painting.outlines import below, height_at, hills, smooth
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_birds, paint_sky
from browse.sample.painting.things import paint_boat, paint_palm

_HULLS: tuple[Colour, ...] = ((150, 44, 40), (34, 62, 92), (238, 234, 222), (62, 92, 70), (94, 58, 40))
_SAILS: tuple[Colour, ...] = ((248, 244, 232), (232, 214, 180), (206, 74, 56), (244, 200, 92))


@dataclass(frozen=True)
class Sea:
    """The open sea, or its beach."""

    topic = "sea"
    sky: Sky
    boats: int
    island: bool
    lighthouse: bool
    beach: bool
    palm: bool
    parasol: bool
    birds: bool

    @classmethod
    def plan(cls, random: Random) -> Sea:
        hours = (Hour.DAY, Hour.DAY, Hour.DAWN, Hour.SUNSET, Hour.SUNSET, Hour.SUNSET, Hour.DUSK, Hour.NIGHT, Hour.FOG)
        sky = Sky.plan(random, hours)
        lighthouse = random.random() < 0.25
        beach = random.random() < 0.45
        return cls(
            sky=sky,
            boats=random.choice((0, 1, 1, 2, 4)),
            island=lighthouse or random.random() < 0.3,
            lighthouse=lighthouse,
            beach=beach,
            palm=beach and random.random() < 0.5,
            parasol=beach and sky.hour is Hour.DAY and random.random() < 0.6,
            birds=random.random() < 0.35,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"sea", "water", "horizon", "nature", "landscape", *self.sky.labels}
        if self.sky.disc:
            seen.add("reflection")
        if self.boats:
            seen |= {"boat", "sailboat", "vehicle"}
        if self.island:
            seen |= {"island"}
        if self.lighthouse:
            seen |= {"lighthouse", "tower", "building"}
        if self.beach:
            seen |= {"beach", "sand"}
        if self.palm:
            seen |= {"palm tree", "tree", "plant"}
        if self.parasol:
            seen |= {"umbrella", "red"}
        if self.birds:
            seen |= {"bird", "animal"}
        if self.sky.hour is Hour.SUNSET or (self.sky.dark and (self.palm or self.boats or self.island)):
            seen.add("silhouette")
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random = canvas.random
        horizon = canvas.height * random.uniform(0.44, 0.6)
        x, _ = paint_sky(canvas, self.sky, horizon)
        _paint_water(canvas, self.sky, horizon, x if self.sky.disc else None)
        if self.island:
            self._paint_island(canvas, horizon)
        if self.birds:
            shade = mix(self.sky.tones.near, self.sky.tones.sky[1], 0.2)
            paint_birds(canvas, shade, count=random.randint(5, 12), top=horizon * 0.25, bottom=horizon * 0.6)
        self._paint_boats(canvas, horizon)
        if self.beach:
            self._paint_beach(canvas, horizon)

    def _paint_boats(self, canvas: Canvas, horizon: float) -> None:
        random = canvas.random
        for number in range(self.boats):
            depth = (number + random.uniform(0.3, 0.9)) / (self.boats + 0.5)
            room = (canvas.height - horizon) * (0.42 if self.beach else 0.62)
            size = canvas.unit * (9 + 24 * depth)
            x = canvas.width * random.uniform(0.12, 0.88)
            y = horizon + room * depth**1.4
            hull = self.sky.shade(0.75 + 0.25 * depth, random.choice(_HULLS))
            sail = self.sky.shade(0.7 + 0.3 * depth, random.choice(_SAILS))
            paint_boat(canvas, x, y, size, hull=hull, sail=sail, flip=random.random() < 0.5)

    def _paint_island(self, canvas: Canvas, horizon: float) -> None:
        random, unit = canvas.random, canvas.unit
        left = random.random() < 0.5
        far_left = canvas.width * (0.3 if left else 0.45) + unit * random.uniform(-8, 8)
        rises = [0, random.uniform(2, 4), random.uniform(1.5, 5), random.uniform(1, 2.5), 0]
        far = [(far_left + canvas.width * 0.065 * i, horizon + 1 - unit * rise) for i, rise in enumerate(rises)]
        canvas.fill(Pen().polygon(smooth(far, closed=False)), self.sky.shade(0.35, (60, 92, 84)))
        middle = canvas.width * (0.2 if left else 0.8)
        half = unit * 30
        rock = smooth(
            [
                (middle - half, horizon + unit * 3),
                (middle - half * 0.6, horizon - unit * 3),
                (middle - half * 0.15, horizon - unit * 7),
                (middle + half * 0.3, horizon - unit * 5.5),
                (middle + half, horizon + unit * 3),
            ],
            closed=False,
        )
        top = self.sky.shade(0.8, (98, 118, 76))
        canvas.fill(Pen().polygon(rock), Fade((top, self.sky.shade(0.9, (74, 66, 58)))))
        foam = Pen().ellipse(middle, horizon + unit * 3, half * 1.02, unit * 0.7)
        canvas.fill(foam, lighter(self.sky.tones.haze, 0.4), blur=1, opacity=0.55)
        if self.lighthouse:
            self._paint_lighthouse(canvas, middle, height_at(rock, middle) + unit)

    def _paint_lighthouse(self, canvas: Canvas, x: float, base: float) -> None:
        unit, sky = canvas.unit, self.sky
        tall, half = unit * 30, unit * 3.2
        white, red = sky.shade(0.95, (244, 240, 232)), sky.shade(0.95, (200, 52, 46))
        if sky.dark:
            for toward in (-1, 1):
                beam = [
                    (x, base - tall),
                    (x + toward * canvas.width, base - tall - unit * 14),
                    (x + toward * canvas.width, base - tall + unit * 6),
                ]
                canvas.fill(Pen().polygon(beam), (255, 240, 190), blur=unit, opacity=0.22, blend=Blend.LIGHT)
        bands = 5
        for band in range(bands):
            low, high = band / bands, (band + 1) / bands
            wide, narrow = half * (1 - 0.38 * low), half * (1 - 0.38 * high)
            corners = [
                (x - wide, base - tall * 0.9 * low),
                (x - narrow, base - tall * 0.9 * high),
                (x + narrow, base - tall * 0.9 * high),
                (x + wide, base - tall * 0.9 * low),
            ]
            colour = white if band % 2 else red
            canvas.fill(Pen().polygon(corners), Fade((lighter(colour, 0.1), colour, darker(colour, 0.35)), angle=90))
        rail = Pen().rectangle(x - half * 0.85, base - tall * 0.93, x + half * 0.85, base - tall * 0.89)
        canvas.fill(
            rail.polygon(
                [(x - half * 0.6, base - tall * 1.02), (x, base - tall * 1.12), (x + half * 0.6, base - tall * 1.02)]
            ),
            darker(red, 0.3),
        )
        lamp: Colour = (255, 238, 170) if sky.dark else sky.shade(0.9, (180, 214, 226))
        canvas.fill(Pen().rectangle(x - half * 0.42, base - tall * 1.02, x + half * 0.42, base - tall * 0.93), lamp)
        if sky.dark:
            canvas.glow(x, base - tall * 0.975, unit * 14, (255, 226, 150), 0.9)

    def _paint_beach(self, canvas: Canvas, horizon: float) -> None:
        random, sky, unit = canvas.random, self.sky, canvas.unit
        base = horizon + (canvas.height - horizon) * random.uniform(0.52, 0.62)
        shore = hills(canvas.width, base + unit * 5, unit * 9, random, count=3)
        wet = [(x, y - unit * 3.2) for x, y in shore]
        sand = sky.shade(1, (226, 196, 148))
        canvas.fill(
            Pen().polygon(below(wet, canvas.height)), mix(darker(sand, 0.28), sky.tones.haze, 0.3), blur=unit * 0.3
        )
        foam = Pen().line([(x, y - unit * 3.4) for x, y in shore], unit * 0.9)
        canvas.fill(foam, mix((255, 255, 255), sky.tones.near, sky.gloom * 0.5), blur=unit * 0.25, opacity=0.9)
        foam = Pen().line([(x, y - unit * 7) for x, y in shore], unit * 0.5)
        canvas.fill(foam, mix((255, 255, 255), sky.tones.near, sky.gloom * 0.5), blur=unit * 0.3, opacity=0.55)
        canvas.fill(
            Pen().polygon(below(shore, canvas.height)),
            Fade((lighter(sand, 0.1), sand, darker(sand, 0.16))),
            blur=unit * 0.4,
        )
        if self.parasol:
            self._paint_parasol(canvas, canvas.width * random.uniform(0.25, 0.75), canvas.height - unit * 9)
        if self.palm:
            left = random.random() < 0.5
            leaf = sky.shade(1, (52, 96, 56))
            x = canvas.width * (0.1 if left else 0.9)
            paint_palm(
                canvas, x, canvas.height + unit * 2, canvas.height * 0.62, darker(leaf, 0.25), 0.22 if left else -0.22
            )

    def _paint_parasol(self, canvas: Canvas, x: float, base: float) -> None:
        unit = canvas.unit
        tall, half = unit * 20, unit * 13
        canvas.fill(
            Pen().ellipse(x + unit * 6, base + unit * 1.5, half, unit * 2.2), (120, 90, 60), blur=unit, opacity=0.45
        )
        canvas.fill(Pen().line([(x, base), (x, base - tall)], unit * 0.8), (240, 236, 226))
        dome = [
            (x - half, base - tall * 0.82),
            (x - half * 0.7, base - tall * 1.12),
            (x, base - tall * 1.25),
            (x + half * 0.7, base - tall * 1.12),
            (x + half, base - tall * 0.82),
        ]
        canvas.fill(Pen().polygon(smooth(dome, closed=False)), Fade(((236, 84, 70), (176, 38, 40)), angle=80))
        for share in (-0.55, 0.12):
            stripe = [
                (x, base - tall * 1.25),
                (x + half * share, base - tall * 0.84),
                (x + half * (share + 0.4), base - tall * 0.84),
            ]
            canvas.fill(Pen().polygon(stripe), (250, 240, 226))
        canvas.fill(
            Pen().rounded(x + unit * 4, base - unit * 1.4, x + unit * 20, base + unit * 1.8, unit * 0.6),
            Fade(((250, 250, 244), (70, 150, 190)), angle=90),
        )


def _paint_water(canvas: Canvas, sky: Sky, horizon: float, light: float | None) -> None:
    """Water from the horizon down: it takes the sky's colours, and a path of light below sun or moon."""
    random, unit = canvas.random, canvas.unit
    deep = mix(sky.tones.sky[0], (10, 56, 84), 0.45 if sky.hour is Hour.DAY else 0.25)
    middle = mix(sky.tones.sky[1], deep, 0.35)
    canvas.backdrop(Fade((mix(sky.tones.haze, middle, 0.45), middle, deep)), horizon)
    room = canvas.height - horizon
    for colour, opacity, count in ((lighter(sky.tones.haze, 0.15), 0.35, 260), (darker(deep, 0.25), 0.4, 220)):
        pen = Pen()
        for _ in range(count):
            depth = random.random() ** 1.6
            wide = unit * (0.8 + 9 * depth) * random.uniform(0.5, 1.4)
            pen.ellipse(random.uniform(0, canvas.width), horizon + 1 + room * depth, wide, unit * (0.08 + 0.55 * depth))
        canvas.fill(pen, colour, opacity=opacity)
    if light is not None:
        canvas.glow(light, horizon + room * 0.15, room * 0.9, sky.tones.sun, 0.5)
        pen = Pen()
        for _ in range(260):
            depth = random.random() ** 1.3
            x = light + random.gauss(0, unit * (1.6 + 7 * depth))
            pen.ellipse(
                x,
                horizon + 1 + room * depth,
                unit * (0.6 + 4 * depth) * random.uniform(0.4, 1.2),
                unit * (0.1 + 0.45 * depth),
            )
        canvas.fill(pen, lighter(sky.tones.sun, 0.2), opacity=0.75)
