"""SVG to pixels: by LunaSVG, or by vl-convert on platforms for which pylunasvg has no wheel.

vl-convert gives nothing but PNG files, and writing and reading those takes several times as long as the drawing.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

try:
    from pylunasvg import Document
except ImportError:  # requirements.in names the platforms
    Document = None


def rendered(svg: str) -> Image.Image:
    """The image in as many pixels as its width and height say, with transparency."""
    return _by_vl_convert(svg) if Document is None else _by_lunasvg(svg)


def _by_lunasvg(svg: str) -> Image.Image:
    bitmap = Document.loadFromData(svg).renderToBitmap()
    size, row = (bitmap.width(), bitmap.height()), bitmap.stride()
    bitmap.convertToRGBA()
    return Image.frombuffer("RGBA", size, np.asarray(bitmap), "raw", "RGBA", row, 1)


def _by_vl_convert(svg: str) -> Image.Image:
    import vl_convert  # noqa: PLC0415 - large, and where there is LunaSVG not needed to draw

    return Image.open(BytesIO(vl_convert.svg_to_png(svg)))
