"""Colours, and gradients to fill shapes with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are outside."""
Extent = tuple[float, float, float, float]
"""Left, top, right, bottom of a shape, also beyond the picture's edges."""

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` (0 to 1) of the way from a to b."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, BLACK, share)


@lru_cache(maxsize=1024)
def colour_table(stops: tuple[Colour, ...]) -> NDArray[np.uint8]:
    """256 colours that run evenly through the stops; shape (256, 3)."""
    at = np.linspace(0, len(stops) - 1, 256)
    columns = [np.interp(at, np.arange(len(stops)), [stop[channel] for stop in stops]) for channel in range(3)]
    return np.stack(columns, axis=1).round().astype(np.uint8)


@dataclass(frozen=True)
class Fade:
    """A straight gradient through the stops, from top to bottom at angle 0, from left to right at 90 degrees."""

    stops: tuple[Colour, ...]
    angle: float = 0.0

    def image(self, extent: Extent, box: Box) -> Image.Image:
        across, down = _grid(extent, box)
        if self.angle == 0:
            column = Image.fromarray(colour_table(self.stops)[_indices(down)])
            return column.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST)
        dx, dy = sin(radians(self.angle)), cos(radians(self.angle))
        low = min(dx, 0) + min(dy, 0)
        share = (across * dx + down * dy - low) / (abs(dx) + abs(dy))
        return Image.fromarray(colour_table(self.stops)[_indices(share.astype(np.float32))])


@dataclass(frozen=True)
class Ball:
    """A gradient in rings around a focus (shares of the shape's width and height), as on a lit ball."""

    stops: tuple[Colour, ...]
    focus: tuple[float, float] = (0.36, 0.3)
    reach: float = 0.85

    def image(self, extent: Extent, box: Box) -> Image.Image:
        across, down = _grid(extent, box)
        away = np.hypot(across - np.float32(self.focus[0]), down - np.float32(self.focus[1]))
        share: NDArray[np.float32] = (away / self.reach).astype(np.float32)
        return Image.fromarray(colour_table(self.stops)[_indices(share)])


Paint = Colour | Fade | Ball


def paint_image(paint: Paint, extent: Extent, box: Box) -> Image.Image:
    """The paint over the box, for a shape that takes the extent."""
    if isinstance(paint, Fade | Ball):
        return paint.image(extent, box)
    return Image.new("RGB", (box[2] - box[0], box[3] - box[1]), paint)


def _grid(extent: Extent, box: Box) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the box's pixels lie in the extent, as shares: one row and one column."""
    width, height = max(extent[2] - extent[0], 1e-6), max(extent[3] - extent[1], 1e-6)
    across = (np.arange(box[0], box[2], dtype=np.float32) + 0.5 - extent[0]) / width
    down = (np.arange(box[1], box[3], dtype=np.float32) + 0.5 - extent[1]) / height
    return across[None, :], down[:, None]


def _indices(share: NDArray[np.float32]) -> NDArray[np.uint8]:
    return (np.clip(share, 0, 1) * 255).astype(np.uint8)
