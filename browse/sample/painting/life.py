"""Cat, dog, birds, and what lives under water."""

from __future__ import annotations

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, curve, disc, leaf, path, polygon, ridge
from browse.sample.painting.scenery import draw_grass, draw_ripples
from browse.sample.painting.skies import draw_sky
from browse.sample.planning.scenes import Scene

_COATS = {"black": "#1e1c20", "orange (colour)": "#d67e36", "white": "#f0ece4", "grey": "#70727a"}


def draw_cat(d: Drawing, scene: Scene) -> None:
    base, roof, flip = d.h - 22, "roof" in scene, "flip" in scene
    _, sharp = draw_sky(d, scene.sky, base if roof else d.h * 0.72, light=0.36)
    place = d.w * (0.58 if scene.sky.across < 0.5 else 0.42), base + 0.6, min(46, base * 0.8)
    if roof:
        _draw_roof(d, sharp, base)
        sharp.art("cat-silhouette", place, flip=flip, coat="near-55", rim="near~low/50")
        return
    for depth, y in ((40, 0.6), (70, 0.68)):
        d.hill(sharp, d.h * y, 9, f"#547c4e@{depth}", f"#547c4e@{depth}-20")
    gloom = d.palette.gloom
    d.palette.name(wall=f"#c4b096~near/{80 * gloom:.0f}", cloth=f"#e0d6c8~near/{70 * gloom:.0f}")
    sharp.fill("wall-25", box(d.w / 2 - 1.6, 0, 3.2, d.h), box(0, d.h * 0.2, d.w, 3.2))
    sharp.fill("wall", box(d.w / 2 - 1.6, 0, 2.2, d.h), box(0, d.h * 0.2, d.w, 2.2))
    for fold in range(10):
        with sharp.at(d.w * (fold % 2), 0, flip=fold % 2 == 1):
            left = 4 * (fold // 2)
            drape = path("M? 0H?Q????H?z", left, left + 4.2, left + 6, base * 0.6, left + 2.6, base, left - 1)
            sharp.fill("cloth+20" if fold // 2 % 2 else "cloth-14", drape)
    for tone, top in (("wall+35", -1), ("wall-25", 3), ("wall-8", 5)):
        sharp.fill(tone, box(0, base + top, d.w, 30))
    coat = next(color for name, color in _COATS.items() if name in scene)
    sharp.art("cat", place, flip=flip, coat=f"{coat}~near/{55 * gloom:.0f}", rim=f"{coat}~near/{55 * gloom:.0f}+30")


def _draw_roof(d: Drawing, sharp: Layer, base: float) -> None:
    d.palette.name(roof="near-10")
    sharp.fill("roof", box(0, base, d.w, d.h))
    for row in range(6):
        tiles = path("M??", -2.2 * (row % 2), base + 1.5 + 4.4 * row) + "q2.2 3.4 4.4 0" * int(d.w / 4.4 + 2)
        sharp.line("roof+16", 0.35, tiles)
    sharp.fill("roof+10", box(0, base - 0.8, d.w, 1.6))
    x = d.w * d.random.choice((0.12, 0.84))
    sharp.fill("roof-20", box(x - 5, base - 20, 10, 20), box(x - 6.4, base - 22, 12.8, 3))
    sharp.fill("roof+12", box(x - 5, base - 19, 1.6, 19))


def draw_dog(d: Drawing, scene: Scene) -> None:
    horizon, base = d.h * 0.6, d.h - 14
    soft, sharp = draw_sky(d, scene.sky, horizon)
    d.palette.name(deep="zenith~#146082/50", sand="#e2c494@100", grass="#6c9644@100")
    if "beach" in scene:
        soft.fill("fade 0 haze~deep/40 deep", box(0, horizon, d.w, d.h))
        draw_ripples(d, sharp, horizon, "haze+20 deep-20")
        shore = curve(ridge(d.w, d.h - 16, 4, d.random), closed=False)
        sharp.line("#ffffff", 1, shore, opacity=0.8)
        sharp.land(shore, d.h, "sand", "sand-16", 18)
    else:
        for depth, y in ((45, horizon + 2), (70, horizon + 8), (100, d.h - 20)):
            d.hill(sharp, y, 6, f"haze~grass/{depth}+8", f"haze~grass/{depth}-20")
        draw_grass(d, sharp, d.spots(80, base - 3), "grass+12 grass-20 grass-35", 5)
    place, coat = (d.w / 2, base, min(44, d.w * 0.4)), d.pick("#805030 #be8c54 #5c3a28")
    if "sunset" in scene:
        sharp.art("dog", place, flip="flip" in scene, coat="near-35", own="coat")
    else:
        sharp.art("dog", place, flip="flip" in scene, coat=f"{coat}~near/{50 * d.palette.gloom:.0f}")


def draw_birds(d: Drawing, scene: Scene) -> None:
    horizon = d.h * (0.62 if "water" in scene else 1)
    _, sharp = draw_sky(d, scene.sky, horizon, light=0.45)
    if "water" in scene:
        _draw_cranes(d, sharp, scene, horizon)
    elif "wire" in scene:
        _draw_wires(d, sharp, scene)
    else:
        _draw_branch(d, sharp, scene)


def _draw_cranes(d: Drawing, sharp: Layer, scene: Scene, horizon: float) -> None:
    for depth, rise in ((30, 9), (55, 4)):
        d.hill(sharp, horizon, rise, f"#506e5a@{depth}", bottom=horizon + 0.3)
    for number in range(scene.count):
        x = d.w * (number + 0.5 + d.vary(-0.15, 0.15)) / scene.count
        sharp.art("crane", (x, horizon, d.vary(34, 42)), flip=d.either(), own="@95")
    d.mirror(horizon, "zenith~#143246/40", 0.25, 0.6)
    sharp = d.sharp()
    draw_ripples(d, sharp, horizon, "haze+10 high~near/20")
    for number in range(46):
        x, up = (d.vary(0, 0.25) + 0.75 * (number % 2)) * d.w, d.vary(14, 40)
        sharp.line("#465c38@100", 0.5, path("M??q 2???", x, d.h, -up * 0.6, d.vary(0, 4), -up))
        if number % 4 == 0:
            sharp.line("#60422c@100", 1.4, path("M??v-4", x + 2, d.h - up * 0.9))


def _draw_wires(d: Drawing, sharp: Layer, scene: Scene) -> None:
    rows = [d.h * (0.34 + 0.17 * i) for i in range(3)]
    sharp.line("near-40", 0.35, *(path("M0?q????", y, d.w / 2, 7, d.w, -2) for y in rows))
    for number in range(scene.count):
        at, y = (number + d.vary(0.25, 0.75)) / scene.count, d.random.choice(rows)
        place = d.w * at, y + 14 * at * (1 - at) - 2 * at**2, 8.5
        sharp.art("songbird", place, flip=d.either(), back="near-40", breast="near-40", own="back")


def _draw_branch(d: Drawing, sharp: Layer, scene: Scene) -> None:
    def branch(at: float) -> tuple[float, float]:
        return d.w * at, d.h * (0.735 - 0.28 * at + 0.145 * at * at)

    for tone, wide, drop in (("#5c402e@100-25", 2.6, 0.5), ("#5c402e@100", 1.4, 0)):
        line = [(x, y + drop) for x, y in (branch(step / 6) for step in range(-1, 8))]
        sharp.line(tone, wide, curve(line, closed=False))
    for tone in ("#56823e@100", "#76a04a@100", "#406838@100"):
        turns = [d.vary(20, 160) * d.random.choice((1, -1)) for _ in range(11)]
        sharp.fill(tone, *(leaf(*branch(d.vary()), 10, 4, turn) for turn in turns))
    for number in range(scene.count):
        back, breast = d.pick("#4678b4@100/#e69650@100 #5a4c42@100/#ce5234@100 #788246@100/#f0d660@100").split("/")
        place = *branch((number + 0.6) / (scene.count + 0.4)), 25
        sharp.art("songbird", place, flip=d.either(), back=back, breast=breast)


_DEPTHS = ("#96e2e2 #2896ba #0e4678 #082248", "#78d6c8 #208c96 #0c4e64 #082840", "#6096dc #2854aa #182c70 #0e143c")
_SCALES = {"orange (colour)": ("#f48228", "#faf6ee"), "yellow": ("#fad03c", "#3c425a"), "red": ("#d63638", "#fae2d2"),
           "purple": ("#9660be", "#f6ce5a")}  # fmt: skip


def draw_underwater(d: Drawing, scene: Scene) -> None:
    tones = d.random.choice(_DEPTHS)
    light, high, low, deep = tones.split()
    soft, sharp = d.backdrop(f"fade 0 {tones}")
    x = d.w * d.vary(0.25, 0.75)
    for number in range(-3, 4):
        end, top = x + number * 24 + d.vary(-6, 6), x + number * 7
        soft.fill(f"veil 0 {light}+20 40 0", polygon([(top, -1), (top + 4, -1), (end + 14, d.h), (end, d.h)]))
    if "shoal" in scene:
        home = d.w * d.vary(0.2, 0.8), d.h * d.vary(0.25, 0.5)
        for _ in range(24):
            at, y = home[0] + d.random.gauss(0, 16), home[1] + d.random.gauss(0, 7)
            sharp.art("minnow", (at, y, 1), tone=f"{high}~{deep}/50")
    if "reef" in scene:
        _draw_reef(d, sharp, low)
    for number in range(d.random.choice((2, 3, 4)) if "jelly" in scene else 0):
        x = d.w * (0.2 + 0.28 * number + d.vary(-0.06, 0.06))
        sharp.art("jellyfish", (x, d.h * d.vary(0.2, 0.46), d.vary(9, 17)))
    for name, (tone, band) in _SCALES.items():
        for at, y in d.spots(d.random.randint(3, 5), d.h * 0.14, d.h * 0.66) if f"{name} fish" in scene else ():
            sharp.art("fish", (d.w * 0.15 + at * 0.7, y, d.vary(9, 16)), flip=d.either(), tone=tone, band=band)
    rings = [disc(*spot, d.vary(0.4, 1.3)) for spot in d.spots(20, 0, d.h * 0.85)]
    sharp.line(f"{light}+50", 0.22, *rings, opacity=0.7)


def _draw_reef(d: Drawing, sharp: Layer, low: str) -> None:
    for depth in (0.75, 0.4, 0.1):
        floor, sand = d.h - 6 - 18 * depth, f"#968878~{low}/{35 + 60 * depth:.0f}"
        d.hill(sharp, floor, 5, sand, f"{sand}-30")
        for x, _ in d.spots(7):
            art = d.random.choice(("coral", "brain coral", "kelp"))
            tone = f"{d.pick('#e26478 #f0965a #b46ec8 #ecc46e #5aaa82')}~{low}/{15 + 80 * depth:.0f}"
            sharp.art(art, (x, floor + 3, 14 * (1.2 - depth)), flip=d.either(), tone=tone)
