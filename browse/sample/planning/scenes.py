"""What a scene of the sample is: what it shows, in which words, and under which sky."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random


class Hour(StrEnum):
    DAY = "day"
    DAWN = "dawn"
    SUNSET = "sunset"
    DUSK = "dusk"
    NIGHT = "night"
    FOG = "fog"


@dataclass(frozen=True)
class Tones:
    """A sky's colors from the zenith to the horizon, those of near things and of sunlight in it, and its label's."""

    sky: str
    near: str
    sun: str
    tint: str


TONES: dict[Hour, tuple[Tones, ...]] = {
    Hour.DAY: (
        Tones("#2662b0 #62a4db #cee5f0", "#1c423e", "#fff6d6", "blue"),
        Tones("#186ea8 #68b8d6 #e2f0e8", "#164654", "#fff4cd", "blue"),
        Tones("#4884cc #96c4e8 #eeeee2", "#2c4a46", "#fff8e1", "blue"),
    ),
    Hour.DAWN: (
        Tones("#7094be #cebcce #fad4c6 #ffeed6", "#464868", "#fff4dc", "pink"),
        Tones("#868ec0 #e8b0be #ffceba #ffe8ce", "#523e60", "#fff0dc", "pink"),
    ),
    Hour.SUNSET: (
        Tones("#282c60 #80487c #ec7a5c #ffc87c", "#221830", "#ffe8aa", "orange (colour)"),
        Tones("#3a1c3e #b03a46 #f6803e #ffd070", "#281222", "#ffeca0", "orange (colour)"),
        Tones("#58283c #d65430 #fa9c36 #ffde80", "#2e1416", "#fff6be", "orange (colour)"),
        Tones("#3c1428 #962030 #de4234 #fc9654", "#220a18", "#ffd696", "red"),
    ),
    Hour.DUSK: (
        Tones("#141c4a #3e3e80 #8c6aa0 #eca49c", "#12122e", "#ffdcbe", "purple"),
        Tones("#1e1446 #5a3482 #b060a0 #f6aa96", "#1a0e30", "#ffd8c4", "purple"),
    ),
    Hour.NIGHT: (
        Tones("#05091c #0d1a3e #263c6c", "#040814", "#e8ecf6", "blue"),
        Tones("#040a18 #0a223a #1e4e62", "#030c14", "#ecf0e8", "blue"),
        Tones("#0a061a #1e1442 #4a3470", "#080616", "#f0e8fa", "purple"),
    ),
    Hour.FOG: (
        Tones("#9eaab4 #c2cace #e2e4e2", "#424e54", "#faf8f0", "grey"),
        Tones("#96a4a0 #c4ccc4 #e6e6da", "#3a4a46", "#faf8ec", "grey"),
    ),
}

_HOUR_LABELS: dict[Hour, frozenset[str]] = {
    Hour.DAY: frozenset({"daytime"}),
    Hour.DAWN: frozenset({"morning", "daytime"}),
    Hour.SUNSET: frozenset({"sunset", "evening", "orange (colour)"}),
    Hour.DUSK: frozenset({"evening"}),
    Hour.NIGHT: frozenset({"night"}),
    Hour.FOG: frozenset({"fog", "daytime"}),
}
_DISCS = {Hour.DAY: 0.25, Hour.DAWN: 0.6, Hour.SUNSET: 0.85, Hour.DUSK: 0.4, Hour.NIGHT: 0.65, Hour.FOG: 0.25}


@dataclass(frozen=True)
class Sky:
    """An hour's sky. `disc` shows sun or moon, at `across` of the width; `clouds` is the share of sky they cover."""

    hour: Hour
    tones: Tones
    clouds: float
    disc: bool
    across: float
    seen: bool = True

    @classmethod
    def plan(cls, random: Random, hours: str = "day dawn sunset dusk night fog") -> Sky:
        hour = Hour(random.choice(hours.split()))
        clouds = 0.0 if hour is Hour.FOG or random.random() < 0.3 else random.uniform(0.25, 0.6)
        if hour is Hour.NIGHT:
            clouds = clouds if random.random() < 0.4 else 0.0
        tones = random.choice(TONES[hour])
        return cls(hour, tones, clouds, random.random() < _DISCS[hour], random.uniform(0.18, 0.82))

    @property
    def labels(self) -> frozenset[str]:
        if not self.seen:
            return frozenset()
        seen = {"sky", "outdoor", *_HOUR_LABELS[self.hour], self.tones.tint}
        if self.clouds:
            seen.add("cloud")
        if self.disc:
            seen.add("moon" if self.dark else "sun")
        if self.hour is Hour.NIGHT:
            seen.add("star (sky)")
        return frozenset(seen)

    def without_low_sun(self) -> Sky:
        """The same sky with the sun out of sight where it stands low."""
        return replace(self, disc=False) if self.hour in (Hour.SUNSET, Hour.DAWN, Hour.FOG) else self

    @property
    def dark(self) -> bool:
        return self.hour in (Hour.NIGHT, Hour.DUSK)


NO_SKY = Sky(Hour.DAY, TONES[Hour.DAY][0], 0, False, 0.5, seen=False)
"""The sky of scenes that show none."""


@dataclass(frozen=True)
class Scene:
    """What a picture shows. `labels` are the keys of all that one can see, `topic` says what titles suit it.

    `traits` are the words by which its labels and its drawing differ from those of the topic's other scenes.
    """

    topic: str
    labels: frozenset[str]
    traits: frozenset[str]
    sky: Sky = NO_SKY
    count: int = 1

    def __contains__(self, trait: str) -> bool:
        return trait in self.traits


Planner = Callable[[Random], Scene]
"""A kind of scene, which plans one at random."""


def planned(topic: str, labels: Mapping[str, str], *traits: str, sky: Sky = NO_SKY, count: int = 1) -> Scene:
    """A scene with the labels of its sky, its topic (under "") and its traits; empty traits count for nothing."""
    chosen = frozenset(filter(None, traits))
    seen = {label for trait in ("", *chosen) for label in labels.get(trait, "").split(", ") if label}
    return Scene(topic, frozenset(seen | sky.labels), chosen, sky, count)


def perhaps(random: Random, chance: float, trait: str, *, given: bool = True) -> str:
    """The trait with that chance, else nothing; without a draw where it is not given."""
    return trait if given and random.random() < chance else ""
