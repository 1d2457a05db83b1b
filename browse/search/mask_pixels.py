"""Pictures of masks as pixels, and as COCO writes them."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image as Picture

from browse.domain.run_lengths import Pixels, run_length_text, run_lengths

MOST_PIXELS = 100_000_000
"""Of a picture of a mask."""
Size = tuple[int, int]
"""Width and height, in pixels."""
_SIZE = struct.Struct(">II")
_SIZE_AT = 16


def size_in(data: bytes) -> Size | None:
    """The size of a PNG by its head, of which all is there; None where that is more than a mask has."""
    width, height = _SIZE.unpack_from(data, _SIZE_AT)
    return (width, height) if width * height <= MOST_PIXELS else None


def largest(sizes: list[Size]) -> Size:
    """The first of those with the most pixels."""
    return max(sizes, key=lambda size: size[0] * size[1])


def pixels_in(data: bytes) -> Pixels | None:
    """bool[height, width] of a PNG whose head is whole; None where the rest is not, or where it is too large."""
    if size_in(data) is None:
        return None
    try:
        with Picture.open(BytesIO(data), formats=["PNG"]) as picture:
            return np.asarray(picture.convert("1"))
    except (OSError, ValueError, SyntaxError):
        return None


def segmentation(pixels: Pixels) -> tuple[dict[str, Any], int]:
    """COCO's value of a mask, and how many pixels are inside."""
    lengths = run_lengths(pixels)
    height, width = pixels.shape
    return {"size": [height, width], "counts": run_length_text(lengths)}, sum(lengths[1::2])
