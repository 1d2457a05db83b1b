"""A drawing: layers of SVG, rendered one over the other, some of them reflected in water.

Everything is measured in hundredths of the picture's shorter side.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageChops

from browse.sample.painting.outlines import Point, box, curve
from browse.sample.painting.paints import Color, Palette, hexadecimal, mix
from browse.sample.painting.rendering import rendered

Place = tuple[float, float, float]
"""Where a piece of art stands, and its size."""

_DETAIL = 0.75
"""Scenes are drawn in so many pixels of the picture's, which the grain then hides: drawing is what takes the time."""
_CRISP = ' shape-rendering="crispEdges"'
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" '
    'fill="none" stroke-linecap="round" stroke-linejoin="round">'
)
_SLOT = re.compile(r'\{([^}]*)\}|(?<=")(#[0-9a-f]{6}[^"]*)')
_USE = re.compile(r'<use href="([^#"]+)" at="([^"]+)"(?: tone="([^"]+)")?/>')
_OWN_COLOR = re.compile(r"(?<![~#])#[0-9a-f]{6}")


class Layer:
    """One SVG image of that width and height, drawn in so many pixels."""

    def __init__(self, size: Point, pixels: tuple[int, int], palette: Palette) -> None:
        self._size, self._pixels, self._palette = size, pixels, palette
        self._defs: dict[str, str] = {}
        self._body: list[str] = []
        self._drawn: dict[object, str] = {}

    def fill(self, paint: str, *shapes: str, opacity: float = 1, crisp: bool = False, down: float = 0) -> None:
        """Fill the outlines, moved down, as one shape; `crisp` ones have no smooth edges, and are quick to draw."""
        faint, edges = f' fill-opacity="{opacity:.3f}"' if opacity < 1 else "", _CRISP if crisp else ""
        moved = f' transform="translate(0 {down:.2f})"' if down else ""
        self._body.append(f'<path fill="{self._paint(paint)}"{faint}{edges}{moved} d="{"".join(shapes)}"/>')

    def line(self, paint: str, width: float, *shapes: str, opacity: float = 1) -> None:
        """Draw along the outlines, with round ends."""
        style = f'stroke="{self._paint(paint)}" stroke-width="{width:.3f}" stroke-opacity="{opacity:.3f}"'
        self._body.append(f'<path {style} d="{"".join(shapes)}"/>')

    def art(self, name: str, place: Place, turn: float = 0, *, flip: bool = False,
            tall: float = 1, own: str = "", **tones: str) -> None:  # fmt: skip
        """Draw a piece of art/ at (x, y, size), turned by degrees clockwise, mirrored, so much taller, in its tones.

        `own` is what its own colors become: in the light of a depth, such as `@90`, or all of them one tone.
        """
        palette = self._palette.beside(tones) if tones else self._palette
        key = (name, own, *palette.items())
        if key not in self._drawn:
            color = own if own and own[0] != "@" else rf"\g<0>{own}"
            piece = _OWN_COLOR.sub(color, _pieces()[name])
            self._drawn[key] = _SLOT.sub(lambda slot: self._paint(slot[1] or slot[2], palette), piece)
        (x, y, size), drawn = place, self._drawn[key]
        scales = f"{-size if flip else size:.3f} {size * tall:.3f}"
        self._body.append(f'<g transform="translate({x:.2f} {y:.2f}) rotate({turn:.1f}) scale({scales})">{drawn}</g>')

    def image(self) -> Image.Image:
        defs = "".join(gradient.replace("ID", name, 1) for gradient, name in self._defs.items())
        head = _HEAD.format(*self._pixels, *self._size)
        return rendered(f"{head}<defs>{defs}</defs>{''.join(self._body)}</svg>")

    def _paint(self, text: str, palette: Palette | None = None) -> str:
        paint = (palette or self._palette).paint(text)
        return paint if paint[0] == "#" else f"url(#{self._defs.setdefault(paint, f'g{len(self._defs)}')})"


class Drawing:
    """One picture under way, `w` wide and `h` high; `random` decides the details, `palette` has its tones.

    Gradients and see-through paint cost the renderer as much as there are pixels: wide and soft things belong on a
    `soft` layer, which is drawn small and enlarged, and which blurs them thereby.
    """

    def __init__(self, width: int, height: int, seed: str) -> None:
        self._size, self._unit = (width, height), min(width, height) / 100
        self.w, self.h = width / self._unit, height / self._unit
        self.random = Random(seed)  # noqa: S311  # drawing lots for a picture needs no secrecy
        self.palette = Palette()
        self._steps: list[Layer | Callable[[Image.Image], Image.Image]] = []

    def soft(self, scale: float = 0.25) -> Layer:
        """A new layer over the earlier ones, blurred over 1 / scale pixels."""
        layer = Layer((self.w, self.h), self._pixels(scale), self.palette)
        self._steps.append(layer)
        return layer

    def sharp(self) -> Layer:
        """A new layer over the earlier ones, in full detail."""
        return self.soft(_DETAIL)

    def backdrop(self, paint: str) -> tuple[Layer, Layer]:
        """A soft layer that the paint fills, and a sharp one over it."""
        soft = self.soft()
        soft.fill(paint, box(0, 0, self.w, self.h))
        return soft, self.sharp()

    def hill(self, layer: Layer, y: float, rise: float, tone: str, dark: str = "", bottom: float | None = None) -> None:
        """Soft hills up to `rise` above y, which darken down to the picture's lower edge, or end at `bottom`.

        Steps of one color each look like a gradient here, and are drawn several times as fast.
        """
        ridge = [(self.w * (i - 0.5) / 5, y - rise * self.random.random()) for i in range(7)]
        low = self.h + 3 if bottom is None else bottom
        outline = f"{curve(ridge, closed=False)}L{self.w * 1.3:.0f} {low:.1f}L{-self.w * 0.3:.0f} {low:.1f}z"
        colors = self.palette.color(tone), self.palette.color(dark or tone)
        for step in range(7 if dark else 1):
            layer.fill(hexadecimal(mix(*colors, step / 6)), outline, down=(low - y + rise) * step / 7)

    def vary(self, low: float = 0, high: float = 1) -> float:
        return self.random.uniform(low, high)

    def pick(self, words: str) -> str:
        return self.random.choice(words.split())

    def either(self) -> bool:
        return self.random.random() < 0.5

    def spots(self, count: int, top: float = 0, bottom: float | None = None) -> list[Point]:
        """So many places at random between two rows."""
        return [(self.vary(0, self.w), self.vary(top, self.h if bottom is None else bottom)) for _ in range(count)]

    def mirror(self, y: float, tint: str, strength: float, ripple: float = 1) -> None:
        """Reflect what the layers so far show above row y below it, tinted and with ripples that grow downwards."""
        scale, seed = self._unit * _DETAIL, self.random.getrandbits(32)
        color = self.palette.color(tint)
        self._steps.append(lambda image: _mirrored(image, round(y * scale), color, strength, ripple * scale, seed))

    def render(self, *, grain: float = 2.4) -> Image.Image:
        """The finished picture, with grain of that deviation in levels."""
        image = Image.new("RGB", self._pixels(_DETAIL))
        for step in self._steps:
            image = _laid(step.image(), image) if isinstance(step, Layer) else step(image)
        image = ImageChops.multiply(image, _corners(image.size)).resize(self._size, Image.Resampling.BICUBIC)
        x, y = self.random.randrange(256), self.random.randrange(256)
        speckle = _grain(grain).crop((x, y, x + self._size[0], y + self._size[1]))
        return ImageChops.add(image, speckle, offset=-128)

    def _pixels(self, scale: float) -> tuple[int, int]:
        return round(self._size[0] * scale), round(self._size[1] * scale)


@lru_cache(maxsize=1)
def _pieces() -> dict[str, str]:
    """The pieces of art by name; where one uses an earlier one, that is written out."""
    files = sorted(Path(__file__).with_name("art").glob("*.svg"))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    pieces: dict[str, str] = {}
    for name, piece in re.findall(r'<symbol id="([^"]+)">\s*(.*?)\s*</symbol>', text, re.DOTALL):
        pieces[name] = _USE.sub(lambda use: _placed(pieces[use[1]], use[2], use[3] or "tone"), piece)
    return pieces


def _placed(piece: str, places: str, tone: str) -> str:
    """The piece at each of the places, which are written as `x y size turn` with semicolons between them."""
    at, toned = '<g transform="translate({0} {1}) rotate({3}) scale({2})">', re.sub(r"\btone\b", tone, piece)
    return "".join(f"{at.format(*place.split())}{toned}</g>" for place in places.split(";"))


def _laid(over: Image.Image, image: Image.Image) -> Image.Image:
    if over.size != image.size:
        solid = over.getextrema()[-1] == (255, 255)
        over = (over.convert("RGB") if solid else over).resize(image.size, Image.Resampling.BILINEAR)
        if solid:
            return over
    image.paste(over, (0, 0), over)
    return image


def _mirrored(image: Image.Image, line: int, tint: Color, strength: float, size: float, seed: int) -> Image.Image:
    pixels, waves = np.asarray(image), np.random.default_rng(seed)
    height, width = pixels.shape[:2]
    depth = np.arange(height - line, dtype=np.float32)[:, None]
    coarse = Image.fromarray(waves.random((max(4, len(depth) // 8), max(4, width // 40)), dtype=np.float32) - 0.5)
    sway = np.asarray(coarse.resize((width, len(depth)), Image.Resampling.BICUBIC)) * (1 + 0.06 * depth) * size * 2.4
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
