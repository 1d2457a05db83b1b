"""Colors and gradients, written as text in the tones of a picture.

A color is a tone by name or in hexadecimal, and changes to it by percents: lighter (`sand+20`), darker (`sand-20`),
mixed with another (`sand~haze/45`), or put into the picture's light at a depth, 0 far to 100 near (`sand@90`).
A paint is a color or a gradient: `fade ANGLE COLORS` from top to bottom at 0 and from left to right at 90 degrees,
`veil ANGLE COLOR OPACITIES`, `glow COLOR OPACITIES` from the middle out, `ball COLORS`, or `gloss COLOR` as of fruit.
"""

from __future__ import annotations

import re
from functools import lru_cache

Color = tuple[int, ...]
"""Red, green and blue, 0 to 255."""

_CHANGE = re.compile(r"([+-])(\d+)|~(#[0-9a-f]{6}|[a-z]+)/(\d+)|@(\d+)")
_COLOR = re.compile(r"(#[0-9a-f]{6}|[a-z]+)((?:[+-]\d+|~(?:#[0-9a-f]{6}|[a-z]+)/\d+|@\d+)*)")
_LINE = 'linearGradient id="ID" x2="0" y2="1" gradientTransform="rotate(-{})"'
_BALL = 'radialGradient id="ID" cx=".36" cy=".3" r=".8"'


def mix(a: Color, b: Color, share: float) -> Color:
    """The color `share` (0 to 1) of the way from a to b."""
    return tuple(round(one + (other - one) * share) for one, other in zip(a, b, strict=True))


class Palette(dict[str, Color]):
    """Tones by name. Those of a light are `air`, a far thing's, and `near`; `gloom` is how much it takes of colors."""

    gloom = 0.0

    def name(self, **tones: str) -> None:
        """Name tones, each of which may be made of the ones before."""
        for name, text in tones.items():
            self[name] = self.color(text)

    def beside(self, tones: dict[str, str]) -> Palette:
        """This palette with other tones besides."""
        more = Palette(self)
        more.gloom = self.gloom
        more.name(**tones)
        return more

    def color(self, text: str) -> Color:
        """The color that the text names. Raises ValueError for what is no tone with changes."""
        name, changes = _parsed(text)
        color = tuple(bytes.fromhex(name[1:])) if name[0] == "#" else self[name]
        for sign, percent, other, share, depth in changes:
            if depth:
                color = mix(self["air"], mix(color, self["near"], self.gloom), int(depth) / 100)
            else:
                toward = self.color(other or ("#ffffff" if sign == "+" else "#000000"))
                color = mix(color, toward, int(share or percent) / 100)
        return color

    def paint(self, text: str) -> str:
        """A color in hexadecimal, or a gradient as SVG whose id is ID."""
        kind, *words = text.split()
        if kind == "gloss":
            return self.paint("ball {0}+45 {0}+12 {0} {0}-42".format(*words))
        if kind == "ball":
            return _gradient(_BALL, [self.color(word) for word in words])
        if kind == "glow":
            first, last = map(int, [*words[1:], "0"][:2])
            return _gradient('radialGradient id="ID"', [self.color(words[0])] * 3, (first, last))
        if kind == "fade":
            return _gradient(_LINE.format(words[0]), [self.color(word) for word in words[1:]])
        if kind == "veil":
            return _gradient(_LINE.format(words[0]), [self.color(words[1])] * 2, (int(words[2]), int(words[3])))
        return hexadecimal(self.color(text))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[str, list[tuple[str, ...]]]:
    """The tone that a color begins with, and the changes to it."""
    written = _COLOR.fullmatch(text)
    if not written:
        raise ValueError(f"{text!r} is not a tone with changes such as -20, ~sand/40 or @90")
    return written[1], _CHANGE.findall(written[2])


def hexadecimal(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _gradient(head: str, colors: list[Color], opacities: tuple[int, int] = (100, 100)) -> str:
    first, last = opacities
    stops = []
    for number, color in enumerate(colors):
        share = number / (len(colors) - 1)
        # Light falls off faster than evenly: a fading glow has less than half left halfway.
        level = first + (last - first) * (share if last >= first else share**0.55)
        faint = f' stop-opacity="{level / 100:.3f}"' if min(opacities) < 100 else ""
        stops.append(f'<stop offset="{share:.3f}" stop-color="{hexadecimal(color)}"{faint}/>')
    return f"<{head}>{''.join(stops)}</{head.split(maxsplit=1)[0]}>"
