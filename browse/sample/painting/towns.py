"""City, street and canal."""

from __future__ import annotations

from itertools import product

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, disc, path
from browse.sample.painting.scenery import draw_ripples
from browse.sample.painting.skies import draw_sky
from browse.sample.planning.scenes import Scene

_LAMP = "#ffd682"


def draw_city(d: Drawing, scene: Scene) -> None:
    foot, dark = d.h * (d.vary(0.6, 0.68) if "river" in scene else 0.9), scene.sky.dark
    soft, sharp = draw_sky(d, scene.sky, foot)
    if dark:
        soft.fill("glow #ffbe78 45", disc(d.w / 2, foot, d.w * 0.6, 26))
    for depth, step, most in ((35, 8, 44), (62, 9, 40), (95, 11, 24)):
        for number in range(int(d.w / step) + 2):
            x, share = (number - 0.5) * step + d.vary(-1, 1), 1.35 - abs(number * step / d.w - 0.5) * 1.2
            tall = min(foot * 0.7, d.vary(12, most) * share)
            _draw_block(d, sharp, (x, foot, step * d.vary(0.7, 1), tall), depth, dark=dark)
    d.palette.name(spire="#5c687a@80")
    if "spire" in scene:
        place = d.w * d.vary(0.35, 0.65), foot, min(70, foot * 0.95)
        sharp.art("spire", place, tone="spire", glass=_LAMP if dark else "spire-30")
    if "crane" in scene:
        sharp.art("crane (machine)", (d.w * d.vary(0.15, 0.85), foot, 56), flip=d.either(), tone="#e29e28@95")
    if "river" in scene:
        _draw_river(d, sharp, scene, foot)
        return
    for number in range(7):
        x, top, wide = d.w * (number - 0.2) / 6, foot - d.vary(0, 5), d.w * 0.1
        d.palette.name(roof=f"{d.pick('#5c3c34 #48464e #6c4c3c')}@100")
        sharp.fill("roof-35", path("M??V?l??l??V?z", x, d.h, top + 5, wide, -5, wide, 5, d.h))
        sharp.line("roof", 1.6, path("M??l??l??", x, top + 5, wide, -5, wide, 5))


def _draw_block(d: Drawing, sharp: Layer, where: tuple[float, float, float, float], depth: int, *, dark: bool) -> None:
    x, foot, wide, tall = where
    y, top = foot - tall, d.random.choice((0, 0, 0, wide * 0.2))
    d.palette.name(block=f"{d.pick('#546278 #70686a #465868 #7c7062')}@{depth}")
    sharp.fill("block", box(x, y, wide, tall), box(x + top, y - top, wide - 2 * top, top + 0.3), crisp=True)
    sharp.fill("block-22", box(x + wide * 0.62, y, wide * 0.38, tall), crisp=True)
    if d.vary() < 0.3:
        sharp.line("block", wide * 0.05, path("M??v?", x + wide / 2, y - top, -wide * 0.8))
    if depth > 50 or dark:
        grid = product(range(5), range(int(tall / wide / 0.26)))
        places = [(x + wide * (0.1 + 0.17 * i), y + wide * (0.16 + 0.26 * j)) for i, j in grid]
        panes = [box(*place, wide * 0.09, wide * 0.13) for place in places if d.vary() < (0.3 if dark else 0.7)]
        lit = f"block~{d.pick(f'{_LAMP} #ffe8b4 #d6e2ff')}/{30 + 0.65 * depth:.0f}"
        sharp.fill(lit if dark else "block+22", *panes, crisp=True)


def _draw_river(d: Drawing, sharp: Layer, scene: Scene, foot: float) -> None:
    sharp.fill("#282e34@100", box(0, foot - 2, d.w, 2.3))
    if scene.sky.dark:
        sharp.fill(_LAMP, *(disc(6 * i, foot - 2.6, 0.4) for i in range(int(d.w / 6) + 1)))
    if "bridge" in scene:
        deck, left, right = foot - 7, d.w * 0.28, d.w * 0.76
        top, slope, d.palette["steel"] = deck - 18, d.w * 0.1, d.palette.color("#964638@100")
        ends = (left - slope, deck, left, top, d.w * 0.52, deck + 13, right, top, right + slope, deck, d.w * 1.2, deck)
        sharp.line("steel", 0.6, path("M??Q????Q????Q????", -0.2 * d.w, deck, *ends))
        ropes = [(left + (right - left) * i / 24, -2.6 - 15.4 * (i / 12 - 1) ** 2) for i in range(1, 24)]
        sharp.line("steel", 0.22, *(path("M??v?", x, deck, rise) for x, rise in ropes))
        towers = [box(x - 1, top - 1, 2, foot - top + 1) for x in (left, right)]
        sharp.fill("steel", box(0, deck, d.w, 1.6), *towers)
    d.mirror(foot, "zenith~#061424/50", 0.25, 0.6)
    draw_ripples(d, d.sharp(), foot, "haze+10 zenith-40")


_WALLS = {"pink": "#e2aaa0", "yellow": "#eac880", "blue": "#86aabe", "white": "#e8e2d6", "brick": "#a85c46",
          "green": "#96ac8e"}  # fmt: skip
_PAINTS = {"red": "#be2426", "blue": "#2a5696", "yellow": "#ecb82c", "white": "#eceae4", "black": "#282a30",
           "green": "#3a7054"}  # fmt: skip


def draw_street(d: Drawing, scene: Scene) -> None:
    night, curb = "night" in scene, d.h - 24
    wall = next(color for name, color in _WALLS.items() if f"{name} wall" in scene)
    d.palette.name(wall=f"{wall}~#121634/{72 if night else 0}", road="#22242e" if night else "#626266")
    d.palette.name(paved="#464854" if night else "#aca69e", frame=f"wall+{10 if night else 50}")
    soft, sharp = d.backdrop("fade 35 wall+8 wall wall-18")
    soft.fill("fade 0 road road+10", box(0, curb, d.w, d.h))
    if "brick wall" in scene:
        rows = range(int(curb / 2.3) + 1)
        sharp.line("wall+22", 0.25, *(path("M0?h?", 2.3 * i, d.w) for i in rows))
        joints = (path("M??h?", -2.6 * (i % 2), 2.3 * i + 1.15, d.w + 3) for i in rows)
        sharp.line("wall+22", 2.3, *joints, ends='stroke-linecap="butt" stroke-dasharray="0.25 5"')
    sharp.fill("wall-30", box(0, curb - 9, d.w, 9))
    for row in range(int(curb / 36) + 1):
        for left in range(int(d.w / 2) - 122, int(d.w) + 10, 38):
            glass = ("#ffc46e" if d.vary() < 0.45 else "#222a42") if night else "#8aa8b8"
            if left > -30:
                sharp.art("window", (left, curb - 44 - 42 * row, 1), glass=glass)
    sharp.fill("paved", box(0, curb - 2, d.w, 8))
    sharp.fill("paved-35", box(0, curb + 6, d.w, 1.4))
    sharp.fill("road+40", *(box(i * 30, d.h - 3, 16, 1.1) for i in range(9)))
    if "tree" in scene:
        place = d.w * d.random.choice((0.16, 0.84)), curb + 4, min(curb * 1.15, 92)
        sharp.art("tree", place, flip=d.either(), leafy="#1e302c" if night else d.pick("#568c42 #6c983c"))
    paint = next(color for name, color in _PAINTS.items() if name in scene)
    ride = next(kind for kind in ("car", "van", "bicycle") if kind in scene)
    place, glass = (d.w * d.vary(0.42, 0.58), d.h - 12, min(40, d.w * 0.44)), "#3c4860" if night else "#688294"
    sharp.art(ride, place, flip=d.either(), paint=f"{paint}~#10142e/{50 if night else 0}", glass=glass)
    if night:
        veil, x = d.soft(), d.w * d.random.choice((0.22, 0.78))
        veil.fill(f"glow {_LAMP} 55", disc(x, d.h * 0.3, 62))
        veil.fill("glow #fff0c8 100", disc(x, d.h * 0.3, 8))


def draw_canal(d: Drawing, scene: Scene) -> None:
    quay, x, dark = d.h * d.vary(0.6, 0.68), -d.vary(0, 12), scene.sky.dark
    _, sharp = draw_sky(d, scene.sky, quay)
    d.palette.name(frame="#f0eadc@95", pane="#3e5468@90")
    while x < d.w:
        wide = d.vary(17, 23)
        with sharp.at(x, quay - 2, wide):
            _draw_front(d, sharp, min(quay * 0.78, d.vary(40, 52)) / wide, dark=dark)
        x += wide
    sharp.fill("#625a54@100", box(0, quay - 2.5, d.w, 2.8))
    for at in range(9, int(d.w), 33) if dark else ():
        sharp.fill(f"glow {_LAMP} 90", disc(at, quay - 12, 5))
        sharp.line("#141418@100", 0.6, path("M??v-11", at, quay))
    if "boat" in scene:
        hull, glass = f"{d.pick('#2c545c #96342c #3c4a3c')}@100", "#ffdc96" if dark else "#466070@100"
        sharp.art("houseboat", (d.w * d.vary(0.3, 0.7), quay + 1, 17), hull=hull, glass=glass)
    line = quay + 1.8 * ("boat" in scene)
    d.mirror(line, "zenith~#1e2e2c/60", 0.25, 0.5)
    draw_ripples(d, d.sharp(), line, "high~haze/30 near-10")


_GABLES = (
    "M0 0V?h.12v-.18h.13v-.18h.13v-.19h.24v.19h.13v.18h.13v.18h.12V0z",
    "M0 0V?q.28 0 .3-.55q.2-.16 .4 0q.02 .55 .3 .55V0z",
    "M0 0V?l.5-.55l.5 .55V0z",
)


def _draw_front(d: Drawing, sharp: Layer, tall: float, *, dark: bool) -> None:
    """A house front as wide as the unit, its door at (0, 0)."""
    d.palette.name(front=f"{d.pick('#9c523e #be885c #784238 #d6be96 #60585c #ac6854 #ceaa6e')}@95")
    gable, door = path(d.random.choice(_GABLES), -tall), d.random.choice((0.09, 0.69))
    sharp.fill("front", gable)
    sharp.line("frame~front/25", 0.035, gable)
    sharp.fill("front-16", box(0.93, -tall, 0.07, tall))
    floors = 3 if tall < 2.4 else 4
    step = tall / (floors + 0.3)
    for x, y in [(x, step * (floor + 0.12) - tall) for floor in range(floors) for x in (0.09, 0.39, 0.69)]:
        if x == door and y > -1.5 * step:
            sharp.fill(f"{d.pick('#962428 #1e3a6e #24503e')}@95", box(x, y, 0.22, -y))
        else:
            sharp.art("sash", (x, y, step * 1.5), glass=_LAMP if dark and d.vary() < 0.6 else "pane")
    sharp.art("sash", (0.42, -tall - 0.34, step), glass="pane")
