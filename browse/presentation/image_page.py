"""The page of one image: picture, credit, labels on two sides, facts, what is next to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from browse.comparison import Agreement
from browse.image_ids import image_id_from_key, key_from_image_id
from browse.models import LicenceCheck
from browse.presentation.addresses import Links, label_address, own_address, page_address, with_query
from browse.presentation.curated import (
    FLAG_CHOICES,
    Standing,
    events,
    judged_by_curators,
    licence_note,
    standings,
)
from browse.presentation.names import Names
from browse.presentation.shares import measured
from browse.presentation.tiles import Tile, plain_tiles, title_of
from browse.presentation.values import STATE_MEANINGS, STATE_WORDS, Link
from browse.query.canonical import canonical, format_confidence
from browse.query.links import add_label, with_author
from browse.query.values import DEFAULT_STATES, Query
from browse.rights import Attribution, attribution, credit_of, web_link
from browse.search import (
    GROUPS_A_PAGE,
    ImageCard,
    Pair,
    Snapshot,
    duplicates_place,
    image_of,
    measured_of,
    page_of,
)
from browse.search.collected import collections_of, collections_with
from browse.search.said import Said, last_check, record_of, verdicts_on

MOST_BY_AUTHOR = 6
MOST_DUPLICATES = 12
SAME_LABELS = 2
PROVENANCE_WORDS = {
    "verified": "rendered from the original, whose MD5 is as listed",
    "derivative": "rendered from another copy, which the listed MD5 says nothing of",
}
SIZE_UNITS = ("bytes", "kB", "MB", "GB")


@dataclass(frozen=True)
class LabelRow:
    """One label: the machine's side, the people's, and how often people confirmed the machine where it said this."""

    mid: str
    name: str
    note: str
    href: str
    machine: str
    machine_share: int
    machine_rest: int
    human: str
    sources: str
    state: str
    state_word: str
    state_meaning: str
    record: str
    record_meaning: str
    record_href: str
    verdict: Standing | None = None


@dataclass(frozen=True)
class Viewer:
    """Who looks at the page: empty name and no rights for the public."""

    name: str = ""
    judges: bool = False
    takes_back: bool = False
    collects: bool = False


@dataclass(frozen=True)
class Membership:
    """One of the viewer's collections, and whether the image is in it."""

    uid: str
    name: str
    inside: bool


@dataclass(frozen=True)
class CreditText:
    """A credit in one format, to be copied."""

    id: str
    name: str
    text: str


@dataclass(frozen=True)
class Neighbours:
    """The images before and after this one in the query one came from; empty addresses at its ends."""

    previous: str
    next: str
    position: int
    count: int


def image_context(snapshot: Snapshot, links: Links, card: ImageCard, names: Names, viewer: Viewer) -> dict[str, Any]:
    """What the template takes. More stands on the page for people who judge labels or keep collections."""
    credit = credit_of(card)
    texts = attribution(credit)
    own = plain_tiles([card], href=own_address, size="l")[0]
    agreement = measured_of(snapshot, card.pairs)
    key = key_from_image_id(card.image_id)
    said = verdicts_on(key) if viewer.judges else {}
    verdicts = standings(said, by=viewer.name, of_others=viewer.takes_back)
    return {
        "card": card,
        "tile": own,
        "picture": "" if own.picture.words else own.picture.src,
        "title": title_of(credit),
        "texts": credit_texts(texts),
        "license_name": credit.license.name,
        "license_note": licence_note(card, last_check(key)),
        "rows": [
            replace(label_row(pair, names.note(pair.mid), agreement.get(pair.mid)), verdict=verdicts.get(pair.mid))
            for pair in card.pairs
        ],
        "by_curators": judged_by_curators(card),
        "judging": _judging(key, said, names) if viewer.judges else None,
        "collecting": _collecting(key, viewer.name) if viewer.collects else (),
        "addresses": addresses(card),
        "picture_note": own.picture.words or PROVENANCE_WORDS.get(own.picture.provenance, ""),
        "original_size": in_bytes(card.original_size),
        **duplicates(snapshot, card),
        "by_author": by_author(snapshot, card),
        "author_href": with_query("/", canonical(with_author(Query(), card.author_key))) if card.author_key else "",
        "same_labels": same_labels(card, names),
        "neighbours": neighbours(snapshot, links, card),
        "back": links.to(links.request.query, page=links.page_in_link),
    }


def _judging(key: int, said: Mapping[str, Said], names: Names) -> dict[str, Any]:
    """What curators see besides: the image's history, and what they may choose in the forms."""
    return {
        "events": events(record_of(key, said.values()).entries, names),
        "reasons": FLAG_CHOICES,
        "results": LicenceCheck.Result.choices,
    }


def _collecting(key: int, by: str) -> tuple[Membership, ...]:
    inside = collections_with(key, by=by)
    return tuple(
        Membership(str(one.collection.uid), one.name, one.collection_id in inside) for one in collections_of(by)
    )


def label_row(pair: Pair, note: str, agreement: Agreement | None) -> LabelRow:
    """A row of the table. agreement: of all pairs with this label and confidence, where the machine gave one."""
    record = "" if agreement is None else measured(agreement)
    said = f"Machine labels {pair.name} at {format_confidence(pair.confidence)}"
    people = [source for source, _ in pair.annotations if source != "machine"]
    return LabelRow(
        mid=pair.mid,
        name=pair.name,
        note=note,
        href=with_query("/", canonical(add_label(Query(), pair.mid))),
        machine="" if pair.machine is None else format_confidence(pair.machine),
        machine_share=pair.machine or 0,
        machine_rest=100 - (pair.machine or 0),
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
    exact = f"{size:,} bytes"
    return exact if unit == 0 else f"{value:.3g} {SIZE_UNITS[unit]} ({exact})"


def duplicates(snapshot: Snapshot, card: ImageCard) -> dict[str, Any]:
    """The other images with the same MD5, how many there are besides those shown, and where they all stand."""
    own = key_from_image_id(card.image_id)
    others = [key for key in snapshot.engine.duplicates(own) if key != own]
    cards = [image_of(snapshot, image_id_from_key(key)) for key in others[:MOST_DUPLICATES]]
    more = len(others) - MOST_DUPLICATES
    return {
        "duplicates": plain_tiles([other for other in cards if other], href=own_address, size="s"),
        "more_duplicates": max(more, 0),
        "duplicates_href": _group_address(duplicates_place(snapshot, own) or 0) if more > 0 else "",
    }


def _group_address(place: int) -> str:
    page, number = divmod(place, GROUPS_A_PAGE)
    return f"{page_address('duplicates', page=str(page + 1) if page else None)}#group-{number + 1}"


def by_author(snapshot: Snapshot, card: ImageCard) -> list[Tile]:
    """A few other images by the same author, the first by ImageID."""
    if not card.author_key:
        return []
    query = with_author(Query(), card.author_key)
    cards = page_of(snapshot, query, page=1, per_page=MOST_BY_AUTHOR + 1).images
    others = [other for other in cards if other.image_id != card.image_id][:MOST_BY_AUTHOR]
    return plain_tiles(others, href=lambda image_id: with_query(own_address(image_id), canonical(query)), size="s")


def same_labels(card: ImageCard, names: Names) -> tuple[str, str] | None:
    """The names of the image's likeliest labels, and the address of the images that have them all."""
    pairs = [pair for pair in card.pairs if pair.state in DEFAULT_STATES][:SAME_LABELS]
    query = Query()
    for pair in pairs:
        query = add_label(query, pair.mid)
    words = " and ".join(names.distinct(pair.mid) for pair in pairs)
    return (words, with_query("/", canonical(query))) if pairs else None


def neighbours(snapshot: Snapshot, links: Links, card: ImageCard) -> Neighbours | None:
    """The images around this one, where it stands on the page that the address names."""
    request = links.request
    page = _keys(snapshot, links, request.page)
    own = key_from_image_id(card.image_id)
    if own not in page[1]:
        return None
    count, keys = page
    place = keys.index(own)
    before = (keys[place - 1], request.page) if place else _last_of(snapshot, links, request.page - 1)
    after = (keys[place + 1], request.page) if place + 1 < len(keys) else _first_of(snapshot, links, request.page + 1)
    return Neighbours(
        previous=_address(links, before),
        next=_address(links, after),
        position=(request.page - 1) * request.per_page + place + 1,
        count=count,
    )


def _keys(snapshot: Snapshot, links: Links, number: int) -> tuple[int, list[int]]:
    request = links.request
    found = snapshot.engine.page(request.query, number=number, size=request.per_page, deadline=snapshot.deadline)
    return found.count, found.keys


def _last_of(snapshot: Snapshot, links: Links, number: int) -> tuple[int, int] | None:
    keys = _keys(snapshot, links, number)[1] if number else []
    return (keys[-1], number) if keys else None


def _first_of(snapshot: Snapshot, links: Links, number: int) -> tuple[int, int] | None:
    keys = _keys(snapshot, links, number)[1]
    return (keys[0], number) if keys else None


def _address(links: Links, neighbour: tuple[int, int] | None) -> str:
    if neighbour is None:
        return ""
    key, page = neighbour
    request = links.request
    path = f"/image/{image_id_from_key(key)}"
    return with_query(path, request.address(request.query, page=page if page > 1 else None))
