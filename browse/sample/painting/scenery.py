"""What several scenes have: skies with sun, moon, stars and clouds, water, pines, grass and planks."""

from __future__ import annotations

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import Point, box, disc, leaf
from browse.sample.painting.scene import HOURS, Scene


def draw_sky(d: Drawing, scene: Scene, horizon: float, light: float | None = None) -> tuple[Layer, Layer]:
    """Draw the scene's sky, and haze below the horizon, on a soft and a sharp layer, and give both to draw on.

    Its tones are `zenith`, `high`, `low` and `haze` from above, `near` and `sun`. `light` is how far down towards the
    horizon sun or moon stands, as a share; the hour's own where it is None.
    """
    (*sky, near, sun), tones, hour, dark = scene.colors["tones"], d.palette, scene.chosen["sky"], "dark" in scene
    tones.gloom = HOURS[hour].gloom
    tones.name(zenith=sky[0], high=sky[1], low=sky[-2], haze=sky[-1], near=near, sun=sun)
    tones.name(air="haze~low/45", lit=f"haze+{6 if hour == 'night' else 45}")
    soft, sharp = d.backdrop("haze")
    soft.fill(f"fade 0 {' '.join(sky)}", box(0, 0, d.w, horizon))
    x, y = scene.across * d.w, horizon * (HOURS[hour].height if light is None else light)
    if hour in ("sunset", "dawn"):
        soft.fill("glow haze+15 75", disc(x, horizon * 0.95, d.w * 0.6, horizon))
    if "disc" in scene:
        soft.art("halo", (x, y, 26), tone="#beccec" if dark else "sun")
        sharp.art("moon" if dark else "sun", (x, y, 6.5 if dark else 7.5 if hour == "sunset" else 5.5), tone="sun")
    for _ in range(round(3 + scene.clouds * 16) if scene.clouds else 0):
        depth = d.vary(0.05, 0.8)
        wide, kind = d.w * d.vary(0.12, 0.34) * (1.15 - depth), "cumulus" if hour == "day" else "streaks"
        place = d.vary(-0.05, 1.05) * d.w, horizon * depth, wide
        soft.art(f"{kind} {d.pick('one two three')}", place, flip=d.either(), tall=1 if hour == "day" else 1 / wide)
    if hour == "night":
        draw_stars(d, sharp, horizon)
    if "rainbow" in scene:
        soft.art("rainbow", (d.w * d.vary(0.35, 0.65), horizon * 1.06, d.w * 0.42))
    return soft, sharp


def draw_stars(d: Drawing, sharp: Layer, bottom: float) -> None:
    """Stars of three brightnesses, thinning out towards `bottom`."""
    for share, size, opacity in ((0.7, 0.23, 0.55), (0.25, 0.33, 0.8), (0.05, 0.5, 1.0)):
        spots = [(d.vary(0, d.w), bottom * d.vary() ** 1.5) for _ in range(int(d.w * bottom * share / 45))]
        sharp.fill("#eef2ff", *(box(x, y, size, size) for x, y in spots), opacity=opacity)


def draw_ripples(d: Drawing, sharp: Layer, top: float, first: str, second: str) -> None:
    """Ripples of two tones from row `top` down to the lower edge."""
    name, place = "ripples" if d.w < 200 else "wide ripples", (d.w * d.vary(0.3, 0.7), top, 1)
    sharp.art(name, place, flip=d.either(), tall=(d.h - top) / 45, first=first, second=second)


def draw_shore(d: Drawing, sharp: Layer, base: float, tall: float = 1) -> None:
    """Sand below row `base`, so much steeper, and foam along it."""
    d.palette.name(foam=f"#ffffff~near/{50 * d.palette.gloom:.0f}", sand="#e2c494@100")
    sharp.art("shore", (d.w / 2 + d.vary(-12, 12), base, 1), flip=d.either(), tall=tall)


def draw_grass(d: Drawing, sharp: Layer, places: list[Point], tones: str, size: float) -> None:
    """A tuft of blades at each place."""
    for number, tone in enumerate(tones.split()):
        own = places[number :: tones.count(" ") + 1]
        tufts = [(x + d.random.gauss(0, size * 0.4), y) for x, y in own for _ in range(3)]
        sharp.fill(tone, *(leaf(x, y, size * d.vary(0.5, 1), size * 0.1, d.random.gauss(-90, 17)) for x, y in tufts))


def draw_planks(d: Drawing, soft: Layer, sharp: Layer, wood: str) -> None:
    """Planks with grain and knots, the picture wide and high."""
    y = 0.0
    while y < d.h:
        place, tall = (-d.vary(0, 150), y, 1), d.vary(12, 17)
        d.palette.name(wood=wood, plank=f"{wood}-25~{wood}/{d.vary(0, 100):.0f}+{d.vary(0, 16):.0f}")
        soft.art("plank", place, tall=tall / 15)
        sharp.art("grain", place, tall=tall / 15)
        y += tall
