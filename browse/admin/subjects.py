"""Images as the administration shows them, hidden ones too: from the tables alone, so also without an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from browse.admin.common import image_page
from browse.domain.image_ids import image_id_from_key, key_from_image_id
from browse.models import Verdict
from browse.models.curation import RULING_COLUMNS, hidden_among, rulings
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.search import ImageCard, current_version
from browse.search.cards import read_cards
from browse.search.names import names_of


@dataclass(frozen=True)
class Subject:
    """An image that something is about. card, tile: None where the data set does not have it (any more).

    A hidden image has credit, but no picture to show.
    """

    key: int
    image_id: str
    href: str
    hidden: bool
    card: ImageCard | None
    tile: Tile | None


def subjects_of(keys: Iterable[int], *, size: str = "m") -> dict[int, Subject]:
    """These images, by key. Six queries, however many."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    hidden = hidden_among(wanted)
    cards = read_cards(wanted, names_of(current_version()), says_of(wanted))
    made = plain_tiles([*cards.values()], href=lambda image_id: image_page(key_from_image_id(image_id)), size=size)
    tiles = dict(zip(cards, made, strict=True))
    return {
        key: Subject(key, image_id_from_key(key), image_page(key), key in hidden, cards.get(key), tiles.get(key))
        for key in wanted
    }


def says_of(keys: list[int]) -> dict[int, dict[str, bool]]:
    """What curators say of the labels of these images: by key and MID. One query."""
    rows: Any = Verdict.objects.filter(image_key__in=keys).in_order().values_list(*RULING_COLUMNS)
    says: dict[int, dict[str, bool]] = defaultdict(dict)
    for (key, mid), yes in rulings(rows).items():
        says[key][mid] = yes
    return says
