"""Forest, blossom and fields of flowers; cat, dog, birds, and what lives under water."""

from __future__ import annotations

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import Point, box, curve, disc, leaf, path
from browse.sample.painting.scene import EVERY_HOUR, Scene
from browse.sample.painting.scenery import draw_grass, draw_ripples, draw_shore, draw_sky


class Forest(Scene, topic="forest", share=3):
    """Trunks one behind the other in summer, autumn, winter or mist."""

    lots = """forest, outdoor, daytime, tree, plant, nature, trunk (tree), wood;
        season: summer #eef6be #7eb05c #406830 #468038 #689e42 #96be5a|
        autumn #ffecb2 #e0a054 #865028 #b04822 #de7a28 #f2b240|
        winter #eef4fa #bacadc #ecf2fa #d6e0ec #ecf2f8 #fafcff|
        misty #e8eee4 #a8baac #5c7658 #54725c #708e70 #92aa8a;
        leaf if !winter; orange (colour) if autumn; snow = snow, white if winter; misty = fog, green if misty;
        green if summer; 50% rays if !winter; 50% path"""

    def draw(self, d: Drawing) -> None:
        light, air, ground, *leaves = self.colors["season"]
        d.palette.name(light=light, air=air, ground=ground, track="#ceb48c~ground/45")
        foot, x, winter = d.h * d.vary(0.66, 0.76), d.w * d.vary(0.3, 0.7), "winter" in self
        soft, sharp = d.backdrop("air")
        soft.fill("glow light 100", disc(x, foot * 0.62, max(d.w, d.h) * 0.8))
        soft.fill("fade 0 ground~light/35 ground ground-35", box(0, foot, d.w, d.h))
        self.put(soft, "path", (x, foot, 1), tall=(d.h + 1 - foot) / 50)
        for row, count in enumerate((9, 7, 5, 3)):
            d.palette.name(trunk=f"air~{'#463e3e' if winter else '#423026'}/{15 + 28 * row}")
            for _ in range(count):
                at = d.vary() if row < 3 else d.random.choice((d.vary(0, 0.28), d.vary(0.72, 1)))
                place = d.w * at, foot + 5 * row**1.3, 1.3 + 1.5 * row
                sharp.art("branching trunk" if row else "trunk", place, d.random.gauss(0, 1.5), flip=d.either())
            for shade, color in enumerate(leaves):
                spots = d.spots(2 if winter else 6, -foot * 0.04 * row, foot * 0.55)
                puffs = [disc(px, py**2 / foot / 0.6, d.vary(3, 7.5 - shade)) for px, py in spots]
                sharp.fill(f"air~{color}/{41 + 21 * row}~light/12", *puffs, crisp=row < 3)
        self._draw_ground(d, sharp, [(px, foot + (d.h - foot) * far**0.7) for px, far in d.spots(48, 0, 1)], leaves[1])
        self.put(d.soft(0.1), "rays", (x, 0, 1), tall=d.h / 100)

    def _draw_ground(self, d: Drawing, sharp: Layer, places: list[Point], fallen: str) -> None:
        if "winter" in self:
            sharp.fill("#ffffff", *(disc(x, y, 0.5) for x, y in places))
        elif "autumn" in self:
            sharp.fill(fallen, *(leaf(x, y, 1.8, 0.8, d.vary(0, 180)) for x, y in places))
        else:
            draw_grass(d, sharp, places, "ground+16 ground-30", 4)


class Blossom(Scene, topic="flower", share=3):
    """One flower close up before a blurred garden, perhaps with a butterfly."""

    lots = """flower, plant, leaf, nature, outdoor, daytime, close-up, green;
        petal: red #ce242c #461014|pink #ee88a8 #ecc85a|white #f6f4ee #f0c43c|yellow #fac628 #603818|
        purple #925cbe #f6ce50|orange (colour) #f2842c #6e3010|blue #5c7cd6 #f8dc6e;
        count: 5|6|8|13|21; sunflower if yellow & 13; sunflower if yellow & 21; 35% butterfly = butterfly, animal"""

    def draw(self, d: Drawing) -> None:
        petal, heart = self.colors["petal"]
        gardens = "#305436/#628c52/#a8c078 #183436/#345c54/#6e9678 #5c6e3c/#96a860/#d6d896"
        dark, middle, light = d.pick(gardens).split("/")
        d.palette.name(petal=petal, heart=heart, dark=dark, middle=middle, light=light, green="#568a3e~middle/30")
        far, soft, sharp = d.soft(0.06), d.soft(), d.sharp()
        far.fill("fade 20 middle dark", box(0, 0, d.w, d.h))
        for layer, lights in ((far, "far lights"), (soft, "lens lights")):
            layer.art(lights, (d.w / 2, d.h / 2, max(d.w, d.h) / 150), d.vary(0, 360))
        x, y, turn = d.w * d.vary(0.42, 0.58), d.h * d.vary(0.4, 0.48), d.vary(0, 60)
        sharp.art("stem", (x, y, 1))
        step, rows, tall = 360 / self.count, 2 if self.count > 6 else 1, min(0.59, 2.7 / self.count)
        for number in range(self.count * rows):
            row = number // self.count
            sharp.art("petal", (x, y, 32 - 6.4 * row), turn + step * (number + row / 2), tall=tall)
        sharp.art("heart", (x, y, 11 if self.count > 12 else 6.4), turn)
        self.put(sharp, "butterfly", (x + 19, y - 24, 15), turn=18, wing=d.pick("#ec7828 #5084dc #f0ce50 #ce3232"))


class FlowerField(Scene, topic="flower field", share=3):
    """Rows of flowers that run to the horizon."""

    lots = """flower, plant, meadow, hill, nature, landscape, horizon; sky: day|day|dawn|sunset;
        kind: tulip = tulip, red, yellow #d62834 #f6ca3c #ec7896|poppies = poppy, red|
        lavender = lavender, purple #805cb8 #9670cc #704ea8; 35% mill = windmill, building, tower; green if !sunset"""

    def draw(self, d: Drawing) -> None:
        horizon, middle = d.h * d.vary(0.42, 0.54), d.w * d.vary(0.35, 0.65)
        soft, sharp = draw_sky(d, self, horizon)
        d.palette.name(green="#608e42@100", red="#d62c24@100")
        soft.fill("fade 0 green~haze/40 green green-30", box(0, horizon, d.w, d.h))
        d.hill(sharp, horizon + 1, 6, "#547c56@50~haze/20", bottom=horizon + 2)
        self.put(sharp, "mill", (d.w * d.random.choice((0.25, 0.75)), horizon + 3, 30), own="@90")
        if "poppies" in self:
            places = [(d.vary(0, d.w), far**1.5) for far in sorted(d.vary() for _ in range(150))]
            tufts = [(x, horizon + (d.h - horizon) * far + 4) for x, far in places[40:]]
            draw_grass(d, sharp, tufts, "green-22 green+12 green-40", 6)
            for x, far in places:
                sharp.art("poppy", (x, horizon + 0.5 + (d.h - horizon) * far, 0.5 + 3.6 * far), red="red")
            return
        for row in range(-11, 12):
            d.palette.name(tone=f"{self.colors['kind'][row % 3]}@100")
            top, low = middle + row * 1.3, middle + row * 22
            sharp.fill("tone~green/40-12", path("M??h.9L??h-15z", top, horizon + 1, low + 15, d.h))
            for step in range(24):
                down = (step + d.vary()) / 24
                x = top + (low - top) * down + (0.35 + d.vary(-0.3, 0.3)) * (1.3 + 20.7 * down)
                if -4 < x < d.w + 4:
                    place = x, horizon + 1 + (d.h - horizon - 1) * down, 0.3 + 2.5 * down
                    sharp.art(self.chosen["kind"], place, d.random.gauss(0, 6), tone="tone" if step % 3 else "tone+25")


class Cat(Scene, topic="cat", share=3):
    """A cat that sits on a sill before a window, or on a roof in front of the sky."""

    lots = """cat, animal; 50% roof = silhouette, black; room = window, hill if !roof;
        coat: black #1e1c20|orange (colour) #d67e36|white #f0ece4|grey #70727a if room;
        sky: night|dusk|sunset if roof; sky: day|night|sunset|dawn|fog if room; light: 0.3|0.7; 50% flip"""

    def draw(self, d: Drawing) -> None:
        base, roof, flip, self.across = d.h - 22, "roof" in self, "flip" in self, float(self.chosen["light"])
        _, sharp = draw_sky(d, self, base if roof else d.h * 0.72, light=0.36)
        place = d.w * (0.58 if self.across < 0.5 else 0.42), base + 0.6, min(46, base * 0.8)
        if roof:
            d.palette.name(roof="near-10")
            sharp.art("roof", (d.w / 2, base, 1))
            sharp.art("chimney", (d.w * d.random.choice((0.12, 0.84)), base, 1))
            sharp.art("cat-silhouette", place, flip=flip, coat="near-55", rim="near~low/50")
            return
        for depth, y in ((40, 0.6), (70, 0.68)):
            d.hill(sharp, d.h * y, 9, f"#547c4e@{depth}", f"#547c4e@{depth}-20")
        gloom = d.palette.gloom
        d.palette.name(wall=f"#c4b096~near/{80 * gloom:.0f}", cloth=f"#e0d6c8~near/{70 * gloom:.0f}")
        sharp.art("window frame", (d.w / 2, d.h * 0.2, 1))
        for side in (0, 1):
            sharp.art("curtain", (d.w * side, 0, 1), flip=side == 1, tall=base)
        sharp.art("sill", (d.w / 2, base, 1))
        d.palette.name(coat=f"{self.colors['coat'][0]}~near/{55 * gloom:.0f}")
        sharp.art("cat", place, flip=flip, coat="coat", rim="coat+30")


class Dog(Scene, topic="dog", share=2):
    """A dog on a meadow or on a beach, a silhouette against a low sun."""

    lots = """dog, animal; sky: day|sunset|sunset|dawn|day; 45% beach = beach, sand, sea, water;
        meadow = meadow, hill, nature if !beach; 50% flip; silhouette if sunset; brown if !sunset;
        green if meadow & !sunset"""

    def draw(self, d: Drawing) -> None:
        horizon, base = d.h * 0.6, d.h - 14
        soft, sharp = draw_sky(d, self, horizon)
        d.palette.name(deep="zenith~#146082/50", grass="#6c9644@100")
        if "beach" in self:
            soft.fill("fade 0 haze~deep/40 deep", box(0, horizon, d.w, d.h))
            draw_ripples(d, sharp, horizon, "haze+20", "deep-20")
            draw_shore(d, sharp, d.h - 16, 0.5)
        else:
            for depth, y in ((45, horizon + 2), (70, horizon + 8), (100, d.h - 20)):
                d.hill(sharp, y, 6, f"haze~grass/{depth}+8", f"haze~grass/{depth}-20")
            draw_grass(d, sharp, d.spots(80, base - 3), "grass+12 grass-20 grass-35", 5)
        low, coat = "sunset" in self, d.pick("#805030 #be8c54 #5c3a28")
        tone = "near-35" if low else f"{coat}~near/{50 * d.palette.gloom:.0f}"
        place = d.w / 2, base, min(44, d.w * 0.4)
        sharp.art("dog", place, flip="flip" in self, coat=tone, own="coat" if low else "")


class Birds(Scene, topic="birds", share=3):
    """Small birds on a branch or on wires, or a crane that wades."""

    lots = f"""bird, animal; where: branch = leaf, plant, nature|wire = silhouette|
        shore = hill, crane (bird), water, lake, reflection, nature;
        sky: {EVERY_HOUR}; count: 4|5|6|7|8|9 if wire; count: 1|2|3 if !wire"""

    def draw(self, d: Drawing) -> None:
        _, sharp = draw_sky(d, self, d.h * (0.62 if "shore" in self else 1), light=0.45)
        getattr(self, f"_draw_{self.chosen['where']}")(d, sharp)

    def _draw_shore(self, d: Drawing, sharp: Layer) -> None:
        horizon = d.h * 0.62
        for depth, rise in ((30, 9), (55, 4)):
            d.hill(sharp, horizon, rise, f"#506e5a@{depth}", bottom=horizon + 0.3)
        for number in range(self.count):
            x = d.w * (number + 0.5 + d.vary(-0.15, 0.15)) / self.count
            sharp.art("crane", (x, horizon, d.vary(34, 42)), flip=d.either(), own="@95")
        d.mirror(horizon, "zenith~#143246/40", 0.25, 0.6)
        sharp = d.sharp()
        draw_ripples(d, sharp, horizon, "haze+10", "high~near/20")
        for side in (0, 1):
            sharp.art("reeds", (d.w * side, d.h, d.vary(0.8, 1)), flip=side == 1)

    def _draw_wire(self, d: Drawing, sharp: Layer) -> None:
        rows = [d.h * (0.34 + 0.17 * i) for i in range(3)]
        sharp.line("near-40", 0.35, *(path("M0?q????", y, d.w / 2, 7, d.w, -2) for y in rows))
        for number in range(self.count):
            at, y = (number + d.vary(0.25, 0.75)) / self.count, d.random.choice(rows)
            place = d.w * at, y + 14 * at * (1 - at) - 2 * at**2, 8.5
            sharp.art("songbird", place, flip=d.either(), back="near-40", breast="near-40", own="back")

    def _draw_branch(self, d: Drawing, sharp: Layer) -> None:
        def branch(at: float) -> Point:
            return d.w * at, d.h * (0.735 - 0.28 * at + 0.145 * at * at)

        line = curve([branch(step / 6) for step in range(-1, 8)], closed=False)
        sharp.line("#5c402e@100-25", 2.6, line)
        sharp.line("#5c402e@100+5", 1.2, line)
        for tone in ("#56823e@100", "#76a04a@100", "#406838@100"):
            turns = [d.vary(20, 160) * d.random.choice((1, -1)) for _ in range(11)]
            sharp.fill(tone, *(leaf(*branch(d.vary()), 10, 4, turn) for turn in turns))
        for number in range(self.count):
            back, breast = d.pick("#4678b4/#e69650 #5a4c42/#ce5234 #788246/#f0d660").split("/")
            x, y = branch((number + 0.6) / (self.count + 0.4))
            sharp.art("songbird", (x, y, 25), flip=d.either(), back=f"{back}@100", breast=f"{breast}@100")


class Underwater(Scene, topic="underwater", share=3):
    """Fish of one color, or jellyfish."""

    lots = """underwater, water, sea, animal, blue, nature; 35% jelly = jellyfish, pink; fish if !jelly;
        scales: orange (colour) fish #f48228 #faf6ee|yellow fish #fad03c #3c425a|red fish #d63638 #fae2d2|
        purple fish #9660be #f6ce5a; 30% reef = coral reef if jelly; reef = coral reef if !jelly; 50% shoal;
        orange (colour) if orange (colour) fish & !jelly; yellow if yellow fish & !jelly;
        red if red fish & !jelly; purple if purple fish & !jelly"""

    def draw(self, d: Drawing) -> None:
        depths = "#96e2e2/#2896ba/#0e4678/#082248 #78d6c8/#208c96/#0c4e64/#082840 #6096dc/#2854aa/#182c70/#0e143c"
        light, high, low, deep = d.pick(depths).split("/")
        soft, sharp = d.backdrop(f"fade 0 {light} {high} {low} {deep}")
        d.palette.name(light=light)
        soft.art("shafts", (d.w * d.vary(0.25, 0.75), 0, 1), flip=d.either(), tall=d.h / 100)
        place = d.w * d.vary(0.2, 0.8), d.h * d.vary(0.25, 0.5), 1.0
        self.put(sharp, "shoal", place, flip=d.either(), tone=f"{high}~{deep}/50")
        for depth in (0.75, 0.4, 0.1) if "reef" in self else ():
            floor, sand = d.h - 6 - 18 * depth, f"#968878~{low}/{35 + 60 * depth:.0f}"
            d.hill(sharp, floor, 5, sand, f"{sand}-30")
            for spot, _ in d.spots(7):
                tone = f"{d.pick('#e26478 #f0965a #b46ec8 #ecc46e #5aaa82')}~{low}/{15 + 80 * depth:.0f}"
                place = spot, floor + 3, 14 * (1.2 - depth)
                sharp.art(d.random.choice(("coral", "brain coral", "kelp")), place, flip=d.either(), tone=tone)
        for number in range(d.random.choice((2, 3, 4)) if "jelly" in self else 0):
            x = d.w * (0.2 + 0.28 * number + d.vary(-0.06, 0.06))
            sharp.art("jellyfish", (x, d.h * d.vary(0.2, 0.46), d.vary(9, 17)))
        tone, band = self.colors["scales"]
        for at, y in d.spots(d.random.randint(3, 5), d.h * 0.14, d.h * 0.66) if "fish" in self else ():
            sharp.art("fish", (d.w * 0.15 + at * 0.7, y, d.vary(9, 16)), flip=d.either(), tone=tone, band=band)
        sharp.art("bubbles", (d.w / 2, 0, 1), flip=d.either(), tall=d.h / 100)
