"""Pictures of nothing but form: patterns, compositions, and fields of color."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin, sqrt
from random import Random

from browse.sample.painting.colors import Ball, Color, Fade, darker, lighter, mix
from browse.sample.painting.drawing import CRISP, Drawing, Layer, Place
from browse.sample.painting.scenes import Scene, planned
from browse.sample.painting.shapes import Point, box, curve, disc, leaf, polygon, regular, star

PALETTES: dict[str, tuple[Color, ...]] = {
    "red": ((240, 226, 206), (196, 52, 46), (120, 28, 38), (232, 128, 92)),
    "orange (colour)": ((250, 236, 214), (238, 132, 48), (196, 84, 36), (250, 188, 104)),
    "yellow": ((252, 244, 220), (246, 200, 62), (224, 156, 40), (96, 92, 88)),
    "green": ((236, 238, 220), (72, 134, 92), (36, 84, 70), (164, 190, 112)),
    "blue": ((232, 238, 242), (52, 104, 168), (26, 54, 104), (126, 178, 214)),
    "purple": ((240, 232, 242), (128, 84, 168), (72, 46, 112), (196, 148, 206)),
    "pink": ((252, 238, 234), (234, 132, 160), (196, 82, 122), (250, 190, 186)),
    "black and white": ((244, 243, 240), (26, 26, 28), (90, 90, 92), (178, 178, 178)),
}
_MIXED: tuple[tuple[Color, ...], ...] = (
    ((242, 232, 212), (210, 64, 48), (38, 78, 122), (240, 184, 62), (34, 34, 40)),
    ((244, 236, 226), (224, 122, 95), (61, 64, 91), (129, 178, 154), (242, 204, 143)),
    ((30, 34, 54), (238, 108, 77), (152, 193, 217), (224, 251, 252), (61, 90, 128)),
    ((250, 240, 230), (231, 111, 81), (42, 157, 143), (38, 70, 83), (233, 196, 106)),
)
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
_PATTERN = {"": "pattern, textile", **MOTIFS, **{color: color for color in PALETTES}}


def pattern(random: Random) -> Scene:
    """One motif over and over, in the tones of one color."""
    return pattern_of(random.choice(tuple(MOTIFS)), random.choice(tuple(PALETTES)))


def pattern_of(motif: str, color: str) -> Scene:
    return planned("pattern", _draw_pattern, _PATTERN, motif, color)


def _draw_pattern(drawing: Drawing, scene: Scene) -> None:
    random, width, height = drawing.random, drawing.width, drawing.height
    tones, motif = PALETTES[scene.one_of(PALETTES)], scene.one_of(MOTIFS)
    if random.random() < 0.4:
        tones = (tones[2], tones[0], tones[1], tones[3])
    soft, sharp = drawing.soft(), drawing.sharp()
    soft.fill(Fade((lighter(tones[0], 0.1), tones[0], darker(tones[0], 0.08)), 45), box(0, 0, width, height))
    size = drawing.unit * random.choice((8, 11, 15)) * {"stars": 1.2, "rings": 1.4, "leaves": 1.3}.get(motif, 1)
    tall = {"hexagons": sqrt(3) / 2, "scales": 0.5, "triangles": sqrt(3) / 2}.get(motif, 1)
    shapes = _stripes(drawing, size) if motif == "stripes" else [[], [], []]
    for row in range(int(height / (size * tall)) + 2 if motif != "stripes" else 0):
        for column in range(-1, int(width / size) + 2):
            place = (column + 0.5 * (row % 2)) * size, row * size * tall, size
            for number, (tone, shape) in enumerate(_motif(random, motif, (row, column), place)):
                if motif == "rings":
                    sharp.fill(tones[1 + tone % 3] if number != 1 else tones[0], shape)
                else:
                    shapes[tone % 3].append(shape)
    for color, several in zip(tones[1:], shapes, strict=True):
        if motif == "scales":
            sharp.line(color, size * 0.07, *several, more=CRISP)
        else:
            sharp.fill(color, *several)


def _motif(random: Random, motif: str, cell: tuple[int, int], place: Place) -> list[tuple[int, str]]:
    """The number of the tone and the outline of each part of the motif in a cell."""
    (row, column), (x, y, size) = cell, place
    if motif == "triangles":
        low, tone = y + size * sqrt(3) / 2, random.choice((0, 1, 2, 2))
        up = tone, polygon([(x - size / 2, low), (x, y), (x + size / 2, low)])
        down = tone + 1, polygon([(x, y), (x + size, y), (x + size / 2, low)])
        return [up, down] if random.random() < 0.5 else [up]
    if motif == "leaves":
        tones = ((row + column, -35), (row + column, -145), (row + column + 1, -90))
        return [(tone, leaf(x, y + size * 0.3, size * 0.55, size * 0.3, turn)) for tone, turn in tones]
    if motif == "scales":
        reaches = enumerate((0.5, 0.38, 0.26, 0.14))
        return [(i // 2, f"M{x - size * reach:.1f} {y:.1f}{_arch(size * reach)}") for i, reach in reaches]
    if motif == "rings":
        return [(row + 2 * column + i, disc(x, y, size * reach)) for i, reach in enumerate((0.44, 0.3, 0.16))]
    if motif == "checks":
        return [(row // 2 + column // 2, box(column * size, y, size, size))] * ((row + column) % 2)
    return [(row + 2 * column + (row // 2) * (motif == "hexagons"), _SINGLE[motif](x, y, size))]


_SINGLE: dict[str, Callable[[float, float, float], str]] = {
    "dots": lambda x, y, size: disc(x, y, size * 0.33),
    "hexagons": lambda x, y, size: regular(x, y, size * 0.545, 6),
    "stars": lambda x, y, size: star(x, y, size * 0.46, size * 0.19, 5),
}


def _arch(radius: float) -> str:
    return f"a{radius:.1f} {radius:.1f} 0 0 1 {2 * radius:.1f} 0"


def _stripes(drawing: Drawing, size: float) -> list[list[str]]:
    random, height = drawing.random, drawing.height
    reach = height * random.choice((0.0, 1.0, 0.5))
    shapes: list[list[str]] = [[], [], []]
    widths = [random.choice((0.4, 0.8, 1.2)) * size for _ in range(3)]
    x, number = -reach, 0
    while x < drawing.width:
        right = x + widths[number % 3]
        shapes[number % 3].append(polygon([(x + reach, 0), (right + reach, 0), (right, height), (x, height)]))
        x, number = right + size * 0.7, number + 1
    return shapes


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
    return planned("composition", _draw_composition, _ARTS, kind, count=random.randrange(len(_MIXED)))


def _draw_composition(drawing: Drawing, scene: Scene) -> None:
    tones = _MIXED[0 if "blocks" in scene else scene.count]
    soft, sharp = drawing.soft(), drawing.sharp()
    soft.fill(Fade((lighter(tones[0], 0.08), darker(tones[0], 0.08)), 30), box(0, 0, drawing.width, drawing.height))
    for kind, draw in (
        ("circles", _draw_circles),
        ("spiral", _draw_spiral),
        ("blocks", _draw_blocks),
        ("target", _draw_target),
        ("arcs", _draw_arcs),
    ):
        if kind in scene:
            draw(drawing, sharp, tones)


def _draw_circles(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    random, unit = drawing.random, drawing.unit
    for number in range(10):
        x, y, size = (
            random.uniform(0.1, 0.9) * drawing.width,
            random.uniform(0.1, 0.9) * drawing.height,
            unit * random.choice((7, 12, 18, 25)),
        )
        shape = regular(x, y, size * 1.2, 3, random.uniform(0, 120)) if number % 4 == 3 else disc(x, y, size)
        sharp.fill(tones[1 + number % (len(tones) - 1)], shape, opacity=0.85)
    ends = [(random.uniform(0, drawing.width), random.uniform(0, drawing.height)) for _ in range(8)]
    sharp.line(
        tones[-1],
        unit * 0.6,
        *(polygon(ends[i : i + 2], closed=False) for i in range(0, 8, 2)),
        disc(*ends[0], unit * 20),
    )


def _draw_spiral(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    random, turns = drawing.random, drawing.random.choice((4, 5, 6))
    x, y, reach = (
        drawing.width * random.uniform(0.4, 0.6),
        drawing.height * random.uniform(0.42, 0.58),
        max(drawing.width, drawing.height) * 0.75,
    )

    def arm(lead: float) -> list[Point]:
        steps = [i / (turns * 20) for i in range(turns * 20 + 1)]
        return [
            (x + reach * s**1.3 * cos(2 * pi * turns * s + lead), y + reach * s**1.3 * sin(2 * pi * turns * s + lead))
            for s in steps
        ]

    for number in range(4):
        lead = pi / 2 * number
        sharp.fill(tones[1 + number], polygon([*arm(lead), *reversed(arm(lead + 0.95))]))


def _draw_blocks(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    random, unit = drawing.random, drawing.unit
    columns, rows = (
        [0.0, *(length * (i + random.uniform(-0.35, 0.35)) / 5 for i in range(1, 5)), float(length)]
        for length in (drawing.width, drawing.height)
    )
    for number, cell in enumerate(random.sample(range(25), 7)):
        i, j = cell % 5, cell // 5
        sharp.fill(tones[1 + number % 3], box(columns[i], rows[j], columns[i + 1] - columns[i], rows[j + 1] - rows[j]))
    sharp.line(
        tones[4],
        unit * 2,
        *(f"M{x:.1f} 0V{drawing.height}" for x in columns[1:-1]),
        *(f"M0 {y:.1f}H{drawing.width}" for y in rows[1:-1]),
    )


def _draw_target(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    rings, x, y = drawing.random.choice((5, 7, 9)), drawing.width / 2, drawing.height / 2
    for ring in range(rings):
        size, color = drawing.unit * 46 * (1 - ring / rings), tones[1 + ring % (len(tones) - 1)]
        sharp.fill(darker(color, 0.35), disc(x + drawing.unit * 0.7, y + drawing.unit, size))
        sharp.fill(Fade((lighter(color, 0.12), darker(color, 0.08)), 40) if ring == 0 else color, disc(x, y, size))


def _draw_arcs(drawing: Drawing, sharp: Layer, tones: tuple[Color, ...]) -> None:
    random, size = drawing.random, drawing.unit * drawing.random.choice((20, 25, 33.4))
    for row in range(int(drawing.height / size) + 1):
        for column in range(int(drawing.width / size) + 1):
            ground, front = random.sample(tones, 2)
            with sharp.at((column + 0.5) * size, (row + 0.5) * size, size / 2, turn=90 * random.randrange(4)):
                sharp.fill(ground, box(-1, -1, 2.02, 2.02))
                sharp.fill(front, "M-1 -1H1A2 2 0 0 1 -1 1z")
                sharp.fill(ground, "M-1 -1H0A1 1 0 0 1 -1 0z")


_FIELDS = {
    "": "art",
    "fields": "rectangle, painting",
    "flow": "pattern",
    "watercolor": "painting",
    "marbling": "texture, pattern",
    **{color: color for color in PALETTES},
}


def color_field(random: Random) -> Scene:
    """Color alone: soft-edged fields, flowing bands, watercolor, or marbled ink."""
    kind = random.choice(("fields", "flow", "watercolor", "marbling"))
    return planned("colour field", _draw_color_field, _FIELDS, kind, random.choice(tuple(PALETTES)[:-1]))


def _draw_color_field(drawing: Drawing, scene: Scene) -> None:
    tones = PALETTES[scene.one_of(PALETTES)]
    if "fields" in scene:
        _draw_fields(drawing, tones)
    elif "watercolor" in scene:
        _draw_watercolor(drawing, tones)
    else:
        _draw_waves(drawing, tones, shaded="flow" in scene)


def _draw_fields(drawing: Drawing, tones: tuple[Color, ...]) -> None:
    random, unit, width, height = drawing.random, drawing.unit, drawing.width, drawing.height
    layer, y = drawing.soft(0.12), unit * 7
    layer.fill(mix(tones[2], tones[1], 0.35), box(0, 0, width, height))
    for tone in random.sample([tones[1], tones[3], mix(tones[3], tones[0], 0.5), darker(tones[2], 0.35)], 3):
        tall = (height - unit * 20) * random.uniform(0.22, 0.4)
        layer.fill(Fade((lighter(tone, 0.06), darker(tone, 0.08)), 30), box(unit * 8, y, width - unit * 16, tall))
        y += tall + unit * 4
    sharp = drawing.sharp()
    for x, at in drawing.spots(30, unit * 8, height - unit * 8):
        sharp.line(
            lighter(tones[3], 0.2), unit * 0.7, f"M{x * 0.4 + unit * 9:.0f} {at:.0f}h{width * 0.3:.0f}", opacity=0.09
        )


def _draw_watercolor(drawing: Drawing, tones: tuple[Color, ...]) -> None:
    random, unit = drawing.random, drawing.unit
    soft, sharp = drawing.backdrop(Fade((tones[0], mix(tones[0], tones[3], 0.4))))
    for x, y in drawing.spots(24):
        tone, size, turns = random.choice(tones[1:]), unit * random.uniform(8, 24), [i * 0.7 for i in range(9)]
        reaches = [size * random.uniform(0.75, 1.2) for _ in turns]
        points = zip(turns, reaches, strict=True)
        shape = curve([(x + reach * cos(turn), y + reach * sin(turn)) for turn, reach in points])
        soft.fill(Ball((tone, tone), (0.5, 0.5), 0.6, (0.2, 0.6)), shape)
        sharp.line(darker(tone, 0.15), unit * 0.35, shape, opacity=0.25)


def _draw_waves(drawing: Drawing, tones: tuple[Color, ...], *, shaded: bool) -> None:
    random, unit, width = drawing.random, drawing.unit, drawing.width
    layer = drawing.soft() if shaded else drawing.soft(0.5)
    layer.fill(tones[0], box(0, 0, width, drawing.height))
    slow, fast, bend = random.uniform(10, 26) * unit, random.uniform(6, 15) * unit, unit * (14 if shaded else 22)
    y = -unit * 25
    while y < drawing.height + unit * 30:
        tone = mix(random.choice(tones[1:]), tones[0], random.uniform(0, 0.4))
        xs = range(-40, width + 80, 40)
        line = [(x, y + bend * (0.6 * sin(x / slow) + 0.5 * sin(x / fast + y / unit / 14))) for x in xs]
        paint = Fade((lighter(tone, 0.15), tone, darker(tone, 0.25))) if shaded else tone
        layer.fill(paint, f"{curve(line, closed=False)}V{drawing.height + 99}H-40z")
        y += unit * random.uniform(3, 12)
