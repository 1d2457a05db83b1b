"""Masks drawn over a picture, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from browse.domain.box_places import place_of, place_words
from browse.domain.masks import Mask
from browse.domain.plural import counted
from browse.presentation.parts.addresses import images_address
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import colors_of
from browse.presentation.parts.shares import percent
from browse.query.relation_terms import RelationTerm
from browse.query.values import Query, Term
from browse.search import ImageCard

SIDE = 1000
"""Of the square that the whole picture is: a mask's picture may be of another size than the photo."""
_TURNS = {90: f"matrix(0 -1 1 0 0 {SIDE})", 180: f"matrix(-1 0 0 -1 {SIDE} {SIDE})", 270: f"matrix(0 1 -1 0 {SIDE} 0)"}


@dataclass(frozen=True)
class DrawnMask:
    """One mask; x, y, width, height: of its box, in thousandths of the picture the right way up.

    number    from 1, in file order.
    color     the same for all masks of a label in one picture.
    is_own    whether the query asks for its label, or for none that is here.
    turn      how its picture is turned, as the transform of an SVG.
    pictures  the images of its label that have masks.
    """

    number: int
    name: str
    color: int
    is_own: bool
    src: str
    turn: str
    x: int
    y: int
    width: int
    height: int
    where: str
    iou: str
    pictures: str

    @property
    def words(self) -> str:
        """All of it in words."""
        return f"{self.name}: {self.where}"


@dataclass(frozen=True)
class MaskOverlay:
    """The masks of a picture in file order; those that the query asks for are drawn last."""

    masks: tuple[DrawnMask, ...]

    @property
    def drawn(self) -> list[DrawnMask]:
        """In the order of drawing."""
        return sorted(self.masks, key=lambda one: one.is_own)

    @property
    def count(self) -> str:
        """How many there are, in words."""
        return counted(len(self.masks), "mask")


def mask_overlay(
    masks: Sequence[Mask], card: ImageCard, names: Names, *, query: Query, known: Mapping[str, int] | None = None
) -> MaskOverlay:
    """The masks of a picture on a page of a query. known: colors that labels have already."""
    terms = [term for _, term in query.terms if not isinstance(term, RelationTerm)]
    asked = {mid for term in terms for mid in (term.mid, *(names.below(term.mid) if term.below else ()))}
    strong = asked & {mask.mid for mask in masks}
    colors = colors_of((mask.mid for mask in masks), known)
    return MaskOverlay(
        tuple(
            _drawn(number, mask, card, names, color=colors[mask.mid], is_own=not strong or mask.mid in strong)
            for number, mask in enumerate(masks, 1)
        )
    )


def _drawn(number: int, mask: Mask, card: ImageCard, names: Names, *, color: int, is_own: bool) -> DrawnMask:
    place = place_of(mask, card.rotation)
    return DrawnMask(
        number=number,
        name=names.label(mask.mid),
        color=color,
        is_own=is_own,
        src=reverse("browse:mask", args=(card.image_id, number)),
        turn=_TURNS.get(card.rotation or 0, ""),
        x=round(SIDE * place.left),
        y=round(SIDE * place.top),
        width=round(SIDE * place.width),
        height=round(SIDE * place.height),
        where=place_words(place),
        iou="" if mask.iou is None else percent(mask.iou),
        pictures=images_address(Query(label=(Term(mask.mid),), has=frozenset({"masks"}))),
    )
