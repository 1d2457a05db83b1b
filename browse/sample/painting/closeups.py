"""Fruit on a table, dishes from above, and surfaces; patterns, compositions, and fields of color."""

from __future__ import annotations

import re
from itertools import product
from math import cos, radians, sin

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, curve, disc, path
from browse.sample.painting.scene import Scene
from browse.sample.painting.scenery import draw_planks


class StillLife(Scene, topic="still life", share=4):
    """Three to six pieces of fruit, some in a bowl, and perhaps a vase or a bottle behind them."""

    lots = """still life, food, fruit, table, art; 45% bowl;
        behind: nothing|nothing|vase = vase, flower, plant, leaf|bottle"""
    rooms = """brown #403a34 #261e1c #141111 #70482c #4a2c1c|pink #e8d6c4 #debea8 #cea896 #f6ece0 #d6beac|
        blue #aec8cc #8cb0ba #6892a0 #ece8dc #c4beb0|green #4a5c4e #34463c #22302a #a87c52 #785234|
        yellow #eece78 #e4b254 #ce943c #faf0d6 #e0c496|red #782c30 #581c24 #361018 #5a3628 #38201a"""
    fruits = """apple = apple, red|green apple = apple, green|orange = orange (fruit), orange (colour)|
        lemon = lemon, yellow|pear|banana = banana, yellow|grapes = grape, purple|cherry = cherry, red"""

    def plan(self) -> None:
        kinds = self.random.sample(re.split(r"\|\s*", self.fruits), self.random.choice((1, 2, 2, 3)))
        self.choose("room", self.rooms)
        self.choose("count", "3|4|5|6")
        self.shown = {self.show(self.random.choice(kinds)) for _ in range(self.count)}
        super().plan()

    def draw(self, d: Drawing) -> None:
        *wall, table, rim = self.colors["room"]
        edge, size = d.h * 0.62, min(13, d.w * 0.085)
        soft, sharp = d.backdrop(f"ball {' '.join(wall)}")
        soft.fill(f"fade 0 {table} {rim}", box(0, edge, d.w, d.h))
        sharp.fill(f"{table}+18", box(0, edge - 0.4, d.w, 0.8))
        base, x = edge + 12, d.w * 0.56
        color, bloom = d.pick("#3c608c #cec4b4 #964a3a"), d.pick("#e25a64 #f6ce5a #f0ece2 #aa78c8")
        self.put(sharp, "vase", (d.w * 0.3, edge + 7, 46), color=color, bloom=bloom)
        self.put(sharp, "bottle", (d.w * 0.3, edge + 7, 50), color=d.pick("#2e543a #603c22 #465c6e"))
        fruits = (sorted(self.shown) * self.count)[: self.count]
        d.random.shuffle(fruits)
        heap, loose = (fruits[::2], fruits[1::2]) if "bowl" in self else ([], fruits)
        for number, fruit in enumerate(heap):
            up, at = size * (0.95 + 0.2 * (number % 2)), x + size * 0.95 * (number - (len(heap) - 1) / 2)
            sharp.art(fruit, (at, base - up, size))
        if heap:
            soft.fill("glow #000000 80", disc(x, base - 1, size * 2.4, size * 0.4))
            sharp.art("bowl", (x, base, size), color=d.pick("#4a6e82 #b4603e #e2d8c4 #3c5c54"))
        for number, fruit in enumerate(loose):
            spread = (number - (len(loose) - 1) / 2) * min(0.8 / len(loose), 0.2)
            at, y = d.w * (0.5 + spread) + d.vary(-2, 2), base + 6 * (number % 2) + (6 if heap else 0)
            soft.fill("glow #000000 80", disc(at + size * 0.25, y, size * 1.4, size * 0.34))
            sharp.art(fruit, (at, y, size), flip=d.either())


class Table(Scene, topic="table", share=4):
    """One dish, from straight above."""

    lots = """food, table, bird's-eye view, circle; ground: wood #eeeeec|wood #eeeeec|marble #eeeeec|
        white #ece8e0|pink #e8beb8|blue #80a0b6|green #96ac94; brown if wood; white if marble;
        textile if !wood & !marble; dish: coffee = coffee, café au lait, cup, brown|cake|pizza|eggs = egg|
        doughnuts = doughnut, pink|citrus = orange (fruit), fruit, orange (colour); 50% sprig = leaf"""

    def draw(self, d: Drawing) -> None:
        x, y, dish = d.w * d.vary(0.44, 0.56), d.h * d.vary(0.46, 0.54), self.chosen["dish"]
        (tone,) = self.colors["ground"]
        soft, sharp = d.backdrop(f"fade 40 {tone}+12 {tone}-12")
        if "wood" in self:
            draw_planks(d, soft, sharp, d.pick("#784e32 #966842 #5c4030"))
        elif "marble" in self:
            soft.art("marble", (d.w / 2, d.h / 2, 1), d.vary(-20, 20), flip=d.either())
        else:
            sharp.art("threads", (0, 0, 1), tone=f"{tone}-6")
        soft.fill("glow #140c08 90", disc(x + 3, y + 4, 48))
        self.put(sharp, "sprig", (x + 40, y - 34, 1), turn=d.vary(10, 70))
        china = d.pick("#faf8f4 #c85446 #54788c #ecd082" if dish == "coffee" else "#faf8f4 #f0eade #e2eaee #3a4450")
        icing, berry = d.pick("#fcecdc/#c42434 #5c3626/#f0dcc8 #f6c4ce/#962846").split("/")
        if dish != "coffee":
            sharp.art("plate", (x, y, 38), color=china)
        sharp.art(dish, (x, y, 38), 0 if dish == "coffee" else d.vary(0, 360), china=china, icing=icing, berry=berry)


class Surface(Scene, topic="surface", share=2):
    """A surface seen straight on."""

    lots = """; kind: planks = texture, close-up, wood, brown|
        bricks = texture, close-up, brick, pattern, rectangle, red|pebbles = texture, close-up, rock, grey, nature|
        cloth = texture, close-up, textile, pattern|pool = texture, close-up, water, blue|
        ripples = texture, close-up, sand, nature, yellow|rain = rain, window, night, water"""

    def _draw_planks(self, d: Drawing) -> None:
        draw_planks(d, d.soft(), d.sharp(), "#7e5436")

    def _draw_bricks(self, d: Drawing) -> None:
        _, sharp = d.backdrop("#b8aca0")
        for row, column in product(range(int(d.h / 9) + 1), range(-1, int(d.w / 24) + 2)):
            x, tone = (column + 0.5 * (row % 2)) * 24 + 11.5, f"#a84634~#702e2a/{d.vary(0, 100):.0f}"
            sharp.art("brick", (x, row * 9 + 4, 1), d.random.choice((0, 180)), flip=d.either(), tone=tone)

    def _draw_pebbles(self, d: Drawing) -> None:
        _, sharp = d.backdrop("#2c2a2a")
        for row, column in product(range(int(d.h / 8.5) + 2), range(int(d.w / 8.5) + 2)):
            place = (column + d.vary(-0.2, 0.5)) * 8.5, (row + d.vary(-0.3, 0.4)) * 8.5, d.vary(3.8, 5.8)
            tone = f"#787674~{d.pick('#b0a89e #5c6068 #8c7c6e')}/{d.random.randrange(0, 100, 10)}"
            sharp.art("pebble", place, d.vary(-25, 25), flip=d.either(), tall=d.vary(0.8, 1.1), tone=tone)

    def _draw_cloth(self, d: Drawing) -> None:
        tartans = "#b03c38/#3c2832/#f0dcb4 #3c6078/#1e2c42/#e6e2d2 #5a7858/#2c3c34/#ecce82"
        ground, first, second = d.pick(tartans).split("/")
        soft, sharp = d.backdrop(ground)
        for x, y in product(range(-26, int(d.w), 26), range(-26, int(d.h), 26)):
            soft.art("tartan", (x, y, 1), first=first, second=second)
        sharp.art("twill", (0, 0, 1), tone=f"{ground}-20")

    def _draw_pool(self, d: Drawing) -> None:
        soft, sharp = d.backdrop("fade 30 #60cee2 #228cc4")
        columns, lines = range(-1, int(d.w / 11) + 3), range(-1, int(d.h / 11) + 3)
        rows = [[((i + d.vary(-0.42, 0.42)) * 11, (j + d.vary(-0.42, 0.42)) * 11) for i in columns] for j in lines]
        net = [curve(line, closed=False) for line in [*rows, *zip(*rows, strict=True)]]
        soft.line("#146eaa", 3, *(path("M? 0v?", i * 24, d.h) for i in range(13)), opacity=0.2)
        soft.line("#aaf0f6", 2.4, *net, opacity=0.4)
        sharp.line("#ecffff", 0.8, *net, opacity=0.75)

    def _draw_ripples(self, d: Drawing) -> None:
        (soft, sharp), y, phase = d.backdrop("#debc7e"), -10.0, d.vary(0, 6)
        while y < d.h + 10:
            tall, xs = d.vary(4, 6.5), range(-8, int(d.w) + 16, 8)
            line = [(x, y + 3.4 * sin(x / 14 + phase) + 1.6 * sin(x / 5 + y) + d.random.gauss(0, 0.5)) for x in xs]
            back = [(x, at + tall * d.vary(0.4, 0.7)) for x, at in reversed(line)]
            soft.fill("#debc7e+30", curve([*line, *back]))
            soft.line("#debc7e-42", 1.3, curve(line, closed=False), opacity=0.65)
            sharp.line("#debc7e-30", 0.35, curve(line, closed=False), opacity=0.4)
            y += tall

    def _draw_rain(self, d: Drawing) -> None:
        soft, sharp = d.backdrop("fade 0 #0e1428 #1e2842 #121422")
        for _ in range(22):
            light = disc(d.vary(0, d.w), d.h * d.random.gauss(0.55, 0.16), d.vary(5, 13))
            soft.fill(f"glow {d.pick('#ffbe64 #ff785a #78beff #ffe6aa #6ee6b4')} 65", light)
        for spot in d.spots(110):
            sharp.art("drop", (*spot, d.vary(0.5, 2)), tall=d.vary(0.8, 1.2))
        trails = [path("M??q? 12 0?", *spot, d.vary(-2, 2), d.vary(18, 45)) for spot in d.spots(9, -6, d.h * 0.6)]
        sharp.line("#96a8c4", 1.1, *trails, opacity=0.5)


_HUES = """red #f0e2ce #c4342e #781c26 #e8805c|orange (colour) #faecd6 #ee8430 #c45424 #fabc68|
    yellow #fcf4dc #f6c83e #e09c28 #605c58|green #eceedc #48865c #245446 #a4be70|
    blue #e8eef2 #3468a8 #1a366e #7eb2d6|purple #f0e8f2 #8054a8 #482e70 #c494ce|
    pink #fceeea #ea84a0 #c4527a #fabeba"""
_MOTIFS = {"stripes": (1, 1), "checks": (2, 0.5), "dots": (1, 1), "hexagons": (1, 0.866), "scales": (1, 0.5),
           "triangles": (1, 0.866), "stars": (1.2, 1), "rings": (1.4, 1), "leaves": (1.3, 1)}  # fmt: skip
"""Each motif's size, and how far its rows are from each other."""


class Pattern(Scene, topic="pattern", share=3):
    """One motif over and over, in the tones of one color."""

    lots = f"""pattern, textile; motif: stripes = stripe|checks = rectangle|dots = polka dot, circle|
        hexagons = hexagon|scales = circle|triangles = triangle|stars = star (shape)|rings = circle|
        leaves = leaf, plant; hue: {_HUES}|black and white #f4f3f0 #1a1a1c #5a5a5c #b2b2b2"""

    def draw(self, d: Drawing) -> None:
        motif = self.chosen["motif"]
        ground, *fronts = (self.colors["hue"][i] for i in ((2, 0, 1, 3) if d.vary() < 0.4 else (0, 1, 2, 3)))
        size = d.random.choice((8, 11, 15))
        _, sharp = d.backdrop(f"fade 45 {ground}+10 {ground} {ground}-8")
        if motif == "stripes":
            turn, (tone, other, third) = d.random.choice((0, 27, 45)), fronts
            for number in range(-9, 10):
                place = d.w / 2 + 4.5 * size * number / cos(radians(turn)), d.h / 2, size
                sharp.art("stripes", place, turn, tone=tone, other=other, third=third)
            return
        across, down = size * _MOTIFS[motif][0], size * _MOTIFS[motif][0] * _MOTIFS[motif][1]
        for row, column in product(range(int(d.h / down) + 2), range(-1, int(d.w / across) + 2)):
            number = 0 if motif == "scales" else row + 2 * column + row // 2
            tone, other = fronts[number % 3], fronts[(number + 1) % 3]
            if motif == "triangles":
                tone, other = d.random.choice((*fronts, fronts[2])), d.random.choice((ground, *fronts))
            sharp.art(motif, ((column + 0.5 * (row % 2)) * across, row * down, across), tone=tone, other=other)


class Composition(Scene, topic="composition", share=2):
    """Modern art: overlapping circles, a spiral, blocks, a target or arcs."""

    lots = """art; kind: circles = circle, triangle|spiral|
        blocks = rectangle, red, yellow, blue #f2e8d4 #d24030 #264e7a #f0b83e #222228|
        target = circle|arcs = circle, pattern; tones: one #f2e8d4 #d24030 #264e7a #f0b83e #222228|
        two #f4ece2 #e07a5f #3d405b #81b29a #f2cc8f|three #1e2236 #ee6c4d #98c1d9 #e0fbfc #3d5a80|
        four #faf0e6 #e76f51 #2a9d8f #264653 #e9c46a"""

    def draw(self, d: Drawing) -> None:
        tones = self.colors["kind"] or self.colors["tones"]
        _, sharp = d.backdrop(f"fade 30 {tones[0]}+8 {tones[0]}-8")
        getattr(self, f"_draw_{self.chosen['kind']}")(d, sharp, tones)

    def _draw_circles(self, d: Drawing, sharp: Layer, tones: list[str]) -> None:
        for number in range(10):
            x, y, size = d.vary(0.1, 0.9) * d.w, d.vary(0.1, 0.9) * d.h, d.random.choice((7, 12, 18, 25))
            sharp.art(
                "triangle" if number % 4 == 3 else "circle", (x, y, size), d.vary(0, 120), tone=tones[1 + number % 4]
            )
        ends = d.spots(8)
        lines = [path("M??L??", *start, *end) for start, end in zip(ends[::2], ends[1::2], strict=True)]
        sharp.line(tones[4], 0.6, *lines, disc(*ends[0], 20))

    def _draw_spiral(self, d: Drawing, sharp: Layer, tones: list[str]) -> None:
        place = d.w * d.vary(0.4, 0.6), d.h * d.vary(0.42, 0.58), max(d.w, d.h) * 0.75
        sharp.art("spiral", place, d.vary(0, 90), one=tones[1], two=tones[2], three=tones[3], four=tones[4])

    def _draw_blocks(self, d: Drawing, sharp: Layer, tones: list[str]) -> None:
        columns, rows = ([0, *(long * (i + d.vary(-0.35, 0.35)) / 5 for i in range(1, 5)), long] for long in (d.w, d.h))
        for number, cell in enumerate(d.random.sample(range(25), 7)):
            (left, right), (top, low) = columns[cell % 5 :][:2], rows[cell // 5 :][:2]
            sharp.fill(tones[1 + number % 3], box(left, top, right - left, low - top))
        lines = [path("M? 0v?", x, d.h) for x in columns[1:-1]] + [path("M0?h?", y, d.w) for y in rows[1:-1]]
        sharp.line(tones[4], 2, *lines)

    def _draw_target(self, d: Drawing, sharp: Layer, tones: list[str]) -> None:
        rings = d.random.choice((5, 7, 9))
        for ring in range(rings):
            size, tone = 46 * (1 - ring / rings), tones[1 + ring % 4]
            sharp.fill(f"{tone}-35", disc(d.w / 2 + 0.7, d.h / 2 + 1, size))
            sharp.fill(f"fade 40 {tone}+12 {tone}-8" if ring == 0 else tone, disc(d.w / 2, d.h / 2, size))

    def _draw_arcs(self, d: Drawing, sharp: Layer, tones: list[str]) -> None:
        size = d.random.choice((20, 25, 33.4))
        for row, column in product(range(int(d.h / size) + 1), range(int(d.w / size) + 1)):
            tone, other = d.random.sample(tones, 2)
            place = (column + 0.5) * size, (row + 0.5) * size, size / 2
            sharp.art("arcs", place, 90 * d.random.randrange(4), tone=tone, other=other)


class ColorField(Scene, topic="colour field", share=2):
    """Color alone: soft-edged fields, flowing bands, watercolor, or marbled ink."""

    lots = f"""art; kind: fields = rectangle, painting|flow = pattern|watercolor = painting|
        marbling = texture, pattern; hue: {_HUES}"""

    def _draw_fields(self, d: Drawing) -> None:
        tones, layer, y = self.colors["hue"], d.soft(0.12), 7.0
        layer.fill(f"{tones[2]}~{tones[1]}/35", box(0, 0, d.w, d.h))
        for tone in d.random.sample([tones[1], tones[3], f"{tones[3]}~{tones[0]}/50", f"{tones[2]}-35"], 3):
            tall = (d.h - 20) * d.vary(0.22, 0.4)
            layer.fill(f"fade 30 {tone}+6 {tone}-8", box(8, y, d.w - 16, tall))
            y += tall + 4
        strokes = [path("M??h?", x * 0.4 + 9, at, d.w * 0.3) for x, at in d.spots(30, 8, d.h - 8)]
        d.sharp().line(f"{tones[3]}+20", 0.7, *strokes, opacity=0.09)

    def _draw_watercolor(self, d: Drawing) -> None:
        tones = self.colors["hue"]
        soft, sharp = d.backdrop(f"fade 0 {tones[0]} {tones[0]}~{tones[3]}/40")
        for x, y in d.spots(24):
            tone, turn, size = d.random.choice(tones[1:]), d.vary(0, 360), d.vary(8, 24)
            soft.art("wash", (x, y, size), turn, tone=tone)
            sharp.art("edge of a wash", (x, y, size), turn, tone=tone)

    def _draw_flow(self, d: Drawing) -> None:
        tones, shaded = self.colors["hue"], "flow" in self
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

    _draw_marbling = _draw_flow
