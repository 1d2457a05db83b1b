"""Sea, mountains, desert, snow, balloons, and the sky at night."""

from __future__ import annotations

from browse.sample.painting.drawing import Drawing, Layer
from browse.sample.painting.outlines import box, disc, path
from browse.sample.painting.scene import EVERY_HOUR, Scene
from browse.sample.painting.scenery import draw_grass, draw_ripples, draw_shore, draw_sky, draw_stars


class Sea(Scene, topic="sea", share=6):
    """The open sea, or its beach."""

    lots = """sea, water, horizon, nature, landscape; sky: day|day|dawn|sunset|sunset|sunset|dusk|night|fog;
        25% lighthouse = lighthouse, tower, building; 45% beach = beach, sand; count: 0|1|1|2|4;
        boats = boat, sailboat, vehicle if !0; island if lighthouse; 30% island;
        50% palm = palm tree, tree, plant if beach; 60% parasol = umbrella, red if beach & day;
        35% birds = bird, animal; reflection if disc; silhouette if sunset; silhouette if dark & palm;
        silhouette if dark & boats; silhouette if dark & island"""

    def draw(self, d: Drawing) -> None:
        horizon, light = d.h * d.vary(0.44, 0.6), self.across * d.w
        soft, sharp = draw_sky(d, self, horizon)
        d.palette.name(deep=f"zenith~#0a3854/{45 if 'day' in self else 25}", middle="high~deep/35")
        soft.fill("fade 0 haze~middle/45 middle deep", box(0, horizon, d.w, d.h))
        draw_ripples(d, sharp, horizon, "haze+15", "deep-25")
        if "disc" in self:
            soft.fill("glow sun 60", disc(light, horizon, 34, d.h - horizon))
            sharp.art("glitter", (light, horizon, 1), tall=(d.h - horizon) / 45)
        self._draw_island(d, sharp, horizon)
        self.put(sharp, "birds", (d.vary(0.2, 0.8) * d.w, horizon * d.vary(0.3, 0.5), 1), flip=d.either())
        for number in range(self.count):
            far = (number + d.vary(0.3, 0.9)) / (self.count + 0.5)
            y = horizon + (d.h - horizon) * (0.4 if "beach" in self else 0.62) * far**1.4
            hull = f"{d.pick('#962c28 #223e5c #eeeade #3e5c46 #5e3a28')}@{75 + 25 * far:.0f}"
            sail = f"{d.pick('#f8f4e8 #e8d6b4 #ce4a38 #f4c85c')}@{70 + 30 * far:.0f}"
            sharp.art("sailboat", (d.w * d.vary(0.12, 0.88), y, 9 + 24 * far), flip=d.either(), hull=hull, sail=sail)
        if "beach" in self:
            draw_shore(d, sharp, horizon + (d.h - horizon) * d.vary(0.52, 0.62) + 5)
            self.put(sharp, "parasol", (d.w * d.vary(0.25, 0.75), d.h - 9, 1))
            left = d.either()
            place = d.w * (0.1 if left else 0.9), d.h + 2, d.h * 0.66
            self.put(sharp, "palm", place, flip=not left, green="#346038@100-15")

    def _draw_island(self, d: Drawing, sharp: Layer, horizon: float) -> None:
        left = d.either()
        place = d.w * (0.2 if left else 0.8), horizon, 1
        self.put(sharp, "island", place, flip=not left, own="@85", far="#3c5c54@35")
        self.put(sharp, "lighthouse", place, own="@95", glass="#ffeeaa" if "dark" in self else "#b4d6e2")
        if {"lighthouse", "dark"} <= self.traits:
            d.soft().art("beam", place, flip=not left)


class Mountains(Scene, topic="mountains", share=5, hidden="sunset dawn fog"):
    """Ranges one behind the other."""

    lots = f"""mountain, nature, landscape; sky: {EVERY_HOUR}; 45% lake = lake, water, reflection;
        60% snow = snow, white; 60% pines = conifer, tree, forest, plant; 50% meadow = meadow, hill, plant if !lake;
        30% birds = bird, animal; 30% rainbow if day; green if meadow & day; green if meadow & dawn"""

    def draw(self, d: Drawing) -> None:
        foot = d.h * d.vary(0.6, 0.68)
        _, sharp = draw_sky(d, self, foot)
        gloom, tint = d.palette.gloom, "haze" if d.palette.gloom < 0.5 else "low"
        for number, size in enumerate((1, 0.73, 0.46)):
            d.palette.name(rock=f"{'#4a5c74' if number < 2 else '#3a5454'}@{22 + 24 * number}")
            name, place, flip = f"range {d.pick('one two three')}", (d.w * d.vary(), foot, size), d.either()
            sharp.art(name, place, flip=flip, lit=f"rock+{18 - 10 * gloom:.0f}")
            if "snow" in self and number < 2:
                sharp.art(f"snow of {name}", place, flip=flip, snow=f"#fcfcff~{tint}/{15 + 45 * gloom:.0f}")
        self.put(sharp, "birds", (d.vary(0.2, 0.8) * d.w, foot * d.vary(0.3, 0.5), 1), flip=d.either())
        if "lake" in self:
            d.hill(sharp, foot, 3, "#2c463a@75", bottom=foot + 0.3)
            d.mirror(foot, "zenith~#0a283c/40", 0.28)
            sharp = d.sharp()
            draw_ripples(d, sharp, foot, "haze+10", "#143246@90")
        self._draw_foreground(d, sharp, foot)

    def _draw_foreground(self, d: Drawing, sharp: Layer, foot: float) -> None:
        d.palette.name(grass="#688e42@95", dark="#223e32@95", land="#46543e@90")
        if "meadow" in self:
            d.hill(sharp, foot + 4, 7, "grass~haze/25+12", "grass~haze/25-22")
            d.hill(sharp, foot + 16, 7, "grass+12", "grass-22")
            draw_grass(d, sharp, d.spots(60, foot + 14), "grass+12 grass-20", 4)
        elif "lake" not in self:
            d.hill(sharp, foot + 6, 8, "land", "land-40")
        if "pines" in self:
            if "lake" not in self:
                sharp.art("pines", (-d.vary(0, 45), foot + 3, 9), tone="dark~haze/20")
            for side in (0, 1, 0, 1, 1, 0):
                place = d.w * (side + (1 - 2 * side) * d.vary(-0.02, 0.26)), d.h + d.vary(0, 6), d.vary(22, 44)
                sharp.art("pine", place, green=f"dark-{d.vary(10, 30):.0f}")
            d.hill(sharp, d.h, 3, "dark-35")


class Desert(Scene, topic="desert", share=3):
    """Dunes, with or without cactus and pyramids."""

    lots = """desert, sand, landscape, nature, horizon; sky: day|day|sunset|sunset|dawn|dusk|night;
        50% cactus = cactus, plant; 40% pyramids = pyramid, triangle, building if !cactus; yellow if day;
        orange (colour) if dawn"""

    def draw(self, d: Drawing) -> None:
        horizon = d.h * d.vary(0.48, 0.6)
        _, sharp = draw_sky(d, self, horizon)
        d.palette.name(sand="#e8b260@100", shadow="#8e5432@100")
        d.hill(sharp, horizon + 2, 5, "sand~haze/45", bottom=horizon + 20)
        self.put(sharp, "pyramids", (d.w * 0.6, horizon + 5, 1), lit="sand~haze/15", dim="shadow~haze/12")
        for number in range(3):
            place = d.vary(0.25, 0.75) * d.w, horizon + (d.h - horizon) * (0.18 + 0.27 * number), 1 + 0.4 * number
            sharp.art("dune", place, flip=d.either(), tall=0.8)
        for x, low, size in ((d.vary(0.5, 0.8), 0.95, 36), (d.vary(0.1, 0.35), 0.8, 21), (0.9, 0.78, 12)):
            self.put(sharp, "cactus", (d.w * x, horizon + (d.h - horizon) * low, size), green="#48764a@95")


class SnowVillage(Scene, topic="snow", share=3):
    """Cottages and pines in the snow."""

    lots = """snow, winter, white, nature, landscape, hill, tree, conifer, plant;
        sky: night|night|dusk|day|dawn|fog; count: 0|1|1|2|3; 60% falling; houses = house, building, window if !0"""

    def draw(self, d: Drawing) -> None:
        horizon = d.h * d.vary(0.5, 0.6)
        _, sharp = draw_sky(d, self, horizon)
        d.palette.name(snow=f"#f4f8ff@95~#aabadc/{30 if 'dark' in self else 0}", green="#2c4c42@90")
        d.palette.name(glass="#ffd678" if "dark" in self else "#7896ac@90")
        sharp.art("pines", (-d.vary(0, 50), horizon + 1, 10), tone="green~haze/50")
        for number in range(3):
            y = horizon + (d.h - horizon) * 0.3 * number
            d.palette.name(drift=f"haze~snow/{60 + 20 * number}")
            d.hill(sharp, y + 3, 7, "drift", "drift~zenith/22")
            sides = [d.random.choice((d.vary(0, 0.3), d.vary(0.7, 1))) for _ in range(5 - number)]
            for at in sides:
                sharp.art("snowy pine", (d.w * at, y + d.vary(2, 9), (10 + 7 * number) * d.vary(0.8, 1.4)))
            for house in range(self.count if number == 1 else 0):
                x, base = d.w * (0.5 + (house - (self.count - 1) / 2) * 0.24), y + 13 + 3 * (house % 2)
                sharp.art("lit cottage" if "dark" in self else "cottage", (x, base, 18), own="@95")
        sharp.art("snowy pine", (d.w * d.random.choice((0.07, 0.93)), d.h + 1, 62))
        for size, count in ((0.45, 90), (0.28, 110)) if "falling" in self else ():
            sharp.fill("#ffffff", *(disc(x, y, size) for x, y in d.spots(count)), opacity=0.8)


class Balloons(Scene, topic="balloons", share=3):
    """Hot-air balloons above hills, or kites above a meadow."""

    lots = """hill, landscape, nature; sky: day|day|dawn|sunset|dusk; 35% kites = kite, meadow;
        baskets = hot air balloon, vehicle if !kites; 35% rainbow if day; green if day; count: 1|2|3|5"""

    def draw(self, d: Drawing) -> None:
        horizon = d.h * d.vary(0.72, 0.8)
        _, sharp = draw_sky(d, self, horizon)
        for number, tone in enumerate(("#5c8260@40", "#6e9454@68", "#689242@96")):
            d.hill(sharp, horizon + 2 + 7 * number, 9, f"{tone}+10", f"{tone}-18")
        if "kites" in self:
            draw_grass(d, sharp, d.spots(60, d.h - 12), "#689242@96+12 #689242@96-25", 4)
        for number in range(self.count):
            depth = (number + 1) / self.count
            x = d.w * ((number * 0.618 + 0.3 + d.vary(-0.05, 0.05)) % 0.8 + 0.1)
            y, size = horizon * d.vary(0.22, 0.62), 8 + 13 * depth
            pair = d.pick("#ce3430/#f6e8ce #225896/#f0b23e #7a3e8c/#f0825a #268070/#f8dc78 #e66e32/#40466e").split("/")
            color, other = (f"{tone}@{65 + 35 * depth:.0f}" for tone in pair)
            if "kites" in self:
                sharp.line("#f0f0f0", 0.2, path("M??Q????", x, y, x + 6, (y + d.h) / 2, x + d.vary(-30, 30), d.h))
                sharp.art("kite", (x, y, size * 0.8), d.vary(-28, 28), color=color, other=other)
            else:
                sharp.art("lit balloon" if "dark" in self else "balloon", (x, y, size), color=color, other=other)


class NightSky(Scene, topic="night sky", share=3):
    """Stars, and with them the Milky Way or northern lights; below them pines, ridges, a tent, a fire."""

    lots = """night, outdoor, sky, star (sky), nature, tree, conifer, silhouette; 50% tent;
        show: galaxy = galaxy, purple|galaxy = galaxy, purple|aurora = aurora, green|aurora = aurora, green|
        stars = blue; 60% fire if tent; 25% fire if !tent; orange (colour) if fire;
        50% lake = lake, water, reflection if !tent"""

    def draw(self, d: Drawing) -> None:
        foot, lake = d.h * (0.68 if "lake" in self else 0.82), "lake" in self
        top, low = d.pick("#040618/#182254 #060a1e/#143e54 #0a061c/#3a2660").split("/")
        d.palette.name(low=low, land="#080a12")
        soft = d.soft()
        soft.fill(f"fade 0 {top} {top}~low/50 low", box(0, 0, d.w, d.h))
        place = d.w * d.vary(0.35, 0.65), foot / 2, foot / 70
        turn = d.random.choice((-1, 1)) * d.vary(40, 70) if "galaxy" in self else 0
        (soft if "stars" in self else d.soft(0.1)).art(f"light of {self.chosen['show']}", place, turn)
        sharp = d.sharp()
        self.put(sharp, "galaxy", place, turn=turn)
        draw_stars(d, sharp, foot * 1.2)
        d.palette.name(rock="land~low/55", lit="land~low/45", haze="low", near="land")
        sharp.art(f"range {d.pick('one two three')}", (d.w * d.vary(), foot + 2, 0.36), flip=d.either())
        sharp.art("pines", (-d.vary(0, 55), foot + 1, 11), tone="land~low/20")
        if lake:
            d.mirror(foot, "#060e22", 0.28)
            sharp = d.sharp()
            draw_ripples(d, sharp, foot, "low+15", "land")
        sharp.art("grove", (0, d.h + 1, 36) if lake else (0, foot + 5, 30), tone="land")
        if not lake:
            d.hill(sharp, foot + 4, 4, "#12161e", "land")
        base, x = d.h - 6, d.w * d.vary(0.4, 0.6)
        self.put(sharp, "tent", (x, base, 25))
        self.put(sharp, "fire", (x + (26 if "tent" in self else 6), base + 1, 11))
