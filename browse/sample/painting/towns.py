"""City, street and canal."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from browse.sample.painting.colors import Color, Fade, darker, glow, lighter, mix
from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import box, disc, polygon
from browse.sample.painting.skies import Sky, draw_sky
from browse.sample.painting.things import draw_ripples, draw_tree

_LAMP: Color = (255, 214, 130)
_CITY = {
    "": "city, building, skyscraper",
    "dark": "window",
    "river": "river, water, reflection",
    "bridge": "bridge",
    "crane": "crane (machine)",
    "spire": "tower",
}


def city(random: Random) -> Scene:
    """A skyline, by the water or over roofs."""
    river, sky = perhaps(random, 0.6, "river"), Sky.plan(random, "night night night dusk dusk sunset day fog dawn")
    bridge, crane = perhaps(random, 0.4, "bridge", given=bool(river)), perhaps(random, 0.3, "crane")
    traits = (river, bridge, crane, perhaps(random, 0.4, "spire"), "dark" * sky.dark)
    return planned("city", _draw_city, _CITY, *traits, sky=sky.without_low_sun())


def _draw_city(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width, height = scene.sky, drawing.random, drawing.unit, drawing.width, drawing.height
    foot = height * (random.uniform(0.6, 0.68) if "river" in scene else 0.9)
    soft, sharp = draw_sky(drawing, sky, foot)
    if sky.dark:
        soft.fill(glow((255, 190, 120), 0.45), disc(width / 2, foot, width * 0.6, unit * 26))
    for row, depth in enumerate((0.35, 0.62, 0.95)):
        step = unit * (8, 9, 11)[row]
        for number in range(int(width / step) + 2):
            x, middle = (number - 0.5) * step + random.uniform(-1, 1) * unit, 1 - abs(number * step / width - 0.5) * 1.2
            tall = min(foot * 0.7, unit * random.uniform(12, (44, 40, 24)[row]) * (0.35 + middle))
            _draw_block(random, sharp, (x, foot - tall, step * random.uniform(0.7, 1), tall), sky, depth)
    if "spire" in scene:
        tone = sky.shade(0.8, (92, 104, 122))
        place = width * random.uniform(0.35, 0.65), foot, min(unit * 70, foot * 0.95)
        sharp.art("spire", place, tone=tone, glass=_LAMP if sky.dark else darker(tone, 0.3))
    if "crane" in scene:
        place = width * random.uniform(0.15, 0.85), foot, unit * 56
        sharp.art("crane (machine)", place, flip=drawing.either(), tone=sky.shade(0.95, (226, 158, 40)))
    if "river" in scene:
        _draw_river(drawing, sharp, scene, foot)
        return
    for number in range(7):
        x, top = width * (number - 0.2) / 6, foot - unit * random.uniform(0, 5)
        roof = sky.shade(1, random.choice(((92, 60, 52), (72, 70, 78), (108, 76, 60))))
        gable = [(x, height), (x, top + unit * 5), (x + width * 0.1, top), (x + width * 0.2, top + unit * 5)]
        sharp.fill(darker(roof, 0.35), polygon([*gable, (x + width * 0.2, height)]))
        sharp.line(roof, unit * 1.6, polygon(gable[1:], closed=False))


def _draw_block(random: Random, sharp: Layer, where: tuple[float, float, float, float], sky: Sky, depth: float) -> None:
    x, y, wide, tall = where
    tone = sky.shade(depth, random.choice(((84, 98, 120), (112, 104, 106), (70, 88, 104), (124, 112, 98))))
    top = random.choice((0, 0, 0, wide * 0.2))
    sharp.fill(tone, box(x, y, wide, tall), box(x + top, y - top, wide - 2 * top, top + 1), crisp=True)
    sharp.fill(darker(tone, 0.22), box(x + wide * 0.62, y, wide * 0.38, tall), crisp=True)
    if random.random() < 0.3:
        sharp.line(tone, wide * 0.05, f"M{x + wide / 2:.1f} {y - top:.1f}v{-wide * 0.8:.1f}")
    if depth < 0.5 and not sky.dark:
        return
    lit = 0.3 if sky.dark else 0.7
    columns, floors = max(2, int(wide / (wide * 0.2))), int(tall / (wide * 0.26))
    panes = [box(x + wide * (0.1 + 0.84 * i / columns), y + wide * (0.16 + 0.26 * j), wide * 0.09, wide * 0.13)
             for i in range(columns) for j in range(floors) if random.random() < lit]  # fmt: skip
    pale = random.choice((_LAMP, (255, 232, 180), (214, 226, 255)))
    sharp.fill(mix(tone, pale, 0.3 + 0.65 * depth) if sky.dark else lighter(tone, 0.22), *panes, crisp=True)


def _draw_river(drawing: Drawing, sharp: Layer, scene: Scene, foot: float) -> None:
    sky, unit, width = scene.sky, drawing.unit, drawing.width
    sharp.fill(sky.shade(1, (40, 46, 52)), box(0, foot - unit * 2, width, unit * 2 + 1))
    if sky.dark:
        lamps = [disc(unit * 6 * i, foot - unit * 2.6, unit * 0.4) for i in range(int(width / unit / 6) + 1)]
        sharp.fill(_LAMP, *lamps)
    if "bridge" in scene:
        steel, deck, (left, right) = sky.shade(1, (150, 70, 56)), foot - unit * 7, (width * 0.28, width * 0.76)
        top = deck - unit * 18
        start = f"M{-0.2 * width:.0f} {deck:.0f}Q{left - width * 0.1:.0f} {deck:.0f} {left:.0f} {top:.0f}"
        end = f"Q{right + width * 0.1:.0f} {deck:.0f} {1.2 * width:.0f} {deck:.0f}"
        sharp.line(steel, unit * 0.6, f"{start}Q{width * 0.52:.0f} {deck + unit * 13:.0f} {right:.0f} {top:.0f}{end}")
        ropes = [(left + (right - left) * i / 24, deck - unit * (2.6 + 15.4 * (i / 12 - 1) ** 2)) for i in range(1, 24)]
        sharp.line(steel, unit * 0.22, *(f"M{x:.1f} {y:.1f}V{deck:.1f}" for x, y in ropes))
        towers = [box(x - unit, top - unit, unit * 2, foot - top + unit) for x in (left, right)]
        sharp.fill(steel, box(0, deck, width, unit * 1.6), *towers)
    drawing.mirror(foot, mix(sky.tones.sky[0], (6, 20, 36), 0.5), 0.25, 0.6)
    draw_ripples(drawing, drawing.sharp(), foot, (lighter(sky.tones.haze, 0.1), darker(sky.tones.sky[0], 0.4)))


_WALLS: dict[str, Color] = {
    "pink": (226, 170, 160),
    "yellow": (234, 200, 128),
    "blue": (134, 170, 190),
    "white": (232, 226, 214),
    "brick": (168, 92, 70),
    "green": (150, 172, 142),
}
_PAINTS: dict[str, Color] = {
    "red": (190, 36, 38),
    "blue": (42, 86, 150),
    "yellow": (236, 184, 44),
    "white": (236, 234, 228),
    "black": (40, 42, 48),
    "green": (58, 112, 84),
}
_STREET = {
    "": "street, house, outdoor, vehicle, wheel, window, building",
    "car": "car, trunk (car)",
    "van": "van",
    "bicycle": "bicycle",
    "night": "night",
    "day": "daytime",
    "tree": "tree, plant, trunk (tree)",
    "lit tree": "green",
    "brick wall": "brick",
    **{paint: paint for paint in _PAINTS},
    **{f"lit {wall} wall": wall for wall in _WALLS if wall != "brick"},
}


def street(random: Random) -> Scene:
    """A car, a van or a bicycle before a wall with windows."""
    ride = random.choice(("car", "car", "van", "bicycle", "bicycle"))
    paint, wall = random.choice(tuple(_PAINTS)), random.choice(tuple(_WALLS))
    night, tree = perhaps(random, 0.28, "night"), perhaps(random, 0.35, "tree")
    traits = (ride, paint, f"{wall} wall", night or "day", tree)
    return planned(
        "street", _draw_street, _STREET, *traits, *("" if night else f"lit {trait}" for trait in (f"{wall} wall", tree))
    )


def _draw_street(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    night, curb = "night" in scene, height - unit * 24
    wall = next(color for name, color in _WALLS.items() if f"{name} wall" in scene)
    wall = mix(wall, (18, 22, 52), 0.72) if night else wall
    paved, road = ((70, 72, 84), (34, 36, 46)) if night else ((172, 166, 158), (98, 98, 102))
    soft, sharp = drawing.backdrop(Fade((lighter(wall, 0.08), wall, darker(wall, 0.18)), 35))
    soft.fill(Fade((road, lighter(road, 0.1))), box(0, curb, width, height))
    if "brick wall" in scene:
        tall, mortar = unit * 2.3, lighter(wall, 0.22)
        rows = range(int(curb / tall) + 1)
        sharp.line(mortar, unit * 0.25, *(f"M0 {tall * i:.1f}H{width}" for i in rows))
        joints = [f"M{-unit * 2.6 * (i % 2):.1f} {tall * (i + 0.5):.1f}H{width}" for i in rows]
        dashes = f'stroke-linecap="butt" stroke-dasharray="{unit * 0.25:.2f} {unit * 5:.2f}"'
        sharp.line(mortar, tall, *joints, more=dashes)
    sharp.fill(darker(wall, 0.3), box(0, curb - unit * 9, width, unit * 9))
    frame = lighter(wall, 0.1) if night else lighter(wall, 0.5)
    for row in range(int(curb / (unit * 36)) + 1):
        for column in range(-3, 4):
            glass = ((255, 196, 110) if random.random() < 0.45 else (34, 42, 66)) if night else (138, 168, 184)
            place = width / 2 + (column * 38 - 8) * unit, curb - unit * (44 + 42 * row), unit
            if -unit * 30 < place[0] < width + unit * 10:
                sharp.art("window", place, wall=wall, frame=frame, glass=glass)
    sharp.fill(paved, box(0, curb - unit * 2, width, unit * 8))
    sharp.fill(darker(paved, 0.35), box(0, curb + unit * 6, width, unit * 1.4))
    sharp.fill(lighter(road, 0.4), *(box(i * unit * 30, height - unit * 3, unit * 16, unit * 1.1) for i in range(9)))
    if "tree" in scene:
        leafy = (30, 48, 44) if night else random.choice(((86, 140, 66), (108, 152, 60)))
        draw_tree(
            drawing, sharp, width * random.choice((0.16, 0.84)), curb + unit * 4, min(curb * 1.15, unit * 92), leafy
        )
    paint, glass = _PAINTS[scene.one_of(_PAINTS)], (60, 72, 96) if night else (104, 130, 148)
    paint = mix(paint, (16, 20, 46), 0.5) if night else paint
    place = width * random.uniform(0.42, 0.58), height - unit * 12, min(unit * 40, width * 0.44)
    ride = next(kind for kind in ("car", "van", "bicycle") if kind in scene)
    sharp.art(ride, place, flip=drawing.either(), paint=paint, glass=glass)
    if night:
        veil, x = drawing.soft(), width * random.choice((0.22, 0.78))
        veil.fill(glow(_LAMP, 0.55), disc(x, height * 0.3, unit * 62))
        veil.fill(glow((255, 240, 200)), disc(x, height * 0.3, unit * 8))


_CANAL = {"": "house, building, window, river, water, reflection", "boat": "boat, vehicle"}
_FRONTS: tuple[Color, ...] = (
    (156, 82, 62), (190, 136, 92), (120, 66, 56), (214, 190, 150), (96, 88, 92), (172, 104, 84), (206, 170, 110),
)  # fmt: skip


def canal(random: Random) -> Scene:
    """A row of narrow gabled houses, and the canal that mirrors them."""
    sky = Sky.plan(random, "day dawn dusk night fog")
    return planned("canal", _draw_canal, _CANAL, perhaps(random, 0.4, "boat"), sky=replace(sky, disc=False))


def _draw_canal(drawing: Drawing, scene: Scene) -> None:
    sky, random, unit, width = scene.sky, drawing.random, drawing.unit, drawing.width
    quay, x = drawing.height * random.uniform(0.6, 0.68), -unit * random.uniform(0, 12)
    _, sharp = draw_sky(drawing, sky, quay)
    while x < width:
        wide, tall = unit * random.uniform(17, 23), min(quay * 0.78, unit * random.uniform(40, 52))
        _draw_gabled(random, sharp, (x, quay - unit * 2, wide, tall), sky)
        x += wide
    sharp.fill(sky.shade(1, (98, 90, 84)), box(0, quay - unit * 2.5, width, unit * 2.5 + 1))
    if sky.dark:
        lamps = [unit * (33 * i + 9) for i in range(8)]
        sharp.fill(glow(_LAMP, 0.9), *(disc(at, quay - unit * 12, unit * 5) for at in lamps))
        sharp.line(sky.shade(1, (20, 20, 24)), unit * 0.6, *(f"M{at:.1f} {quay:.1f}v{-unit * 11:.1f}" for at in lamps))
    line = quay
    if "boat" in scene:
        line += unit * 1.8
        hull = sky.shade(1, random.choice(((44, 84, 92), (150, 52, 44), (60, 74, 60))))
        glass = (255, 220, 150) if sky.dark else sky.shade(1, (70, 96, 112))
        sharp.art("houseboat", (width * random.uniform(0.3, 0.7), quay + unit, unit * 17), hull=hull, glass=glass)
    drawing.mirror(line, mix(sky.tones.sky[0], (30, 46, 44), 0.6), 0.25, 0.5)
    draw_ripples(
        drawing, drawing.sharp(), line, (mix(sky.tones.sky[1], sky.tones.haze, 0.3), darker(sky.tones.near, 0.1))
    )


def _draw_gabled(random: Random, sharp: Layer, where: tuple[float, float, float, float], sky: Sky) -> None:
    x, base, wide, tall = where
    front, frame = sky.shade(0.95, random.choice(_FRONTS)), sky.shade(0.95, (240, 234, 220))
    rise, top = wide * 0.55, base - tall
    gable = random.choice(
        (
            f"M{x} {base}V{top}h{wide * 0.12}v{-rise * 0.33}h{wide * 0.13}v{-rise * 0.33}h{wide * 0.13}v{-rise * 0.34}h{wide * 0.24}v{rise * 0.34}h{wide * 0.13}v{rise * 0.33}h{wide * 0.13}v{rise * 0.33}h{wide * 0.12}V{base}z",  # noqa: E501
            f"M{x} {base}V{top}Q{x + wide * 0.28} {top} {x + wide * 0.3} {top - rise}Q{x + wide / 2} {top - rise * 1.3} {x + wide * 0.7} {top - rise}Q{x + wide * 0.72} {top} {x + wide} {top}V{base}z",  # noqa: E501
            f"M{x} {base}V{top}L{x + wide / 2} {top - rise}L{x + wide} {top}V{base}z",
        )
    )
    sharp.fill(front, gable)
    sharp.line(mix(frame, front, 0.25), wide * 0.035, gable)
    sharp.fill(darker(front, 0.16), box(x + wide * 0.93, top, wide * 0.07, tall))
    floors = 3 if tall < wide * 2.4 else 4
    step = tall / (floors + 0.3)
    spots = [(x + wide * at, top + step * (floor + 0.12), step) for floor in range(floors) for at in (0.09, 0.39, 0.69)]
    spots.append((x + wide * 0.41, top - rise * 0.62, step * 0.7))
    door = random.choice((0, 2))
    for number, (left, high, size) in enumerate(spots):
        if number == (floors - 1) * 3 + door:
            sharp.fill(
                sky.shade(0.95, random.choice(((150, 36, 40), (30, 58, 110), (36, 80, 62)))),
                box(left, high, wide * 0.22, base - high),
            )
            continue
        lit = sky.dark and random.random() < 0.6
        sharp.fill(frame, box(left, high, wide * 0.22, size * 0.7))
        sharp.fill(
            _LAMP if lit else sky.shade(0.9, (62, 84, 104)),
            box(left + wide * 0.02, high + wide * 0.02, wide * 0.18, size * 0.7 - wide * 0.04),
        )
        middle, across = left + wide * 0.11, high + size * 0.28
        bars = f"M{middle:.1f} {high:.1f}v{size * 0.7:.1f}M{left:.1f} {across:.1f}h{wide * 0.22:.1f}"
        sharp.line(frame, wide * 0.018, bars)
