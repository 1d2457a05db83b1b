"""Draws the sample's pictures: each scene out of outlines, gradients and the pieces of art in art/."""

from __future__ import annotations

from collections.abc import Callable

from browse.sample.painting import aloft, forms, land, life, plants, tables, towns
from browse.sample.painting.drawing import Drawing
from browse.sample.planning.scenes import Scene

_PAINTERS: dict[str, Callable[[Drawing, Scene], None]] = {
    "sea": land.draw_sea,
    "mountains": land.draw_mountains,
    "desert": land.draw_desert,
    "snow": land.draw_village,
    "city": towns.draw_city,
    "street": towns.draw_street,
    "canal": towns.draw_canal,
    "forest": plants.draw_forest,
    "flower": plants.draw_blossom,
    "flower field": plants.draw_flower_field,
    "cat": life.draw_cat,
    "dog": life.draw_dog,
    "birds": life.draw_birds,
    "underwater": life.draw_underwater,
    "balloons": aloft.draw_balloons,
    "night sky": aloft.draw_night,
    "still life": tables.draw_still_life,
    "table": tables.draw_table,
    "surface": tables.draw_surface,
    "pattern": forms.draw_pattern,
    "composition": forms.draw_composition,
    "colour field": forms.draw_color_field,
}
"""What draws the scenes of each topic."""


def drawn(scene: Scene, width: int, height: int, seed: str) -> Drawing:
    """The scene's drawing in that many pixels; the seed decides what its traits leave open."""
    drawing = Drawing(width, height, seed)
    _PAINTERS[scene.topic](drawing, scene)
    return drawing
