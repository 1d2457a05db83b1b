"""Tiles of the grid: picture, credit and the labels that matter to the query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from browse.domain.relationships import Relationship
from browse.presentation.parts.addresses import Links
from browse.presentation.parts.names import Names
from browse.presentation.parts.pictures import Picture, pictures_of
from browse.presentation.parts.tile_drawing import TileDrawing, drawing_of
from browse.presentation.parts.values import STATE_MEANINGS
from browse.query.edits import add_label, add_without, remove_label
from browse.query.spelling import format_confidence
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, Query, Role, Term
from browse.rights import Credit, attribution, credit_of
from browse.search import ImageCard, Pair

UNTITLED = "Untitled"
MOST_CHIPS = 3
EAGER_TILES = {"s": 40, "m": 24, "l": 9}
ROW_PX = {"s": 84, "m": 112, "l": 200}
"""The least height of a row of pictures in a window of 1440 pixels, as in browse.css."""
LETTER_PX, BESIDE_A_NAME_PX, REST_PX = 6.6, 34, 30
"""Of a label: a letter of its name, its confidence with mark and gap, and the number of labels that are not shown."""


@dataclass(frozen=True)
class LabelChip:
    """One label of an image with what machine and raters say of it; with a link where it narrows the query.

    mid: empty where the name says enough.
    """

    name: str
    state: str
    word: str
    confidence: str
    mid: str = ""
    href: str = ""


@dataclass(frozen=True)
class Tile:
    """An image in the grid. more_labels: how many it has besides its chips; credit: in text, to be copied.

    changes: what was done to the picture as it is shown, beyond its size; drawing: what is drawn over it.
    """

    image_id: str
    href: str
    picture: Picture
    alt: str
    title: str
    author: str
    author_url: str
    license: str
    license_url: str
    source_url: str
    chips: tuple[LabelChip, ...] = ()
    more_labels: int = 0
    exclude: str = ""
    note: str = ""
    credit: str = ""
    changes: str = ""
    eager: bool = False
    is_unlabelled: bool = False
    drawing: TileDrawing | None = None


def tiles(links: Links, cards: Sequence[ImageCard], names: Names) -> list[Tile]:
    """The tiles of a browse page, in order."""
    size = links.request.size
    plain = plain_tiles(cards, href=links.image, size=size)
    return [
        _labelled(links, card, replace(tile, eager=number < EAGER_TILES[size]), names)
        for number, (card, tile) in enumerate(zip(cards, plain, strict=True))
    ]


def drawn_tiles(
    made: Iterable[Tile],
    cards: Iterable[ImageCard],
    related: Mapping[str, Sequence[Relationship]],
    names: Names,
    query: Query,
) -> list[Tile]:
    """The tiles of these images with the relationships that the query asks for. related: all of them, by ImageID."""

    def drawn(tile: Tile, card: ImageCard) -> Tile:
        drawing = drawing_of(related.get(card.image_id, ()), tile.picture, card.rotation, names, query)
        return replace(tile, drawing=drawing, alt=f"{tile.alt}: {drawing.words}") if drawing else tile

    return [drawn(tile, card) for tile, card in zip(made, cards, strict=True)]


def plain_tiles(cards: Sequence[ImageCard], *, href: Callable[[str], str], size: str) -> list[Tile]:
    """Tiles with picture and credit, without labels. `href` gives where an ImageID leads."""
    pictures = pictures_of(cards, size)
    return [_plain(card, pictures[card.image_id], href(card.image_id)) for card in cards]


def _plain(card: ImageCard, picture: Picture, href: str) -> Tile:
    credit = credit_of(card)
    return Tile(
        image_id=card.image_id,
        href=href,
        picture=picture,
        alt=f"{picture.words}. {alt_text(card)}" if picture.words else alt_text(card),
        title=title_of(credit),
        author=credit.author_text,
        author_url=credit.author_link or "",
        license=credit.license.short_name,
        license_url=credit.license.deed_url or "",
        source_url=credit.source_link or "",
    )


def preview(shown: Iterable[Tile]) -> dict[str, str]:
    """The first picture that there is, for previews of the page elsewhere, with its credit; empty where none is."""
    tile = next((tile for tile in shown if not tile.picture.words), None)
    if tile is None:
        return {"picture": "", "picture_credit": ""}
    return {
        "picture": tile.picture.address,
        "picture_credit": f"Picture: “{tile.title}” by {tile.author}, {tile.license}.",
    }


def title_of(credit: Credit) -> str:
    """The title as shown: never empty."""
    return credit.title_text or UNTITLED


def alt_text(card: ImageCard) -> str:
    """What a screen reader hears of the picture: its likeliest labels."""
    names = [pair.name for pair in card.pairs if pair.state in DEFAULT_STATES][:MOST_CHIPS]
    return f"Photo labeled {', '.join(names)}" if names else "Photo without labels"


def ranked_pairs(query: Query, pairs: Iterable[Pair], below: Callable[[str], Iterable[str]]) -> list[Pair]:
    """The labels that matter to this query first: its own in its order, then what its range and states take.

    `below` gives the labels below one, which are the query's own where a term takes them too.
    """
    order: dict[str, int] = {}
    for number, (_, term) in enumerate(query.terms):
        for named, with_below in term.named:
            for mid in (named, *(below(named) if with_below else ())):
                order.setdefault(mid, number)
    states, confidence = query.states or DEFAULT_STATES, query.confidence or ANY_CONFIDENCE

    def rank(pair: Pair) -> tuple[int, int]:
        if pair.mid in order:
            return 0, order[pair.mid]
        return (1, 0) if pair.state in states and pair.confidence in confidence else (2, 0)

    return sorted(pairs, key=rank)


def _labelled(links: Links, card: ImageCard, plain: Tile, names: Names) -> Tile:
    query = links.request.query
    ranked = ranked_pairs(query, card.pairs, names.below)
    chips = [_chip(links, pair, names) for pair in ranked[:MOST_CHIPS]]
    room = labels_in_line([f"{chip.name} {chip.mid}" for chip in chips], plain.picture.ratio, links.request.size)
    exclude = links.to(_excluding(query, ranked[0].mid)) if ranked and _can_exclude(query, ranked[0].mid) else ""
    return replace(
        plain,
        credit=attribution(credit_of(card)).text,
        chips=tuple(chips[:room]),
        more_labels=max(len(ranked) - room, 0),
        exclude=exclude,
        is_unlabelled=not ranked,
    )


def labels_in_line(names: Sequence[str], ratio: int, size: str) -> int:
    """How many of these labels, the first ones, have room in the one line that a tile has for them; at least one.

    The line is as wide as a place of this ratio (hundredths) is at least. In small tiles labels only show on focus and
    hover, in as many lines as they need.
    """
    if size == "s":
        return len(names)
    left = ROW_PX[size] * ratio / 100 - REST_PX
    for number, name in enumerate(names):
        left -= LETTER_PX * sum(2 if east_asian_width(letter) in "FW" else 1 for letter in name) + BESIDE_A_NAME_PX
        if left < 0:
            return max(1, number)
    return len(names)


def label_chip(pair: Pair) -> LabelChip:
    """A label with its state and confidence, without a link."""
    return LabelChip(
        name=pair.name,
        state=pair.state,
        word=STATE_MEANINGS[pair.state],
        confidence=format_confidence(pair.confidence),
    )


def _chip(links: Links, pair: Pair, names: Names) -> LabelChip:
    query = links.request.query
    narrows = not query.is_full and all(term.below or term.mid != pair.mid for _, term in query.pair_terms)
    return replace(
        label_chip(pair),
        mid=pair.mid if names.is_ambiguous(pair.mid) else "",
        href=links.to(add_label(query, pair.mid)) if narrows else "",
    )


def _can_exclude(query: Query, mid: str) -> bool:
    wished = any(term.mid == mid for term in _wanted(query))
    return Term(mid) not in query.without and (wished or not query.is_full)


def _excluding(query: Query, mid: str) -> Query:
    """Without the images that have this label; a wish for the very same label goes with it."""
    for term in _wanted(query):
        if term.mid == mid:
            query = remove_label(query, term)
    return add_without(query, mid)


def _wanted(query: Query) -> list[Term]:
    """The labels, without those below them, of which the images must have a pair."""
    return [term for role, term in query.pair_terms if role is Role.LABEL and not term.below]
