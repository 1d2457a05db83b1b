"""A drawing: layers of SVG, rendered by vl-convert one over the other, some of them reflected in water."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
import vl_convert
from PIL import Image, ImageChops

from browse.sample.painting.colors import Color, Paint, from_hexadecimal, hexadecimal, mix, written
from browse.sample.painting.shapes import Point, below, curve, ridge

_DETAIL = 0.75
"""Scenes are drawn in so many pixels of the picture's, which the grain then hides: drawing is what takes the time."""
CRISP = 'stroke-linecap="butt" shape-rendering="crispEdges"'
"""Attributes of lines without smooth edges, which are quick to draw."""
_SLOT = re.compile(r"\{([^}]*)\}|(?<=\")#[0-9a-f]{6}(?=\")")
Place = tuple[float, float, float]
"""x and y in pixels, and how many of them the drawn thing's unit takes."""


class Layer:
    """One SVG image, in the picture's pixels or, within `at`, in those of a placed group."""

    def __init__(self, width: int, height: int, scale: float) -> None:
        self._size, self._scale = (width, height), scale
        self._defs: dict[Paint, str] = {}
        self._body: list[str] = []

    def fill(self, paint: Paint, *shapes: str, opacity: float = 1, crisp: bool = False) -> None:
        """Fill the outlines as one shape; `crisp` ones have no smooth edges, and are quick to draw."""
        edges = ' shape-rendering="crispEdges"' if crisp else ""
        self._add(f'fill="{self._paint(paint)}"{edges}', shapes, opacity, "fill-opacity")

    def line(self, paint: Paint, width: float, *shapes: str, opacity: float = 1, more: str = "") -> None:
        """Draw along the outlines with round ends; `more` is further attributes, such as dashes."""
        ends = more or 'stroke-linecap="round"'
        style = f'fill="none" stroke="{self._paint(paint)}" stroke-width="{width:.2f}" stroke-linejoin="round" {ends}'
        self._add(style, shapes, opacity, "stroke-opacity")

    @contextmanager
    def at(self, x: float, y: float, size: float = 1, *, turn: float = 0, flip: bool = False) -> Iterator[None]:
        """Draw around (x, y), so many times larger, turned by degrees clockwise, mirrored left to right."""
        scales = f"{-size if flip else size:.3f} {size:.3f}"
        self._body.append(f'<g transform="translate({x:.2f} {y:.2f}) rotate({turn:.1f}) scale({scales})">')
        yield
        self._body.append("</g>")

    def art(
        self,
        name: str,
        place: Place,
        *,
        turn: float = 0,
        flip: bool = False,
        shade: Callable[[Color], Color] | None = None,
        **tones: Color,
    ) -> None:
        """Draw a symbol of the files in art/ in the tones that it names; `shade` puts its own colors into a light."""

        def color_of(word: str) -> Color:
            own = tones[word] if word in tones else from_hexadecimal(word)
            return shade(own) if shade and word not in tones else own

        with self.at(*place, turn=turn, flip=flip):
            piece = _SLOT.sub(lambda slot: self._paint(written(slot[1] or slot[0], color_of)), _pieces()[name])
            self._body.append(f'<g fill="none" stroke-linecap="round" stroke-linejoin="round">{piece}</g>')

    def land(self, width: float, bottom: float, line: str, tones: tuple[Color, Color], deep: float = 0) -> None:
        """Fill what lies below an open line, from the first tone along it to the second `deep` pixels further down.

        Steps of one color each look like a gradient here, and are drawn several times as fast.
        """
        outline = below(line, width, bottom)
        steps = 7 if deep else 1
        for step in range(steps):
            style = f'fill="{hexadecimal(mix(*tones, step / max(1, steps - 1)))}"'
            self._body.append(f'<path transform="translate(0 {deep * step / steps:.1f})" {style} d="{outline}"/>')

    def image(self) -> Image.Image:
        width, height = self._size
        size = f'width="{round(width * self._scale)}" height="{round(height * self._scale)}"'
        head = f'{size} viewBox="0 0 {width} {height}"'
        svg = "".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {head} preserveAspectRatio="none"><defs>',
                *(paint.svg(name) for paint, name in self._defs.items() if not isinstance(paint, tuple)),
                "</defs>",
                *self._body,
                "</svg>",
            ]
        )
        return Image.open(BytesIO(vl_convert.svg_to_png(svg)))

    def _paint(self, paint: Paint) -> str:
        if isinstance(paint, tuple):
            return hexadecimal(paint)
        return f"url(#{self._defs.setdefault(paint, f'g{len(self._defs)}')})"

    def _add(self, style: str, shapes: tuple[str, ...], opacity: float, name: str) -> None:
        faint = f' {name}="{opacity:.3f}"' if opacity < 1 else ""
        self._body.append(f'<path {style}{faint} d="{"".join(shapes)}"/>')


class Drawing:
    """One picture under way. `unit` is a hundredth of the shorter side; `random` decides the details.

    Gradients and see-through paint cost the renderer as much as there are pixels: wide and soft things belong on a
    `soft` layer, which is drawn small and enlarged, and which blurs them thereby.
    """

    def __init__(self, width: int, height: int, seed: str) -> None:
        self.width, self.height = width, height
        self.unit = min(width, height) / 100
        self.random = Random(seed)  # noqa: S311  # drawing lots for a picture needs no secrecy
        self._steps: list[Layer | Callable[[Image.Image], Image.Image]] = []

    def soft(self, scale: float = 0.25) -> Layer:
        """A new layer over the earlier ones, blurred over 1 / scale pixels."""
        return self._new(scale)

    def sharp(self) -> Layer:
        """A new layer over the earlier ones, in full detail."""
        return self._new(1)

    def backdrop(self, paint: Paint, scale: float = 0.25) -> tuple[Layer, Layer]:
        """A soft layer that the paint fills, and a sharp one over it."""
        soft, whole = self.soft(scale), f"M0 0H{self.width}V{self.height}H0z"
        soft.fill(paint, whole)
        return soft, self.sharp()

    def hill(
        self, layer: Layer, y: float, rise: float, tones: tuple[Color, Color], bottom: float | None = None
    ) -> None:
        """Soft hills up to `rise` above y, down to the bottom or the picture's, darkening downwards."""
        line = curve(ridge(self.width, y, rise, self.random), closed=False)
        deep = (self.height if bottom is None else bottom) - y + rise
        layer.land(self.width, self.height + 9 if bottom is None else bottom, line, tones, deep * (bottom is None))

    def spots(self, count: int, top: float = 0, bottom: float | None = None) -> list[Point]:
        """So many places at random between two rows."""
        low = self.height if bottom is None else bottom
        return [(self.random.uniform(0, self.width), self.random.uniform(top, low)) for _ in range(count)]

    def either(self) -> bool:
        return self.random.random() < 0.5

    def mirror(self, y: float, tint: Color, strength: float, ripple: float = 1) -> None:
        """Reflect what the layers so far show above row y below it, tinted and with ripples that grow downwards."""
        seed = self.random.getrandbits(32)
        self._steps.append(
            lambda image: _mirrored(image, round(y * _DETAIL), tint, strength, (ripple * self.unit * _DETAIL, seed))
        )

    def render(self, *, grain: float = 2.4) -> Image.Image:
        """The finished picture, with grain of that deviation in levels."""
        image = Image.new("RGB", (round(self.width * _DETAIL), round(self.height * _DETAIL)))
        for step in self._steps:
            image = _laid(step.image(), image) if isinstance(step, Layer) else step(image)
        image = image.resize((self.width, self.height), Image.Resampling.BICUBIC)
        image = ImageChops.multiply(image, _corners(image.size))
        x, y = self.random.randrange(256), self.random.randrange(256)
        speckle = _grain(grain).crop((x, y, x + self.width, y + self.height))
        return ImageChops.add(image, speckle, offset=-128)

    def _new(self, scale: float) -> Layer:
        layer = Layer(self.width, self.height, scale if scale < 0.5 else scale * _DETAIL)
        self._steps.append(layer)
        return layer


@lru_cache(maxsize=1)
def _pieces() -> dict[str, str]:
    files = sorted(Path(__file__).with_name("art").glob("*.svg"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    return dict(re.findall(r'<symbol id="([^"]+)">(.*?)</symbol>', text, re.DOTALL))


def _laid(over: Image.Image, image: Image.Image) -> Image.Image:
    if over.size != image.size:
        solid = over.getextrema()[-1] == (255, 255)
        over = (over.convert("RGB") if solid else over).resize(image.size, Image.Resampling.BILINEAR)
        if solid:
            return over
    image.paste(over, (0, 0), over)
    return image


def _mirrored(image: Image.Image, line: int, tint: Color, strength: float, waves: tuple[float, int]) -> Image.Image:
    ripple, seed = waves
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    depth = np.arange(height - line, dtype=np.float32)[:, None]
    numbers = np.random.default_rng(seed)
    coarse = Image.fromarray(numbers.random((max(4, len(depth) // 8), max(4, width // 40)), dtype=np.float32) - 0.5)
    sway = np.asarray(coarse.resize((width, len(depth)), Image.Resampling.BICUBIC)) * (1 + 0.06 * depth) * ripple * 2.4
    rows = np.clip(line - 1 - depth * 0.94 + sway, 0, line - 1).astype(np.intp)
    columns = np.clip(np.arange(width)[None, :] + sway * 0.7, 0, width - 1).astype(np.intp)
    veil = strength * (0.5 + 0.9 * depth / max(1, len(depth)))[..., None]
    water = pixels[rows, columns] * (1 - veil) + np.array(tint, dtype=np.float32) * veil
    return Image.fromarray(np.concatenate((pixels[:line], np.clip(water, 0, 255).astype(np.uint8))))


@lru_cache(maxsize=24)
def _corners(size: tuple[int, int]) -> Image.Image:
    side = np.linspace(-1, 1, 96, dtype=np.float32)
    distance = np.clip(np.hypot(side[None, :], side[:, None]) - 0.55, 0, None) / 0.87
    shade = Image.fromarray((255 - 56 * distance**1.6).astype(np.uint8))
    return shade.resize(size, Image.Resampling.BILINEAR).convert("RGB")


@lru_cache(maxsize=2)
def _grain(deviation: float) -> Image.Image:
    """Film grain around the level 128, a little wider than a pixel."""
    raw = np.random.default_rng(2016).standard_normal((900, 900), dtype=np.float32)
    soft = raw + np.float32(0.5) * (np.roll(raw, 1, 0) + np.roll(raw, 1, 1))
    levels = np.clip(np.rint(128 + soft * (deviation / soft.std())), 0, 255).astype(np.uint8)
    return Image.fromarray(levels).convert("RGB")
