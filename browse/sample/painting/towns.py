"""City, street and canal."""

from __future__ import annotations

from itertools import product

from browse.sample.painting.drawing import Drawing
from browse.sample.painting.outlines import box, disc
from browse.sample.painting.scene import Scene
from browse.sample.painting.scenery import draw_ripples, draw_sky

_LAMP = "#ffd682"


class City(Scene, topic="city", share=4, hidden="sunset dawn fog"):
    """A skyline, by the water or over roofs."""

    lots = """city, building, skyscraper; 60% river = river, water, reflection;
        sky: night|night|night|dusk|dusk|sunset|day|fog|dawn; 40% bridge if river; 30% crane (machine);
        40% spire = tower; window if dark"""

    def draw(self, d: Drawing) -> None:
        foot, dark = d.h * (d.vary(0.6, 0.68) if "river" in self else 0.9), "dark" in self
        soft, sharp = draw_sky(d, self, foot)
        if dark:
            soft.fill("glow #ffbe78 45", disc(d.w / 2, foot, d.w * 0.6, 26))
        for depth, step, most in ((35, 8, 44), (62, 9, 40), (95, 11, 24)):
            for number in range(int(d.w / step) + 2):
                x, share = (number - 0.5) * step + d.vary(-1, 1), 1.35 - abs(number * step / d.w - 0.5) * 1.2
                tall = min(foot * 0.7, d.vary(12, most) * share)
                name = f"tower {d.pick('one one one two two three three four')}"
                d.palette.name(block=f"{d.pick('#546278 #70686a #465868 #7c7062')}@{depth}")
                lit = f"block~{d.pick(f'{_LAMP} #ffe8b4 #d6e2ff')}/{30 + 0.65 * depth:.0f}"
                name += " at night" if dark else " by day" if depth > 50 else ""
                sharp.art(name, (x, foot - tall, step * d.vary(0.7, 1)), glass=lit if dark else "block+22")
        place = d.w * d.vary(0.35, 0.65), foot, min(70, foot * 0.95)
        self.put(sharp, "spire", place, tone="#5c687a@80", glass=_LAMP if dark else "#5c687a@80-30")
        self.put(sharp, "crane (machine)", (d.w * d.vary(0.15, 0.85), foot, 56), flip=d.either())
        if "river" in self:
            sharp.art("quay", (d.w / 2, foot, 1), lamp=_LAMP if dark else "#282e34@100")
            self.put(sharp, "bridge", (d.w * d.vary(0.45, 0.55), foot, 1), tone="#964638@100")
            d.mirror(foot, "zenith~#061424/50", 0.25, 0.6)
            draw_ripples(d, d.sharp(), foot, "haze+10", "zenith-40")
            return
        sharp.art("roofs", (d.w / 2 + d.vary(-10, 10), foot, 1), flip=d.either())


class Street(Scene, topic="street", share=4):
    """A car, a van or a bicycle before a wall with windows."""

    lots = """street, house, outdoor, vehicle, wheel, window, building; ride: car|car|van|bicycle|bicycle;
        trunk (car) if car; paint: red #be2426|blue #2a5696|yellow #ecb82c|white #eceae4|black #282a30|green #3a7054;
        wall: pink wall #e2aaa0|yellow wall #eac880|blue wall #86aabe|white wall #e8e2d6|brick wall #a85c46|
        green wall #96ac8e; brick if brick wall; 28% night; day = daytime if !night;
        35% tree = tree, plant, trunk (tree); green if tree & day; pink if pink wall & day;
        yellow if yellow wall & day; blue if blue wall & day; white if white wall & day; green if green wall & day"""

    def draw(self, d: Drawing) -> None:
        night, curb = "night" in self, d.h - 24
        d.palette.name(wall=f"{self.colors['wall'][0]}~#121634/{72 if night else 0}")
        d.palette.name(road="#22242e" if night else "#626266", paved="#464854" if night else "#aca69e")
        d.palette.name(frame=f"wall+{10 if night else 50}")
        soft, sharp = d.backdrop("fade 35 wall+8 wall wall-18")
        soft.fill("fade 0 road road+10", box(0, curb, d.w, d.h))
        self.put(sharp, "brick wall", (d.w / 2, curb, 1))
        for row, left in product(range(int(curb / 36) + 1), range(int(d.w / 2) - 122, int(d.w) + 10, 38)):
            glass = ("#ffc46e" if d.vary() < 0.45 else "#222a42") if night else "#8aa8b8"
            sharp.art("window", (left, curb - 44 - 42 * row, 1), glass=glass)
        sharp.art("pavement", (d.w / 2, curb, 1))
        place = d.w * d.random.choice((0.16, 0.84)), curb + 4, min(curb * 1.15, 92)
        self.put(sharp, "tree", place, flip=d.either(), leafy="#1e302c" if night else d.pick("#568c42 #6c983c"))
        place, glass = (d.w * d.vary(0.42, 0.58), d.h - 12, min(40, d.w * 0.44)), "#3c4860" if night else "#688294"
        paint = f"{self.colors['paint'][0]}~#10142e/{50 if night else 0}"
        sharp.art(self.chosen["ride"], place, flip=d.either(), paint=paint, glass=glass)
        if night:
            d.soft().art("street lamp", (d.w * d.random.choice((0.22, 0.78)), d.h * 0.3, 1))


class Canal(Scene, topic="canal", share=2, hidden="day dawn dusk night fog"):
    """A row of narrow gabled houses, and the canal that mirrors them."""

    lots = """house, building, window, river, water, reflection; sky: day|dawn|dusk|night|fog;
        40% boat = boat, vehicle"""

    def draw(self, d: Drawing) -> None:
        quay, x, dark = d.h * d.vary(0.6, 0.68), -d.vary(0, 12), "dark" in self
        _, sharp = draw_sky(d, self, quay)
        d.palette.name(frame="#f0eadc@95", pane="#3e5468@90")
        while x < d.w:
            wide, tall = d.vary(17, 23), min(quay * 0.78, d.vary(40, 52))
            d.palette.name(front=f"{d.pick('#9c523e #be885c #784238 #d6be96 #60585c #ac6854 #ceaa6e')}@95")
            one, two = (_LAMP if dark and d.vary() < 0.8 else "pane" for _ in range(2))
            place, door = (x, quay - 2, wide), f"{d.pick('#962428 #1e3a6e #24503e')}@95"
            sharp.art(f"front {d.pick('one two three')}", place, tall=tall / wide / 2.4, one=one, two=two, door=door)
            x += wide
        sharp.art("lit canal bank" if dark else "canal bank", (0, quay, 1))
        hull, glass = f"{d.pick('#2c545c #96342c #3c4a3c')}@100", "#ffdc96" if dark else "#466070@100"
        self.put(sharp, "boat", (d.w * d.vary(0.3, 0.7), quay + 1, 17), hull=hull, glass=glass)
        line = quay + 1.8 * ("boat" in self)
        d.mirror(line, "zenith~#1e2e2c/60", 0.25, 0.5)
        draw_ripples(d, d.sharp(), line, "high~haze/30", "near-10")
