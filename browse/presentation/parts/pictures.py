"""Pictures of tiles: where they come from, and the place that a tile keeps for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from browse.search import ImageCard
from browse.thumbnails.tiles import TilePicture, thumbnails_of

USUAL_RATIO = 133
NARROWEST = {"s": 100, "m": 85, "l": 60}
WIDEST = 250
LEAST_SHOWN = 0.5
SMALL = 400


@dataclass(frozen=True)
class Picture:
    """A picture with its pixels where they are known.

    src     what is shown: the picture, or what stands for all that are missing.
    address the picture's own.
    ratio   width of its place by its height, in hundredths.
    mat     the picture is shown whole inside its place, which would cut off too much of it; others fill theirs.
    words   why there is no picture; empty where there is one, or nobody knows yet.
    checked when it was last looked for.
    """

    src: str
    address: str
    width: int | None
    height: int | None
    ratio: int
    mat: bool
    words: str = ""
    provenance: str = ""
    checked: dt.datetime | None = None

    @property
    def is_small(self) -> bool:
        """Whether it has fewer pixels than a page of one image has room for."""
        return self.width is not None and self.height is not None and max(self.width, self.height) < SMALL

    @property
    def is_tall(self) -> bool:
        """Whether it is known to be higher than wide."""
        return self.width is not None and self.height is not None and self.height > self.width


def pictures_of(cards: Sequence[ImageCard], size: str) -> dict[str, Picture]:
    """The pictures of cards for tiles of size s, m or l, by ImageID. One query."""
    return {image_id: _picture(found, size) for image_id, found in thumbnails_of(cards, size).items()}


def _picture(found: TilePicture, size: str) -> Picture:
    ratio, mat = place(found.width, found.height, size)
    return Picture(
        src=found.placeholder or found.url,
        address=found.url,
        width=found.width,
        height=found.height,
        ratio=ratio,
        mat=mat,
        words=found.words,
        provenance=found.provenance,
        checked=found.checked,
    )


def place(width: int | None, height: int | None, size: str) -> tuple[int, bool]:
    """The ratio of a tile's place in hundredths, and whether the picture is shown whole in it, on a mat.

    A picture of unknown proportions fills a place of 4:3, by which one of 3:2 loses a ninth.
    """
    if not width or not height:
        return USUAL_RATIO, False
    exact = 100 * width / height
    ratio = max(NARROWEST[size], min(round(exact), WIDEST))
    return ratio, min(exact, ratio) / max(exact, ratio) < LEAST_SHOWN
