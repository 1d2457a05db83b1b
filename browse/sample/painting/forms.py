"""Pictures of nothing but form: patterns, compositions, and fields of color."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from browse.sample.painting.drawing import CRISP, Drawing, Layer
from browse.sample.painting.outlines import Point, box, curve, disc, leaf, path, polygon, regular, star
from browse.sample.planning.scenes import Scene

PALETTES = {
    "red": "#f0e2ce #c4342e #781c26 #e8805c",
    "orange (colour)": "#faecd6 #ee8430 #c45424 #fabc68",
    "yellow": "#fcf4dc #f6c83e #e09c28 #605c58",
    "green": "#eceedc #48865c #245446 #a4be70",
    "blue": "#e8eef2 #3468a8 #1a366e #7eb2d6",
    "purple": "#f0e8f2 #8054a8 #482e70 #c494ce",
    "pink": "#fceeea #ea84a0 #c4527a #fabeba",
    "black and white": "#f4f3f0 #1a1a1c #5a5a5c #b2b2b2",
}
_MIXED = (
    "#f2e8d4 #d24030 #264e7a #f0b83e #222228",
    "#f4ece2 #e07a5f #3d405b #81b29a #f2cc8f",
    "#1e2236 #ee6c4d #98c1d9 #e0fbfc #3d5a80",
    "#faf0e6 #e76f51 #2a9d8f #264653 #e9c46a",
)
_SIZES = {"hexagons": (1, 0.866), "scales": (1, 0.5), "triangles": (1, 0.866), "stars": (1.2, 1), "rings": (1.4, 1),
          "leaves": (1.3, 1), "dots": (1, 1), "checks": (1, 1)}  # fmt: skip
"""Each motif's size, and how far its rows are from each other."""


def draw_pattern(d: Drawing, scene: Scene) -> None:
    tones = next(tones.split() for color, tones in PALETTES.items() if color in scene)
    ground, *fronts = (tones[i] for i in ((2, 0, 1, 3) if d.vary() < 0.4 else (0, 1, 2, 3)))
    size = d.random.choice((8, 11, 15))
    _, sharp = d.backdrop(f"fade 45 {ground}+10 {ground} {ground}-8")
    if "stripes" in scene:
        _draw_stripes(d, sharp, fronts, size)
        return
    motif = next(motif for motif in _SIZES if motif in scene)
    across, down = size * _SIZES[motif][0], size * _SIZES[motif][0] * _SIZES[motif][1]
    shapes: list[list[str]] = [[], [], []]
    for row in range(int(d.h / down) + 2):
        for column in range(-1, int(d.w / across) + 2):
            x, y = (column + 0.5 * (row % 2)) * across, row * down
            for tone, shape in _motif(d, motif, (row, column), (x, y, across)):
                shapes[tone % 3].append(shape)
    for front, several in zip(fronts, shapes, strict=True):
        if motif == "scales":
            sharp.line(front, across * 0.07, *several, ends=CRISP)
        else:
            sharp.fill(front, *several)


def _motif(d: Drawing, motif: str, cell: tuple[int, int], place: tuple[float, float, float]) -> list[tuple[int, str]]:
    """The number of the tone and the outline of each part of the motif in a cell."""
    (row, column), (x, y, size) = cell, place
    tone = row + 2 * column
    if motif == "triangles":
        tone, tall = d.random.choice((0, 1, 2, 2)), size * 0.866
        up, down = path("M??l??h?z", x, y, size / 2, tall, -size), path("M??h?l??z", x, y, size, -size / 2, tall)
        return [(tone, up), (tone + 1, down)][: d.random.choice((1, 2))]
    if motif == "leaves":
        turns = ((row + column, -35), (row + column, -145), (row + column + 1, -90))
        return [(number, leaf(x, y + size * 0.3, size * 0.55, size * 0.3, turn)) for number, turn in turns]
    if motif == "scales":
        reaches = [size * reach for reach in (0.5, 0.38, 0.26, 0.14)]
        return [(i // 2, path("M??a?? 0 0 1? 0", x - far, y, far, far, 2 * far)) for i, far in enumerate(reaches)]
    if motif == "rings":
        hole = disc(x, y, size * 0.3).replace(" 0 1 0 ", " 0 1 1 ")
        return [(tone, disc(x, y, size * 0.44) + hole), (tone + 2, disc(x, y, size * 0.16))]
    if motif == "checks":
        return [(row // 2 + column // 2, box(column * size, y, size, size))] * ((row + column) % 2)
    return [(tone + (row // 2) * (motif == "hexagons"), _SINGLE[motif](x, y, size))]


_SINGLE: dict[str, Callable[[float, float, float], str]] = {
    "dots": lambda x, y, size: disc(x, y, size * 0.33),
    "hexagons": lambda x, y, size: regular(x, y, size * 0.545, 6),
    "stars": lambda x, y, size: star(x, y, size * 0.46, size * 0.19, 5),
}


def _draw_stripes(d: Drawing, sharp: Layer, fronts: list[str], size: float) -> None:
    reach, x, number = d.h * d.random.choice((0.0, 1.0, 0.5)), -d.h, 0
    widths = [d.random.choice((0.4, 0.8, 1.2)) * size for _ in range(3)]
    while x < d.w:
        wide = widths[number % 3]
        sharp.fill(fronts[number % 3], path("M? 0h?L??h?z", x + reach, wide, x + wide, d.h, -wide))
        x, number = x + wide + size * 0.7, number + 1


def draw_composition(d: Drawing, scene: Scene) -> None:
    tones = _MIXED[0 if "blocks" in scene else scene.count].split()
    _, sharp = d.backdrop(f"fade 30 {tones[0]}+8 {tones[0]}-8")
    next(draw for kind, draw in _ARTS.items() if kind in scene)(d, sharp, tones)


def _draw_circles(d: Drawing, sharp: Layer, tones: list[str]) -> None:
    for number in range(10):
        x, y, size = d.vary(0.1, 0.9) * d.w, d.vary(0.1, 0.9) * d.h, d.random.choice((7, 12, 18, 25))
        shape = regular(x, y, size * 1.2, 3, d.vary(0, 120)) if number % 4 == 3 else disc(x, y, size)
        sharp.fill(tones[1 + number % 4], shape, opacity=0.85)
    ends = d.spots(8)
    lines = [polygon(ends[i : i + 2], closed=False) for i in range(0, 8, 2)]
    sharp.line(tones[4], 0.6, *lines, disc(*ends[0], 20))


def _draw_spiral(d: Drawing, sharp: Layer, tones: list[str]) -> None:
    turns, x, y = d.random.choice((4, 5, 6)), d.w * d.vary(0.4, 0.6), d.h * d.vary(0.42, 0.58)

    def arm(lead: float) -> list[Point]:
        steps = [(max(d.w, d.h) * 0.75 * (i / turns / 20) ** 1.3, pi * i / 10 + lead) for i in range(turns * 20 + 1)]
        return [(x + far * cos(turn), y + far * sin(turn)) for far, turn in steps]

    for number, tone in enumerate(tones[1:]):
        lead = pi / 2 * number
        sharp.fill(tone, polygon([*arm(lead), *reversed(arm(lead + 0.95))]))


def _draw_blocks(d: Drawing, sharp: Layer, tones: list[str]) -> None:
    columns, rows = ([0, *(long * (i + d.vary(-0.35, 0.35)) / 5 for i in range(1, 5)), long] for long in (d.w, d.h))
    for number, cell in enumerate(d.random.sample(range(25), 7)):
        (left, right), (top, low) = columns[cell % 5 :][:2], rows[cell // 5 :][:2]
        sharp.fill(tones[1 + number % 3], box(left, top, right - left, low - top))
    lines = [path("M? 0v?", x, d.h) for x in columns[1:-1]] + [path("M0?h?", y, d.w) for y in rows[1:-1]]
    sharp.line(tones[4], 2, *lines)


def _draw_target(d: Drawing, sharp: Layer, tones: list[str]) -> None:
    rings = d.random.choice((5, 7, 9))
    for ring in range(rings):
        size, tone = 46 * (1 - ring / rings), tones[1 + ring % 4]
        sharp.fill(f"{tone}-35", disc(d.w / 2 + 0.7, d.h / 2 + 1, size))
        sharp.fill(f"fade 40 {tone}+12 {tone}-8" if ring == 0 else tone, disc(d.w / 2, d.h / 2, size))


def _draw_arcs(d: Drawing, sharp: Layer, tones: list[str]) -> None:
    size = d.random.choice((20, 25, 33.4))
    for row in range(int(d.h / size) + 1):
        for column in range(int(d.w / size) + 1):
            ground, front = d.random.sample(tones, 2)
            with sharp.at((column + 0.5) * size, (row + 0.5) * size, size / 2, 90 * d.random.randrange(4)):
                sharp.fill(ground, box(-1, -1, 2.02, 2.02))
                sharp.fill(front, "M-1-1H1A2 2 0 0 1-1 1z")
                sharp.fill(ground, "M-1-1H0A1 1 0 0 1-1 0z")


_ARTS = {"circles": _draw_circles, "spiral": _draw_spiral, "blocks": _draw_blocks, "target": _draw_target,
         "arcs": _draw_arcs}  # fmt: skip


def draw_color_field(d: Drawing, scene: Scene) -> None:
    tones = next(tones.split() for color, tones in PALETTES.items() if color in scene)
    next(draw for kind, draw in _FIELDS.items() if kind in scene)(d, tones)


def _draw_fields(d: Drawing, tones: list[str]) -> None:
    layer, y = d.soft(0.12), 7.0
    layer.fill(f"{tones[2]}~{tones[1]}/35", box(0, 0, d.w, d.h))
    for tone in d.random.sample([tones[1], tones[3], f"{tones[3]}~{tones[0]}/50", f"{tones[2]}-35"], 3):
        tall = (d.h - 20) * d.vary(0.22, 0.4)
        layer.fill(f"fade 30 {tone}+6 {tone}-8", box(8, y, d.w - 16, tall))
        y += tall + 4
    marks = [path("M??h?", x * 0.4 + 9, at, d.w * 0.3) for x, at in d.spots(30, 8, d.h - 8)]
    sharp = d.sharp()
    for mark in marks:
        sharp.line(f"{tones[3]}+20", 0.7, mark, opacity=0.09)


def _draw_watercolor(d: Drawing, tones: list[str]) -> None:
    soft, sharp = d.backdrop(f"fade 0 {tones[0]} {tones[0]}~{tones[3]}/40")
    for x, y in d.spots(24):
        tone, size = d.random.choice(tones[1:]), d.vary(8, 24)
        edge = [(i * 0.7, size * d.vary(0.75, 1.2)) for i in range(9)]
        shape = curve([(x + reach * cos(turn), y + reach * sin(turn)) for turn, reach in edge])
        soft.fill(f"glow {tone} 20 60", shape)
        sharp.line(f"{tone}-15", 0.35, shape, opacity=0.25)


def _draw_waves(d: Drawing, tones: list[str], *, shaded: bool) -> None:
    layer = d.soft(0.25 if shaded else 0.5)
    layer.fill(tones[0], box(0, 0, d.w, d.h))
    slow, fast, bend, y = d.vary(10, 26), d.vary(6, 15), 14 if shaded else 22, -25.0
    while y < d.h + 30:
        tone = f"{d.random.choice(tones[1:])}~{tones[0]}/{d.vary(0, 40):.0f}"
        xs = range(-10, int(d.w) + 20, 10)
        line = [(x, y + bend * (0.6 * sin(x / slow) + 0.5 * sin(x / fast + y / 14))) for x in xs]
        paint = f"fade 0 {tone}+15 {tone} {tone}-25" if shaded else tone
        layer.fill(paint, f"{curve(line, closed=False)}V{d.h + 30:.0f}H-10z")
        y += d.vary(3, 12)


_FIELDS: dict[str, Callable[[Drawing, list[str]], None]] = {
    "fields": _draw_fields,
    "flow": lambda d, tones: _draw_waves(d, tones, shaded=True),
    "watercolor": _draw_watercolor,
    "marbling": lambda d, tones: _draw_waves(d, tones, shaded=False),
}
