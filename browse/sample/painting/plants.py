"""Forest, blossom and fields of flowers."""

from __future__ import annotations

from math import cos, radians, sin, sqrt

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, disc, leaf, path, polygon
from browse.sample.painting.scenery import draw_grass
from browse.sample.painting.skies import draw_sky
from browse.sample.planning.scenes import Scene

_SEASONS = {
    "summer": "#eef6be #7eb05c #406830 #468038 #689e42 #96be5a",
    "autumn": "#ffecb2 #e0a054 #865028 #b04822 #de7a28 #f2b240",
    "winter": "#eef4fa #bacadc #ecf2fa #d6e0ec #ecf2f8 #fafcff",
    "misty": "#e8eee4 #a8baac #5c7658 #54725c #708e70 #92aa8a",
}
"""Light behind the trees, air, ground, and leaves of three tones."""


def draw_forest(d: Drawing, scene: Scene) -> None:
    light, air, ground, *leaves = next(tones.split() for season, tones in _SEASONS.items() if season in scene)
    d.palette.name(light=light, air=air, ground=ground, track="#ceb48c~ground/45")
    foot, x, winter = d.h * d.vary(0.66, 0.76), d.w * d.vary(0.3, 0.7), "winter" in scene
    soft, sharp = d.backdrop("air")
    soft.fill("glow light 100", disc(x, foot * 0.62, max(d.w, d.h) * 0.8))
    soft.fill("fade 0 ground~light/35 ground ground-35", box(0, foot, d.w, d.h))
    if "path" in scene:
        sides = x + 12, foot + 8, x - 24, d.h + 1, x + 22, x + 24, foot + 9, x + 1, foot
        soft.fill("fade 0 track+25 track-10", path("M??Q????H?Q????z", x - 1, foot, *sides))
    for row, count in enumerate((9, 7, 5, 3)):
        d.palette.name(trunk=f"air~{'#463e3e' if winter else '#423026'}/{15 + 28 * row}")
        for _ in range(count):
            at = d.vary() if row < 3 else d.random.choice((d.vary(0, 0.28), d.vary(0.72, 1)))
            _draw_trunk(d, sharp, (d.w * at, foot + 5 * row**1.3, 1.3 + 1.5 * row), row)
        for shade, color in enumerate(leaves):
            spots = d.spots(2 if winter else 6, -foot * 0.04 * row, foot * 0.55)
            puffs = [disc(px, py**2 / foot / 0.6, d.vary(3, 7.5 - shade)) for px, py in spots]
            sharp.fill(f"air~{color}/{41 + 21 * row}~light/12", *puffs, crisp=row < 3)
    places = [(d.vary(0, d.w), foot + (d.h - foot) * d.vary() ** 0.7) for _ in range(48)]
    if winter:
        sharp.fill("#ffffff", *(disc(px, py, 0.5) for px, py in places))
    elif "autumn" in scene:
        sharp.fill(leaves[1], *(leaf(px, py, 1.8, 0.8, d.vary(0, 180)) for px, py in places))
    else:
        draw_grass(d, sharp, places, "ground+16 ground-30", 4)
    veil = d.soft(0.1)
    for number in range(6 if "rays" in scene else 0):
        end, top = d.w * (number / 5 + d.vary(-0.15, 0.05)), -d.h * 0.1
        veil.fill("veil 0 light 42 5", polygon([(x, top), (x + 3, top), (end + 17, d.h), (end, d.h)]))


def _draw_trunk(d: Drawing, sharp: Layer, place: tuple[float, float, float], row: int) -> None:
    _, base, half = place
    lean, top = d.vary(-3, 3) / half, -(base + 2) / half
    with sharp.at(*place):
        for tone, share in (("trunk-25", 1), ("trunk", 0.55), ("trunk+8", 0)):
            ends = lean - 0.7, top, 1.2 * share - 0.5 + lean, 1.4 * share - 0.6, 2.6 * share - 1
            sharp.fill(tone, path("M-1.5 0Q-.8-2??H?Q?-2? 0z", *ends))
        for _ in range(row):
            y, way = -base / half * d.vary(0.4, 0.9), d.random.choice((-1, 1))
            sharp.line("trunk", 0.35, path("M??q????", lean * 0.6, y, way * 4, -2, way * 8, -7))


_BLOOMS = {
    "red": "#ce242c #461014",
    "pink": "#ee88a8 #ecc85a",
    "white": "#f6f4ee #f0c43c",
    "yellow": "#fac628 #603818",
    "purple": "#925cbe #f6ce50",
    "orange (colour)": "#f2842c #6e3010",
    "blue": "#5c7cd6 #f8dc6e",
}
"""Petals and heart."""


def draw_blossom(d: Drawing, scene: Scene) -> None:
    petal, heart = next(tones.split() for color, tones in _BLOOMS.items() if color in scene)
    dark, middle, light = d.pick("#305436/#628c52/#a8c078 #183436/#345c54/#6e9678 #5c6e3c/#96a860/#d6d896").split("/")
    d.palette.name(petal=petal, heart=heart, dark=dark, middle=middle, light=light, green="#568a3e~middle/30")
    far, soft, sharp = d.soft(0.06), d.soft(), d.sharp()
    far.fill("fade 20 middle dark", box(0, 0, d.w, d.h))
    for x, y in d.spots(16):
        far.fill(d.pick("dark middle light petal~middle/50"), disc(x, y, d.vary(6, 26)), opacity=0.45)
    for x, y in d.spots(9):
        size = d.vary(3, 9)
        soft.fill("glow light 50", disc(x, y, size))
        soft.fill("light", disc(x, y, size * 0.62), opacity=0.2)
    x, y, reach = d.w * d.vary(0.42, 0.58), d.h * d.vary(0.4, 0.48), 32
    for tone, wide, left in (("green-30", 3.4, 0), ("green", 1.8, 1)):
        sharp.line(tone, wide, path("M??Q????", x - left, y, x + 5 - left, y + 40, x - 2 - left, d.h + 3))
    for turn in (-28, -150):
        with sharp.at(x, d.h - 12, 1, turn):
            sharp.fill("fade 0 green+15 green-35", leaf(0, 0, 38, 22, 0))
            sharp.line("green+25", 0.4, "M0 0H32")
    with sharp.at(x, y, reach, d.vary(0, 60)):
        _draw_petals(d, sharp, scene.count)
        _draw_heart(sharp, 0.34 if scene.count > 12 else 0.2)
    if "butterfly" in scene:
        wing = d.pick("#ec7828 #5084dc #f0ce50 #ce3232")
        sharp.art("butterfly", (x + reach * 0.6, y - reach * 0.75, 15), 18, wing=wing)


def _draw_petals(d: Drawing, sharp: Layer, count: int) -> None:
    half = min(0.59, 2.7 / count)
    ends = -half, -half * 1.25, -half * 0.3, half * 0.3, half * 1.25, half
    shape = path("M.08 0C.2?.8?.98?Q1.03 0 .98?C.8?.2?.08 0z", *ends)
    for number in range(count * (2 if count > 6 else 1)):
        with sharp.at(0, 0, 1 if number < count else 0.8, 360 * (number + 0.5 * (number // count)) / count):
            sharp.line("petal-30", 0.02, shape)
            sharp.fill("fade 90 petal-45 petal petal+30", shape)
            sharp.line("petal-22", 0.01, "M.2 0L.8 0M.3 .04L.7 .1M.3-.04L.7-.1")


def _draw_heart(sharp: Layer, size: float) -> None:
    sharp.fill("glow #140a0a 75", disc(0.02, 0.03, size * 1.5))
    sharp.fill("ball heart+25 heart heart-45", disc(0, 0, size))
    seeds = [(radians(137.5 * i), size * sqrt(i / 110) * 0.96) for i in range(110)]
    for tone, start in (("heart+40", 0), ("heart-40", 1)):
        sharp.fill(tone, *(disc(far * cos(turn), far * sin(turn), size * 0.055) for turn, far in seeds[start::2]))


_ROWS = {"tulips": ("tulip", "#d62834 #f6ca3c #ec7896"), "lavender": ("lavender", "#805cb8 #9670cc #704ea8")}


def draw_flower_field(d: Drawing, scene: Scene) -> None:
    horizon, middle = d.h * d.vary(0.42, 0.54), d.w * d.vary(0.35, 0.65)
    soft, sharp = draw_sky(d, scene.sky, horizon)
    d.palette.name(green="#608e42@100", red="#d62c24@100")
    soft.fill("fade 0 green~haze/40 green green-30", box(0, horizon, d.w, d.h))
    d.hill(sharp, horizon + 1, 6, "#547c56@50~haze/20", bottom=horizon + 2)
    if "mill" in scene:
        sharp.art("mill", (d.w * d.random.choice((0.25, 0.75)), horizon + 3, 30), own="@90")
    if "poppies" in scene:
        places = [(d.vary(0, d.w), far**1.5) for far in sorted(d.vary() for _ in range(150))]
        tufts = [(x, horizon + (d.h - horizon) * far + 4) for x, far in places[40:]]
        draw_grass(d, sharp, tufts, "green-22 green+12 green-40", 6)
        for x, far in places:
            sharp.art("poppy", (x, horizon + 0.5 + (d.h - horizon) * far, 0.5 + 3.6 * far), red="red")
    for kind, (art, tones) in _ROWS.items():
        for row in range(-11, 12) if kind in scene else ():
            d.palette.name(tone=f"{tones.split()[row % 3]}@100")
            far, near = (middle + row * 1.3, horizon + 1), (middle + row * 22, d.h)
            corners = [far, (far[0] + 0.9, far[1]), (near[0] + 15, near[1]), near]
            sharp.fill("tone~green/40-12", polygon(corners))
            _draw_row(d, sharp, art, far, near[0] - far[0])


def _draw_row(d: Drawing, sharp: Layer, art: str, start: tuple[float, float], lean: float) -> None:
    for step in range(24):
        down = (step + d.vary()) / 24
        x = start[0] + lean * down + (0.35 + d.vary(-0.3, 0.3)) * (1.3 + 20.7 * down)
        if -4 < x < d.w + 4:
            place = x, start[1] + (d.h - start[1]) * down, 0.3 + 2.5 * down
            sharp.art(art, place, d.random.gauss(0, 6), tone="tone" if step % 3 else "tone+25")
