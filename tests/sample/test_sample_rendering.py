"""SVG to pixels, by each of the two renderers."""

from __future__ import annotations

import sys

import pytest
from PIL import Image

from browse.sample.painting import rendering

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="4" viewBox="0 0 70 40">'
    '<path fill="#3070b0" d="M0 0h30v40h-30z"/><path fill="#f08040" fill-opacity="0.5" d="M30 0h20v40h-20z"/></svg>'
)


def columns(image: Image.Image) -> tuple[object, object, object]:
    assert (image.mode, image.size) == ("RGBA", (7, 4))
    return image.getpixel((1, 1)), image.getpixel((4, 3)), image.getpixel((6, 0))


def test_colors_stay_themselves_where_they_are_half_transparent() -> None:
    pytest.importorskip("pylunasvg")
    solid, half, none = columns(rendering.rendered(SVG))
    assert (solid, none) == ((0x30, 0x70, 0xB0, 255), (0, 0, 0, 0))
    assert half == pytest.approx((0xF0, 0x80, 0x40, 128), abs=2)


def test_lunasvg_draws_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pylunasvg")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert rendering.rendered(SVG).size == (7, 4)


def test_vl_convert_draws_where_lunasvg_has_no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "Document", None)
    solid, half, none = columns(rendering.rendered(SVG))
    assert (solid, half[3], none) == ((0x30, 0x70, 0xB0, 255), 128, (0, 0, 0, 0))
