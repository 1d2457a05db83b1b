"""Masks as COCO writes them: how long runs of pixels outside and inside are, column by column, as one text."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.bool_]


def run_lengths(pixels: Pixels) -> list[int]:
    """The lengths of runs of bool[height, width], down each column from the left, outside first and in turn."""
    flat = pixels.ravel(order="F")
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts_inside = bool(len(flat)) and bool(flat[0])
    lengths: list[int] = np.diff(np.concatenate([[0], edges, [len(flat)]])).tolist()
    return [0, *lengths] if starts_inside else lengths


def run_length_text(lengths: Iterable[int]) -> str:
    """Run lengths as `pycocotools` has them: each less the one before the last, five bits a character, lowest first."""
    text, before = [], [0, 0]
    for place, length in enumerate(lengths):
        left = length - before[0] if place > 2 else length
        before = [before[1], length]
        is_last = False
        while not is_last:
            bits = left & 0x1F
            left >>= 5
            is_last = left == (-1 if bits & 0x10 else 0)
            text.append(chr((bits if is_last else bits | 0x20) + 48))
    return "".join(text)


def bounds(pixels: Pixels) -> tuple[int, int, int, int]:
    """The left and upper side, width and height of what is inside, in pixels; zeros where nothing is."""
    across, down = np.flatnonzero(pixels.any(axis=0)), np.flatnonzero(pixels.any(axis=1))
    if not len(across):
        return 0, 0, 0, 0
    left, top = int(across[0]), int(down[0])
    return left, top, int(across[-1]) + 1 - left, int(down[-1]) + 1 - top


def scaled(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The same on a picture of this width and height: of each of its pixels what lies under the middle."""
    height, width = pixels.shape
    if (width, height) == size:
        return pixels
    down = (2 * np.arange(size[1]) + 1) * height // (2 * size[1])
    across = (2 * np.arange(size[0]) + 1) * width // (2 * size[0])
    found: Pixels = pixels[np.ix_(down, across)]
    return found
