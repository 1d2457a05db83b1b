"""The page of boxes: one tile for each box on the images of a query, with the credit of its photo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from browse.domain.plural import counted
from browse.presentation.parts.addresses import Links, path_of, with_query
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import area_words, attribute_words
from browse.presentation.parts.pager import pager
from browse.presentation.parts.pictures import place
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.presentation.parts.values import Link
from browse.query.canonical import canonical
from browse.query.words import in_words
from browse.requests.readers import LARGEST_FIRST
from browse.rights import attribution, credit_of
from browse.search import ImageCard
from browse.search.boxes import BoxesResult, FoundBox
from browse.thumbnails.crops import Crop, crop_of
from browse.thumbnails.tiles import thumbnails_of

CHANGES_OF_CROPS = ("cropped",)


@dataclass(frozen=True)
class CropTile:
    """A box cut from its picture. tile: the credit of the photo; href: the box on the image's page.

    ratio, mat  of the place that it keeps, as of a `Picture`.
    size        its share of the picture in words; note: why little can be seen on it, empty where much can.
    """

    tile: Tile
    href: str
    crop: Crop
    ratio: int
    mat: bool
    name: str
    attributes: str
    size: str
    note: str

    @property
    def words(self) -> str:
        """What a screen reader hears of it."""
        return f"{self.name}, {self.attributes}" if self.attributes else self.name


def boxes_context(links: Links, result: BoxesResult, names: Names, *, largest_first: bool) -> dict[str, Any]:
    """What the template takes."""
    query = links.request.query
    labels = ", ".join(dict.fromkeys(names.distinct(term.mid) for term in query.wanted_boxes))
    steps = pager(
        page=result.page,
        count=result.count,
        per_page=result.per_page,
        href=lambda number: boxes_address(links, largest_first=largest_first, page=number),
        action=path_of("boxes"),
        kept=parse_qsl(_asked(links, largest_first=largest_first)),
    )
    return {
        "heading": f"Boxes of {labels}" if labels else "Boxes",
        "count": counted(result.count, "box", "boxes"),
        "images": counted(result.images, "image"),
        "query_words": in_words(query, names),
        "query_href": links.to(query),
        "sorts": [
            Link(boxes_address(links, largest_first=False), "In the order of images", current=not largest_first),
            Link(boxes_address(links, largest_first=True), "Largest first", current=largest_first),
        ],
        "crops": crop_tiles(links, result, names),
        "pager": steps,
        "first_href": boxes_address(links, largest_first=largest_first),
    }


def crop_tiles(links: Links, result: BoxesResult, names: Names) -> list[CropTile]:
    """The boxes of a page, in its order. Two queries."""
    cards = list({found.card.image_id: found.card for found in result.found}.values())
    plain = plain_tiles(cards, href=links.image, size="m")
    tiles = {tile.image_id: _credited(tile, card) for tile, card in zip(plain, cards, strict=True)}
    pictures = thumbnails_of(cards, "m")
    crops = (
        crop_of(found.card.image_id, found.number, found.box, found.card.rotation, pictures[found.card.image_id])
        for found in result.found
    )
    return [_crop_tile(found, crop, tiles, names) for found, crop in zip(result.found, crops, strict=True)]


def _credited(tile: Tile, card: ImageCard) -> Tile:
    credit = credit_of(card, CHANGES_OF_CROPS)
    return replace(tile, credit=attribution(credit).text, changes=", ".join(CHANGES_OF_CROPS))


def _crop_tile(found: FoundBox, crop: Crop, tiles: dict[str, Tile], names: Names) -> CropTile:
    tile = tiles[found.card.image_id]
    ratio, mat = place(crop.width, crop.height, "m")
    return CropTile(
        tile=tile,
        href=f"{tile.href}#box-{found.number}",
        crop=crop,
        ratio=ratio,
        mat=mat,
        name=names.label(found.box.mid),
        attributes=attribute_words(found.box)[0],
        size=area_words(found.box.area),
        note=f"only {crop.width} × {crop.height} pixels" if crop.is_small else "",
    )


def boxes_address(links: Links, *, largest_first: bool, page: int = 1) -> str:
    """The page of the boxes on a query's images."""
    asked = _asked(links, largest_first=largest_first)
    return with_query(path_of("boxes"), "&".join(part for part in (asked, f"page={page}" if page > 1 else "") if part))


def _asked(links: Links, *, largest_first: bool) -> str:
    per_page = f"per_page={links.request.per_page}" if "per_page" in links.request.given else ""
    parts = (canonical(links.request.query), f"sort={LARGEST_FIRST}" if largest_first else "", per_page)
    return "&".join(part for part in parts if part)
