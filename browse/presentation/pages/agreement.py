"""Agreement in words, and the queues of pairs that wait for a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.domain.agreement import Agreed
from browse.domain.comparison import Estimate
from browse.presentation.parts.addresses import label_address, own_address, page_address, path_of, with_query
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import interval, percent
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.requests.task_form import place_text
from browse.search import ImageCard
from browse.search.agreement import AgreementTable, Word
from browse.search.open_pairs import OpenPair, OpenPairs, Place

MOST_ROWS = 200
"""Of each table; those first that share most."""
QUEUES = {"conflicts": "Conflicts", "unsure": "Unsure"}


@dataclass(frozen=True)
class AgreementRow:
    """Who agrees with whom. Shares are empty where too few pairs are shared; `conflicts` leads to where they differ."""

    who: str
    other: str
    href: str
    pairs: int
    differing: int
    share: str
    share_interval: str
    kappa: str
    kappa_interval: str


@dataclass(frozen=True)
class WordRow:
    """What somebody said."""

    by: str
    says: str
    at: dt.datetime
    why: str


@dataclass(frozen=True)
class PairRow:
    """A picture of a queue."""

    tile: Tile
    mid: str
    label: str
    label_note: str
    label_href: str
    words: list[WordRow]


def agreement_context(names: Names, table: AgreementTable, *, mid: str | None) -> dict[str, Any]:
    """What the template takes."""
    return {
        "mid": mid,
        "label_name": names.label(mid) if mid else "",
        "people": _rows({(one, other): found for (one, other), found in table.people.items()}),
        "raters": _rows({(by, ""): found for by, found in table.raters.items()}),
        "labels": _label_rows(names, table.labels),
        "own_labels": _label_rows(names, table.own_labels),
        "number": table.number,
        "is_cut": table.is_cut,
    }


def _rows(found: Mapping[tuple[str, str], Agreed]) -> list[AgreementRow]:
    listed = sorted(found.items(), key=lambda one: (-one[1].pairs, one[0]))[:MOST_ROWS]
    return [_row(who, other, "", pairs) for (who, other), pairs in listed]


def _label_rows(names: Names, found: Mapping[str, Agreed]) -> list[AgreementRow]:
    listed = sorted(found.items(), key=lambda one: (-one[1].differing, -one[1].pairs, one[0]))[:MOST_ROWS]
    return [_row(names.label(mid), "", page_address("agreement", mid=mid), pairs) for mid, pairs in listed]


def _row(who: str, other: str, href: str, found: Agreed) -> AgreementRow:
    share, kappa = (found.share, found.kappa) if found.is_enough else (None, None)
    return AgreementRow(
        who,
        other,
        href,
        found.pairs,
        found.differing,
        percent(share.share, places=1) if share else "",
        interval(share.low, share.high) if share else "",
        f"{kappa.share:.2f}" if kappa else "",
        _kappas(kappa) if kappa else "",
    )


def _kappas(kappa: Estimate) -> str:
    return f"{kappa.low:.2f} to {kappa.high:.2f}".replace("-", "−")


def queue_context(
    names: Names, queue: str, found: OpenPairs, cards: list[ImageCard], *, mid: str | None, after: Place | None
) -> dict[str, Any]:
    """What the template takes. cards: of the pairs' images; after: where the page begins."""
    tiles = {tile.image_id: tile for tile in plain_tiles(cards, href=own_address, size="m")}
    rows = [_pair(names, pair, tiles[pair.image_id]) for pair in found.pairs if pair.image_id in tiles]
    last = found.pairs[-1] if found.has_more else None
    return {
        "queue": queue,
        "heading": QUEUES[queue],
        "queues": [(name, words, queue_address(name, mid)) for name, words in QUEUES.items()],
        "mid": mid,
        "label_name": names.label(mid) if mid else "",
        "pairs": rows,
        "count": found.count,
        "first": queue_address(queue, mid) if after else "",
        "following": queue_address(queue, mid, Place(last.last, last.image_key, last.mid)) if last else "",
        "here": queue_address(queue, mid, after),
    }


def queue_address(queue: str, mid: str | None = None, after: Place | None = None) -> str:
    """Where a queue, or the part of it behind a place, stands."""
    given = {"mid": mid, "after": place_text(after) if after else None}
    return with_query(path_of(queue), urlencode({name: value for name, value in given.items() if value}, safe="/"))


def _pair(names: Names, pair: OpenPair, tile: Tile) -> PairRow:
    words = [_word(word) for word in pair.words]
    return PairRow(tile, pair.mid, names.label(pair.mid), names.note(pair.mid), label_address(pair.mid), words)


def _word(word: Word) -> WordRow:
    return WordRow(word.by, word.says, word.at, word.why)
