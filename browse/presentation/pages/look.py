"""Quick look: one image large over the grid, with its credit and its labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from browse.presentation.pages.image import LabelRow, label_row
from browse.presentation.parts.addresses import Links, look_address
from browse.presentation.parts.curated import license_check_note, standings
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import Overlay, overlay_on
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.rights import attribution, credit_of, web_link
from browse.search.image_page import LookPage, Viewer


@dataclass(frozen=True)
class Look:
    """What is shown of an image. from_address: where the same is had once more, after a verdict."""

    tile: Tile
    license_note: str
    credit: str
    original: str
    rows: tuple[LabelRow, ...]
    from_address: str
    overlay: Overlay


def look_context(page: LookPage, links: Links, names: Names, viewer: Viewer) -> dict[str, Any]:
    """What the template takes; curators get their own verdicts with the labels."""
    card = page.card
    verdicts = standings(page.said, by=viewer.name, of_others=viewer.takes_back)
    tile = plain_tiles([card], href=links.image, size="l")[0]
    query = links.request.query
    overlay = overlay_on(
        tile.picture, card.rotation, page.boxes, names, query=query, href=lambda number: f"{tile.href}#box-{number}"
    )
    rows = (
        replace(
            label_row(pair, names.note(pair.mid), None),
            verdict=verdicts.get(pair.mid),
            boxes=overlay.by_label.get(pair.mid),
        )
        for pair in card.pairs
    )
    look = Look(
        tile=tile,
        license_note=license_check_note(card, page.check),
        credit=attribution(credit_of(card)).text,
        original=web_link(card.original_url or "") or "",
        rows=tuple(rows),
        from_address=look_address(links, card.image_id),
        overlay=overlay,
    )
    return {"look": look, "tile": tile, "judges": viewer.judges}
