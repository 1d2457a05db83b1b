"""Sea, mountains, desert and snow."""

from __future__ import annotations

from itertools import pairwise

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import Point, box, curve, disc, path, peaks, polygon, ridge
from browse.sample.painting.scenery import draw_grass, draw_ripples, pine_row
from browse.sample.painting.skies import draw_flock, draw_rainbow, draw_sky
from browse.sample.planning.scenes import Hour, Scene


def draw_sea(d: Drawing, scene: Scene) -> None:
    horizon, light = d.h * d.vary(0.44, 0.6), scene.sky.across * d.w
    soft, sharp = draw_sky(d, scene.sky, horizon)
    d.palette.name(deep=f"zenith~#0a3854/{45 if scene.sky.hour is Hour.DAY else 25}", middle="high~deep/35")
    soft.fill("fade 0 haze~middle/45 middle deep", box(0, horizon, d.w, d.h))
    if scene.sky.disc:
        soft.fill("glow sun 60", disc(light, horizon, 34, d.h - horizon))
    draw_ripples(d, sharp, horizon, "haze+15 deep-25", light if scene.sky.disc else None)
    if "island" in scene:
        _draw_island(d, sharp, scene, horizon)
    if "birds" in scene:
        draw_flock(d, sharp, horizon)
    for number in range(scene.count):
        far = (number + d.vary(0.3, 0.9)) / (scene.count + 0.5)
        y = horizon + (d.h - horizon) * (0.4 if "beach" in scene else 0.62) * far**1.4
        hull = f"{d.pick('#962c28 #223e5c #eeeade #3e5c46 #5e3a28')}@{75 + 25 * far:.0f}"
        sail = f"{d.pick('#f8f4e8 #e8d6b4 #ce4a38 #f4c85c')}@{70 + 30 * far:.0f}"
        sharp.art("sailboat", (d.w * d.vary(0.12, 0.88), y, 9 + 24 * far), flip=d.either(), hull=hull, sail=sail)
    if "beach" in scene:
        _draw_beach(d, sharp, scene, horizon)


def _draw_island(d: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    left = d.either()
    x = d.w * (0.2 if left else 0.8)
    sharp.art("island", (x, horizon, 1), flip=not left, own="@85", far="#3c5c54@35")
    if "lighthouse" in scene:
        sharp.art("lighthouse", (x, horizon, 1), own="@95", glass="#ffeeaa" if scene.sky.dark else "#b4d6e2")
        if scene.sky.dark:
            veil, y, reach = d.soft(), horizon - 35, d.w * (1 if left else -1)
            beam = polygon([(x, y), (x + reach, y - 12), (x + reach, y + 6)])
            veil.fill(f"veil 90 #fff0be {'40 5' if left else '5 40'}", beam)
            veil.fill("glow #ffe6a0 100", disc(x, y, 9))


def _draw_beach(d: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    base = horizon + (d.h - horizon) * d.vary(0.52, 0.62) + 5
    d.palette.name(foam=f"#ffffff~near/{50 * d.palette.gloom:.0f}", sand="#e2c494@100")
    points = ridge(d.w, base, 9, d.random)
    far, wet, near, dry = (curve([(x, y - up) for x, y in points], closed=False) for up in (7.5, 3.4, 3.6, 0))
    sharp.line("foam", 0.6, far, opacity=0.55)
    sharp.land(wet, d.h, "sand-28~haze/30")
    sharp.line("foam", 1.1, near, opacity=0.95)
    sharp.land(dry, d.h, "sand+12", "sand-16", d.h - base)
    sharp.fill("sand-16", *(disc(x, y, 1.3, 0.3) for x, y in d.spots(40, base + 1)), opacity=0.6)
    if "parasol" in scene:
        sharp.art("parasol", (d.w * d.vary(0.25, 0.75), d.h - 9, 1))
    if "palm" in scene:
        left = d.either()
        sharp.art("palm", (d.w * (0.1 if left else 0.9), d.h + 2, d.h * 0.66), flip=not left, green="#346038@100-15")


def draw_mountains(d: Drawing, scene: Scene) -> None:
    foot = d.h * d.vary(0.6, 0.68)
    soft, sharp = draw_sky(d, scene.sky, foot)
    if "rainbow" in scene:
        draw_rainbow(d, soft, foot)
    for number in range(3):
        d.palette.name(rock=f"{'#4a5c74' if number < 2 else '#3a5454'}@{22 + 24 * number}")
        line = peaks(d.w, foot, 48 - 13 * number, d.random, 3 + number)
        sharp.land(polygon(line, closed=False), foot + 4, "rock", "rock~haze/40", 40 - 13 * number)
        _draw_faces(d, sharp, line)
        if "snow" in scene and number < 2:
            _draw_snow(d, sharp, line, foot - 27 + 9 * number)
    if "birds" in scene:
        draw_flock(d, sharp, foot)
    if "lake" in scene:
        d.hill(sharp, foot, 3, "#2c463a@75", bottom=foot + 0.3)
        d.mirror(foot, "zenith~#0a283c/40", 0.28)
        sharp = d.sharp()
        draw_ripples(d, sharp, foot, "haze+10 #143246@90")
    _draw_foreground(d, sharp, scene, foot)


def _draw_faces(d: Drawing, sharp: Layer, line: list[Point]) -> None:
    """The lit and the shaded side of each summit."""
    lit, shaded = [], []
    for before, top, after in zip(line, line[1:], line[2:], strict=False):
        if top[1] < min(before[1], after[1]):
            drop = 9 + (after[1] - top[1]) * 1.6
            low = top[0] - 0.6, top[1] + drop
            lit.append(polygon([top, before, (before[0] + 1.5, before[1] + drop * 0.6), low]))
            shaded.append(polygon([top, low, (after[0] - 1, after[1] + drop * 0.8), after]))
    sharp.fill(f"rock+{18 - 10 * d.palette.gloom:.0f}", *lit, opacity=0.5)
    sharp.fill("rock~near/20", *shaded, opacity=0.5)


def _draw_snow(d: Drawing, sharp: Layer, line: list[Point], limit: float) -> None:
    """Snow on what rises above the limit, with a jagged lower edge; in shade on each right-hand side."""
    gloom = d.palette.gloom
    d.palette.name(snow=f"#fcfcff~{'haze' if gloom < 0.5 else 'low'}/{15 + 45 * gloom:.0f}")
    lit, shaded = list[str](), list[str]()
    for number, ((ax, ay), (bx, by)) in enumerate(pairwise(line)):
        if min(ay, by) < limit:
            drop = [max(0, (limit - y) * 0.42 + abs((number + i) % 3 - 1)) for i, y in enumerate((ay, by))]
            (lit if by < ay else shaded).append(polygon([(ax, ay), (bx, by), (bx, by + drop[1]), (ax, ay + drop[0])]))
    sharp.fill("snow~rock/45", *shaded)
    sharp.fill("snow", *lit)


def _draw_foreground(d: Drawing, sharp: Layer, scene: Scene, foot: float) -> None:
    d.palette.name(grass="#688e42@95", dark="#223e32@95", land="#46543e@90")
    if "meadow" in scene:
        d.hill(sharp, foot + 4, 7, "grass~haze/25+12", "grass~haze/25-22")
        d.hill(sharp, foot + 16, 7, "grass+12", "grass-22")
        draw_grass(d, sharp, d.spots(60, foot + 14), "grass+12 grass-20", 4)
    elif "lake" not in scene:
        d.hill(sharp, foot + 6, 8, "land", "land-40")
    if "pines" in scene:
        if "lake" not in scene:
            sharp.fill("dark~haze/20", *pine_row(d, d.w, foot + 3, 9, 26))
        for side in (0, 1, 0, 1, 1, 0):
            place = d.w * (side + (1 - 2 * side) * d.vary(-0.02, 0.26)), d.h + d.vary(0, 6), d.vary(22, 44)
            sharp.art("pine", place, green=f"dark-{d.vary(10, 30):.0f}")
        d.hill(sharp, d.h, 3, "dark-35")


def draw_desert(d: Drawing, scene: Scene) -> None:
    horizon = d.h * d.vary(0.48, 0.6)
    _, sharp = draw_sky(d, scene.sky, horizon)
    d.palette.name(sand="#e8b260@100", shadow="#8e5432@100")
    d.hill(sharp, horizon + 2, 5, "sand~haze/45", bottom=horizon + 20)
    for x, size in ((0.3, 30), (0.6, 20), (0.78, 12)) if "pyramids" in scene else ():
        sharp.art("pyramid", (d.w * x, horizon + 5, size), lit="sand~haze/15", dim="shadow~haze/12")
    for number in range(3):
        y, reach = horizon + (d.h - horizon) * (0.18 + 0.27 * number), 7 + 4 * number
        crest, third = d.vary(0.25, 0.75) * d.w, d.w * 0.3
        lee = crest + third * 0.7, y + reach * 0.4, d.w * 1.3, y + reach * 0.5
        rise = -third, y + reach * 0.6, crest - third, y + reach * 0.5, crest, y - reach
        sharp.land(path("M??Q????Q????", *rise, *lee), d.h, "sand+10", "sand~shadow/40", d.h - y)
        back = crest + third, y + reach, crest - third * 0.2, y + reach * 2.2, crest + 4, y, crest, y - reach
        sharp.fill("sand~shadow/60", path("M??Q????Q????Q????z", crest, y - reach, *lee, *back))
    for x, low, size in ((d.vary(0.5, 0.8), 0.95, 36), (d.vary(0.1, 0.35), 0.8, 21), (0.9, 0.78, 12)):
        if "cactus" in scene:
            sharp.art("cactus", (d.w * x, horizon + (d.h - horizon) * low, size), green="#48764a@95")


def draw_village(d: Drawing, scene: Scene) -> None:
    horizon, dark = d.h * d.vary(0.5, 0.6), scene.sky.dark
    _, sharp = draw_sky(d, scene.sky, horizon)
    d.palette.name(snow=f"#f4f8ff@95~#aabadc/{30 if dark else 0}", pine="#2c4c42@90")
    sharp.fill("pine~haze/50", *pine_row(d, d.w, horizon + 1, 10, 24))
    for number in range(3):
        y = horizon + (d.h - horizon) * 0.3 * number
        d.palette.name(drift=f"haze~snow/{60 + 20 * number}")
        d.hill(sharp, y + 3, 7, "drift", "drift~zenith/22")
        sides = [d.random.choice((d.vary(0, 0.3), d.vary(0.7, 1))) for _ in range(5 - number)]
        firs = [(at, y + d.vary(2, 9), (10 + 7 * number) * d.vary(0.8, 1.4)) for at in sides]
        for at, base, tall in [*firs, *([(d.random.choice((0.07, 0.93)), d.h + 1, 62.0)] if number == 2 else [])]:
            sharp.art("pine", (d.w * at, base, tall), green="pine")
            sharp.art("pine-snow", (d.w * at, base, tall), snow="snow")
        for house in range(scene.count if number == 1 else 0):
            x, base = d.w * (0.5 + (house - (scene.count - 1) / 2) * 0.24), y + 13 + 3 * (house % 2)
            sharp.art("cottage", (x, base, 18), own="@95", snow="snow", glass="#ffd678" if dark else "#7896ac@90")
            if dark:
                sharp.fill("glow #ffc86e 60", disc(x, base - 3, 10, 8))
    if "falling" in scene:
        for size, count in ((0.45, 90), (0.28, 110)):
            sharp.fill("#ffffff", *(disc(x, y, size) for x, y in d.spots(count)), opacity=0.8)
