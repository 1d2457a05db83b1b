"""Skies at every hour, with sun, moon, stars and clouds: what outdoor scenes begin with and are tinted by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

import numpy as np

from browse.sample.painting.canvas import Blend, Canvas, Pen, cloud
from browse.sample.painting.paints import Ball, Colour, Fade, darker, lighter, mix


class Hour(StrEnum):
    DAY = "day"
    DAWN = "dawn"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"
    FOG = "fog"


@dataclass(frozen=True)
class Tones:
    """A sky's colours from the zenith to the horizon, and the colours of near things and of sunlight in it."""

    sky: tuple[Colour, ...]
    near: Colour
    sun: Colour
    tint: str
    """The colour one would name first."""

    @property
    def haze(self) -> Colour:
        return self.sky[-1]


TONES: dict[Hour, tuple[Tones, ...]] = {
    Hour.DAY: (
        Tones(((38, 98, 176), (98, 164, 219), (206, 229, 240)), (28, 66, 62), (255, 246, 214), "blue"),
        Tones(((24, 110, 168), (104, 184, 214), (226, 240, 232)), (22, 70, 84), (255, 244, 205), "blue"),
        Tones(((72, 132, 204), (150, 196, 232), (238, 238, 226)), (44, 74, 70), (255, 248, 225), "blue"),
    ),
    Hour.DAWN: (
        Tones(
            ((112, 148, 190), (206, 188, 206), (250, 212, 198), (255, 238, 214)), (70, 72, 104), (255, 244, 220), "pink"
        ),
        Tones(
            ((134, 142, 192), (232, 176, 190), (255, 206, 186), (255, 232, 206)), (82, 62, 96), (255, 240, 216), "pink"
        ),
    ),
    Hour.SUNSET: (
        Tones(((40, 44, 96), (128, 72, 124), (236, 122, 92), (255, 200, 124)), (34, 24, 48), (255, 232, 170), "orange"),
        Tones(((58, 28, 62), (176, 58, 70), (246, 128, 62), (255, 208, 112)), (40, 18, 34), (255, 236, 160), "orange"),
        Tones(((88, 40, 60), (214, 84, 48), (250, 156, 54), (255, 222, 128)), (46, 20, 22), (255, 246, 190), "orange"),
        Tones(((60, 20, 40), (150, 32, 48), (222, 66, 52), (252, 150, 84)), (34, 10, 24), (255, 214, 150), "red"),
    ),
    Hour.DUSK: (
        Tones(((20, 28, 74), (62, 62, 128), (140, 106, 160), (236, 164, 156)), (18, 18, 46), (255, 220, 190), "purple"),
        Tones(((30, 20, 70), (90, 52, 130), (176, 96, 160), (246, 170, 150)), (26, 14, 48), (255, 216, 196), "purple"),
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
}

_HOUR_LABELS: dict[Hour, frozenset[str]] = {
    Hour.DAY: frozenset({"daytime"}),
    Hour.DAWN: frozenset({"morning", "daytime"}),
    Hour.SUNSET: frozenset({"sunset", "evening"}),
    Hour.DUSK: frozenset({"evening"}),
    Hour.NIGHT: frozenset({"night"}),
    Hour.FOG: frozenset({"fog", "daytime"}),
}


@dataclass(frozen=True)
class Sky:
    """An hour's sky. `disc` shows sun or moon, at `across` of the width; `clouds` is the share of sky they cover."""

    hour: Hour
    tones: Tones
    clouds: float
    disc: bool
    across: float
    stars: bool

    @classmethod
    def plan(cls, random: Random, hours: tuple[Hour, ...] = tuple(Hour)) -> Sky:
        hour = random.choice(hours)
        clouds = 0.0 if hour is Hour.FOG or random.random() < 0.3 else random.uniform(0.25, 0.6)
        if hour is Hour.NIGHT:
            clouds = clouds if random.random() < 0.4 else 0.0
        chance = {Hour.DAY: 0.25, Hour.DAWN: 0.6, Hour.SUNSET: 0.85, Hour.DUSK: 0.4, Hour.NIGHT: 0.65, Hour.FOG: 0.25}
        return cls(
            hour=hour,
            tones=random.choice(TONES[hour]),
            clouds=clouds,
            disc=random.random() < chance[hour],
            across=random.uniform(0.18, 0.82),
            stars=hour is Hour.NIGHT,
        )

    @property
    def labels(self) -> frozenset[str]:
        seen = {"sky", "outdoor", *_HOUR_LABELS[self.hour], _colour_label(self.tones.tint)}
        if self.hour is Hour.SUNSET:
            seen.add("orange (colour)")
        if self.clouds:
            seen.add("cloud")
        if self.disc:
            seen.add("moon" if self.hour in (Hour.NIGHT, Hour.DUSK) else "sun")
        if self.stars:
            seen.add("star (sky)")
        return frozenset(seen)

    def without_disc(self) -> Sky:
        """The same sky with sun and moon out of sight."""
        return replace(self, disc=False)

    @property
    def dark(self) -> bool:
        return self.hour in (Hour.NIGHT, Hour.DUSK)

    def shade(self, depth: float, local: Colour | None = None) -> Colour:
        """A thing's colour at a depth, 0 far (haze) to 1 near; `local` is its own colour in full light."""
        own = self.tones.near if local is None else mix(local, self.tones.near, self.gloom)
        return mix(mix(self.tones.haze, self.tones.sky[-2], 0.45), own, depth)

    @property
    def gloom(self) -> float:
        """How much the hour takes of things' own colours."""
        return {Hour.DAY: 0.08, Hour.DAWN: 0.3, Hour.FOG: 0.35, Hour.SUNSET: 0.55, Hour.DUSK: 0.68, Hour.NIGHT: 0.8}[
            self.hour
        ]


def _colour_label(tint: str) -> str:
    return "orange (colour)" if tint == "orange" else tint


def paint_sky(canvas: Canvas, sky: Sky, horizon: float, *, light: float | None = None) -> tuple[float, float]:
    """Paint the sky over the whole canvas and give the place of sun or moon, in pixels.

    `light` is its height as a share of the way down to the horizon; the hour's own where it is None.
    """
    canvas.backdrop(Fade(sky.tones.sky), 0, horizon)
    canvas.backdrop(sky.tones.haze, horizon)
    x = sky.across * canvas.width
    usual = {Hour.DAY: 0.2, Hour.DAWN: 0.72, Hour.SUNSET: 0.84, Hour.FOG: 0.5}.get(sky.hour, 0.28)
    y = horizon * (usual if light is None else light)
    if sky.stars:
        paint_stars(canvas, horizon, amount=1)
    low = sky.hour in (Hour.SUNSET, Hour.DAWN)
    if low:
        canvas.glow(x, horizon * 0.95, canvas.width * 0.75, sky.tones.haze, 0.55)
    if sky.clouds:
        _paint_clouds(canvas, sky, horizon)
    if sky.disc:
        (_paint_moon if sky.dark else _paint_sun)(canvas, sky, x, y)
    return x, y


def paint_stars(canvas: Canvas, bottom: float, *, amount: float) -> None:
    """Stars of three brightnesses, thinning out towards `bottom`."""
    random = canvas.random
    count = int(amount * canvas.width * bottom / 900)
    for share, size, light in ((0.7, 0.45, 0.55), (0.25, 0.7, 0.85), (0.05, 1.1, 1.0)):
        pen = Pen()
        for _ in range(int(count * share) + 1):
            x, y = random.uniform(0, canvas.width), bottom * random.random() ** 1.5
            pen.ellipse(x, y, size * random.uniform(0.7, 1.3))
        canvas.fill(pen, (238, 242, 255), opacity=light)
    for _ in range(3):
        x, y = random.uniform(0, canvas.width), bottom * random.random()
        canvas.glow(x, y, canvas.unit * 2.2, (200, 214, 255), 0.8)


def _paint_clouds(canvas: Canvas, sky: Sky, horizon: float) -> None:
    height = max(8, round(horizon))
    levels = cloud(canvas.width, height, canvas.random, cell=canvas.unit * 34, octaves=5, stretch=2.4)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    edge = np.float32(0.78 - sky.clouds * 0.6) + 0.12 * rows
    body = np.clip((levels - edge) / 0.22, 0, 1) * (0.95 - 0.5 * rows**3)
    if sky.hour is Hour.NIGHT:
        light, dark = lighter(sky.tones.sky[-1], 0.08), sky.tones.sky[1]
    elif sky.hour is Hour.DAY:
        light, dark = (255, 255, 255), mix(sky.tones.sky[1], (210, 218, 228), 0.7)
    else:
        light, dark = lighter(sky.tones.sky[-1], 0.25), mix(sky.tones.sky[1], sky.tones.sky[0], 0.35)
    canvas.drift(body, Fade((dark, mix(dark, light, 0.6), light)), opacity=0.85)
    step = max(1, round(canvas.unit * 1.6))
    above = np.concatenate((np.repeat(levels[:1], step, axis=0), levels[:-step]))
    rim = np.clip(body * (0.5 + 3.5 * (levels - above)), 0, 1)
    canvas.drift(rim, light, opacity=0.9)


def _paint_sun(canvas: Canvas, sky: Sky, x: float, y: float) -> None:
    size = canvas.unit * (7.5 if sky.hour is Hour.SUNSET else 5.5)
    for reach, strength in ((9, 0.35), (4, 0.5), (2, 0.7)):
        canvas.glow(x, y, size * reach, sky.tones.sun, strength)
    canvas.fill(Pen().ellipse(x, y, size), Fade((lighter(sky.tones.sun, 0.55), sky.tones.sun)), blur=0.6)


def _paint_moon(canvas: Canvas, sky: Sky, x: float, y: float) -> None:
    size = canvas.unit * 6.5
    canvas.glow(x, y, size * 6, (170, 188, 226), 0.4)
    canvas.glow(x, y, size * 2.4, (214, 222, 240), 0.5)
    disc = Ball((lighter(sky.tones.sun, 0.3), sky.tones.sun, darker(sky.tones.sun, 0.18)), focus=(0.35, 0.35))
    canvas.fill(Pen().ellipse(x, y, size), disc, blur=0.4)
    spots = Pen()
    for px, py, radius in (
        (-0.3, -0.2, 0.24),
        (0.2, 0.1, 0.3),
        (-0.15, 0.45, 0.16),
        (0.4, -0.4, 0.14),
        (-0.5, 0.2, 0.1),
    ):
        spots.ellipse(x + px * size, y + py * size, radius * size)
    canvas.fill(spots, darker(sky.tones.sun, 0.3), blur=size * 0.1, opacity=0.42)


def paint_rainbow(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """A rainbow around (x, y); what stands in front of it is painted afterwards."""
    band = radius * 0.022
    colours = ((226, 70, 70), (240, 150, 60), (246, 220, 90), (110, 190, 100), (80, 140, 210), (130, 96, 190))
    for number, colour in enumerate(colours):
        pen = Pen().ring(x, y, radius - number * band, band)
        canvas.fill(pen, colour, blur=band * 0.35, opacity=0.4, blend=Blend.LIGHT)


def paint_birds(canvas: Canvas, colour: Colour, *, count: int, top: float, bottom: float) -> None:
    """Far birds as little swung lines."""
    random, pen = canvas.random, Pen()
    home = random.uniform(0.2, 0.8) * canvas.width
    for _ in range(count):
        x, y = home + random.gauss(0, canvas.unit * 10), random.uniform(top, bottom)
        span = canvas.unit * random.uniform(1.2, 2.6)
        lift = span * random.uniform(0.25, 0.6)
        pen.line([(x - span, y - lift), (x - span * 0.4, y - lift * 0.9), (x, y)], canvas.unit * 0.35)
        pen.line([(x, y), (x + span * 0.4, y - lift * 0.9), (x + span, y - lift)], canvas.unit * 0.35)
    canvas.fill(pen, colour)
