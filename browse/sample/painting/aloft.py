"""Balloons and kites, and the sky at night."""

from __future__ import annotations

from math import sin

from browse.sample.painting.drawing import Drawing
from browse.sample.painting.outlines import box, disc, path, peaks, polygon
from browse.sample.painting.scenery import draw_grass, draw_ripples, pine_row
from browse.sample.painting.skies import draw_rainbow, draw_sky, draw_stars
from browse.sample.planning.scenes import Scene

_GORES = "#ce3430/#f6e8ce #225896/#f0b23e #7a3e8c/#f0825a #268070/#f8dc78 #e66e32/#40466e"


def draw_balloons(d: Drawing, scene: Scene) -> None:
    horizon = d.h * d.vary(0.72, 0.8)
    soft, sharp = draw_sky(d, scene.sky, horizon)
    if "rainbow" in scene:
        draw_rainbow(d, soft, horizon)
    for number, tone in enumerate(("#5c8260@40", "#6e9454@68", "#689242@96")):
        d.hill(sharp, horizon + 2 + 7 * number, 9, f"{tone}+10", f"{tone}-18")
    if "kites" in scene:
        draw_grass(d, sharp, d.spots(60, d.h - 12), "#689242@96+12 #689242@96-25", 4)
    for number in range(scene.count):
        depth = (number + 1) / scene.count
        x = d.w * ((number * 0.618 + 0.3 + d.vary(-0.05, 0.05)) % 0.8 + 0.1)
        y, size = horizon * d.vary(0.22, 0.62), 8 + 13 * depth
        color, other = (f"{tone}@{65 + 35 * depth:.0f}" for tone in d.pick(_GORES).split("/"))
        if "kites" in scene:
            sharp.line("#f0f0f0", 0.2, path("M??Q????", x, y, x + 6, (y + d.h) / 2, x + d.vary(-30, 30), d.h))
            sharp.art("kite", (x, y, size * 0.8), d.vary(-28, 28), color=color, other=other)
            continue
        sharp.art("balloon", (x, y, size), color=color, other=other)
        if scene.sky.dark:
            sharp.fill("glow #ffbe5a 80", disc(x, y + size * 0.75, size * 0.7))


def draw_night(d: Drawing, scene: Scene) -> None:
    lake, foot = "lake" in scene, d.h * (0.68 if "lake" in scene else 0.82)
    top, low = d.pick("#040618/#182254 #060a1e/#143e54 #0a061c/#3a2660").split("/")
    d.palette.name(low=low, land="#080a12")
    soft = d.soft()
    soft.fill(f"fade 0 {top} {top}~low/50 low", box(0, 0, d.w, d.h))
    if "galaxy" in scene:
        _draw_galaxy(d, foot)
    elif "aurora" in scene:
        _draw_aurora(d, foot)
    else:
        soft.fill("glow #466ec8 50", disc(d.w * d.vary(), foot * 0.4, 70))
    sharp = d.sharp()
    draw_stars(d, sharp, foot * 1.2)
    sharp.land(polygon(peaks(d.w, foot, 17, d.random, 4), closed=False), d.h, "land~low/55")
    sharp.fill("land~low/20", *pine_row(d, d.w, foot + 1, 11, 34))
    if lake:
        d.mirror(foot, "#060e22", 0.28)
        sharp = d.sharp()
        draw_ripples(d, sharp, foot, "low+15 land")
    sharp.fill("land", *pine_row(d, d.w * 0.32, *((d.h + 1, 36, 5) if lake else (foot + 5, 30, 6))))
    if not lake:
        d.hill(sharp, foot + 4, 4, "#12161e", "land")
    base, x = d.h - 6, d.w * d.vary(0.4, 0.6)
    if "tent" in scene:
        sharp.art("tent", (x, base, 25))
    if "fire" in scene:
        sharp.art("fire", (x + (26 if "tent" in scene else 6), base + 1, 11))


def _draw_galaxy(d: Drawing, foot: float) -> None:
    veil, sharp, lean = d.soft(0.1), d.sharp(), d.w * d.random.choice((-1, 1)) * d.vary(0.3, 0.8)
    for number in range(46):
        at = d.vary(-0.1, 1.1)
        tone = "#0e0822" if number % 5 == 4 else d.pick("#966edc #be96e6 #e6bedc #788ce6")
        spot = disc(d.w / 2 + lean * (at - 0.5) + d.random.gauss(0, 6), foot * at, d.vary(6, 19))
        veil.fill(f"glow {tone} 45", spot)
    stars = [(d.vary(), d.random.gauss(0, 9)) for _ in range(420)]
    dots = [box(d.w / 2 + lean * (at - 0.5) + aside, foot * at, 0.28, 0.28) for at, aside in stars]
    sharp.fill("#faf0ff", *dots, opacity=0.7)


def _draw_aurora(d: Drawing, foot: float) -> None:
    veil = d.soft(0.12)
    for band, color in enumerate(("#46f0a0", "#3cd2be", "#aa5adc")):
        phase, y, wide = d.vary(0, 6), foot * (0.62 - 0.15 * band), d.w / 39
        for step in range(40):
            low = y + 11 * sin(phase + step * 0.19) + 3 * sin(step * 0.7)
            tall = 26 + 14 * sin(phase * 2 + step * 0.5) + d.vary(0, 10)
            veil.fill(f"veil 0 {color} 0 60", box(wide * step - 1.2, low - tall, wide + 1, tall))
            veil.fill(f"veil 0 {color} 60 0", box(wide * step - 1.2, low, wide + 1, 4))
