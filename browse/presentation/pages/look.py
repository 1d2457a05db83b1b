"""Quick look: one image large over the grid, with its credit and its labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from browse.presentation.pages.image import LabelRow, label_row, withheld_labels
from browse.presentation.parts.addresses import Links, look_address
from browse.presentation.parts.curated import license_check_note, standings
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import TURN_UNKNOWN, Overlay, overlay_on
from browse.presentation.parts.plates import Shown
from browse.presentation.parts.relation_overlay import RelationOverlay, relation_overlay, relation_terms
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.query.values import Query
from browse.rights import attribution, credit_of, web_link
from browse.search.image_page import LookPage, Viewer


@dataclass(frozen=True)
class Look:
    """What is shown of an image. from_address: where the same is had once more, after a verdict.

    relations: None where the query asks for none, or there is no picture.
    """

    tile: Tile
    license_note: str
    credit: str
    original: str
    rows: tuple[LabelRow, ...]
    from_address: str
    overlay: Overlay
    relations: RelationOverlay | None
    is_turn_unknown: bool

    @property
    def is_drawn(self) -> bool:
        """Whether anything lies over the picture."""
        return self.overlay.is_drawn or self.relations is not None

    @property
    def warning(self) -> str:
        """Why what is drawn may lie wrongly; empty where it does not."""
        return self.overlay.warning or (TURN_UNKNOWN if self.relations and self.is_turn_unknown else "")


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
        relations=_relations(page, tile, names, query),
        is_turn_unknown=card.rotation is None,
    )
    return {"look": look, "tile": tile, "judges": viewer.judges, "withheld": withheld_labels(card, names)}


def _relations(page: LookPage, tile: Tile, names: Names, query: Query) -> RelationOverlay | None:
    picture = tile.picture
    if picture.words or not page.relationships or not relation_terms(query):
        return None
    shown = Shown(page.card.rotation, picture.width, picture.height)
    return relation_overlay(
        page.relationships, shown, names, query=query, href=lambda number: f"{tile.href}#relation-{number}"
    )
