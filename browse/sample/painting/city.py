"""A city: towers with lit windows, a river that mirrors them, a bridge, a crane."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.painting.canvas import Canvas, Pen
from browse.sample.painting.paints import Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import Hour, Sky, paint_sky

_LIT: tuple[Colour, ...] = ((255, 214, 130), (255, 236, 190), (255, 188, 96), (206, 226, 255))


@dataclass(frozen=True)
class City:
    """A skyline, by the water or over roofs."""

    topic = "city"
    sky: Sky
    river: bool
    bridge: bool
    crane: bool
    spire: bool

    @classmethod
    def plan(cls, random: Random) -> City:
        hours = (Hour.NIGHT, Hour.NIGHT, Hour.NIGHT, Hour.DUSK, Hour.DUSK, Hour.SUNSET, Hour.DAY, Hour.FOG, Hour.DAWN)
        river, sky = random.random() < 0.6, Sky.plan(random, hours)
        return cls(
            sky=sky.without_disc() if sky.hour in (Hour.SUNSET, Hour.DAWN, Hour.FOG) else sky,
            river=river,
            bridge=river and random.random() < 0.4,
            crane=random.random() < 0.3,
            spire=random.random() < 0.4,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"city", "building", "skyscraper", *self.sky.labels}
        if self.sky.dark:
            seen |= {"window"}
        if self.river:
            seen |= {"river", "water", "reflection"}
        if self.bridge:
            seen.add("bridge")
        if self.crane:
            seen.add("crane (machine)")
        if self.spire:
            seen.add("tower")
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random = canvas.random
        base = canvas.height * (random.uniform(0.66, 0.74) if self.river else 1.0)
        paint_sky(canvas, self.sky, base, light=0.2)
        if self.sky.dark:
            canvas.glow(canvas.width / 2, base, canvas.width * 0.8, (255, 160, 90), 0.28)
        tallest = base * 0.62
        for depth, share in ((0.3, 0.85), (0.6, 1.0), (1.0, 0.62)):
            self._paint_row(canvas, base, tallest * share, depth)
            canvas.veil(base - tallest * 0.5, base, self.sky.tones.haze, 0.0, 0.4 * (1 - depth))
        if self.bridge:
            self._paint_bridge(canvas, base)
        if self.river:
            tint = mix(self.sky.tones.near, (20, 40, 60), 0.4)
            canvas.mirror(base, ripple=random.uniform(1.0, 2.2), tint=tint, strength=0.22)

    def _paint_row(self, canvas: Canvas, base: float, tallest: float, depth: float) -> None:
        random, unit = canvas.random, canvas.unit
        local = random.choice(((88, 96, 120), (112, 104, 110), (96, 110, 116)))
        lights: dict[Colour, Pen] = {colour: Pen() for colour in _LIT}
        x = -unit * random.uniform(0, 6)
        special = random.uniform(0.2, 0.8) * canvas.width
        while x < canvas.width:
            wide = unit * random.uniform(6, 13) * (0.8 + 0.4 * depth)
            middle = 1 - 0.55 * abs((x + wide / 2) / canvas.width - 0.5) * 2
            tall = tallest * random.uniform(0.35, 1.0) * middle
            colour = mix(self.sky.shade(0.28 + 0.7 * depth, local), (0, 0, 0), random.uniform(0, 0.12))
            is_special = x <= special < x + wide
            if is_special and depth == 0.6:
                tall = tallest * 1.05
            self._paint_building(canvas, (x, base, wide, tall), colour, lights, depth)
            if is_special and depth == 0.6 and self.spire:
                tip = [(x + wide * 0.3, base - tall), (x + wide / 2, base - tall * 1.35), (x + wide * 0.7, base - tall)]
                canvas.fill(Pen().polygon(tip), lighter(colour, 0.06))
            if is_special and depth == 0.3 and self.crane:
                _paint_crane(canvas, x + wide / 2, base, tallest * 1.28, self.sky.shade(0.8, (196, 120, 40)))
            x += wide + unit * random.choice((0, 0, 0.6, 2.5))
        for lit, pen in lights.items():
            canvas.fill(pen, mix(lit, self.sky.tones.haze, 0.35 * (1 - depth)), opacity=0.95)

    def _paint_building(
        self,
        canvas: Canvas,
        place: tuple[float, float, float, float],
        colour: Colour,
        lights: dict[Colour, Pen],
        depth: float,
    ) -> None:
        random, (x, base, wide, tall) = canvas.random, place
        body = Pen().rectangle(x, base - tall, x + wide, base)
        if random.random() < 0.35:
            body.rectangle(x + wide * 0.2, base - tall * 1.06, x + wide * 0.8, base - tall)
        if random.random() < 0.25:
            body.line([(x + wide / 2, base - tall), (x + wide / 2, base - tall * 1.16)], max(0.6, wide * 0.04))
        canvas.fill(body, Fade((lighter(colour, 0.1), colour, darker(colour, 0.2)), angle=70))
        columns = max(2, int(wide / (canvas.unit * (1.0 + 0.35 * depth))))
        step = wide / columns
        rows = int(tall / (step * 1.35))
        share = {Hour.NIGHT: 0.36, Hour.DUSK: 0.34, Hour.SUNSET: 0.14}.get(self.sky.hour, 0.0)
        panes, lit = Pen(), random.choice(_LIT)
        for row in range(rows):
            for column in range(columns):
                left, top = x + step * (column + 0.22), base - tall + step * (1.35 * row + 0.4)
                if random.random() < share:
                    lights[lit].rectangle(left, top, left + step * 0.52, top + step * 0.72)
                elif not self.sky.dark and depth > 0.5:
                    panes.rectangle(left, top, left + step * 0.52, top + step * 0.72)
        canvas.fill(panes, darker(colour, 0.22), opacity=0.7)

    def _paint_bridge(self, canvas: Canvas, base: float) -> None:
        unit, colour = canvas.unit, self.sky.shade(1, (150, 62, 48))
        deck, top = base - unit * 3, base - unit * 24
        pen = Pen().rectangle(0, deck - unit * 1.2, canvas.width, deck)
        towers = (0.24 * canvas.width, 0.76 * canvas.width)
        for x in towers:
            pen.rectangle(x - unit, top, x + unit, base + unit)
            pen.rectangle(x - unit * 1.8, base - unit * 1.5, x + unit * 1.8, base + unit)
        for left, right in ((-towers[0], towers[0]), towers, (towers[1], canvas.width + towers[0])):
            steps = 24
            cable = []
            for i in range(steps + 1):
                t = i / steps
                y = top + (deck - top - unit * 2) * (1 - (2 * t - 1) ** 2)
                cable.append((left + (right - left) * t, y))
                pen.line([cable[-1], (cable[-1][0], deck)], unit * 0.18)
            pen.line(cable, unit * 0.55)
        canvas.fill(pen, colour)
        if self.sky.dark:
            lamps = Pen()
            for i in range(40):
                lamps.ellipse(canvas.width * (i + 0.5) / 40, deck - unit * 1.8, unit * 0.5)
            canvas.fill(lamps, (255, 226, 160))


def _paint_crane(canvas: Canvas, x: float, base: float, height: float, colour: Colour) -> None:
    """A tower crane with its jib, counterweight and rope."""
    unit, top = canvas.unit, base - height
    reach = unit * 26
    pen = Pen().line([(x - unit * 0.8, base), (x - unit * 0.8, top)], unit * 0.4)
    pen.line([(x + unit * 0.8, base), (x + unit * 0.8, top)], unit * 0.4)
    rungs = int(height / (unit * 2))
    for i in range(rungs):
        y, flip = top + i * unit * 2, 1 if i % 2 else -1
        pen.line([(x - flip * unit * 0.8, y), (x + flip * unit * 0.8, y + unit * 2)], unit * 0.25)
    pen.line([(x - reach * 0.35, top), (x + reach, top)], unit * 0.7)
    pen.line([(x - reach * 0.33, top), (x, top - unit * 5), (x + reach * 0.9, top)], unit * 0.25)
    pen.polygon([(x - unit, top), (x, top - unit * 5.4), (x + unit, top)])
    pen.rectangle(x - reach * 0.36, top, x - reach * 0.24, top + unit * 2.6)
    pen.line([(x + reach * 0.7, top), (x + reach * 0.7, top + unit * 9)], unit * 0.2)
    canvas.fill(pen, colour)
