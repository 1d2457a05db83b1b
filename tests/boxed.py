"""Boxes for tests of what is made of them."""

from __future__ import annotations

from browse.domain.boxes import Attribute, Box


def box(mid: str = "/m/0k4j", sides: tuple[float, float, float, float] = (0.1, 0.4, 0.2, 0.3), **says: bool) -> Box:
    """sides: left, right, top and bottom; says: attributes by name."""
    left, right, top, bottom = sides
    area = round(10_000 * (right - left) * (bottom - top))
    attributes = tuple((Attribute(name), yes) for name, yes in says.items())
    return Box(mid, "xclick", left, right, top, bottom, area, attributes)
