"""Balloons and kites, and the sky at night."""

from __future__ import annotations

from math import sin
from random import Random

from browse.sample.painting.colors import Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import Drawing
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import below, box, disc, peaks, polygon
from browse.sample.painting.skies import Hour, Sky, draw_rainbow, draw_sky, draw_stars
from browse.sample.painting.things import draw_grass, draw_ripples, pine_row

_GORES: tuple[tuple[Color, Color], ...] = (
    ((206, 52, 48), (246, 232, 206)), ((34, 88, 150), (240, 178, 62)), ((122, 62, 140), (240, 130, 90)),
    ((38, 128, 112), (248, 220, 120)), ((230, 110, 50), (64, 70, 110)),
)  # fmt: skip
_BALLOONS = {
    "": "hill, landscape, nature",
    "kites": "kite, meadow",
    "balloons": "hot air balloon, vehicle",
    "day": "green",
    "rainbow": "rainbow",
}


def balloons(random: Random) -> Scene:
    """Hot-air balloons above hills, or kites above a meadow."""
    sky = Sky.plan(random, "day day dawn sunset dusk")
    kind = perhaps(random, 0.35, "kites") or "balloons"
    rainbow = perhaps(random, 0.35, "rainbow", given=sky.hour is Hour.DAY)
    day = "day" if sky.hour is Hour.DAY else ""
    return planned(
        "balloons", _draw_balloons, _BALLOONS, kind, rainbow, day, sky=sky, count=random.choice((1, 2, 3, 5))
    )


def _draw_balloons(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    horizon = height * random.uniform(0.72, 0.8)
    soft, sharp = draw_sky(drawing, sky, horizon)
    if "rainbow" in scene:
        draw_rainbow(drawing, soft, horizon)
    for number in range(3):
        tone = sky.shade(0.4 + 0.28 * number, ((92, 130, 96), (110, 148, 84), (104, 146, 66))[number])
        drawing.hill(sharp, horizon + unit * (2 + 7 * number), unit * 9, (lighter(tone, 0.1), darker(tone, 0.18)))
    if "kites" in scene:
        draw_grass(
            drawing, sharp, drawing.spots(60, height - unit * 12), (lighter(tone, 0.12), darker(tone, 0.25)), unit * 4
        )
    for number in range(scene.count):
        depth = (number + 1) / scene.count
        x = width * ((number * 0.618 + 0.3 + random.uniform(-0.05, 0.05)) % 0.8 + 0.1)
        y, size = horizon * random.uniform(0.22, 0.62), unit * (8 + 13 * depth)
        color, other = (sky.shade(0.65 + 0.35 * depth, tone) for tone in random.choice(_GORES))
        if "kites" in scene:
            end = (y + height) / 2, x + random.uniform(-30, 30) * unit, height
            sharp.line(
                (240, 240, 240), unit * 0.2, f"M{x:.0f} {y:.0f}Q{x + unit * 6:.0f} {end[0]:.0f} {end[1]:.0f} {end[2]}"
            )
            sharp.art("kite", (x, y, size * 0.8), turn=random.uniform(-28, 28), color=color, other=other)
            continue
        sharp.art("balloon", (x, y, size), color=color, other=other)
        if sky.dark:
            sharp.fill(glow((255, 190, 90), 0.8), disc(x, y + size * 0.75, size * 0.7))


_NIGHT = {
    "": "night, outdoor, sky, star (sky), nature, tree, conifer, silhouette",
    "galaxy": "galaxy, purple",
    "aurora": "aurora, green",
    "stars": "blue",
    "tent": "tent",
    "fire": "fire, orange (colour)",
    "lake": "lake, water, reflection",
}


def night_sky(random: Random) -> Scene:
    """Stars, and with them the Milky Way or northern lights; below them pines, ridges, a tent, a fire."""
    tent = perhaps(random, 0.5, "tent")
    show = random.choice(("galaxy", "galaxy", "aurora", "aurora", "stars"))
    fire = perhaps(random, 0.6 if tent else 0.25, "fire")
    return planned("night sky", _draw_night, _NIGHT, tent, show, fire, perhaps(random, 0.5, "lake", given=not tent))


def _draw_night(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    foot = height * (0.68 if "lake" in scene else 0.82)
    top, low = random.choice((((4, 6, 24), (24, 34, 84)), ((6, 10, 30), (20, 62, 84)), ((10, 6, 28), (58, 38, 96))))
    soft = drawing.soft()
    soft.fill(Fade((top, mix(top, low, 0.5), low)), box(0, 0, width, height))
    if "galaxy" in scene:
        _draw_galaxy(drawing, foot)
    elif "aurora" in scene:
        _draw_aurora(drawing, foot)
    else:
        soft.fill(glow((70, 110, 200), 0.5), disc(width * random.random(), foot * 0.4, unit * 70))
    sharp = drawing.sharp()
    draw_stars(drawing, sharp, foot * 1.2)
    land = (8, 10, 18)
    sharp.fill(
        mix(land, low, 0.55),
        below(polygon(peaks(width, foot, unit * 17, random, count=4), closed=False), width, height),
    )
    sharp.fill(mix(land, low, 0.2), *pine_row(random, width, foot + unit, unit * 11, 34))
    if "lake" in scene:
        drawing.mirror(foot, (6, 14, 34), 0.28)
        sharp = drawing.sharp()
        draw_ripples(drawing, sharp, foot, (mix(low, (255, 255, 255), 0.15), land), None)
        sharp.fill(land, *pine_row(random, width * 0.3, height + unit, unit * 36, 5))
    else:
        sharp.fill(land, *pine_row(random, width * 0.34, foot + unit * 5, unit * 30, 6))
        drawing.hill(sharp, foot + unit * 4, unit * 4, ((18, 22, 30), land))
    base, x = height - unit * 6, width * random.uniform(0.4, 0.6)
    if "tent" in scene:
        sharp.art("tent", (x, base, unit * 25))
    if "fire" in scene:
        sharp.art("fire", (x + unit * (26 if "tent" in scene else 6), base + unit, unit * 11))


def _draw_galaxy(drawing: Drawing, foot: float) -> None:
    random, unit = drawing.random, drawing.unit
    veil, lean = drawing.soft(0.1), random.choice((-1, 1)) * random.uniform(0.3, 0.8)
    for number in range(46):
        at = random.uniform(-0.1, 1.1)
        x = drawing.width * (0.5 + lean * (at - 0.5)) + random.gauss(0, unit * 6)
        tone = random.choice(((150, 110, 220), (190, 150, 230), (230, 190, 220), (120, 140, 230)))
        if number % 5 == 4:
            tone = (14, 8, 34)
        veil.fill(glow(tone, 0.45), disc(x, foot * at, unit * random.uniform(6, 19)))
    sharp = drawing.sharp()
    spots = [random.random() for _ in range(420)]
    sharp.fill(
        (250, 240, 255),
        *(
            box(drawing.width * (0.5 + lean * (at - 0.5)) + random.gauss(0, unit * 9), foot * at, 1.1, 1.1)
            for at in spots
        ),
        opacity=0.7,
    )


def _draw_aurora(drawing: Drawing, foot: float) -> None:
    random, unit, veil = drawing.random, drawing.unit, drawing.soft(0.12)
    for band in range(3):
        color = ((70, 240, 160), (60, 210, 190), (170, 90, 220))[band]
        phase, y = random.uniform(0, 6), foot * (0.62 - 0.15 * band)
        for step in range(40):
            x = drawing.width * step / 39
            low = y + unit * 11 * sin(phase + step * 0.19) + unit * 3 * sin(step * 0.7)
            tall = unit * (26 + 14 * sin(phase * 2 + step * 0.5) + random.uniform(0, 10))
            ray = box(x - unit * 1.2, low - tall, drawing.width / 39 + unit, tall)
            veil.fill(Fade((color, color), 0, (0, 0.6)), ray)
            veil.fill(Fade((color, color), 0, (0.6, 0)), box(x - unit * 1.2, low, drawing.width / 39 + unit, unit * 4))
