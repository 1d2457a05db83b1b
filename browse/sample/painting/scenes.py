"""The kinds of scenes that the sample's pictures show, and their drawings."""

from __future__ import annotations

from browse.sample.painting import closeups, nature, outdoors, towns
from browse.sample.painting.drawing import Drawing
from browse.sample.painting.scene import Scene

KINDS: tuple[type[Scene], ...] = (
    *(outdoors.Sea, outdoors.Mountains, towns.City, nature.Forest, outdoors.Desert, outdoors.SnowVillage),
    *(closeups.StillLife, closeups.Table, nature.Blossom, nature.FlowerField, nature.Cat, nature.Dog, nature.Birds),
    *(towns.Street, towns.Canal, outdoors.Balloons, outdoors.NightSky, nature.Underwater),
    *(closeups.Pattern, closeups.Composition, closeups.ColorField, closeups.Surface),
)


def drawn(scene: Scene, width: int, height: int, seed: str) -> Drawing:
    """The scene's drawing in that many pixels; the seed decides what its traits leave open."""
    drawing = Drawing(width, height, seed)
    scene.draw(drawing)
    return drawing
