"""Sea, mountains, desert and snow."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from browse.sample.painting.colors import Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import Point, box, curve, disc, peaks, polygon, ridge
from browse.sample.painting.skies import Hour, Sky, draw_flock, draw_rainbow, draw_sky
from browse.sample.painting.things import draw_grass, draw_ripples, pine_row

_HULLS: tuple[Color, ...] = ((150, 44, 40), (34, 62, 92), (238, 234, 222), (62, 92, 70), (94, 58, 40))
_SAILS: tuple[Color, ...] = ((248, 244, 232), (232, 214, 180), (206, 74, 56), (244, 200, 92))
_SEA = {
    "": "sea, water, horizon, nature, landscape",
    "reflection": "reflection",
    "boats": "boat, sailboat, vehicle",
    "island": "island",
    "lighthouse": "lighthouse, tower, building",
    "beach": "beach, sand",
    "palm": "palm tree, tree, plant",
    "parasol": "umbrella, red",
    "birds": "bird, animal",
    "silhouette": "silhouette",
}


def sea(random: Random) -> Scene:
    """The open sea, or its beach."""
    sky = Sky.plan(random, "day day dawn sunset sunset sunset dusk night fog")
    lighthouse, beach = perhaps(random, 0.25, "lighthouse"), perhaps(random, 0.45, "beach")
    boats = random.choice((0, 1, 1, 2, 4))
    island = "island" if lighthouse else perhaps(random, 0.3, "island")
    palm = perhaps(random, 0.5, "palm", given=bool(beach))
    parasol = perhaps(random, 0.6, "parasol", given=bool(beach) and sky.hour is Hour.DAY)
    dark = sky.hour is Hour.SUNSET or (sky.dark and bool(palm or boats or island))
    traits = (lighthouse, beach, island, palm, parasol, perhaps(random, 0.35, "birds"), "reflection" * sky.disc)
    return planned("sea", _draw_sea, _SEA, *traits, "boats" * bool(boats), "silhouette" * dark, sky=sky, count=boats)


def _draw_sea(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit = scene.sky, drawing.random, drawing.unit
    horizon = drawing.height * random.uniform(0.44, 0.6)
    soft, sharp = draw_sky(drawing, sky, horizon)
    deep = mix(sky.tones.sky[0], (10, 56, 84), 0.45 if sky.hour is Hour.DAY else 0.25)
    middle, light = mix(sky.tones.sky[1], deep, 0.35), sky.across * drawing.width
    soft.fill(Fade((mix(sky.tones.haze, middle, 0.45), middle, deep)), box(0, horizon, drawing.width, drawing.height))
    if sky.disc:
        soft.fill(glow(sky.tones.sun, 0.6), disc(light, horizon, unit * 34, drawing.height - horizon))
    path = (light, lighter(sky.tones.sun, 0.2)) if sky.disc else None
    draw_ripples(drawing, sharp, horizon, (lighter(sky.tones.haze, 0.15), darker(deep, 0.25)), path)
    if "island" in scene:
        _draw_island(drawing, sharp, scene, horizon)
    if "birds" in scene:
        draw_flock(drawing, sharp, mix(sky.tones.near, sky.tones.sky[1], 0.2), horizon)
    for number in range(scene.count):
        far = (number + random.uniform(0.3, 0.9)) / (scene.count + 0.5)
        y = horizon + (drawing.height - horizon) * (0.4 if "beach" in scene else 0.62) * far**1.4
        hull, sail = (
            sky.shade(0.75 + 0.25 * far, random.choice(_HULLS)),
            sky.shade(0.7 + 0.3 * far, random.choice(_SAILS)),
        )
        place = drawing.width * random.uniform(0.12, 0.88), y, unit * (9 + 24 * far)
        sharp.art("sailboat", place, flip=drawing.either(), hull=hull, sail=sail)
    if "beach" in scene:
        _draw_beach(drawing, sharp, scene, horizon)


def _draw_island(drawing: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    unit, sky, left = drawing.unit, scene.sky, drawing.either()
    x = drawing.width * (0.2 if left else 0.8)
    place, far, haze = (x, horizon, unit), sky.shade(0.35, (60, 92, 84)), lighter(sky.tones.haze, 0.4)
    sharp.art("island", place, flip=not left, shade=sky.light(0.85), far=far, haze=haze)
    if "lighthouse" in scene:
        sharp.art("lighthouse", place, shade=sky.light(0.95), glass=(255, 238, 170) if sky.dark else (180, 214, 226))
        if sky.dark:
            veil, y, reach = drawing.soft(), horizon - unit * 35, drawing.width * (1 if left else -1)
            beam = Fade(((255, 240, 190), (255, 240, 190)), 90, (0.4, 0.05) if left else (0.05, 0.4))
            veil.fill(beam, polygon([(x, y), (x + reach, y - unit * 12), (x + reach, y + unit * 6)]))
            veil.fill(glow((255, 230, 160)), disc(x, y, unit * 9))


def _draw_beach(drawing: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    random, sky, unit, width = drawing.random, scene.sky, drawing.unit, drawing.width
    base = horizon + (drawing.height - horizon) * random.uniform(0.52, 0.62) + unit * 5
    points, sand = ridge(width, base, unit * 9, random), sky.shade(1, (226, 196, 148))
    foam = mix((255, 255, 255), sky.tones.near, sky.gloom * 0.5)
    far, wet, near, dry = (curve([(x, y - unit * up) for x, y in points], closed=False) for up in (7.5, 3.4, 3.6, 0))
    sharp.line(foam, unit * 0.6, far, opacity=0.55)
    sharp.land(width, drawing.height, wet, (mix(darker(sand, 0.28), sky.tones.haze, 0.3), sand))
    sharp.line(foam, unit * 1.1, near, opacity=0.95)
    sharp.land(width, drawing.height, dry, (lighter(sand, 0.12), darker(sand, 0.16)), drawing.height - base)
    marks = drawing.spots(40, base + unit)
    sharp.fill(darker(sand, 0.16), *(disc(x, y, unit * 1.3, unit * 0.3) for x, y in marks), opacity=0.6)
    if "parasol" in scene:
        sharp.art("parasol", (width * random.uniform(0.25, 0.75), drawing.height - unit * 9, unit))
    if "palm" in scene:
        left, leaf = drawing.either(), darker(sky.shade(1, (52, 96, 56)), 0.15)
        place = width * (0.1 if left else 0.9), drawing.height + unit * 2, drawing.height * 0.66
        sharp.art("palm", place, flip=not left, green=leaf)


_MOUNTAINS = {
    "": "mountain, nature, landscape",
    "snow": "snow, white",
    "lake": "lake, water, reflection",
    "pines": "conifer, tree, forest, plant",
    "meadow": "meadow, hill, plant",
    "lit": "green",
    "birds": "bird, animal",
    "rainbow": "rainbow",
}


def mountains(random: Random) -> Scene:
    """Ranges one behind the other."""
    sky = Sky.plan(random)
    lake, snow, pines = perhaps(random, 0.45, "lake"), perhaps(random, 0.6, "snow"), perhaps(random, 0.6, "pines")
    meadow, birds = perhaps(random, 0.5, "meadow", given=not lake), perhaps(random, 0.3, "birds")
    rainbow = perhaps(random, 0.3, "rainbow", given=sky.hour is Hour.DAY)
    lit = "lit" if meadow and sky.hour in (Hour.DAY, Hour.DAWN) else ""
    traits = (lake, snow, pines, meadow, birds, rainbow, lit)
    return planned("mountains", _draw_mountains, _MOUNTAINS, *traits, sky=sky.without_low_sun())


def _draw_mountains(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width = scene.sky, drawing.random, drawing.unit, drawing.width
    foot = drawing.height * random.uniform(0.6, 0.68)
    soft, sharp = draw_sky(drawing, sky, foot)
    if "rainbow" in scene:
        draw_rainbow(drawing, soft, foot)
    for number in range(3):
        tone = sky.shade(0.22 + 0.24 * number, (74, 92, 116) if number < 2 else (58, 84, 84))
        line, rise = peaks(width, foot, unit * (48 - 13 * number), random, count=3 + number), unit * (40 - 13 * number)
        sharp.land(width, foot + unit * 4, polygon(line, closed=False), (tone, mix(tone, sky.tones.haze, 0.4)), rise)
        _draw_faces(sharp, line, unit, (lighter(tone, 0.18 - 0.1 * sky.gloom), mix(tone, sky.tones.near, 0.2)))
        if "snow" in scene and number < 2:
            light = sky.tones.haze if sky.gloom < 0.5 else sky.tones.sky[-2]
            white = mix((252, 252, 255), light, 0.15 + 0.45 * sky.gloom)
            _draw_snow(sharp, line, foot - unit * (27 - 9 * number), (white, mix(white, tone, 0.45)))
    if "birds" in scene:
        draw_flock(drawing, sharp, mix(sky.tones.near, sky.tones.sky[1], 0.2), foot)
    if "lake" in scene:
        far = sky.shade(0.75, (44, 70, 58))
        drawing.hill(sharp, foot, unit * 3, (far, far), foot + 1)
        drawing.mirror(foot, mix(sky.tones.sky[0], (10, 40, 60), 0.4), 0.28)
        sharp = drawing.sharp()
        draw_ripples(drawing, sharp, foot, (lighter(sky.tones.haze, 0.1), sky.shade(0.9, (20, 50, 70))))
    _draw_foreground(drawing, sharp, scene, foot)


def _draw_faces(sharp: Layer, line: list[Point], unit: float, tones: tuple[Color, Color]) -> None:
    """The lit and the shaded side of each summit."""
    sides: tuple[list[str], list[str]] = ([], [])
    for before, top, after in zip(line, line[1:], line[2:], strict=False):
        if top[1] < before[1] and top[1] < after[1]:
            drop = unit * 9 + (after[1] - top[1]) * 1.6
            sides[0].append(
                polygon(
                    [
                        top,
                        before,
                        (before[0] + unit * 1.5, before[1] + drop * 0.6),
                        (top[0] - unit * 0.6, top[1] + drop),
                    ]
                )
            )
            sides[1].append(
                polygon([top, (top[0] - unit * 0.6, top[1] + drop), (after[0] - unit, after[1] + drop * 0.8), after])
            )
    for tone, shapes in zip(tones, sides, strict=True):
        sharp.fill(tone, *shapes, opacity=0.5)


def _draw_snow(sharp: Layer, line: list[Point], limit: float, tones: tuple[Color, Color]) -> None:
    """Snow on what rises above the limit, with a jagged lower edge; in shade on each right-hand side."""
    lit: list[str] = []
    shaded: list[str] = []
    for number, (start, end) in enumerate(pairwise(line)):
        if min(start[1], end[1]) < limit:
            drop = [(limit - y) * 0.42 + abs((number + i) % 3 - 1) * 5 for i, (_, y) in enumerate((start, end))]
            low = [(x, y + max(0, fall)) for (x, y), fall in zip((start, end), drop, strict=True)]
            (lit if end[1] < start[1] else shaded).append(polygon([start, end, low[1], low[0]]))
    sharp.fill(tones[1], *shaded)
    sharp.fill(tones[0], *lit)


def _draw_foreground(drawing: Drawing, sharp: Layer, scene: Scene, foot: float) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    dark = sky.shade(0.95, (34, 62, 50))
    if "meadow" in scene:
        grass = sky.shade(0.95, (104, 142, 66))
        for number, tone in enumerate((mix(grass, sky.tones.haze, 0.25), grass)):
            drawing.hill(sharp, foot + unit * (4 + 12 * number), unit * 7, (lighter(tone, 0.12), darker(tone, 0.22)))
        draw_grass(
            drawing, sharp, drawing.spots(60, foot + unit * 14), (lighter(grass, 0.12), darker(grass, 0.2)), unit * 4
        )
    elif "lake" not in scene:
        land = sky.shade(0.9, (70, 84, 62))
        drawing.hill(sharp, foot + unit * 6, unit * 8, (land, darker(land, 0.4)))
    if "pines" in scene:
        if "lake" not in scene:
            sharp.fill(mix(dark, sky.tones.haze, 0.2), *pine_row(random, width, foot + unit * 3, unit * 9, 26))
        for side in (0, 1, 0, 1, 1, 0):
            x, tall = width * (side + (1 - 2 * side) * random.uniform(-0.02, 0.26)), unit * random.uniform(22, 44)
            sharp.art(
                "pine", (x, height + unit * random.uniform(0, 6), tall), green=darker(dark, random.uniform(0.1, 0.3))
            )
        drawing.hill(sharp, height, unit * 3, (darker(dark, 0.35), darker(dark, 0.35)))


_DESERT = {
    "": "desert, sand, landscape, nature, horizon",
    "cactus": "cactus, plant",
    "pyramids": "pyramid, triangle, building",
    "yellow": "yellow",
    "orange": "orange (colour)",
}


def desert(random: Random) -> Scene:
    """Dunes, with or without cactus and pyramids."""
    sky = Sky.plan(random, "day day sunset sunset dawn dusk night")
    cactus = perhaps(random, 0.5, "cactus")
    pyramids = perhaps(random, 0.4, "pyramids", given=not cactus)
    color = "" if sky.dark else "yellow" if sky.hour is Hour.DAY else "orange"
    return planned("desert", _draw_desert, _DESERT, cactus, pyramids, color, sky=sky)


def _draw_desert(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    horizon = height * random.uniform(0.48, 0.6)
    _, sharp = draw_sky(drawing, sky, horizon)
    sand, shadow = sky.shade(1, (232, 178, 96)), sky.shade(1, (142, 84, 50))
    far = mix(sand, sky.tones.haze, 0.45)
    drawing.hill(sharp, horizon + unit * 2, unit * 5, (far, far), horizon + unit * 20)
    if "pyramids" in scene:
        for x, size in ((0.3, 30), (0.6, 20), (0.78, 12)):
            lit, dim = mix(sand, sky.tones.haze, 0.15), mix(shadow, sky.tones.haze, 0.12)
            sharp.art("pyramid", (width * x, horizon + unit * 5, unit * size), lit=lit, dim=dim)
    for number in range(3):
        y, reach = horizon + (height - horizon) * (0.18 + 0.27 * number), unit * (7 + 4 * number)
        crest, third = random.uniform(0.25, 0.75) * width, width * 0.3
        top = f"{crest:.0f} {y - reach:.0f}"
        lee = f"Q{crest + third * 0.7:.0f} {y + reach * 0.4:.0f} {width * 1.3:.0f} {y + reach * 0.5:.0f}"
        line = f"M{-third:.0f} {y + reach * 0.6:.0f}Q{crest - third:.0f} {y + reach * 0.5:.0f} {top}{lee}"
        sharp.land(width, height, line, (lighter(sand, 0.1), mix(sand, shadow, 0.4)), height - y)
        back = f"{crest - third * 0.2:.0f} {y + reach * 2.2:.0f}Q{crest + unit * 4:.0f} {y:.0f} {top}z"
        sharp.fill(mix(sand, shadow, 0.6), f"M{top}{lee}Q{crest + third:.0f} {y + reach:.0f} {back}")
    if "cactus" in scene:
        for x, low, size in (
            (random.uniform(0.5, 0.8), 0.95, 36),
            (random.uniform(0.1, 0.35), 0.8, 21),
            (0.9, 0.78, 12),
        ):
            place = width * x, horizon + (height - horizon) * low, unit * size
            sharp.art("cactus", place, green=sky.shade(0.95, (72, 118, 74)))


_SNOW = {"": "snow, winter, white, nature, landscape, hill, tree, conifer, plant", "houses": "house, building, window"}


def snow_village(random: Random) -> Scene:
    """Cottages and pines in the snow."""
    sky = Sky.plan(random, "night night dusk day dawn fog")
    houses = random.choice((0, 1, 1, 2, 3))
    falling = perhaps(random, 0.6, "falling")
    return planned("snow", _draw_village, _SNOW, falling, "houses" * bool(houses), sky=sky, count=houses)


def _draw_village(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    horizon = height * random.uniform(0.5, 0.6)
    _, sharp = draw_sky(drawing, sky, horizon)
    snow, pine = sky.shade(0.95, (244, 248, 255)), sky.shade(0.9, (44, 76, 66))
    snow = mix(snow, (170, 186, 220), 0.3) if sky.dark else snow
    sharp.fill(mix(pine, sky.tones.haze, 0.5), *pine_row(random, width, horizon + unit, unit * 10, 24))
    trees = [(random.choice((0.07, 0.93)), height + unit, 62.0)]
    for number in range(3):
        y, tone = horizon + (height - horizon) * 0.3 * number, mix(sky.tones.haze, snow, 0.6 + 0.2 * number)
        drawing.hill(sharp, y + unit * 3, unit * 7, (tone, mix(tone, sky.tones.sky[0], 0.22)))
        sides = [random.choice((random.uniform(0, 0.3), random.uniform(0.7, 1))) for _ in range(5 - number)]
        firs = [(at, y + unit * random.uniform(2, 9), (10 + 7 * number) * random.uniform(0.8, 1.4)) for at in sides]
        for at, base, tall in [*firs, *(trees if number == 2 else ())]:
            sharp.art("pine", (width * at, base, unit * tall), green=pine)
            sharp.art("pine-snow", (width * at, base, unit * tall), snow=snow)
        for house in range(scene.count if number == 1 else 0):
            x = width * (0.5 + (house - (scene.count - 1) / 2) * 0.24)
            glass = (255, 214, 120) if sky.dark else sky.shade(0.9, (120, 150, 172))
            place = x, y + unit * (13 + 3 * (house % 2)), unit * 18
            sharp.art("cottage", place, shade=sky.light(0.95), snow=snow, glass=glass)
            if sky.dark:
                sharp.fill(glow((255, 200, 110), 0.6), disc(x, place[1] - unit * 3, unit * 10, unit * 8))
    if "falling" in scene:
        for size, count in ((0.45, 90), (0.28, 110)):
            sharp.fill((255, 255, 255), *(disc(x, y, unit * size) for x, y in drawing.spots(count)), opacity=0.8)
