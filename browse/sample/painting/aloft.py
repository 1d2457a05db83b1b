"""In the air and at night: hot-air balloons and kites, the Milky Way, northern lights, tents by a fire."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from random import Random

import numpy as np

from browse.sample.painting.canvas import Blend, Canvas, Pen, cloud
from browse.sample.painting.outlines import below, hills, placed, ridge, smooth
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix
from browse.sample.painting.skies import TONES, Hour, Sky, paint_rainbow, paint_sky, paint_stars
from browse.sample.painting.things import add_pines

_GORES: tuple[tuple[Colour, ...], ...] = (
    ((214, 58, 52), (250, 232, 204)),
    ((240, 174, 56), (206, 74, 48), (88, 42, 70)),
    ((62, 112, 168), (244, 240, 230)),
    ((236, 128, 62), (250, 206, 98), (68, 138, 140)),
    ((140, 76, 150), (240, 170, 180)),
)


@dataclass(frozen=True)
class Balloons:
    """Hot-air balloons above hills, or kites above a meadow."""

    topic = "balloons"
    sky: Sky
    kites: bool
    count: int
    rainbow: bool

    @classmethod
    def plan(cls, random: Random) -> Balloons:
        sky = Sky.plan(random, (Hour.DAY, Hour.DAY, Hour.DAWN, Hour.SUNSET, Hour.DUSK))
        kites = random.random() < 0.35
        rainbow = sky.hour is Hour.DAY and random.random() < 0.35
        return cls(sky=sky, kites=kites, count=random.choice((1, 2, 3, 5)), rainbow=rainbow)

    @property
    def labels(self) -> frozenset[str]:
        seen = {"hill", "landscape", "nature", *self.sky.labels}
        seen |= {"kite", "meadow"} if self.kites else {"hot air balloon", "vehicle"}
        if self.sky.hour is Hour.DAY:
            seen.add("green")
        return frozenset(seen | ({"rainbow"} if self.rainbow else set()))

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        paint_sky(canvas, self.sky, canvas.height * 0.86)
        if self.rainbow:
            paint_rainbow(canvas, canvas.width * random.uniform(0.3, 0.7), canvas.height * 0.9, canvas.height * 0.72)
        for row in range(4):
            line = hills(canvas.width, canvas.height * (0.74 + 0.08 * row), unit * 11, random, count=4)
            land = self.sky.shade(0.3 + 0.22 * row, (96, 138, 82))
            canvas.fill(
                Pen().polygon(below(line, canvas.height + 2)), Fade((land, mix(land, self.sky.tones.haze, 0.25)))
            )
        for number in range(self.count):
            depth = (number + 1) / self.count
            size = unit * (6 + (16 if self.count > 1 else 22) * depth) * random.uniform(0.85, 1.1)
            place = (number * 0.618 + random.uniform(0.2, 0.4)) % 1.0
            x, y = canvas.width * (0.12 + 0.76 * place), canvas.height * random.uniform(0.2, 0.5)
            (self._paint_kite if self.kites else self._paint_balloon)(canvas, x, y, size, 0.5 + 0.5 * depth)

    def _paint_balloon(self, canvas: Canvas, x: float, y: float, size: float, depth: float) -> None:
        gores = [self.sky.shade(depth, colour) for colour in canvas.random.choice(_GORES)]
        half = [(0.0, -1.0), (0.5, -0.88), (0.88, -0.5), (1.0, -0.05), (0.86, 0.42), (0.5, 0.86), (0.2, 1.16)]
        profile = smooth(half, closed=False, steps=5)
        strips = 10
        for strip in range(strips):
            left, right = (sin(pi * ((strip + side) / strips - 0.5)) for side in (0, 1))
            outline = [(x + px * left * size, y + py * size) for px, py in profile]
            outline += [(x + px * right * size, y + py * size) for px, py in reversed(profile)]
            canvas.fill(Pen().polygon(outline), gores[strip % len(gores)])
        whole = [(x + px * size, y + py * size) for px, py in profile] + [
            (x - px * size, y + py * size) for px, py in reversed(profile)
        ]
        shade = Ball(((255, 255, 255), (226, 222, 226), (120, 104, 132)), focus=(0.32, 0.28), reach=0.95)
        canvas.fill(Pen().polygon(whole), shade, blend=Blend.DARKEN)
        ropes = Pen()
        for side in (-1, -0.4, 0.4, 1):
            ropes.line(
                [(x + side * size * 0.2, y + size * 1.15), (x + side * size * 0.15, y + size * 1.5)], size * 0.012
            )
        canvas.fill(ropes, self.sky.shade(depth, (60, 46, 40)))
        if self.sky.dark or self.sky.hour is Hour.SUNSET:
            canvas.glow(x, y + size * 0.9, size * 0.9, (255, 190, 90), 0.7)
        basket = self.sky.shade(depth, (128, 84, 48))
        canvas.fill(
            Pen().rounded(x - size * 0.17, y + size * 1.48, x + size * 0.17, y + size * 1.72, size * 0.04),
            Fade((lighter(basket, 0.15), darker(basket, 0.3))),
        )

    def _paint_kite(self, canvas: Canvas, x: float, y: float, size: float, depth: float) -> None:
        colours = [self.sky.shade(depth, colour) for colour in canvas.random.choice(_GORES)]
        turn = canvas.random.uniform(-35, 35)
        top, right, low, left, middle = placed(
            [(0, -1), (0.66, -0.2), (0, 1.1), (-0.66, -0.2), (0, -0.2)], x, y, size * 0.9, turn=turn
        )
        for number, (a, b) in enumerate(((top, right), (right, low), (low, left), (left, top))):
            colour = darker(colours[number % 2], 0.1 * (number in (1, 2)))
            canvas.fill(Pen().polygon([a, b, middle]), Fade((lighter(colour, 0.14), colour)))
        tail = smooth(
            [
                low,
                (low[0] + size * 0.4, low[1] + size * 0.5),
                (low[0] - size * 0.2, low[1] + size),
                (low[0] + size * 0.3, low[1] + size * 1.6),
            ],
            closed=False,
        )
        pen = Pen().line(tail, size * 0.03)
        for px, py in tail[3::5]:
            pen.polygon([(px - size * 0.16, py - size * 0.08), (px, py), (px - size * 0.16, py + size * 0.08)])
            pen.polygon([(px + size * 0.16, py - size * 0.08), (px, py), (px + size * 0.16, py + size * 0.08)])
        canvas.fill(pen, colours[-1])
        string = smooth(
            [middle, (middle[0] + size, canvas.height * 0.75), (canvas.width / 2, canvas.height + 4)], closed=False
        )
        canvas.fill(Pen().line(string, canvas.unit * 0.14), self.sky.tones.near, opacity=0.6)


@dataclass(frozen=True)
class NightSky:
    """Stars, and with them the Milky Way or northern lights; below them pines, ridges, a tent, a fire."""

    topic = "night sky"
    show: str
    tent: bool
    fire: bool
    lake: bool

    @classmethod
    def plan(cls, random: Random) -> NightSky:
        tent = random.random() < 0.5
        return cls(
            show=random.choice(("galaxy", "galaxy", "aurora", "aurora", "stars")),
            tent=tent,
            fire=random.random() < (0.6 if tent else 0.25),
            lake=not tent and random.random() < 0.5,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"night", "outdoor", "sky", "star (sky)", "nature", "tree", "conifer", "silhouette"}
        seen |= {"galaxy": {"galaxy", "purple"}, "aurora": {"aurora", "green"}, "stars": {"blue"}}[self.show]
        if self.tent:
            seen |= {"tent"}
        if self.fire:
            seen |= {"fire", "orange (colour)"}
        if self.lake:
            seen |= {"lake", "water", "reflection"}
        return frozenset(seen)

    def paint(self, canvas: Canvas) -> None:
        random, unit = canvas.random, canvas.unit
        tones = TONES[Hour.NIGHT][{"galaxy": 2, "aurora": 1, "stars": 0}[self.show]]
        ground = canvas.height * (0.7 if self.lake else 0.86)
        canvas.backdrop(Fade(tones.sky), 0, ground)
        canvas.backdrop(tones.haze, ground)
        if self.show == "galaxy":
            _paint_galaxy(canvas)
        paint_stars(canvas, canvas.height * 0.85, amount=2.2 if self.show == "galaxy" else 1.2)
        if self.show == "aurora":
            self._paint_aurora(canvas, ground)
        for row, shade in enumerate((0.6, 0.0)):
            line = (
                ridge(canvas.width, ground - unit * (5 - 5 * row), unit * (18 - 8 * row), random)
                if row == 0
                else hills(canvas.width, ground, unit * 5, random)
            )
            colour = mix(darker(tones.near, 0.2), tones.haze, shade * 0.4)
            pen = Pen().polygon(below(line, canvas.height + 2))
            if row:
                add_pines(
                    pen, line, random, count=int(canvas.width / unit / 5), height=unit * 15, left=0, right=canvas.width
                )
            canvas.fill(pen, colour)
        spot = canvas.width * random.uniform(0.35, 0.65)
        if self.lake:
            canvas.mirror(ground + unit * 2, ripple=0.6, tint=darker(tones.sky[1], 0.3), strength=0.15)
        if self.tent:
            _paint_tent(canvas, spot, canvas.height * 0.93)
        if self.fire:
            paint_fire(canvas, spot + unit * (34 if spot < canvas.width / 2 else -34), canvas.height * 0.94, unit * 13)

    def _paint_aurora(self, canvas: Canvas, ground: float) -> None:
        random = canvas.random
        for colour, shift in (((60, 220, 140), 0.0), ((90, 240, 190), 0.12), ((150, 90, 210), -0.14)):
            base = [random.uniform(0.45, 0.72) + shift * 0.6 for _ in range(5)]
            path = smooth(
                [(canvas.width * (i - 0.5) / 3, ground * y) for i, y in enumerate(base)], closed=False, steps=20
            )
            tall = ground * random.uniform(0.34, 0.5)
            pen = Pen().polygon(
                [
                    *path,
                    *[
                        (x + canvas.unit * 6, y - tall * (0.75 + 0.25 * sin(x / canvas.unit / 5)))
                        for x, y in reversed(path)
                    ],
                ]
            )
            fade = Fade((darker(colour, 1), darker(colour, 0.75), darker(colour, 0.35), colour))
            canvas.fill(pen, fade, blur=canvas.unit * 3, opacity=0.7, blend=Blend.LIGHT)
            rays = Pen()
            for x, y in path[::2]:
                reach = tall * random.uniform(0.4, 1.1)
                rays.polygon([(x, y), (x + canvas.unit * random.uniform(0.8, 3), y), (x + canvas.unit * 6, y - reach)])
            canvas.fill(rays, fade, blur=canvas.unit * 0.9, opacity=0.4, blend=Blend.LIGHT)


def _paint_galaxy(canvas: Canvas) -> None:
    """The Milky Way as a slanting band of noise with a dark lane."""
    random, width, height = canvas.random, canvas.width, canvas.height
    levels = cloud(width, height, random, cell=canvas.unit * 30, octaves=5)
    slope = random.choice((-1, 1)) * random.uniform(0.5, 1.1)
    across = np.arange(width, dtype=np.float32)[None, :] / width - 0.5
    down = np.arange(height, dtype=np.float32)[:, None] / height - 0.45
    away = (down * np.float32(0.9) + across * np.float32(slope) * 0.8 + (levels - 0.5) * np.float32(0.22)) / np.float32(
        0.24
    )
    band = np.exp(-(away**2)) * (0.35 + 0.75 * levels)
    lane = np.exp(-(((away + 0.1) / 0.32) ** 2)) * np.clip(levels * 1.6 - 0.4, 0, 1)
    canvas.drift(band, Fade(((120, 120, 200), (196, 150, 200), (150, 130, 190))), opacity=0.62)
    canvas.drift(band**3, (250, 226, 220), opacity=0.6)
    canvas.drift(lane, (16, 12, 36), opacity=0.75)


def _paint_tent(canvas: Canvas, x: float, base: float) -> None:
    unit = canvas.unit
    size = unit * 22
    canvas.glow(x, base - size * 0.4, size * 2.4, (255, 160, 70), 0.45)
    body = [(x - size, base), (x - size * 0.1, base - size * 0.95), (x + size * 1.05, base)]
    canvas.fill(Pen().polygon(body), Fade(((255, 206, 110), (238, 140, 50), (176, 78, 30))))
    fly = [(x - size * 0.1, base - size * 0.98), (x + size * 1.1, base), (x + size * 0.42, base)]
    canvas.fill(Pen().polygon(fly), Fade(((206, 104, 44), (120, 48, 26))))
    door = [(x - size * 0.1, base - size * 0.84), (x - size * 0.3, base), (x + size * 0.16, base)]
    canvas.fill(Pen().polygon(door), Fade(((255, 236, 170), (255, 190, 90))))
    ropes = Pen().line([(x - size * 0.1, base - size * 0.95), (x - size * 1.35, base + unit)], unit * 0.2)
    ropes.line([(x - size * 0.1, base - size * 0.95), (x + size * 1.45, base + unit)], unit * 0.2)
    canvas.fill(ropes, (40, 28, 24))


def paint_fire(canvas: Canvas, x: float, base: float, size: float) -> None:
    """A camp fire of height about 2 `size` on crossed logs, with its light."""
    random = canvas.random
    canvas.glow(x, base - size * 0.5, size * 6, (255, 130, 40), 0.65)
    logs = Pen()
    for turn in (-18, 16, 2):
        logs.line(placed([(-1.1, 0), (1.1, 0)], x, base - size * 0.05, size, turn=turn), size * 0.26)
    canvas.fill(logs, Fade(((104, 58, 34), (40, 22, 16))))
    for colour, reach, wide in (
        ((214, 60, 22), 2.1, 0.95),
        ((246, 128, 30), 1.7, 0.72),
        ((255, 206, 84), 1.2, 0.46),
        ((255, 246, 200), 0.6, 0.26),
    ):
        pen = Pen()
        for side in (-0.5, 0.0, 0.5):
            tall = size * reach * (1 if side == 0 else random.uniform(0.5, 0.8))
            sway = random.uniform(-0.2, 0.2) * size
            middle = x + side * wide * size * 0.8
            half = wide * size * (0.6 if side == 0 else 0.42)
            shape = [
                (middle - half, base - size * 0.25),
                (middle - half * 0.7, base - tall * 0.45),
                (middle + sway, base - tall),
                (middle + half * 0.8, base - tall * 0.42),
                (middle + half, base - size * 0.25),
                (middle, base),
            ]
            pen.polygon(smooth(shape, steps=5))
        canvas.fill(pen, colour, blur=size * 0.05, opacity=0.92)
    sparks = Pen()
    for _ in range(22):
        angle, far = random.uniform(-0.9, 0.9), random.uniform(1.6, 4.4)
        sparks.ellipse(x + sin(angle) * far * size * 0.5, base - cos(angle) * far * size, size * 0.035)
    canvas.fill(sparks, (255, 200, 110))
