"""The page of one image: picture, credit, labels on two sides, facts, what is next to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from browse.domain.comparison import Agreement
from browse.domain.plural import counted
from browse.presentation.parts.addresses import (
    Links,
    author_address,
    credits_address,
    images_address,
    label_address,
    own_address,
    page_address,
    with_query,
)
from browse.presentation.parts.changes import change_switches
from browse.presentation.parts.curated import Standing, judged_by_curators, license_check_note, standings
from browse.presentation.parts.history import event
from browse.presentation.parts.layers import layers_of, with_shown
from browse.presentation.parts.mask_overlay import mask_overlay
from browse.presentation.parts.names import Names
from browse.presentation.parts.narrative_overlay import narration
from browse.presentation.parts.overlay import TURN_UNKNOWN, LabelBoxes, Overlay, colors_of, overlay_on
from browse.presentation.parts.pictures import Picture
from browse.presentation.parts.plates import Shown
from browse.presentation.parts.point_overlay import point_overlay
from browse.presentation.parts.relation_overlay import relation_overlay
from browse.presentation.parts.shares import measured, percent
from browse.presentation.parts.tiles import Tile, plain_tiles, title_of
from browse.presentation.parts.values import STATE_MEANINGS, STATE_WORDS, Link
from browse.query.canonical import canonical
from browse.query.edits import add_label, with_authors
from browse.query.spelling import format_confidence
from browse.query.values import DEFAULT_STATES, Query
from browse.rights import Attribution, attribution, credit_of, web_link
from browse.search import GROUPS_A_PAGE, ImageCard, Pair
from browse.search.image_page import MOST_DUPLICATES, ImagePage, Judging, Neighbour, Viewer

SAME_LABELS = 2
PROVENANCE_WORDS = {
    "verified": "Rendered from the original; its MD5 matches the data set",
    "derivative": "Rendered from a copy; not verified against the MD5",
}
SIZE_UNITS = ("bytes", "kB", "MB", "GB")


@dataclass(frozen=True)
class LabelRow:
    """One label: the machine's side, the people's, and how often people confirmed the machine where it said this.

    boxes: those of this label on the picture.
    """

    mid: str
    name: str
    note: str
    href: str
    machine: str
    machine_share: int
    human: str
    sources: str
    state: str
    state_word: str
    state_meaning: str
    record: str
    record_meaning: str
    record_href: str
    verdict: Standing | None = None
    boxes: LabelBoxes | None = None


@dataclass(frozen=True)
class CreditText:
    """A credit in one format, to be copied."""

    id: str
    name: str
    text: str


@dataclass(frozen=True)
class NeighbourLinks:
    """The images before and after this one in the query one came from; empty addresses at its ends."""

    previous: str
    next: str
    position: int
    count: int


def image_context(page: ImagePage, links: Links, names: Names, viewer: Viewer) -> dict[str, Any]:
    """What the template takes. More stands on the page for people who judge labels or keep collections."""
    card, judging = page.card, page.judging
    changes = links.request.changes
    credit = credit_of(card, changes)
    own = plain_tiles([card], href=own_address, size="l")[0]
    verdicts = standings(judging.said if judging else {}, by=viewer.name, of_others=viewer.takes_back)
    around = neighbours(page, links)
    query = links.request.query
    overlay = overlay_on(
        own.picture, card.rotation, page.boxes, names, query=query, href=lambda number: f"#box-{number}"
    )
    return {
        "card": card,
        "tile": own,
        "picture": "" if own.picture.words else own.picture.address,
        "title": title_of(credit),
        "texts": credit_texts(attribution(credit)),
        "changes": change_switches(changes, lambda others: _saying(links, card.image_id, others)),
        "license_name": credit.license.name,
        "license_note": license_check_note(card, page.check),
        "rows": [replace(row, verdict=verdicts.get(row.mid)) for row in label_rows(page, names, overlay)],
        **drawn_over(page, own.picture, overlay, links, names),
        "by_curators": judged_by_curators(card),
        "withheld": withheld_labels(card, names),
        "judging": _judging(judging, names) if judging else None,
        "collecting": page.collecting,
        "addresses": addresses(card),
        "picture_note": own.picture.words or PROVENANCE_WORDS.get(own.picture.provenance, ""),
        "original_size": in_bytes(card.original_size),
        **duplicates(page),
        "by_author": by_author(page),
        "similar": similar(page),
        "author_href": images_address(with_authors(Query(), [card.author_key])) if card.author_key else "",
        "author_page": author_address(card.author_key) if card.author_key else "",
        "same_labels": same_labels(card, names),
        "neighbours": around,
        "back": links.to(links.request.query, page=links.page_in_link) + (f"#image-{card.image_id}" if around else ""),
    }


def label_rows(page: ImagePage, names: Names, overlay: Overlay) -> list[LabelRow]:
    """The rows of the table of labels."""
    rows = (label_row(pair, names.note(pair.mid), page.agreement.get(pair.mid)) for pair in page.card.pairs)
    return [replace(row, boxes=overlay.by_label.get(row.mid)) for row in rows]


def withheld_labels(card: ImageCard, names: Names) -> list[Link]:
    """The labels that this person is to judge blind."""
    return [Link(label_address(mid), names.label(mid)) for mid, _ in card.withheld]


def drawn_over(page: ImagePage, picture: Picture, overlay: Overlay, links: Links, names: Names) -> dict[str, Any]:
    """What the template takes of all that is drawn over the picture: the layers that there are."""
    shown = Shown(page.card.rotation, picture.width, picture.height)
    relations = relation_overlay(page.relationships, shown, names, query=links.request.query)
    colors = colors_of((mask.mid for mask in page.masks), overlay.colors)
    points = point_overlay(page.points, shown, names, query=links.request.query, known=colors)
    masks = mask_overlay(page.masks, page.card, names, query=links.request.query, known=colors)
    told = narration(page.narratives, page.card.rotation)
    counts = {
        **({"boxes": overlay.count} if overlay.boxes else {}),
        **({"masks": masks.count} if page.has_mask_pictures else {}),
        **({"relationships": relations.count} if relations.relations else {}),
        **({"points": points.count} if points.points else {}),
        **({"narrative": told.count} if told.drawn else {}),
    }
    return {
        "overlay": overlay,
        "relations": relations,
        "points": points,
        "masks": masks,
        "narration": told,
        "layers": layers_of(links, page.card.image_id, counts),
        "warning": TURN_UNKNOWN if page.card.rotation is None else "",
        "is_drawn": not picture.words and bool(counts),
    }


def _judging(judging: Judging, names: Names) -> dict[str, Any]:
    """What curators see besides: the image's history, and what they may choose in the forms."""
    return {
        "events": [event(entry, names.label) for entry in judging.history],
        "reasons": judging.reasons,
        "results": judging.results,
    }


def label_row(pair: Pair, note: str, agreement: Agreement | None) -> LabelRow:
    """A row of the table. agreement: of all pairs with this label and confidence, where the machine gave one.

    It is told where enough of them were checked.
    """
    record = measured(agreement) if agreement is not None and agreement.is_enough else ""
    said = f"Machine labels {pair.name} at {format_confidence(pair.confidence)}"
    people = [source for source, _ in pair.annotations if source != "machine"]
    return LabelRow(
        mid=pair.mid,
        name=pair.name,
        note=note,
        href=images_address(add_label(Query(), pair.mid)),
        machine="" if pair.machine is None else format_confidence(pair.machine),
        machine_share=pair.machine or 0,
        human=pair.human or "",
        sources=", ".join(people),
        state=pair.state,
        state_word=STATE_WORDS[pair.state],
        state_meaning=STATE_MEANINGS[pair.state].partition(": ")[2],
        record=record,
        record_meaning=f"{said}: {record}" if record else "",
        record_href=label_address(pair.mid, at=format_confidence(pair.confidence)) if record else "",
    )


def addresses(card: ImageCard) -> list[Link]:
    """The URLs that the data set gives, with a link where one may lead there."""
    given = (("Source page", card.landing_url), ("Original", card.original_url), ("Thumbnail", card.thumbnail_url))
    return [Link(web_link(url) or "", name, label=url) for name, url in given if url]


def _saying(links: Links, image_id: str, changes: tuple[str, ...]) -> str:
    """This page, where the credit says these changes, at the credit."""
    path, _, asked = with_shown(links.image(image_id), links.request.show).partition("?")
    return f"{credits_address(path, asked, changes=changes)}#credit-title"


def credit_texts(texts: Attribution) -> list[CreditText]:
    """The credit in the formats one can copy."""
    return [
        CreditText("text", "Text", texts.text),
        CreditText("html", "HTML", texts.html),
        CreditText("markdown", "Markdown", texts.markdown),
        CreditText("bibtex", "BibTeX", texts.bibtex),
        CreditText("json", "JSON", texts.json),
    ]


def in_bytes(size: int | None) -> str:
    """A size such as "2.1 MB (2,054,311 bytes)"; empty where unknown."""
    if size is None:
        return ""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(SIZE_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    exact = counted(size, "byte")
    return exact if unit == 0 else f"{value:.3g} {SIZE_UNITS[unit]} ({exact})"


def duplicates(page: ImagePage) -> dict[str, Any]:
    """The other images with the same MD5, how many there are besides those shown, and where they all stand."""
    more = page.number_of_duplicates - MOST_DUPLICATES
    return {
        "duplicates": plain_tiles(page.duplicates, href=own_address, size="s"),
        "more_duplicates": max(more, 0),
        "duplicates_href": _group_address(page.duplicates_place) if more > 0 else "",
    }


def _group_address(place: int) -> str:
    page, number = divmod(place, GROUPS_A_PAGE)
    return f"{page_address('duplicates', page=str(page + 1) if page else None)}#group-{number + 1}"


def by_author(page: ImagePage) -> list[Tile]:
    """A few other images by the same author, the first by ImageID."""
    query = canonical(with_authors(Query(), [page.card.author_key])) if page.card.author_key else ""
    return plain_tiles(page.by_author, href=lambda image_id: with_query(own_address(image_id), query), size="s")


def similar(page: ImagePage) -> list[Tile]:
    """The images whose labels are most like this one's, each with how much: "87% alike"."""
    tiles = plain_tiles([one.image for one in page.similar], href=own_address, size="s")
    return [
        replace(tile, note=f"{percent(one.likeness / 1_000_000)} alike")
        for tile, one in zip(tiles, page.similar, strict=True)
    ]


def same_labels(card: ImageCard, names: Names) -> tuple[str, str] | None:
    """The names of the image's likeliest labels, and the address of the images that have them all."""
    pairs = [pair for pair in card.pairs if pair.state in DEFAULT_STATES][:SAME_LABELS]
    query = Query()
    for pair in pairs:
        query = add_label(query, pair.mid)
    words = " and ".join(names.distinct(pair.mid) for pair in pairs)
    return (words, images_address(query)) if pairs else None


def neighbours(page: ImagePage, links: Links) -> NeighbourLinks | None:
    """The images around this one, where it stands on the page that the address names."""
    found = page.neighbours
    if found is None:
        return None
    return NeighbourLinks(_address(links, found.previous), _address(links, found.next), found.position, found.count)


def _address(links: Links, neighbour: Neighbour | None) -> str:
    if neighbour is None:
        return ""
    request, page = links.request, neighbour.page
    asked = request.address(request.query, page=page if page > 1 else None)
    return with_shown(with_query(own_address(neighbour.image_id), asked), request.show)
