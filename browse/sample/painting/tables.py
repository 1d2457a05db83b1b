"""Fruit on a table, and dishes from above."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from random import Random

from browse.sample.painting.colors import Ball, Color, Fade, darker, glow, lighter
from browse.sample.painting.drawing import CRISP, Drawing, Layer
from browse.sample.painting.scenes import Scene, perhaps, planned
from browse.sample.painting.shapes import box, curve, disc, leaf
from browse.sample.painting.surfaces import draw_planks

_ROOMS: tuple[tuple[tuple[Color, ...], tuple[Color, ...], str], ...] = (
    (((64, 58, 52), (38, 32, 30), (20, 17, 17)), ((112, 72, 44), (74, 44, 28)), "brown"),
    (((232, 214, 196), (222, 190, 168), (206, 168, 150)), ((246, 236, 224), (214, 190, 172)), "pink"),
    (((174, 200, 204), (140, 176, 186), (104, 146, 160)), ((236, 232, 220), (196, 190, 176)), "blue"),
    (((74, 92, 78), (52, 70, 60), (34, 48, 42)), ((168, 124, 82), (120, 82, 52)), "green"),
    (((238, 206, 120), (228, 178, 84), (206, 148, 60)), ((250, 240, 214), (224, 196, 150)), "yellow"),
    (((120, 44, 48), (88, 28, 36), (54, 16, 24)), ((90, 54, 40), (56, 32, 26)), "red"),
)
"""Wall, table, and the label of the room's color."""
_FRUITS = {
    "apple": "apple, red",
    "green apple": "apple, green",
    "orange": "orange (fruit), orange (colour)",
    "lemon": "lemon, yellow",
    "pear": "pear",
    "banana": "banana, yellow",
    "grapes": "grape, purple",
    "cherry": "cherry, red",
}
_STILL_LIFE = {
    "": "still life, food, fruit, table, art",
    "bowl": "bowl",
    "vase": "vase, flower, plant, leaf",
    "bottle": "bottle",
    **_FRUITS,
    **{f"{name} room": name for _, _, name in _ROOMS},
}


def still_life(random: Random) -> Scene:
    """Three to six pieces of fruit, some in a bowl, and perhaps a vase or a bottle behind them."""
    kinds = random.sample(tuple(_FRUITS), random.choice((1, 2, 2, 3)))
    room = random.choice(_ROOMS)[2]
    fruits = [random.choice(kinds) for _ in range(random.randint(3, 6))]
    bowl, tall = perhaps(random, 0.45, "bowl"), random.choice(("", "", "vase", "bottle"))
    return planned("still life", _draw_still_life, _STILL_LIFE, *fruits, f"{room} room", bowl, tall, count=len(fruits))


def _draw_still_life(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    wall, table = next((wall, table) for wall, table, name in _ROOMS if f"{name} room" in scene)
    edge, size = height * 0.62, min(unit * 13, width * 0.085)
    soft, sharp = drawing.backdrop(Ball(wall, (0.25, 0.15), 0.95))
    soft.fill(Fade(table), box(0, edge, width, height))
    sharp.fill(lighter(table[0], 0.18), box(0, edge - unit * 0.4, width, unit * 0.8))
    base, x = edge + unit * 12, width * 0.56
    if "vase" in scene:
        _draw_vase(drawing, sharp, width * 0.3, edge + unit * 7, unit * 46)
    if "bottle" in scene:
        glass = random.choice(((46, 84, 58), (96, 60, 34), (70, 92, 110)))
        sharp.art("bottle", (width * 0.3, edge + unit * 7, unit * 50), color=glass)
    kinds = [kind for kind in _FRUITS if kind in scene]
    fruits = (kinds * scene.count)[: scene.count]
    random.shuffle(fruits)
    heap, loose = (fruits[::2], fruits[1::2]) if "bowl" in scene else ([], fruits)
    if heap:
        soft.fill(glow((0, 0, 0), 0.8), disc(x, base - unit, size * 2.4, size * 0.4))
        for number, fruit in enumerate(heap):
            up = size * (0.95 + 0.2 * (number % 2))
            sharp.art(fruit, (x + size * 0.95 * (number - (len(heap) - 1) / 2), base - up, size))
        clay = random.choice(((74, 110, 130), (180, 96, 62), (226, 216, 196), (60, 92, 84)))
        sharp.art("bowl", (x, base, size), color=clay)
    for number, fruit in enumerate(loose):
        spread = (number - (len(loose) - 1) / 2) * min(0.8 / len(loose), 0.2)
        at = width * (0.5 + spread) + random.uniform(-2, 2) * unit
        y = base + unit * (6 * (number % 2) + (6 if heap else 0))
        soft.fill(glow((0, 0, 0), 0.8), disc(at + size * 0.25, y, size * 1.4, size * 0.34))
        sharp.art(fruit, (at, y, size), flip=drawing.either())


def _draw_vase(drawing: Drawing, sharp: Layer, x: float, base: float, tall: float) -> None:
    random, clay = drawing.random, drawing.random.choice(((60, 96, 140), (206, 196, 180), (150, 74, 58)))
    bloom = random.choice(((226, 90, 100), (246, 206, 90), (240, 236, 226), (170, 120, 200)))
    with sharp.at(x, base, tall):
        for number in range(5):
            turn, reach = -90 + (number - 2) * 19 + random.uniform(-5, 5), random.uniform(0.42, 0.58)
            end = reach * cos(radians(turn)), -0.5 + reach * sin(radians(turn))
            sharp.line((74, 112, 62), 0.014, f"M0 -.5L{end[0]:.3f} {end[1]:.3f}")
            sharp.fill((92, 138, 74), leaf(end[0] * 0.5, (end[1] - 0.5) * 0.5, 0.2, 0.08, turn + 40))
            for tone, long in ((darker(bloom, 0.2), 0.13), (bloom, 0.11)):
                sharp.fill(tone, *(leaf(*end, long, long * 0.6, petal + long * 200) for petal in range(0, 360, 45)))
            sharp.fill((240, 190, 70) if bloom[2] > 100 else (120, 70, 40), disc(*end, 0.035))
    sharp.art("vase", (x, base, tall), color=clay)


_CLOTHS: dict[str, Color] = {
    "white": (236, 232, 224),
    "pink": (232, 190, 184),
    "blue": (128, 160, 182),
    "green": (150, 172, 148),
}
_DISHES = {
    "coffee": "coffee, café au lait, cup, brown",
    "cake": "cake",
    "pizza": "pizza",
    "eggs": "egg",
    "doughnuts": "doughnut, pink",
    "citrus": "orange (fruit), fruit, orange (colour)",
}
_TABLE = {
    "": "food, table, bird's-eye view, circle",
    "sprig": "leaf",
    "wood": "wood, brown",
    "marble": "white",
    **_DISHES,
    **{cloth: f"textile, {cloth}" for cloth in _CLOTHS},
}


def table(random: Random) -> Scene:
    """One dish, from straight above."""
    ground = random.choice(("wood", "wood", "marble", *_CLOTHS))
    dish = random.choice(tuple(_DISHES))
    return planned("table", _draw_table, _TABLE, ground, dish, perhaps(random, 0.5, "sprig"))


def _draw_table(drawing: Drawing, scene: Scene) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    x, y = width * random.uniform(0.44, 0.56), height * random.uniform(0.46, 0.54)
    ground = scene.one_of({"wood": 0, "marble": 0, **_CLOTHS})
    tone = _CLOTHS.get(ground, (238, 238, 236))
    soft, sharp = drawing.backdrop(Fade((lighter(tone, 0.12), darker(tone, 0.12)), 40))
    if ground == "wood":
        draw_planks(drawing, soft, sharp, random.choice(((120, 78, 50), (150, 104, 66), (92, 64, 48))))
    elif ground == "marble":
        for start, end in pairwise(drawing.spots(9)):
            middle = ((start[0] + end[0]) / 2 + unit * 9, (start[1] + end[1]) / 2)
            vein = curve([start, middle, end], closed=False)
            soft.line((176, 178, 184), unit * random.uniform(0.4, 2.2), vein, opacity=0.4)
    else:
        threads = (
            f"M{i * unit * 2:.1f} 0V{height}M0 {i * unit * 2:.1f}H{width}" for i in range(int(width / unit / 2) + 50)
        )
        sharp.line(darker(tone, 0.06), unit * 0.3, *threads, more=CRISP)
    soft.fill(glow((20, 12, 8), 0.9), disc(x + unit * 3, y + unit * 4, unit * 48))
    if "sprig" in scene:
        sharp.art("sprig", (x + unit * 40, y - unit * 34, unit), turn=random.uniform(10, 70))
    china = random.choice(((250, 248, 244), (240, 234, 222), (226, 234, 238), (58, 68, 80)))
    if "coffee" in scene:
        china = random.choice(((250, 248, 244), (200, 84, 70), (84, 120, 140), (236, 208, 130)))
    else:
        sharp.art("plate", (x, y, unit * 38), color=china)
    icing, berry = random.choice(_CAKES)
    turn = 0 if "coffee" in scene else random.uniform(0, 360)
    sharp.art(scene.one_of(_DISHES), (x, y, unit * 38), turn=turn, china=china, icing=icing, berry=berry)


_CAKES = (((252, 236, 220), (196, 36, 52)), ((92, 54, 38), (240, 220, 200)), ((246, 196, 206), (150, 40, 70)))
