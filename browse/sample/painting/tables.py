"""Fruit on a table, dishes from above, and surfaces seen straight on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import cos, sin

from browse.sample.painting.drawing import CRISP, Drawing, Layer
from browse.sample.painting.outlines import box, curve, disc, path
from browse.sample.painting.scenery import draw_planks
from browse.sample.planning.scenes import Scene

_ROOMS = {
    "brown": ("#403a34 #261e1c #141111", "#70482c #4a2c1c"),
    "pink": ("#e8d6c4 #debea8 #cea896", "#f6ece0 #d6beac"),
    "blue": ("#aec8cc #8cb0ba #6892a0", "#ece8dc #c4beb0"),
    "green": ("#4a5c4e #34463c #22302a", "#a87c52 #785234"),
    "yellow": ("#eece78 #e4b254 #ce943c", "#faf0d6 #e0c496"),
    "red": ("#782c30 #581c24 #361018", "#5a3628 #38201a"),
}
"""Wall and table."""
_FRUITS = ("apple", "green apple", "orange", "lemon", "pear", "banana", "grapes", "cherry")


def draw_still_life(d: Drawing, scene: Scene) -> None:
    wall, table = next(paints for room, paints in _ROOMS.items() if f"{room} room" in scene)
    edge, size = d.h * 0.62, min(13, d.w * 0.085)
    soft, sharp = d.backdrop(f"ball {wall}")
    soft.fill(f"fade 0 {table}", box(0, edge, d.w, d.h))
    sharp.fill(f"{table.split()[0]}+18", box(0, edge - 0.4, d.w, 0.8))
    base, x = edge + 12, d.w * 0.56
    if "vase" in scene:
        bloom = d.pick("#e25a64 #f6ce5a #f0ece2 #aa78c8")
        sharp.art("vase", (d.w * 0.3, edge + 7, 46), color=d.pick("#3c608c #cec4b4 #964a3a"), bloom=bloom)
    if "bottle" in scene:
        sharp.art("bottle", (d.w * 0.3, edge + 7, 50), color=d.pick("#2e543a #603c22 #465c6e"))
    fruits = ([kind for kind in _FRUITS if kind in scene] * scene.count)[: scene.count]
    d.random.shuffle(fruits)
    heap, loose = (fruits[::2], fruits[1::2]) if "bowl" in scene else ([], fruits)
    for number, fruit in enumerate(heap):
        up, at = size * (0.95 + 0.2 * (number % 2)), x + size * 0.95 * (number - (len(heap) - 1) / 2)
        sharp.art(fruit, (at, base - up, size))
    if heap:
        soft.fill("glow #000000 80", disc(x, base - 1, size * 2.4, size * 0.4))
        sharp.art("bowl", (x, base, size), color=d.pick("#4a6e82 #b4603e #e2d8c4 #3c5c54"))
    for number, fruit in enumerate(loose):
        spread = (number - (len(loose) - 1) / 2) * min(0.8 / len(loose), 0.2)
        at, y = d.w * (0.5 + spread) + d.vary(-2, 2), base + 6 * (number % 2) + (6 if heap else 0)
        soft.fill("glow #000000 80", disc(at + size * 0.25, y, size * 1.4, size * 0.34))
        sharp.art(fruit, (at, y, size), flip=d.either())


_CLOTHS = {"white": "#ece8e0", "pink": "#e8beb8", "blue": "#80a0b6", "green": "#96ac94", "marble": "#eeeeec",
           "wood": "#96683e"}  # fmt: skip
_DISHES = ("coffee", "cake", "pizza", "eggs", "doughnuts", "citrus")


def draw_table(d: Drawing, scene: Scene) -> None:
    x, y = d.w * d.vary(0.44, 0.56), d.h * d.vary(0.46, 0.54)
    ground, tone = next((ground, tone) for ground, tone in _CLOTHS.items() if ground in scene)
    soft, sharp = d.backdrop(f"fade 40 {tone}+12 {tone}-12")
    if ground == "wood":
        draw_planks(d, soft, sharp, d.pick("#784e32 #966842 #5c4030"))
    elif ground == "marble":
        for start, end in pairwise(d.spots(9)):
            vein = [start, ((start[0] + end[0]) / 2 + 9, (start[1] + end[1]) / 2), end]
            soft.line("#b0b2b8", d.vary(0.4, 2.2), curve(vein, closed=False), opacity=0.4)
    else:
        threads = (path("M? 0v?M0?h?", i * 2, d.h, i * 2, d.w) for i in range(int(max(d.w, d.h) / 2) + 1))
        sharp.line(f"{tone}-6", 0.3, *threads, ends=CRISP)
    soft.fill("glow #140c08 90", disc(x + 3, y + 4, 48))
    if "sprig" in scene:
        sharp.art("sprig", (x + 40, y - 34, 1), d.vary(10, 70))
    dish = next(dish for dish in _DISHES if dish in scene)
    china = d.pick("#faf8f4 #c85446 #54788c #ecd082" if dish == "coffee" else "#faf8f4 #f0eade #e2eaee #3a4450")
    icing, berry = d.pick("#fcecdc/#c42434 #5c3626/#f0dcc8 #f6c4ce/#962846").split("/")
    if dish != "coffee":
        sharp.art("plate", (x, y, 38), color=china)
    turn = 0 if dish == "coffee" else d.vary(0, 360)
    sharp.art(dish, (x, y, 38), turn, china=china, icing=icing, berry=berry)


def draw_surface(d: Drawing, scene: Scene) -> None:
    kind = next(kind for kind in _SURFACES if kind in scene)
    _SURFACES[kind](d, d.soft(), d.sharp())


def _draw_bricks(d: Drawing, soft: Layer, sharp: Layer) -> None:
    soft.fill("#b8aca0", box(0, 0, d.w, d.h))
    for row in range(int(d.h / 9) + 1):
        for column in range(-1, int(d.w / 24) + 2):
            tone = f"#a84634~#702e2a/{d.vary(0, 100):.0f}"
            x, y = (column + 0.5 * (row % 2)) * 24, row * 9
            sharp.art("brick", (x, y, 1), tone=tone)
            marks = [box(x + d.vary(0, 20.4), y + d.vary(0, 6.8), d.vary(0.5, 3), 0.5) for _ in range(7)]
            sharp.fill(f"{tone}+14", *marks)


def _draw_pebbles(d: Drawing, soft: Layer, sharp: Layer) -> None:
    soft.fill("#2c2a2a", box(0, 0, d.w, d.h))
    for row in range(int(d.h / 8.5) + 2):
        for column in range(int(d.w / 8.5) + 2):
            place = (column + d.vary(-0.2, 0.5)) * 8.5, (row + d.vary(-0.3, 0.4)) * 8.5
            d.palette.name(stone=f"#787674~{d.pick('#b0a89e #5c6068 #8c7c6e')}/{d.vary(0, 100):.0f}")
            edge = [(cos(i * 1.047) * d.vary(0.85, 1.15), 0.8 * sin(i * 1.047) * d.vary(0.9, 1.1)) for i in range(6)]
            with sharp.at(*place, d.vary(3.8, 5.8), d.vary(-25, 25)):
                sharp.fill("stone-35", curve(edge))
                sharp.fill("stone", curve([(0.84 * x - 0.06, 0.84 * y - 0.07) for x, y in edge]))
                sharp.fill("glow stone+50 80", disc(-0.25, -0.25, 0.5))


def _draw_cloth(d: Drawing, soft: Layer, sharp: Layer) -> None:
    ground, *bands = d.pick("#b03c38/#3c2832/#f0dcb4 #3c6078/#1e2c42/#e6e2d2 #5a7858/#2c3c34/#ecce82").split("/")
    soft.fill(ground, box(0, 0, d.w, d.h))
    for at in range(-26, int(max(d.w, d.h)), 26):
        for tone, shift, wide in zip(bands, (7.8, 20.3), (7.8, 1.3), strict=True):
            soft.fill(tone, box(at + shift, 0, wide, d.h), opacity=0.6)
            soft.fill(tone, box(0, at + shift, d.w, wide), opacity=0.6)
    twill = (path("M? 0l??", i * 1.3, -d.h, d.h) for i in range(int((d.w + d.h) / 1.3)))
    sharp.line(f"{ground}-20", 0.4, *twill, ends=CRISP)


def _draw_pool(d: Drawing, soft: Layer, sharp: Layer) -> None:
    soft.fill("fade 30 #60cee2 #228cc4", box(0, 0, d.w, d.h))
    columns, lines = range(-1, int(d.w / 11) + 3), range(-1, int(d.h / 11) + 3)
    rows = [[((i + d.vary(-0.42, 0.42)) * 11, (j + d.vary(-0.42, 0.42)) * 11) for i in columns] for j in lines]
    net = [curve(line, closed=False) for line in [*rows, *zip(*rows, strict=True)]]
    soft.line("#146eaa", 3, *(path("M? 0v?", i * 24, d.h) for i in range(30)), opacity=0.2)
    soft.line("#aaf0f6", 2.4, *net, opacity=0.4)
    sharp.line("#ecffff", 0.8, *net, opacity=0.75)


def _draw_sand(d: Drawing, soft: Layer, sharp: Layer) -> None:
    y, phase = -10.0, d.vary(0, 6)
    soft.fill("#debc7e", box(0, 0, d.w, d.h))
    while y < d.h + 10:
        tall, xs = d.vary(4, 6.5), range(-8, int(d.w) + 16, 8)
        line = [(x, y + 3.4 * sin(x / 14 + phase) + 1.6 * sin(x / 5 + y) + d.random.gauss(0, 0.5)) for x in xs]
        back = [(x, at + tall * d.vary(0.4, 0.7)) for x, at in reversed(line)]
        soft.fill("#debc7e+30", curve([*line, *back]))
        soft.line("#debc7e-42", 1.3, curve([(x, at - 0.3) for x, at in line], closed=False), opacity=0.65)
        sharp.line("#debc7e-30", 0.35, curve([(x, at + tall * 0.12) for x, at in line], closed=False), opacity=0.4)
        y += tall


def _draw_rain(d: Drawing, soft: Layer, sharp: Layer) -> None:
    soft.fill("fade 0 #0e1428 #1e2842 #121422", box(0, 0, d.w, d.h))
    for _ in range(22):
        light = disc(d.vary(0, d.w), d.h * d.random.gauss(0.55, 0.16), d.vary(5, 13))
        soft.fill(f"glow {d.pick('#ffbe64 #ff785a #78beff #ffe6aa #6ee6b4')} 65", light)
    for spot in d.spots(110):
        with sharp.at(*spot, d.vary(0.5, 2)):
            sharp.fill("fade 0 #1e2840 #788caa #e2ecf6", disc(0, 0, 1, d.vary(1, 1.5)))
            sharp.fill("#fafcff", disc(-0.3, -0.4, 0.22))
    trails = [path("M??q? 12 0?", *spot, d.vary(-2, 2), d.vary(18, 45)) for spot in d.spots(9, -6, d.h * 0.6)]
    sharp.line("#96a8c4", 1.1, *trails, opacity=0.5)


_SURFACES: dict[str, Callable[[Drawing, Layer, Layer], None]] = {
    "planks": lambda d, soft, sharp: draw_planks(d, soft, sharp, "#7e5436"),
    "bricks": _draw_bricks,
    "pebbles": _draw_pebbles,
    "cloth": _draw_cloth,
    "pool": _draw_pool,
    "ripples": _draw_sand,
    "rain": _draw_rain,
}
