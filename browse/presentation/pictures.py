"""Pictures of tiles: where they come from, and the place that a tile keeps for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from browse.search import ImageCard
from browse.thumbnails.tiles import TilePicture, thumbnails_of

USUAL_RATIO = 133
NARROWEST = {"s": 85, "m": 66, "l": 50}
WIDEST = 250


@dataclass(frozen=True)
class Picture:
    """A picture with its pixels where they are known.

    ratio   width of its place by its height, in hundredths.
    mat     the picture is shown whole inside its place, since its proportions are not known yet or too extreme.
    words   why there is no picture; empty where there is one, or nobody knows yet.
    checked when it was last looked for.
    """

    src: str
    width: int | None
    height: int | None
    ratio: int
    mat: bool
    words: str = ""
    provenance: str = ""
    checked: dt.datetime | None = None


def pictures_of(cards: Sequence[ImageCard], size: str) -> dict[str, Picture]:
    """The pictures of cards for tiles of size s, m or l, by ImageID. One query."""
    return {image_id: _picture(found, size) for image_id, found in thumbnails_of(cards, size).items()}


def _picture(found: TilePicture, size: str) -> Picture:
    ratio, mat = place(found.width, found.height, size)
    return Picture(
        found.url, found.width, found.height, ratio, mat, found.words, found.provenance, checked=found.checked
    )


def place(width: int | None, height: int | None, size: str) -> tuple[int, bool]:
    """The ratio of a tile's place in hundredths, and whether the picture does not fill it."""
    if not width or not height:
        return USUAL_RATIO, True
    exact = round(100 * width / height)
    ratio = max(NARROWEST[size], min(exact, WIDEST))
    return ratio, ratio != exact
