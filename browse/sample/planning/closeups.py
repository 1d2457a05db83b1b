"""Plans of flowers, animals, streets, tables, surfaces and forms: what they show, and their labels."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from browse.sample.planning.scenes import Hour, Scene, Sky, perhaps, planned

_BLOOMS = ("red", "pink", "white", "yellow", "purple", "orange (colour)", "blue")
_BLOSSOM = {
    "": "flower, plant, leaf, nature, outdoor, daytime, close-up, green",
    "sunflower": "sunflower",
    "butterfly": "butterfly, animal",
    **{color: color for color in _BLOOMS},
}


def blossom(random: Random) -> Scene:
    """One flower close up before a blurred garden, perhaps with a butterfly."""
    color, petals = random.choice(_BLOOMS), random.choice((5, 6, 8, 13, 21))
    kind = "sunflower" if color == "yellow" and petals > 12 else ""
    return planned("flower", _BLOSSOM, color, kind, perhaps(random, 0.35, "butterfly"), count=petals)


_COATS = ("black", "orange (colour)", "white", "grey")
_CAT = {"": "cat, animal", "roof": "silhouette", "room": "window, hill", **{coat: coat for coat in _COATS}}


def cat(random: Random) -> Scene:
    """A cat that sits on a sill before a window, or on a roof in front of the sky."""
    roof = random.random() < 0.5
    coat = "black" if roof else random.choice(_COATS)
    sky = Sky.plan(random, "night dusk sunset" if roof else "day night sunset dawn fog")
    sky = replace(sky, across=random.choice((0.3, 0.7)))
    flip = perhaps(random, 0.5, "flip")
    return planned("cat", _CAT, "roof" if roof else "room", coat, flip, sky=sky)


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
    return planned("dog", _DOG, place, flip, *colors, sky=sky)


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
    return planned("birds", _BIRDS, where, sky=sky, count=count)


_SCALES = ("orange (colour)", "yellow", "red", "purple")
_UNDERWATER = {
    "": "underwater, water, sea, animal, blue, nature",
    "jelly": "jellyfish, pink",
    "fish": "fish",
    "reef": "coral reef",
    **{f"{scales} fish": scales for scales in _SCALES},
}


def underwater(random: Random) -> Scene:
    """Fish of one color, or jellyfish."""
    jelly, scales = perhaps(random, 0.35, "jelly"), random.choice(_SCALES)
    reef, shoal = perhaps(random, 0.3, "reef") if jelly else "reef", perhaps(random, 0.5, "shoal")
    kinds = (jelly,) if jelly else ("fish", f"{scales} fish")
    return planned("underwater", _UNDERWATER, *kinds, reef, shoal)


_WALLS = ("pink", "yellow", "blue", "white", "brick", "green")
_PAINTS = ("red", "blue", "yellow", "white", "black", "green")
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
    paint, wall = random.choice(_PAINTS), random.choice(_WALLS)
    night, tree = perhaps(random, 0.28, "night"), perhaps(random, 0.35, "tree")
    traits = (ride, paint, f"{wall} wall", night or "day", tree)
    return planned("street", _STREET, *traits, *("" if night else f"lit {trait}" for trait in (f"{wall} wall", tree)))


_ROOMS = ("brown", "pink", "blue", "green", "yellow", "red")
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
    **{f"{room} room": room for room in _ROOMS},
}


def still_life(random: Random) -> Scene:
    """Three to six pieces of fruit, some in a bowl, and perhaps a vase or a bottle behind them."""
    kinds = random.sample(tuple(_FRUITS), random.choice((1, 2, 2, 3)))
    room = random.choice(_ROOMS)
    fruits = [random.choice(kinds) for _ in range(random.randint(3, 6))]
    bowl, tall = perhaps(random, 0.45, "bowl"), random.choice(("", "", "vase", "bottle"))
    return planned("still life", _STILL_LIFE, *fruits, f"{room} room", bowl, tall, count=len(fruits))


_CLOTHS = ("white", "pink", "blue", "green")
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
    return planned("table", _TABLE, ground, dish, perhaps(random, 0.5, "sprig"))


_SURFACES = {
    "planks": "texture, close-up, wood, brown",
    "bricks": "texture, close-up, brick, pattern, rectangle, red",
    "pebbles": "texture, close-up, rock, grey, nature",
    "cloth": "texture, close-up, textile, pattern",
    "pool": "texture, close-up, water, blue",
    "ripples": "texture, close-up, sand, nature, yellow",
    "rain": "rain, window, night, water",
}


def surface(random: Random) -> Scene:
    """A surface seen straight on."""
    return planned("surface", _SURFACES, random.choice(tuple(_SURFACES)))


HUES = ("red", "orange (colour)", "yellow", "green", "blue", "purple", "pink", "black and white")
MOTIFS = {
    "stripes": "stripe",
    "checks": "rectangle",
    "dots": "polka dot, circle",
    "hexagons": "hexagon",
    "scales": "circle",
    "triangles": "triangle",
    "stars": "star (shape)",
    "rings": "circle",
    "leaves": "leaf, plant",
}
_PATTERN = {"": "pattern, textile", **MOTIFS, **{color: color for color in HUES}}


def pattern(random: Random) -> Scene:
    """One motif over and over, in the tones of one color."""
    return pattern_of(random.choice(tuple(MOTIFS)), random.choice(HUES))


def pattern_of(motif: str, color: str) -> Scene:
    return planned("pattern", _PATTERN, motif, color)


_ARTS = {
    "": "art",
    "circles": "circle, triangle",
    "spiral": "spiral",
    "blocks": "rectangle, red, yellow, blue",
    "target": "circle",
    "arcs": "circle, pattern",
}


def composition(random: Random) -> Scene:
    """Modern art: overlapping circles, a spiral, blocks, a target or arcs."""
    kind = random.choice(("circles", "spiral", "blocks", "target", "arcs"))
    return planned("composition", _ARTS, kind, count=random.randrange(4))


_FIELDS = {
    "": "art",
    "fields": "rectangle, painting",
    "flow": "pattern",
    "watercolor": "painting",
    "marbling": "texture, pattern",
    **{color: color for color in HUES},
}


def color_field(random: Random) -> Scene:
    """Color alone: soft-edged fields, flowing bands, watercolor, or marbled ink."""
    kind = random.choice(("fields", "flow", "watercolor", "marbling"))
    return planned("colour field", _FIELDS, kind, random.choice(HUES[:-1]))
