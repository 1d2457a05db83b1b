"""Skies at every hour, with sun, moon, stars and clouds: what outdoor scenes begin with and are tinted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from browse.sample.painting.colors import Ball, Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.shapes import box, curve, disc


class Hour(StrEnum):
    DAY = "day"
    DAWN = "dawn"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"
    FOG = "fog"


@dataclass(frozen=True)
class Tones:
    """A sky's colors from the zenith to the horizon, those of near things and of sunlight in it, and its label's."""

    sky: tuple[Color, ...]
    near: Color
    sun: Color
    tint: str

    @property
    def haze(self) -> Color:
        return self.sky[-1]


TONES: dict[Hour, tuple[Tones, ...]] = {
    Hour.DAY: (
        Tones(((38, 98, 176), (98, 164, 219), (206, 229, 240)), (28, 66, 62), (255, 246, 214), "blue"),
        Tones(((24, 110, 168), (104, 184, 214), (226, 240, 232)), (22, 70, 84), (255, 244, 205), "blue"),
        Tones(((72, 132, 204), (150, 196, 232), (238, 238, 226)), (44, 74, 70), (255, 248, 225), "blue"),
    ),
    Hour.DAWN: (
        Tones(((112, 148, 190), (206, 188, 206), (250, 212, 198), (255, 238, 214)), (70, 72, 104), (255, 244, 220),
              "pink"),
        Tones(((134, 142, 192), (232, 176, 190), (255, 206, 186), (255, 232, 206)), (82, 62, 96), (255, 240, 216),
              "pink"),
    ),
    Hour.SUNSET: (
        Tones(((40, 44, 96), (128, 72, 124), (236, 122, 92), (255, 200, 124)), (34, 24, 48), (255, 232, 170),
              "orange (colour)"),
        Tones(((58, 28, 62), (176, 58, 70), (246, 128, 62), (255, 208, 112)), (40, 18, 34), (255, 236, 160),
              "orange (colour)"),
        Tones(((88, 40, 60), (214, 84, 48), (250, 156, 54), (255, 222, 128)), (46, 20, 22), (255, 246, 190),
              "orange (colour)"),
        Tones(((60, 20, 40), (150, 32, 48), (222, 66, 52), (252, 150, 84)), (34, 10, 24), (255, 214, 150), "red"),
    ),
    Hour.DUSK: (
        Tones(((20, 28, 74), (62, 62, 128), (140, 106, 160), (236, 164, 156)), (18, 18, 46), (255, 220, 190),
              "purple"),
        Tones(((30, 20, 70), (90, 52, 130), (176, 96, 160), (246, 170, 150)), (26, 14, 48), (255, 216, 196),
              "purple"),
    ),
    Hour.NIGHT: (
        Tones(((5, 9, 28), (13, 26, 62), (38, 60, 108)), (4, 8, 20), (232, 236, 246), "blue"),
        Tones(((4, 10, 24), (10, 34, 58), (30, 78, 98)), (3, 12, 20), (236, 240, 232), "blue"),
        Tones(((10, 6, 26), (30, 20, 66), (74, 52, 112)), (8, 6, 22), (240, 232, 250), "purple"),
    ),
    Hour.FOG: (
        Tones(((158, 170, 180), (194, 202, 206), (226, 228, 226)), (66, 78, 84), (250, 248, 240), "grey"),
        Tones(((150, 164, 160), (196, 204, 196), (230, 230, 218)), (58, 74, 70), (250, 248, 236), "grey"),
    ),
}  # fmt: skip

_HOUR_LABELS: dict[Hour, frozenset[str]] = {
    Hour.DAY: frozenset({"daytime"}),
    Hour.DAWN: frozenset({"morning", "daytime"}),
    Hour.SUNSET: frozenset({"sunset", "evening", "orange (colour)"}),
    Hour.DUSK: frozenset({"evening"}),
    Hour.NIGHT: frozenset({"night"}),
    Hour.FOG: frozenset({"fog", "daytime"}),
}
_DISCS = {Hour.DAY: 0.25, Hour.DAWN: 0.6, Hour.SUNSET: 0.85, Hour.DUSK: 0.4, Hour.NIGHT: 0.65, Hour.FOG: 0.25}
_GLOOM = {Hour.DAY: 0.08, Hour.DAWN: 0.3, Hour.FOG: 0.35, Hour.SUNSET: 0.55, Hour.DUSK: 0.68, Hour.NIGHT: 0.8}
_HEIGHTS = {Hour.DAY: 0.2, Hour.DAWN: 0.72, Hour.SUNSET: 0.84, Hour.FOG: 0.5}


@dataclass(frozen=True)
class Sky:
    """An hour's sky. `disc` shows sun or moon, at `across` of the width; `clouds` is the share of sky they cover."""

    hour: Hour
    tones: Tones
    clouds: float
    disc: bool
    across: float
    seen: bool = True

    @classmethod
    def plan(cls, random: Random, hours: str = "day dawn sunset dusk night fog") -> Sky:
        hour = Hour(random.choice(hours.split()))
        clouds = 0.0 if hour is Hour.FOG or random.random() < 0.3 else random.uniform(0.25, 0.6)
        if hour is Hour.NIGHT:
            clouds = clouds if random.random() < 0.4 else 0.0
        tones = random.choice(TONES[hour])
        return cls(hour, tones, clouds, random.random() < _DISCS[hour], random.uniform(0.18, 0.82))

    @property
    def labels(self) -> frozenset[str]:
        if not self.seen:
            return frozenset()
        seen = {"sky", "outdoor", *_HOUR_LABELS[self.hour], self.tones.tint}
        if self.clouds:
            seen.add("cloud")
        if self.disc:
            seen.add("moon" if self.dark else "sun")
        if self.hour is Hour.NIGHT:
            seen.add("star (sky)")
        return frozenset(seen)

    def without_low_sun(self) -> Sky:
        """The same sky with the sun out of sight where it stands low."""
        return replace(self, disc=False) if self.hour in (Hour.SUNSET, Hour.DAWN, Hour.FOG) else self

    @property
    def dark(self) -> bool:
        return self.hour in (Hour.NIGHT, Hour.DUSK)

    def light(self, depth: float) -> Callable[[Color], Color]:
        """`shade` at that depth, for pieces of art."""
        return lambda local: self.shade(depth, local)

    @property
    def gloom(self) -> float:
        """How much the hour takes of things' own colors."""
        return _GLOOM[self.hour]

    def shade(self, depth: float, local: Color | None = None) -> Color:
        """A thing's color at a depth, 0 far (haze) to 1 near; `local` is its own color in full light."""
        own = self.tones.near if local is None else mix(local, self.tones.near, self.gloom)
        return mix(mix(self.tones.haze, self.tones.sky[-2], 0.45), own, depth)


NO_SKY = Sky(Hour.DAY, TONES[Hour.DAY][0], 0, False, 0.5, seen=False)
"""The sky of scenes that show none."""


def draw_sky(drawing: Drawing, sky: Sky, horizon: float, *, light: float | None = None) -> tuple[Layer, Layer]:
    """Draw the sky, and haze below the horizon, on a soft and a sharp layer, and give both to draw on.

    `light` is how far down towards the horizon sun or moon stands, as a share; the hour's own where it is None.
    """
    soft, sharp, unit = drawing.soft(), drawing.sharp(), drawing.unit
    soft.fill(sky.tones.haze, box(0, 0, drawing.width, drawing.height))
    soft.fill(Fade(sky.tones.sky), box(0, 0, drawing.width, horizon))
    x, y = sky.across * drawing.width, horizon * (_HEIGHTS.get(sky.hour, 0.28) if light is None else light)
    if sky.hour in (Hour.SUNSET, Hour.DAWN):
        soft.fill(glow(lighter(sky.tones.haze, 0.15), 0.75), disc(x, horizon * 0.95, drawing.width * 0.6, horizon))
    if sky.disc:
        for reach, strength in ((26, 0.5), (13, 0.6)):
            soft.fill(glow((190, 204, 236) if sky.dark else sky.tones.sun, strength), disc(x, y, unit * reach))
    if sky.clouds:
        _draw_clouds(drawing, soft, sky, horizon)
    if sky.hour is Hour.NIGHT:
        draw_stars(drawing, sharp, horizon)
    if sky.disc:
        (_draw_moon if sky.dark else _draw_sun)(sharp, sky, (x, y), unit)
    return soft, sharp


def draw_stars(drawing: Drawing, sharp: Layer, bottom: float) -> None:
    """Stars of three brightnesses, thinning out towards `bottom`."""
    random, count = drawing.random, int(drawing.width * bottom / 900)
    for share, size, opacity in ((0.7, 0.9, 0.55), (0.25, 1.3, 0.8), (0.05, 2.0, 1.0)):
        spots = [(random.uniform(0, drawing.width), bottom * random.random() ** 1.5) for _ in range(int(count * share))]
        sharp.fill((238, 242, 255), *(box(x, y, size, size) for x, y in spots), opacity=opacity)


def _draw_clouds(drawing: Drawing, soft: Layer, sky: Sky, horizon: float) -> None:
    random, unit, tones = drawing.random, drawing.unit, sky.tones
    day = sky.hour is Hour.DAY
    light = lighter(tones.haze, 0.06 if sky.hour is Hour.NIGHT else 0.45)
    dark = mix(tones.sky[1], (214, 222, 232), 0.65) if day else mix(tones.sky[1], tones.sky[0], 0.3)
    if not day:
        light, dark = dark, light  # the light comes from below, from under the horizon
    for _ in range(round(3 + sky.clouds * 16)):
        depth = random.uniform(0.05, 0.8)
        wide = drawing.width * random.uniform(0.12, 0.34) * (1.15 - depth)
        x, y = random.uniform(-0.05, 1.05) * drawing.width, horizon * depth
        if day:
            flat = max(unit * 1.2, wide * 0.09)
            heaps = [(random.gauss(0, 0.42), random.uniform(0.6, 2.3)) for _ in range(9)]
            puffs = [disc(x + wide * at, y - flat * rise * 0.5, flat * (0.7 + rise * 0.75), flat * rise * 0.8)
                     for at, rise in heaps]  # fmt: skip
            soft.fill(Fade((light, light, dark)), *puffs, disc(x, y, wide, flat * 0.8), opacity=0.9)
            continue
        for strip in range(5):
            reach, sink = wide * random.uniform(0.4, 1.3), unit * random.uniform(-3, 3) * (1.2 - depth)
            shape = disc(x + wide * random.uniform(-0.7, 0.7), y + sink, reach, unit * random.uniform(0.4, 1.7))
            soft.fill(Fade((light, dark)), shape, opacity=0.34 + 0.08 * strip)


def _draw_sun(sharp: Layer, sky: Sky, place: tuple[float, float], unit: float) -> None:
    size = unit * (7.5 if sky.hour is Hour.SUNSET else 5.5)
    sharp.fill(Fade((lighter(sky.tones.sun, 0.6), sky.tones.sun)), disc(*place, size))


def _draw_moon(sharp: Layer, sky: Sky, place: tuple[float, float], unit: float) -> None:
    pale = sky.tones.sun
    with sharp.at(*place, unit * 6.5):
        sharp.fill(Ball((lighter(pale, 0.3), pale, darker(pale, 0.2))), disc(0, 0, 1))
        spots = ((-0.3, -0.2, 0.24), (0.2, 0.1, 0.3), (-0.15, 0.45, 0.16), (0.4, -0.4, 0.14), (-0.5, 0.2, 0.1))
        for x, y, size in spots:
            sharp.fill(glow(darker(pale, 0.35), 0.7), disc(x, y, size * 1.3))


def draw_rainbow(drawing: Drawing, soft: Layer, horizon: float) -> None:
    """A rainbow; what stands in front of it is drawn afterwards."""
    radius, x = drawing.width * 0.42, drawing.width * drawing.random.uniform(0.35, 0.65)
    colors = ((226, 70, 70), (240, 150, 60), (246, 220, 90), (110, 190, 100), (80, 140, 210), (130, 96, 190))
    for number, color in enumerate(colors):
        band = radius * 0.024
        soft.line(color, band, disc(x, horizon * 1.06, radius - number * band), opacity=0.5)


def draw_flock(drawing: Drawing, sharp: Layer, color: Color, horizon: float) -> None:
    """Far birds as little swung lines."""
    random, home = drawing.random, drawing.random.uniform(0.2, 0.8) * drawing.width
    birds = []
    for _ in range(random.randint(5, 12)):
        x, y = home + random.gauss(0, drawing.unit * 10), horizon * random.uniform(0.25, 0.6)
        span, lift = drawing.unit * random.uniform(1.2, 2.6), random.uniform(0.25, 0.6)
        birds.append(curve([(x - span, y - span * lift), (x - span * 0.4, y - span * lift), (x, y)], closed=False))
        birds.append(curve([(x, y), (x + span * 0.4, y - span * lift), (x + span, y - span * lift)], closed=False))
    sharp.line(color, drawing.unit * 0.4, *birds)
