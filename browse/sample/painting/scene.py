"""What a scene of the sample is: what it shows, under which sky, in which words, and how it is drawn.

Each kind of scene has lots as text, with semicolons between them: first its labels, then what is drawn in turn.
`45% beach = beach, sand` is a trait with its chance and the labels that it shows if it is not itself a label,
`count: 0|1|1|2` or `coat: black #1e1c20|white #f0ece4` one of several, some with the colors that it has, and
`green if meadow & !dark` holds only with some traits and without others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, NamedTuple

from browse.sample.labels import LOOK_ALIKES
from browse.sample.painting.drawing import Drawing, Layer, Place


class Hour(NamedTuple):
    """An hour's labels, the chance of sun or moon, how far down the sky that stands, and how much light is missing."""

    labels: str
    disc: float
    height: float
    gloom: float


HOURS = {
    "day": Hour("daytime", 0.25, 0.2, 0.08),
    "dawn": Hour("morning, daytime", 0.6, 0.72, 0.3),
    "sunset": Hour("sunset, evening, orange (colour)", 0.85, 0.84, 0.55),
    "dusk": Hour("evening", 0.4, 0.28, 0.68),
    "night": Hour("night, star (sky)", 0.65, 0.28, 0.8),
    "fog": Hour("fog, daytime", 0.25, 0.5, 0.35),
}
_SKIES = {
    "day": """blue #2662b0 #62a4db #cee5f0 #1c423e #fff6d6|blue #186ea8 #68b8d6 #e2f0e8 #164654 #fff4cd|
        blue #4884cc #96c4e8 #eeeee2 #2c4a46 #fff8e1""",
    "dawn": """pink #7094be #cebcce #fad4c6 #ffeed6 #464868 #fff4dc|
        pink #868ec0 #e8b0be #ffceba #ffe8ce #523e60 #fff0dc""",
    "sunset": """orange (colour) #282c60 #80487c #ec7a5c #ffc87c #221830 #ffe8aa|
        orange (colour) #3a1c3e #b03a46 #f6803e #ffd070 #281222 #ffeca0|
        orange (colour) #58283c #d65430 #fa9c36 #ffde80 #2e1416 #fff6be|
        red #3c1428 #962030 #de4234 #fc9654 #220a18 #ffd696""",
    "dusk": """purple #141c4a #3e3e80 #8c6aa0 #eca49c #12122e #ffdcbe|
        purple #1e1446 #5a3482 #b060a0 #f6aa96 #1a0e30 #ffd8c4""",
    "night": """blue #05091c #0d1a3e #263c6c #040814 #e8ecf6|blue #040a18 #0a223a #1e4e62 #030c14 #ecf0e8|
        purple #0a061a #1e1442 #4a3470 #080616 #f0e8fa""",
    "fog": """grey #9eaab4 #c2cace #e2e4e2 #424e54 #faf8f0|grey #96a4a0 #c4ccc4 #e6e6da #3a4a46 #faf8ec""",
}
"""The label of each sky, its colors from the zenith to the horizon, and those of near things and of sunlight."""

EVERY_HOUR = "day|dawn|sunset|dusk|night|fog"
_LOT = re.compile(r"(?:(\d+)% )?(.+?)(?:: (.+?))?(?: if (.+))?")


@dataclass
class Scene:
    """A scene under a sky, if any: made by drawing the lots of its kind, and drawn by `draw`.

    `labels` are the keys of all that it shows; `traits` are the words for how it differs from others, and `chosen` has
    some of them by the name of the choice, `colors` those of that choice. Clouds cover the share `clouds` of its sky;
    sun or moon stands at the share `across` of its width.
    """

    random: Random = field(repr=False, compare=False)
    labels: set[str] = field(default_factory=set)
    traits: set[str] = field(default_factory=set)
    chosen: dict[str, str] = field(default_factory=dict)
    colors: dict[str, list[str]] = field(default_factory=dict)
    clouds: float = 0
    across: float = 0.5

    topic: ClassVar[str]
    share: ClassVar[int]
    lots: ClassVar[str]
    hidden: ClassVar[str]

    def __init_subclass__(cls, *, topic: str, share: int, hidden: str = "") -> None:
        """A kind of scene: what titles suit it, how many of a round of pictures show it, when sun and moon do not."""
        cls.topic, cls.share, cls.hidden = topic, share, hidden

    def __post_init__(self) -> None:
        self.plan()

    def __contains__(self, trait: str) -> bool:
        return trait in self.traits

    @property
    def count(self) -> int:
        return int(self.chosen.get("count", "1"))

    def plan(self) -> None:
        """Draw the lots."""
        always, *lots = " ".join(self.lots.split()).split("; ")
        self.labels |= set(always.split(", ")) - {""}
        for chance, text, options, needs in (match.groups() for match in map(_LOT.fullmatch, lots) if match):
            if needs and any((need.lstrip("!") in self) == (need[0] == "!") for need in needs.split(" & ")):
                continue
            if options:
                self.choose(text, options)
            elif not chance or (text not in self and self.random.random() < int(chance) / 100):
                self.show(text)

    def show(self, text: str) -> str:
        """Show a trait with the labels that stand after it, or with the label that it is, if any; give the trait."""
        trait, _, labels = text.partition(" = ")
        self.traits.add(trait)
        self.labels |= set(labels.split(", ")) if labels else {trait} & LOOK_ALIKES.keys()
        return trait

    def choose(self, name: str, options: str) -> None:
        """Show one of the options; an hour of the sky with its colors and clouds, and perhaps sun or moon."""
        shown, *colors = self.random.choice(re.split(r"\|\s*", options)).split(" #")
        self.chosen[name], self.colors[name] = self.show(shown), [f"#{color}" for color in colors]
        if name == "sky":
            self._plan_sky(self.chosen["sky"], self.random)

    def _plan_sky(self, hour: str, random: Random) -> None:
        self.clouds = 0.0 if hour == "fog" or random.random() < 0.3 else random.uniform(0.25, 0.6)
        if hour == "night" and random.random() >= 0.4:
            self.clouds = 0.0
        self.choose("tones", _SKIES[hour])
        out, self.across = random.random() < HOURS[hour].disc, random.uniform(0.18, 0.82)
        self.labels |= {"sky", "outdoor", *HOURS[hour].labels.split(", ")}
        self.labels |= {"cloud"} if self.clouds else set()
        if hour in ("night", "dusk"):
            self.traits.add("dark")
        if out and hour not in self.hidden.split():
            self.traits.add("disc")
            self.labels.add("moon" if "dark" in self else "sun")

    def drawn(self, width: int, height: int, seed: str) -> Drawing:
        """Its drawing in that many pixels; the seed decides what the traits leave open."""
        drawing = Drawing(width, height, seed)
        self.draw(drawing)
        return drawing

    def draw(self, d: Drawing) -> None:
        """Draw it; by the method of its `kind` unless a kind of scene draws otherwise."""
        getattr(self, f"_draw_{self.chosen['kind']}")(d)

    def put(self, layer: Layer, trait: str, place: Place, **how: Any) -> None:
        """Draw the piece of art that shows a trait, if the scene has that."""
        if trait in self:
            layer.art(trait, place, **how)
