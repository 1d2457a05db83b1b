"""Parts of pictures around boxes: which part, and its address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import ceil, floor

from django.urls import reverse

from browse.domain.box_places import place_of, with_padding
from browse.domain.boxes import Box
from browse.thumbnails.rendering import WHOLE, Part
from browse.thumbnails.tiles import TilePicture

PADDING = 0.1
"""Around a box, as a share of its width and height."""
SMALL_PX = 32


@dataclass(frozen=True)
class Crop:
    """The part of a picture around a box. width, height: of the part in the picture that is kept, None if unknown."""

    url: str
    width: int | None
    height: int | None

    @property
    def is_small(self) -> bool:
        """Whether it is known to have too few pixels to tell much."""
        return self.width is not None and self.height is not None and min(self.width, self.height) < SMALL_PX


def part_around(box: Box, rotation: int | None) -> Part:
    """The part of the picture the right way up that a box and its padding take."""
    place = with_padding(place_of(box, rotation), PADDING)
    return Part(
        floor(place.left * WHOLE), ceil(place.right * WHOLE), floor(place.top * WHOLE), ceil(place.bottom * WHOLE)
    )


def crop_of(image_id: str, number: int, box: Box, rotation: int | None, picture: TilePicture) -> Crop:
    """The part around the box of this number, from 1, of an image with such a picture."""
    part = part_around(box, rotation)
    width = height = None
    if picture.width and picture.height:
        left, top, right, bottom = part.pixels(picture.width, picture.height)
        width, height = right - left, bottom - top
    address = reverse("browse:box", args=(image_id, number))
    version = picture.version and version_of_part(picture.version, part)
    return Crop(picture.placeholder or (f"{address}?v={version}" if version else address), width, height)


def version_of_part(version: str, part: Part) -> str:
    """Sixteen hex digits that change with the version of the picture and with the part."""
    return hashlib.sha256(f"{version} {part}".encode()).hexdigest()[:16]
