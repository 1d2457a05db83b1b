"""Forest, blossom and fields of flowers."""

from __future__ import annotations

from math import cos, radians, sin, sqrt
from random import Random

from browse.sample.painting.colors import Ball, Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import box, curve, disc, leaf, polygon
from browse.sample.painting.skies import Hour, Sky, draw_sky
from browse.sample.painting.things import draw_grass

_SEASONS: dict[str, tuple[Color, Color, tuple[Color, ...], Color]] = {
    "summer": ((238, 246, 190), (126, 176, 92), ((70, 128, 56), (104, 158, 66), (150, 190, 90)), (64, 104, 48)),
    "autumn": ((255, 236, 178), (224, 160, 84), ((176, 72, 34), (222, 122, 40), (242, 178, 64)), (134, 80, 40)),
    "winter": ((238, 244, 250), (186, 202, 220), ((214, 224, 236), (236, 242, 248), (250, 252, 255)), (236, 242, 250)),
    "misty": ((232, 238, 228), (168, 186, 172), ((84, 114, 92), (112, 142, 112), (146, 170, 138)), (92, 118, 88)),
}
"""Light behind the trees, air, leaves, and ground."""
_FOREST = {
    "": "forest, outdoor, daytime, tree, plant, nature, trunk (tree), wood",
    "summer": "green, leaf",
    "autumn": "autumn, orange (colour), leaf",
    "winter": "winter, snow, white",
    "misty": "fog, green, leaf",
}


def forest(random: Random) -> Scene:
    """Trunks one behind the other in summer, autumn, winter or mist."""
    season = random.choice(tuple(_SEASONS))
    rays = perhaps(random, 0.5, "rays", given=season != "winter")
    return planned("forest", _draw_forest, _FOREST, season, rays, perhaps(random, 0.5, "path"))


def _draw_forest(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    light, air, leaves, ground = _SEASONS[scene.one_of(_SEASONS)]
    foot, x = height * random.uniform(0.66, 0.76), width * random.uniform(0.3, 0.7)
    soft, sharp = drawing.backdrop(air)
    soft.fill(glow(light), disc(x, foot * 0.62, max(width, height) * 0.8))
    soft.fill(Fade((mix(ground, light, 0.35), ground, darker(ground, 0.35))), box(0, foot, width, height))
    if "path" in scene:
        track, end = mix(ground, (206, 180, 140), 0.55), height + unit
        left = f"M{x - unit:.0f} {foot:.0f}Q{x + unit * 12:.0f} {foot + unit * 8:.0f} {x - unit * 24:.0f} {end:.0f}"
        right = f"H{x + unit * 22:.0f}Q{x + unit * 24:.0f} {foot + unit * 9:.0f} {x + unit:.0f} {foot:.0f}z"
        soft.fill(Fade((lighter(track, 0.25), darker(track, 0.1))), left + right)
    bark = (70, 62, 62) if "winter" in scene else (66, 48, 38)
    for row in range(4):
        depth = 0.15 + 0.28 * row
        tone = mix(air, bark, depth)
        for _ in range((9, 7, 5, 3)[row]):
            at = random.uniform(0, 1) if row < 3 else random.choice((random.uniform(0, 0.28), random.uniform(0.72, 1)))
            _draw_trunk(drawing, sharp, (width * at, foot + unit * 5 * row**1.3, unit * (1.3 + 1.5 * row)), tone, row)
        for shade, color in enumerate(leaves):
            tone = mix(mix(air, color, 0.3 + depth * 0.75), light, 0.12)
            spots = drawing.spots(2 if "winter" in scene else 6, -foot * 0.04 * row, foot * 0.55)
            puffs = [disc(px, py**2 / foot / 0.6, unit * random.uniform(3, 7.5 - shade)) for px, py in spots]
            sharp.fill(tone, *puffs, crisp=row < 3)
    places = [(random.uniform(0, width), foot + (height - foot) * random.random() ** 0.7) for _ in range(48)]
    if "winter" in scene:
        sharp.fill((255, 255, 255), *(disc(px, py, unit * 0.5) for px, py in places))
    elif "autumn" in scene:
        sharp.fill(leaves[1], *(leaf(px, py, unit * 1.8, unit * 0.8, random.uniform(0, 180)) for px, py in places))
    else:
        draw_grass(drawing, sharp, places, (lighter(ground, 0.16), darker(ground, 0.3)), unit * 4)
    if "rays" in scene:
        veil = drawing.soft(0.1)
        for number in range(6):
            end = width * (number / 5 + random.uniform(-0.15, 0.05))
            beam = polygon(
                [(x, -height * 0.1), (x + unit * 3, -height * 0.1), (end + unit * 17, height), (end, height)]
            )
            veil.fill(Fade((light, light), 0, (0.42, 0.05)), beam)


def _draw_trunk(drawing: Drawing, sharp: Layer, where: tuple[float, float, float], tone: Color, row: int) -> None:
    random, (x, base, half) = drawing.random, where
    lean = random.uniform(-3, 3) * drawing.unit
    root = f"M{x - half * 1.5:.1f} {base:.1f}Q{x - half * 0.8:.1f} {base - half * 2:.1f} {x - half * 0.7 + lean:.1f} -5"
    for shade, share in ((darker(tone, 0.25), 1.0), (tone, 0.55), (lighter(tone, 0.08), 0.0)):
        top, bend, foot = (x + half * (slope * share - left) for slope, left in ((1.2, 0.5), (1.4, 0.6), (2.6, 1)))
        right = f"Q{bend:.1f} {base - half * 2:.1f} {foot:.1f} {base:.1f}z"
        sharp.fill(shade, f"{root}H{top + lean:.1f}{right}")
    for _ in range(row):
        y, way = base * random.uniform(0.1, 0.6), random.choice((-1, 1))
        twig = [(x + lean * 0.6, y), (x + way * half * 4, y - half * 3), (x + way * half * 8, y - half * 7)]
        sharp.line(tone, half * 0.35, curve(twig, closed=False))


_BLOOMS: dict[str, tuple[Color, Color]] = {
    "red": ((206, 36, 44), (70, 16, 20)),
    "pink": ((238, 136, 168), (236, 200, 90)),
    "white": ((246, 244, 238), (240, 196, 60)),
    "yellow": ((250, 198, 40), (96, 56, 24)),
    "purple": ((146, 92, 190), (246, 206, 80)),
    "orange (colour)": ((242, 132, 44), (110, 48, 16)),
    "blue": ((92, 124, 214), (248, 220, 110)),
}
_GARDENS: tuple[tuple[Color, ...], ...] = (
    ((48, 84, 54), (98, 140, 82), (168, 192, 120)),
    ((24, 52, 54), (52, 92, 84), (110, 150, 120)),
    ((92, 110, 60), (150, 168, 96), (214, 216, 150)),
)
_BLOSSOM = {
    "": "flower, plant, leaf, nature, outdoor, daytime, close-up, green",
    "sunflower": "sunflower",
    "butterfly": "butterfly, animal",
    **{color: color for color in _BLOOMS},
}


def blossom(random: Random) -> Scene:
    """One flower close up before a blurred garden, perhaps with a butterfly."""
    color, petals = random.choice(tuple(_BLOOMS)), random.choice((5, 6, 8, 13, 21))
    kind = "sunflower" if color == "yellow" and petals > 12 else ""
    return planned("flower", _draw_blossom, _BLOSSOM, color, kind, perhaps(random, 0.35, "butterfly"), count=petals)


def _draw_blossom(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    (petal, heart), garden = _BLOOMS[scene.one_of(_BLOOMS)], random.choice(_GARDENS)
    far, soft, sharp = drawing.soft(0.06), drawing.soft(), drawing.sharp()
    far.fill(Fade((garden[1], garden[0]), 20), box(0, 0, width, height))
    for _ in range(16):
        spot = disc(random.uniform(0, width), random.uniform(0, height), unit * random.uniform(6, 26))
        far.fill(random.choice((*garden, mix(petal, garden[1], 0.5))), spot, opacity=0.45)
    for _ in range(9):
        at, size = (random.uniform(0, width), random.uniform(0, height)), unit * random.uniform(3, 9)
        soft.fill(glow(garden[2], 0.5), disc(*at, size))
        soft.fill(garden[2], disc(*at, size * 0.62), opacity=0.2)
    x, y, reach = width * random.uniform(0.42, 0.58), height * random.uniform(0.4, 0.48), unit * 32
    green = mix((86, 138, 62), garden[1], 0.3)
    sharp.line(
        darker(green, 0.3),
        unit * 3.4,
        f"M{x:.0f} {y:.0f}Q{x + unit * 5:.0f} {y + unit * 40:.0f} {x - unit * 2:.0f} {height + 9}",
    )
    sharp.line(
        green,
        unit * 1.8,
        f"M{x - unit:.0f} {y:.0f}Q{x + unit * 4:.0f} {y + unit * 40:.0f} {x - unit * 3:.0f} {height + 9}",
    )
    for turn in (28, 150):
        sharp.fill(
            Fade((lighter(green, 0.15), darker(green, 0.35))), leaf(x, height - unit * 12, unit * 38, unit * 22, -turn)
        )
        with sharp.at(x, height - unit * 12, unit, turn=-turn):
            sharp.line(lighter(green, 0.25), 0.4, "M0 0H32")
    with sharp.at(x, y, reach, turn=random.uniform(0, 60)):
        _draw_petals(sharp, petal, scene.count)
        _draw_heart(random, sharp, heart, 0.34 if scene.count > 12 else 0.2)
    if "butterfly" in scene:
        wing = random.choice(((236, 120, 40), (80, 132, 220), (240, 206, 80), (206, 50, 50)))
        sharp.art("butterfly", (x + reach * 0.6, y - reach * 0.75, unit * 15), turn=18, wing=wing)


def _draw_petals(sharp: Layer, petal: Color, count: int) -> None:
    tone = Fade((darker(petal, 0.45), petal, lighter(petal, 0.3)), 90)
    wide = min(0.95, 4.4 / count)
    for ring in range(2 if count > 6 else 1):
        for number in range(count):
            with sharp.at(0, 0, 1 - 0.2 * ring, turn=360 * (number + 0.5 * ring) / count):
                half = wide * 0.62
                tip = f".98 {-half * 0.3:.2f}Q1.03 0 .98 {half * 0.3:.2f}"
                shape = f"M.08 0C.2 {-half:.2f} .8 {-half * 1.25:.2f} {tip}C.8 {half * 1.25:.2f} .2 {half:.2f} .08 0z"
                sharp.line(darker(petal, 0.3), 0.02, shape)
                sharp.fill(tone, shape)
                sharp.line(darker(petal, 0.22), 0.01, "M.2 0L.8 0M.3 .04L.7 .1M.3 -.04L.7 -.1")


def _draw_heart(random: Random, sharp: Layer, heart: Color, size: float) -> None:
    sharp.fill(glow((20, 10, 10), 0.75), disc(0.02, 0.03, size * 1.5))
    sharp.fill(Ball((lighter(heart, 0.25), heart, darker(heart, 0.45))), disc(0, 0, size))
    turns = [(radians(137.5 * i), size * sqrt(i / 110) * 0.96) for i in range(110)]
    for shade, start in ((lighter(heart, 0.4), 0), (darker(heart, 0.4), 1)):
        sharp.fill(shade, *(disc(far * cos(turn), far * sin(turn), size * 0.055) for turn, far in turns[start::2]))


_FIELD = {
    "": "flower, plant, meadow, hill, nature, landscape, horizon",
    "tulips": "tulip, red, yellow",
    "poppies": "poppy, red",
    "lavender": "lavender, purple",
    "lit": "green",
    "mill": "windmill, building, tower",
}


def flower_field(random: Random) -> Scene:
    """Rows of flowers that run to the horizon."""
    sky = Sky.plan(random, "day day dawn sunset")
    kind, mill = random.choice(("tulips", "poppies", "lavender")), perhaps(random, 0.35, "mill")
    lit = "lit" if sky.hour is not Hour.SUNSET else ""
    return planned("flower field", _draw_field, _FIELD, kind, mill, lit, sky=sky)


def _draw_field(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    horizon = height * random.uniform(0.42, 0.54)
    soft, sharp = draw_sky(drawing, sky, horizon)
    green = sky.shade(1, (96, 142, 66))
    soft.fill(Fade((mix(green, sky.tones.haze, 0.4), green, darker(green, 0.3))), box(0, horizon, width, height))
    far = mix(sky.shade(0.5, (84, 124, 86)), sky.tones.haze, 0.2)
    drawing.hill(sharp, horizon + unit, unit * 6, (far, far), horizon + unit * 2)
    if "mill" in scene:
        place = width * random.choice((0.25, 0.75)), horizon + unit * 3, unit * 30
        sharp.art("mill", place, shade=sky.light(0.9))
    if "poppies" in scene:
        _draw_poppies(drawing, sharp, (horizon, green), sky.shade(1, (214, 44, 36)))
        return
    kind = "tulip" if "tulips" in scene else "lavender"
    middle, room = width * random.uniform(0.35, 0.65), height - horizon
    for row in range(-11, 12):
        tone = sky.shade(1, _ROWS[kind][row % 3])
        corners = (
            (middle + (row + along) * unit * wide, y)
            for along, wide, y in (
                (0, 1.3, horizon + unit),
                (0.7, 1.3, horizon + unit),
                (0.68, 22, height),
                (0, 22, height),
            )
        )
        sharp.fill(mix(tone, darker(green, 0.3), 0.4), polygon([*corners]))
        for step in range(24):
            down = (step + random.random()) / 24
            x = middle + (row + 0.35 + random.uniform(-0.3, 0.3)) * unit * (1.3 + 20.7 * down)
            if -unit * 4 < x < width + unit * 4:
                place = x, horizon + unit + room * down, unit * (0.3 + 2.5 * down)
                sharp.art(kind, place, turn=random.gauss(0, 6), tone=tone if step % 3 else lighter(tone, 0.25))


_ROWS = {
    "tulip": ((214, 40, 52), (246, 202, 60), (236, 120, 150)),
    "lavender": ((128, 92, 184), (150, 112, 204), (112, 78, 168)),
}


def _draw_poppies(drawing: Drawing, sharp: Layer, field: tuple[float, Color], red: Color) -> None:
    random, unit, (horizon, green) = drawing.random, drawing.unit, field
    room = drawing.height - horizon
    places = [(random.uniform(0, drawing.width), far**1.5) for far in sorted(random.random() for _ in range(150))]
    tufts = [(x, horizon + room * far + unit * 4) for x, far in places[40:]]
    draw_grass(drawing, sharp, tufts, (darker(green, 0.22), lighter(green, 0.12), darker(green, 0.4)), unit * 6)
    for x, far in places:
        sharp.art("poppy", (x, horizon + 2 + room * far, unit * (0.5 + 3.6 * far)), red=red)
