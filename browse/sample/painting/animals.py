"""Cat, dog, birds, and what lives under water."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from browse.sample.painting.colors import Color, Fade, darker, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import box, curve, disc, leaf, polygon, ridge
from browse.sample.painting.skies import Hour, Sky, draw_sky
from browse.sample.painting.things import draw_grass, draw_ripples

_COATS: dict[str, Color] = {
    "black": (30, 28, 32),
    "orange (colour)": (214, 126, 54),
    "white": (240, 236, 228),
    "grey": (112, 114, 122),
}
_CAT = {"": "cat, animal", "roof": "silhouette", "room": "window, hill", **{coat: coat for coat in _COATS}}


def cat(random: Random) -> Scene:
    """A cat that sits on a sill before a window, or on a roof in front of the sky."""
    roof = random.random() < 0.5
    coat = "black" if roof else random.choice(tuple(_COATS))
    sky = Sky.plan(random, "night dusk sunset" if roof else "day night sunset dawn fog")
    sky = replace(sky, across=random.choice((0.3, 0.7)))
    flip = perhaps(random, 0.5, "flip")
    return planned("cat", _draw_cat_scene, _CAT, "roof" if roof else "room", coat, flip, sky=sky)


def _draw_cat_scene(drawing: Drawing, scene: Scene) -> None:
    sky, unit, width, height = scene.sky, drawing.unit, drawing.width, drawing.height
    base, near = height - unit * 22, sky.tones.near
    _, sharp = draw_sky(drawing, sky, base if "roof" in scene else height * 0.72, light=0.36)
    place = width * (0.58 if sky.across < 0.5 else 0.42), base + unit * 0.6, min(unit * 46, base * 0.8)
    if "roof" in scene:
        _draw_roof(drawing.random, sharp, (width, height, base, unit), darker(near, 0.1))
        coat, rim = darker(near, 0.55), mix(near, sky.tones.sky[-2], 0.5)
        sharp.art("cat-silhouette", place, flip="flip" in scene, coat=coat, rim=rim)
        return
    for depth, y in ((0.4, 0.6), (0.7, 0.68)):
        green = sky.shade(depth, (84, 124, 78))
        drawing.hill(sharp, height * y, unit * 9, (green, darker(green, 0.2)))
    _draw_window_frame(drawing, sharp, sky, base)
    coat = mix(_COATS[scene.one_of(_COATS)], near, sky.gloom * 0.55)
    sharp.art("cat", place, flip="flip" in scene, coat=coat, rim=lighter(coat, 0.3))


def _draw_window_frame(drawing: Drawing, sharp: Layer, sky: Sky, base: float) -> None:
    unit, width, height, near = drawing.unit, drawing.width, drawing.height, sky.tones.near
    wall, cloth = mix((196, 176, 150), near, sky.gloom * 0.8), mix((224, 214, 200), near, sky.gloom * 0.7)
    for tone, wide in ((darker(wall, 0.25), 3.2), (wall, 2.2)):
        sharp.fill(tone, box(width / 2 - unit * 1.6, 0, unit * wide, height), box(0, height * 0.2, width, unit * wide))
    for at, side in ((0, unit), (width, -unit)):
        for fold in range(5):
            left, low = at + side * 4 * fold, f"{at + side * (4 * fold + 2.6):.0f} {base:.0f}"
            drape = (
                f"M{left:.0f} 0H{left + side * 4.2:.0f}Q{left + side * 6:.0f} {base * 0.6:.0f} {low}H{left - side:.0f}z"
            )
            sharp.fill(lighter(cloth, 0.2) if fold % 2 else darker(cloth, 0.14), drape)
    sharp.fill(lighter(wall, 0.35), box(0, base - unit, width, unit * 4))
    sharp.fill(darker(wall, 0.25), box(0, base + unit * 3, width, unit * 2))
    sharp.fill(darker(wall, 0.08), box(0, base + unit * 5, width, unit * 30))


def _draw_roof(random: Random, sharp: Layer, room: tuple[int, int, float, float], tone: Color) -> None:
    width, height, base, unit = room
    sharp.fill(tone, box(0, base, width, height))
    for row in range(6):
        y, odd = base + unit * (1.5 + 4.4 * row), row % 2 * 2.2
        tiles = [
            f"M{x:.1f} {y:.1f}q{unit * 2.2:.1f} {unit * 3.4:.1f} {unit * 4.4:.1f} 0"
            for x in ((i * 4.4 - odd) * unit for i in range(int(width / unit / 4.4) + 2))
        ]
        sharp.line(lighter(tone, 0.16), unit * 0.35, *tiles)
    sharp.fill(lighter(tone, 0.1), box(0, base - unit * 0.8, width, unit * 1.6))
    x = width * random.choice((0.12, 0.84))
    sharp.fill(
        darker(tone, 0.2),
        box(x - unit * 5, base - unit * 20, unit * 10, unit * 20),
        box(x - unit * 6.4, base - unit * 22, unit * 12.8, unit * 3),
    )
    sharp.fill(lighter(tone, 0.12), box(x - unit * 5, base - unit * 19, unit * 1.6, unit * 19))


_DOG = {
    "": "dog, animal",
    "beach": "beach, sand, sea, water",
    "meadow": "meadow, hill, nature",
    "sunset": "silhouette",
    "brown": "brown",
    "green": "green",
}


def dog(random: Random) -> Scene:
    """A dog on a meadow or on a beach, a silhouette against a low sun."""
    sky = Sky.plan(random, "day sunset sunset dawn day")
    place = perhaps(random, 0.45, "beach") or "meadow"
    flip = perhaps(random, 0.5, "flip")
    colors = ("sunset",) if sky.hour is Hour.SUNSET else ("brown", "green" if place == "meadow" else "")
    return planned("dog", _draw_dog_scene, _DOG, place, flip, *colors, sky=sky)


def _draw_dog_scene(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    horizon, base = height * 0.6, height - unit * 14
    soft, sharp = draw_sky(drawing, sky, horizon)
    if "beach" in scene:
        deep, sand = mix(sky.tones.sky[0], (20, 96, 130), 0.5), sky.shade(1, (226, 196, 148))
        soft.fill(Fade((mix(sky.tones.haze, deep, 0.4), deep)), box(0, horizon, width, height))
        draw_ripples(drawing, sharp, horizon, (lighter(sky.tones.haze, 0.2), darker(deep, 0.2)))
        shore = curve(ridge(width, height - unit * 16, unit * 4, random), closed=False)
        sharp.line((255, 255, 255), unit, shore, opacity=0.8)
        sharp.land(width, height, shore, (sand, darker(sand, 0.16)), unit * 18)
    else:
        grass = sky.shade(1, (108, 150, 68))
        for depth, y in ((0.45, horizon + unit * 2), (0.7, horizon + unit * 8), (1, height - unit * 20)):
            tone = mix(sky.tones.haze, grass, depth)
            drawing.hill(sharp, y, unit * 6, (lighter(tone, 0.08), darker(tone, 0.2)))
        tones = (lighter(grass, 0.12), darker(grass, 0.2), darker(grass, 0.35))
        draw_grass(drawing, sharp, drawing.spots(80, base - unit * 3), tones, unit * 5)
    coat, place = (
        random.choice(((128, 80, 48), (190, 140, 84), (92, 58, 40))),
        (width / 2, base, min(unit * 44, width * 0.4)),
    )
    if "sunset" in scene:
        coat = darker(sky.tones.near, 0.35)
        sharp.art("dog", place, flip="flip" in scene, coat=coat, shade=lambda _: coat)
    else:
        sharp.art("dog", place, flip="flip" in scene, coat=mix(coat, sky.tones.near, sky.gloom * 0.5))


_BIRDS = {
    "": "bird, animal",
    "branch": "leaf, plant, nature",
    "wire": "silhouette",
    "water": "hill, crane (bird), water, lake, reflection, nature",
}


def birds(random: Random) -> Scene:
    """Small birds on a branch or on wires, or a crane that wades."""
    where = random.choice(("branch", "wire", "water"))
    sky = Sky.plan(random)
    count = random.randint(4, 9) if where == "wire" else random.choice((1, 2, 3))
    return planned("birds", _draw_birds, _BIRDS, where, sky=sky, count=count)


_FEATHERS = (((70, 120, 180), (230, 150, 80)), ((90, 76, 66), (206, 82, 52)), ((120, 130, 70), (240, 214, 96)))
"""Backs and breasts of songbirds."""


def _draw_birds(drawing: Drawing, scene: Scene) -> None:
    horizon = drawing.height * (0.62 if "water" in scene else 1)
    _, sharp = draw_sky(drawing, scene.sky, horizon, light=0.45)
    if "water" in scene:
        _draw_cranes(drawing, sharp, scene, horizon)
    elif "wire" in scene:
        _draw_wires(drawing, sharp, scene)
    else:
        _draw_branch(drawing, sharp, scene)


def _draw_cranes(drawing: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    for depth, rise in ((0.3, 9), (0.55, 4)):
        tone = sky.shade(depth, (80, 110, 90))
        drawing.hill(sharp, horizon, unit * rise, (tone, tone), horizon + 1)
    for number in range(scene.count):
        x = width * (number + 0.5 + random.uniform(-0.15, 0.15)) / scene.count
        sharp.art("crane", (x, horizon, unit * random.uniform(34, 42)), flip=drawing.either(), shade=sky.light(0.95))
    drawing.mirror(horizon, mix(sky.tones.sky[0], (20, 50, 70), 0.4), 0.25, 0.6)
    sharp = drawing.sharp()
    draw_ripples(drawing, sharp, horizon, (lighter(sky.tones.haze, 0.1), mix(sky.tones.sky[1], sky.tones.near, 0.2)))
    for number in range(46):
        x, up = (random.uniform(0, 0.25) + 0.75 * (number % 2)) * width, unit * random.uniform(14, 40)
        stem = f"M{x:.0f} {height}q{unit * 2:.0f} {-up * 0.6:.0f} {unit * random.uniform(0, 4):.0f} {-up:.0f}"
        sharp.line(sky.shade(1, (70, 92, 56)), unit * 0.5, stem)
        if number % 4 == 0:
            reed = f"M{x + unit * 2:.0f} {height - up * 0.9:.0f}v{-unit * 4:.0f}"
            sharp.line(sky.shade(1, (96, 66, 44)), unit * 1.4, reed)


def _draw_wires(drawing: Drawing, sharp: Layer, scene: Scene) -> None:
    random, unit, width, dark = drawing.random, drawing.unit, drawing.width, darker(scene.sky.tones.near, 0.4)
    rows = [drawing.height * (0.34 + 0.17 * i) for i in range(3)]
    sag = unit * 7
    wires = [f"M0 {y:.1f}Q{width / 2:.0f} {y + sag:.1f} {width} {y - unit * 2:.1f}" for y in rows]
    sharp.line(dark, unit * 0.35, *wires)
    for number in range(scene.count):
        at, y = (number + random.uniform(0.25, 0.75)) / scene.count, random.choice(rows)
        low = y * (1 - at) ** 2 + (y + sag) * 2 * at * (1 - at) + (y - unit * 2) * at**2
        place = width * at, low, unit * 8.5
        sharp.art("songbird", place, flip=drawing.either(), back=dark, breast=dark, shade=lambda _: dark)


def _draw_branch(drawing: Drawing, sharp: Layer, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height

    def branch(at: float) -> tuple[float, float]:
        return width * at, height * (0.735 - 0.28 * at + 0.145 * at * at)

    bark = sky.shade(1, (92, 64, 46))
    for tone, wide, drop in ((darker(bark, 0.25), 2.6, 0.5), (bark, 1.4, 0)):
        line = [(x, y + unit * drop) for x, y in (branch(step / 6) for step in range(-1, 8))]
        sharp.line(tone, unit * wide, curve(line, closed=False))
    for tone in ((86, 130, 62), (118, 160, 74), (64, 104, 56)):
        turns = [random.uniform(20, 160) * random.choice((1, -1)) for _ in range(11)]
        leaves = [leaf(*branch(random.random()), unit * 10, unit * 4, turn) for turn in turns]
        sharp.fill(sky.shade(1, tone), *leaves)
    for number in range(scene.count):
        back, breast = (sky.shade(1, color) for color in random.choice(_FEATHERS))
        place = *branch((number + 0.6) / (scene.count + 0.4)), unit * 25
        sharp.art("songbird", place, flip=drawing.either(), back=back, breast=breast)


_DEPTHS: tuple[tuple[Color, ...], ...] = (
    ((150, 226, 226), (40, 150, 186), (14, 70, 120), (8, 34, 72)),
    ((120, 214, 200), (32, 140, 150), (12, 78, 100), (8, 40, 64)),
    ((96, 150, 220), (40, 84, 170), (24, 44, 112), (14, 20, 60)),
)
_SCALES: dict[str, tuple[Color, Color]] = {
    "orange (colour)": ((244, 130, 40), (250, 246, 238)),
    "yellow": ((250, 208, 60), (60, 66, 90)),
    "red": ((214, 54, 56), (250, 226, 210)),
    "purple": ((150, 96, 190), (246, 206, 90)),
}
_UNDERWATER = {
    "": "underwater, water, sea, animal, blue, nature",
    "jelly": "jellyfish, pink",
    "fish": "fish",
    "reef": "coral reef",
    **{f"{scales} fish": scales for scales in _SCALES},
}


def underwater(random: Random) -> Scene:
    """Fish of one color, or jellyfish."""
    jelly, scales = perhaps(random, 0.35, "jelly"), random.choice(tuple(_SCALES))
    reef, shoal = perhaps(random, 0.3, "reef") if jelly else "reef", perhaps(random, 0.5, "shoal")
    kinds = (jelly,) if jelly else ("fish", f"{scales} fish")
    return planned("underwater", _draw_underwater, _UNDERWATER, *kinds, reef, shoal)


def _draw_underwater(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    tones = random.choice(_DEPTHS)
    soft, sharp = drawing.backdrop(Fade(tones))
    x = width * random.uniform(0.25, 0.75)
    for number in range(-3, 4):
        end, top = x + (number * 24 + random.uniform(-6, 6)) * unit, x + number * unit * 7
        ray = polygon([(top, -5), (top + unit * 4, -5), (end + unit * 14, height), (end, height)])
        soft.fill(Fade((lighter(tones[0], 0.4), tones[0]), 0, (0.4, 0)), ray)
    if "shoal" in scene:
        home, far = (width * random.uniform(0.2, 0.8), height * random.uniform(0.25, 0.5)), mix(tones[1], tones[3], 0.5)
        for _ in range(24):
            place = home[0] + random.gauss(0, unit * 16), home[1] + random.gauss(0, unit * 7), unit
            sharp.art("minnow", place, tone=far)
    if "reef" in scene:
        _draw_reef(drawing, sharp, tones)
    if "jelly" in scene:
        for number in range(random.choice((2, 3, 4))):
            x, y = width * (0.2 + 0.28 * number + random.uniform(-0.06, 0.06)), height * random.uniform(0.2, 0.46)
            sharp.art("jellyfish", (x, y, unit * random.uniform(9, 17)))
    else:
        tone, band = next(pair for name, pair in _SCALES.items() if f"{name} fish" in scene)
        for at, y in drawing.spots(random.randint(3, 5), height * 0.14, height * 0.66):
            place = width * 0.15 + at * 0.7, y, unit * random.uniform(9, 16)
            sharp.art("fish", place, flip=drawing.either(), tone=tone, band=band)
    rings = [disc(*spot, unit * random.uniform(0.4, 1.3)) for spot in drawing.spots(20, 0, height * 0.85)]
    sharp.line(lighter(tones[0], 0.5), unit * 0.22, *rings, opacity=0.7)


def _draw_reef(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    random, unit, height = drawing.random, drawing.unit, drawing.height
    hues = ((226, 100, 120), (240, 150, 90), (180, 110, 200), (236, 196, 110), (90, 170, 130))
    for depth in (0.75, 0.4, 0.1):
        floor, sand = height - unit * (6 + 18 * depth), mix((150, 136, 120), tones[2], 0.35 + 0.6 * depth)
        drawing.hill(sharp, floor, unit * 5, (sand, darker(sand, 0.3)))
        for x, _ in drawing.spots(7):
            tone, place = (
                mix(random.choice(hues), tones[2], 0.15 + 0.8 * depth),
                (x, floor + unit * 3, unit * 14 * (1.2 - depth)),
            )
            sharp.art(random.choice(("coral", "brain coral", "kelp")), place, flip=drawing.either(), tone=tone)
