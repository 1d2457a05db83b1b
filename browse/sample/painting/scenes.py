"""What a scene is: what it shows, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from browse.sample.painting.drawing import Drawing
from browse.sample.painting.skies import NO_SKY, Sky


@dataclass(frozen=True)
class Scene:
    """What a picture shows. `labels` are the keys of all that one can see, `topic` says what titles suit it.

    `traits` are the words by which its labels and its drawing differ from its kind's others.
    """

    topic: str
    labels: frozenset[str]
    traits: frozenset[str]
    draw: Callable[[Drawing, Scene], None]
    sky: Sky = NO_SKY
    count: int = 1

    def __contains__(self, trait: str) -> bool:
        return trait in self.traits

    def one_of(self, kinds: Mapping[str, object]) -> str:
        """The first of the kinds that is among its traits."""
        return next(kind for kind in kinds if kind in self.traits)

    def paint(self, drawing: Drawing) -> None:
        self.draw(drawing, self)


Planner = Callable[[Random], Scene]
"""A kind of scene, which plans one at random."""


def planned(
    topic: str,
    draw: Callable[[Drawing, Scene], None],
    labels: Mapping[str, str],
    *traits: str,
    sky: Sky = NO_SKY,
    count: int = 1,
) -> Scene:
    """A scene with the labels of its sky, of its kind (under ""), and of its traits; empty traits count for nothing."""
    chosen = frozenset(filter(None, traits))
    seen = {label for trait in ("", *chosen) for label in labels.get(trait, "").split(", ") if label}
    return Scene(topic, frozenset(seen | sky.labels), chosen, draw, sky, count)


def perhaps(random: Random, chance: float, trait: str, *, given: bool = True) -> str:
    """The trait with that chance, else nothing; without a draw where it is not given."""
    return trait if given and random.random() < chance else ""
