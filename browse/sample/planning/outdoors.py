"""Plans of landscapes and skylines: their skies, what they show, and their labels."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from browse.sample.planning.scenes import Hour, Scene, Sky, perhaps, planned

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
    return planned("sea", _SEA, *traits, "boats" * bool(boats), "silhouette" * dark, sky=sky, count=boats)


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
    return planned("mountains", _MOUNTAINS, *traits, sky=sky.without_low_sun())


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
    return planned("desert", _DESERT, cactus, pyramids, color, sky=sky)


_SNOW = {"": "snow, winter, white, nature, landscape, hill, tree, conifer, plant", "houses": "house, building, window"}


def snow_village(random: Random) -> Scene:
    """Cottages and pines in the snow."""
    sky = Sky.plan(random, "night night dusk day dawn fog")
    houses = random.choice((0, 1, 1, 2, 3))
    falling = perhaps(random, 0.6, "falling")
    return planned("snow", _SNOW, falling, "houses" * bool(houses), sky=sky, count=houses)


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
    return planned("city", _CITY, *traits, sky=sky.without_low_sun())


_CANAL = {"": "house, building, window, river, water, reflection", "boat": "boat, vehicle"}


def canal(random: Random) -> Scene:
    """A row of narrow gabled houses, and the canal that mirrors them."""
    sky = Sky.plan(random, "day dawn dusk night fog")
    return planned("canal", _CANAL, perhaps(random, 0.4, "boat"), sky=replace(sky, disc=False))


_SEASONS = ("summer", "autumn", "winter", "misty")
_FOREST = {
    "": "forest, outdoor, daytime, tree, plant, nature, trunk (tree), wood",
    "summer": "green, leaf",
    "autumn": "autumn, orange (colour), leaf",
    "winter": "winter, snow, white",
    "misty": "fog, green, leaf",
}


def forest(random: Random) -> Scene:
    """Trunks one behind the other in summer, autumn, winter or mist."""
    season = random.choice(_SEASONS)
    rays = perhaps(random, 0.5, "rays", given=season != "winter")
    return planned("forest", _FOREST, season, rays, perhaps(random, 0.5, "path"))


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
    return planned("flower field", _FIELD, kind, mill, lit, sky=sky)


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
    return planned("balloons", _BALLOONS, kind, rainbow, day, sky=sky, count=random.choice((1, 2, 3, 5)))


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
    return planned("night sky", _NIGHT, tent, show, fire, perhaps(random, 0.5, "lake", given=not tent))
