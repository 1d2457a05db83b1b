"""Skies at every hour, with sun, moon, stars and clouds: what outdoor scenes begin with and are tinted by."""

from __future__ import annotations

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, curve, disc
from browse.sample.painting.paints import mix
from browse.sample.planning.scenes import Hour, Sky

_HEIGHTS = {Hour.DAY: 0.2, Hour.DAWN: 0.72, Hour.SUNSET: 0.84, Hour.FOG: 0.5}
_GLOOM = {Hour.DAY: 0.08, Hour.DAWN: 0.3, Hour.FOG: 0.35, Hour.SUNSET: 0.55, Hour.DUSK: 0.68, Hour.NIGHT: 0.8}


def draw_sky(d: Drawing, sky: Sky, horizon: float, light: float | None = None) -> tuple[Layer, Layer]:
    """Draw the sky, and haze below the horizon, on a soft and a sharp layer, and give both to draw on.

    Its tones are `zenith`, `high`, `low` and `haze` from above, `near` and `sun`. `light` is how far down towards the
    horizon sun or moon stands, as a share; the hour's own where it is None.
    """
    stops, tones = sky.tones.sky.split(), d.palette
    tones.gloom = _GLOOM[sky.hour]
    tones.name(zenith=stops[0], high=stops[1], low=stops[-2], haze=stops[-1], near=sky.tones.near, sun=sky.tones.sun)
    tones["air"] = mix(tones["haze"], tones["low"], 0.45)
    soft, sharp = d.backdrop("haze")
    soft.fill(f"fade 0 {sky.tones.sky}", box(0, 0, d.w, horizon))
    x, y = sky.across * d.w, horizon * (_HEIGHTS.get(sky.hour, 0.28) if light is None else light)
    if sky.hour in (Hour.SUNSET, Hour.DAWN):
        soft.fill("glow haze+15 75", disc(x, horizon * 0.95, d.w * 0.6, horizon))
    if sky.disc:
        for reach, strength in ((26, 50), (13, 60)):
            soft.fill(f"glow {'#beccec' if sky.dark else 'sun'} {strength}", disc(x, y, reach))
    if sky.clouds:
        _draw_clouds(d, soft, sky, horizon)
    if sky.hour is Hour.NIGHT:
        draw_stars(d, sharp, horizon)
    if sky.disc:
        art, size = ("moon", 6.5) if sky.dark else ("sun", 7.5 if sky.hour is Hour.SUNSET else 5.5)
        sharp.art(art, (x, y, size), tone="sun")
    return soft, sharp


def draw_stars(d: Drawing, sharp: Layer, bottom: float) -> None:
    """Stars of three brightnesses, thinning out towards `bottom`."""
    for share, size, opacity in ((0.7, 0.23, 0.55), (0.25, 0.33, 0.8), (0.05, 0.5, 1.0)):
        spots = [(d.vary(0, d.w), bottom * d.vary() ** 1.5) for _ in range(int(d.w * bottom * share / 45))]
        sharp.fill("#eef2ff", *(box(x, y, size, size) for x, y in spots), opacity=opacity)


def _draw_clouds(d: Drawing, soft: Layer, sky: Sky, horizon: float) -> None:
    day = sky.hour is Hour.DAY
    tones = "haze+45 haze+45 high~#d6dee8/65" if day else f"high~zenith/30 haze+{6 if sky.hour is Hour.NIGHT else 45}"
    for _ in range(round(3 + sky.clouds * 16)):
        depth = d.vary(0.05, 0.8)
        wide = d.w * d.vary(0.12, 0.34) * (1.15 - depth)
        x, y, flat = d.vary(-0.05, 1.05) * d.w, horizon * depth, max(1.2, wide * 0.09)
        if day:
            heaps = [(x + wide * d.random.gauss(0, 0.42), flat * d.vary(0.6, 2.3)) for _ in range(9)]
            puffs = [disc(at, y - rise * 0.5, flat * 0.7 + rise * 0.75, rise * 0.8) for at, rise in heaps]
            soft.fill(f"fade 0 {tones}", *puffs, disc(x, y, wide, flat * 0.8), opacity=0.9)
            continue
        for strip in range(5):  # the light comes from below, from under the horizon
            at, sink = x + wide * d.vary(-0.7, 0.7), y + d.vary(-3, 3) * (1.2 - depth)
            shape = disc(at, sink, wide * d.vary(0.4, 1.3), d.vary(0.4, 1.7))
            soft.fill(f"fade 0 {tones}", shape, opacity=0.34 + 0.08 * strip)


_RAINBOW = ("#e24646", "#f0963c", "#f6dc5a", "#6ebe64", "#508cd2", "#8260be")


def draw_rainbow(d: Drawing, soft: Layer, horizon: float) -> None:
    """A rainbow; what stands in front of it is drawn afterwards."""
    radius, x = d.w * 0.42, d.w * d.vary(0.35, 0.65)
    for number, color in enumerate(["#e24646", "#f0963c", "#f6dc5a", "#6ebe64", "#508cd2", "#8260be"]):
        soft.line(color, radius * 0.024, disc(x, horizon * 1.06, radius * (1 - 0.024 * number)), opacity=0.5)


def draw_flock(d: Drawing, sharp: Layer, horizon: float) -> None:
    """Far birds as little swung lines."""
    home, birds = d.vary(0.2, 0.8) * d.w, list[str]()
    for _ in range(d.random.randint(5, 12)):
        x, y, span = home + d.random.gauss(0, 10), horizon * d.vary(0.25, 0.6), d.vary(1.2, 2.6)
        lift = span * d.vary(0.25, 0.6)
        lines = ([(x + side, y - lift), (x + side * 0.4, y - lift), (x, y)] for side in (span, -span))
        birds += [curve(line, closed=False) for line in lines]
    sharp.line("near~high/20", 0.4, *birds)
