"""A canvas: anti-aliased shapes with gradients, soft light, reflections and grain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import lru_cache
from math import ceil, floor
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from browse.sample.painting.paints import Box, Colour, Extent, Fade, Paint, paint_image

Point = tuple[float, float]
SCALE = 3
"""Shapes are drawn so many times larger and reduced: that smooths their edges."""


class Blend(Enum):
    """How a layer lies over what is there: covering it, darkening it, or lighting it."""

    COVER = "cover"
    DARKEN = "darken"
    LIGHT = "light"


class Pen:
    """Shapes that are filled together, in the picture's pixels. `on=False` cuts out of what was drawn before."""

    def __init__(self) -> None:
        self._strokes: list[Callable[[ImageDraw.ImageDraw, float, float], None]] = []
        self._xs: list[float] = []
        self._ys: list[float] = []

    def polygon(self, points: Sequence[Point], *, on: bool = True) -> Pen:
        def draw(stencil: ImageDraw.ImageDraw, x0: float, y0: float) -> None:
            stencil.polygon([((x - x0) * SCALE, (y - y0) * SCALE) for x, y in points], fill=255 * on)

        return self._add(draw, [x for x, _ in points], [y for _, y in points])

    def rectangle(self, left: float, top: float, right: float, bottom: float, *, on: bool = True) -> Pen:
        return self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], on=on)

    def ellipse(self, x: float, y: float, rx: float, ry: float | None = None, *, on: bool = True) -> Pen:
        """An ellipse around (x, y); a circle without `ry`."""
        tall = rx if ry is None else ry

        def draw(stencil: ImageDraw.ImageDraw, x0: float, y0: float) -> None:
            left, top = (x - rx - x0) * SCALE, (y - tall - y0) * SCALE
            stencil.ellipse((left, top, left + 2 * rx * SCALE, top + 2 * tall * SCALE), fill=255 * on)

        return self._add(draw, [x - rx, x + rx], [y - tall, y + tall])

    def line(self, points: Sequence[Point], width: float, *, on: bool = True) -> Pen:
        """A line with round joints, at least a third of a pixel wide."""
        wide = max(1, round(width * SCALE))

        def draw(stencil: ImageDraw.ImageDraw, x0: float, y0: float) -> None:
            path = [((x - x0) * SCALE, (y - y0) * SCALE) for x, y in points]
            stencil.line(path, fill=255 * on, width=wide, joint="curve" if wide > SCALE else None)

        xs, ys = [x for x, _ in points], [y for _, y in points]
        return self._add(draw, [min(xs) - width, max(xs) + width], [min(ys) - width, max(ys) + width])

    def ring(self, x: float, y: float, radius: float, width: float) -> Pen:
        """A circle's outline, `width` wide inwards; it also clears what lies within."""
        return self.ellipse(x, y, radius).ellipse(x, y, radius - width, on=False)

    def rounded(self, left: float, top: float, right: float, bottom: float, radius: float) -> Pen:
        def draw(stencil: ImageDraw.ImageDraw, x0: float, y0: float) -> None:
            box = ((left - x0) * SCALE, (top - y0) * SCALE, (right - x0) * SCALE, (bottom - y0) * SCALE)
            stencil.rounded_rectangle(box, radius=radius * SCALE, fill=255)

        return self._add(draw, [left, right], [top, bottom])

    def extent(self) -> Extent:
        return min(self._xs), min(self._ys), max(self._xs), max(self._ys)

    def stencil(self, width: int, height: int, blur: float) -> tuple[Image.Image, Box] | None:
        """The shapes as a mask and where it lies; None where nothing of them is in the picture."""
        if not self._strokes:
            return None
        left, top, right, bottom = self.extent()
        pad = 2.5 * blur + 1
        box = (
            max(0, floor(left - pad)),
            max(0, floor(top - pad)),
            min(width, ceil(right + pad)),
            min(height, ceil(bottom + pad)),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            return None
        mask = Image.new("L", ((box[2] - box[0]) * SCALE, (box[3] - box[1]) * SCALE))
        drawer = ImageDraw.Draw(mask)
        for stroke in self._strokes:
            stroke(drawer, box[0], box[1])
        small = mask.reduce(SCALE)
        return (small.filter(ImageFilter.BoxBlur(blur)) if blur else small), box

    def _add(
        self,
        draw: Callable[[ImageDraw.ImageDraw, float, float], None],
        xs: Iterable[float],
        ys: Iterable[float],
    ) -> Pen:
        self._strokes.append(draw)
        self._xs.extend(xs)
        self._ys.extend(ys)
        return self


class Canvas:
    """One picture under way. `unit` is a hundredth of the shorter side; `random` decides the painting's details."""

    def __init__(self, width: int, height: int, seed: str) -> None:
        self.width, self.height = width, height
        self.unit = min(width, height) / 100
        self.random = Random(seed)  # noqa: S311  # drawing lots for a picture needs no secrecy
        self.image = Image.new("RGB", (width, height))

    def backdrop(self, paint: Paint, top: float = 0, bottom: float | None = None) -> None:
        """Fill the picture, or a horizontal band of it."""
        low = self.height if bottom is None else bottom
        box = (0, max(0, round(top)), self.width, min(self.height, round(low)))
        if box[1] < box[3]:
            self.image.paste(paint_image(paint, (0, top, self.width, low), box), box)

    def fill(self, pen: Pen, paint: Paint, *, blur: float = 0, opacity: float = 1, blend: Blend = Blend.COVER) -> None:
        """Fill the pen's shapes; a gradient spans all of them. `blur` in pixels softens the edges."""
        cut = pen.stencil(self.width, self.height, blur)
        if cut is None:
            return
        mask, box = cut
        if blend is Blend.COVER and isinstance(paint, tuple):
            self.image.paste(paint, box, _faint(mask, opacity))
        else:
            self.lay(mask, box, paint_image(paint, pen.extent(), box), opacity=opacity, blend=blend)

    def lay(
        self, mask: Image.Image, box: Box, layer: Image.Image, *, opacity: float = 1, blend: Blend = Blend.COVER
    ) -> None:
        """Lay an image of the box's size over it, as far as the mask lets through."""
        if blend is not Blend.COVER:
            under = self.image.crop(box)
            work = ImageChops.multiply if blend is Blend.DARKEN else ImageChops.screen
            layer = work(under, layer)
        self.image.paste(layer, box, _faint(mask, opacity))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1) -> None:
        """Soft light around a point."""
        size = max(2, round(2 * radius))
        left, top = round(x - radius), round(y - radius)
        box = (max(0, left), max(0, top), min(self.width, left + size), min(self.height, top + size))
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        mask = _halo().resize((size, size), Image.Resampling.BILINEAR)
        mask = mask.crop((box[0] - left, box[1] - top, box[2] - left, box[3] - top))
        layer = Image.new("RGB", mask.size, colour)
        self.lay(mask, box, layer, opacity=strength, blend=Blend.LIGHT)

    def veil(self, top: float, bottom: float, colour: Colour, above: float, below: float) -> None:
        """A horizontal band of haze whose opacity runs from `above` to `below`."""
        ends = (round(255 * above), round(255 * below))
        box = (0, max(0, round(top)), self.width, min(self.height, round(bottom)))
        if box[1] >= box[3]:
            return
        shades = Fade(((ends[0],) * 3, (ends[1],) * 3)).image((0, top, self.width, bottom), box)
        self.lay(shades.convert("L"), box, Image.new("RGB", shades.size, colour))

    def drift(self, levels: NDArray[np.float32], paint: Paint, *, top: float = 0, opacity: float = 1) -> None:
        """Lay paint through levels (0 to 1, the picture's width, any height), such as clouds or stains."""
        height = min(levels.shape[0], self.height - round(top))
        mask = Image.fromarray((np.clip(levels[:height], 0, 1) * 255).astype(np.uint8))
        box = (0, round(top), self.width, round(top) + height)
        self.lay(mask, box, paint_image(paint, box, box), opacity=opacity)

    def mirror(self, line: float, *, ripple: float = 1.0, tint: Colour = (30, 50, 70), strength: float = 0.25) -> None:
        """Turn all below the line into still water that mirrors what lies above it."""
        line_y = min(self.height - 2, max(2, round(line)))
        pixels = np.asarray(self.image)
        depth = np.arange(self.height - line_y, dtype=np.float32)
        calm = cloud(self.width, self.height - line_y, self.random, cell=26, octaves=3, stretch=5)
        sway = (calm - 0.5) * (0.05 * depth[:, None] + 2) * ripple * 2.2
        rows = np.clip(line_y - 1 - depth[:, None] * 0.94 - np.abs(sway) * 0.8, 0, line_y - 1).astype(np.intp)
        columns = np.clip(np.arange(self.width)[None, :] + sway * 0.7, 0, self.width - 1).astype(np.intp)
        self.image.paste(Image.fromarray(pixels[rows, columns]), (0, line_y))
        self.veil(line_y, self.height, tint, strength * 0.5, min(1, strength * 1.7))

    def finish(self, *, grain: float = 3.0, vignette: float = 0.22) -> Image.Image:
        """Darken the corners a little, add grain, and give the picture."""
        if vignette:
            self.image = ImageChops.multiply(self.image, _corners(round(255 * (1 - vignette)), self.image.size))
        x, y = self.random.randrange(256), self.random.randrange(256)
        speckle = np.rint(_grain()[y : y + self.height, x : x + self.width, None] * np.float32(grain))
        pixels = np.asarray(self.image).astype(np.int16)
        pixels += speckle.astype(np.int16)
        np.clip(pixels, 0, 255, out=pixels)
        self.image = Image.fromarray(pixels.astype(np.uint8))
        return self.image


def cloud(
    width: int, height: int, random: Random, *, cell: float, octaves: int = 4, stretch: float = 1.0
) -> NDArray[np.float32]:
    """Smooth noise, 0 to 1; `cell` is the coarsest grain in pixels, `stretch` times wider than high."""
    numbers = np.random.default_rng(random.getrandbits(32))
    half = (max(2, width // 2), max(2, height // 2))
    total = np.zeros((half[1], half[0]), dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        step = cell / 2**octave / 2
        shape = (max(2, ceil(half[1] / step) + 2), max(2, ceil(half[0] / step / stretch) + 2))
        coarse = Image.fromarray(numbers.random(shape, dtype=np.float32))
        total += np.float32(weight) * np.asarray(coarse.resize(half, Image.Resampling.BICUBIC))
        weight *= 0.5
    low, high = float(total.min()), float(total.max())
    total = (total - np.float32(low)) / np.float32(max(high - low, 1e-6))
    return np.asarray(Image.fromarray(total).resize((width, height), Image.Resampling.BILINEAR))


def _faint(mask: Image.Image, opacity: float) -> Image.Image:
    return mask if opacity >= 1 else mask.point(_fading(opacity))


@lru_cache(maxsize=512)
def _fading(opacity: float) -> list[int]:
    return [round(level * opacity) for level in range(256)]


@lru_cache(maxsize=1)
def _halo() -> Image.Image:
    side = np.linspace(-1, 1, 256, dtype=np.float32)
    distance = np.minimum(1, np.hypot(side[None, :], side[:, None]))
    return Image.fromarray(((1 - distance) ** 2.2 * 255).astype(np.uint8))


@lru_cache(maxsize=24)
def _corners(darkest: int, size: tuple[int, int]) -> Image.Image:
    side = np.linspace(-1, 1, 96, dtype=np.float32)
    distance = np.clip(np.hypot(side[None, :], side[:, None]) - 0.55, 0, None) / 0.87
    shade = Image.fromarray((255 - (255 - darkest) * distance**1.6).astype(np.uint8))
    return shade.resize(size, Image.Resampling.BILINEAR).convert("RGB")


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.float32]:
    """Film grain of deviation about 1, a little wider than a pixel."""
    raw = np.random.default_rng(2016).standard_normal((900, 900), dtype=np.float32)
    soft = raw + np.float32(0.5) * (np.roll(raw, 1, 0) + np.roll(raw, 1, 1))
    level: NDArray[np.float32] = soft / soft.std()
    return level
