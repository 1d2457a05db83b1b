"""The review page: a sheet of pictures to be judged, and what came of it so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from browse.presentation.parts.addresses import images_address, own_address, page_address, path_of, with_query
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import interval, percent
from browse.presentation.parts.tiles import Tile, plain_tiles
from browse.presentation.parts.values import STATE_WORDS
from browse.query.spelling import format_confidence
from browse.query.values import STATES, Query, State, Term
from browse.search import ImageCard
from browse.search.review import SHEET, SHEETS, Review, Sheet, Tally

ORDER_WORDS = {"random": "random", "hardest": "hardest first"}
HARDEST_WORDS = {
    State.REJECTED: "Hardest first starts where the machine was most confident of what raters rejected.",
    State.MISSED: "The machine suggested none of these, so hardest first has nothing to rank by.",
    State.ABSENT: "The machine suggested none of these, so hardest first has nothing to rank by.",
}
LEAST_SURE = "Hardest first starts where the machine was least confident."
BIASED = "Such a sheet is biased: its results say nothing about all images with this label. For that, use random order."


@dataclass(frozen=True)
class ToJudge:
    """A picture on the sheet. machine: its confidence for the label, empty where it was silent."""

    tile: Tile
    machine: str


@dataclass(frozen=True)
class ToUndo:
    """What is undone next: a verdict, or what is left of a batch, of so many pictures."""

    said: str
    verdict: int = 0
    batch: str = ""
    number: int = 1


def review_context(names: Names, review: Review, sheet: Sheet, tally: Tally) -> dict[str, Any]:
    """What the template takes."""
    pictures = plain_tiles(sheet.images, href=own_address, size="m")
    images = [ToJudge(tile, _machine(card, review.mid)) for tile, card in zip(pictures, sheet.images, strict=True)]
    term = Term(review.mid, states=frozenset({review.state}))
    biased = f"{HARDEST_WORDS.get(review.state, LEAST_SURE)} {BIASED}" if review.order == "hardest" else ""
    return {
        "review": review,
        "label_name": names.label(review.mid),
        "label_note": names.note(review.mid),
        "state_word": STATE_WORDS[review.state],
        "states": [(state, STATE_WORDS[state]) for state in STATES],
        "orders": ORDER_WORDS.items(),
        "sizes": [(size, address(replace(review, size=size))) for size in SHEETS],
        "caution": biased,
        "count": sheet.count,
        "images": images,
        "tally": tally,
        "share": share_words(tally),
        "here": address(review),
        "passed_over": sheet.passed_over,
        "images_href": images_address(Query(label=(term,))),
    }


def batch_context(names: Names, review: Review, says: str, cards: list[ImageCard], *, key: str) -> dict[str, Any]:
    """What the template takes that asks before one verdict is given on several images."""
    return {
        "review": review,
        "label_name": names.label(review.mid),
        "says": says,
        "tiles": plain_tiles(cards, href=own_address, size="s"),
        "key": key,
        "here": address(review),
    }


def share_words(tally: Tally) -> str:
    """The share of yes with its interval, such as "71.0% (36.0–92.0%)"; empty where nothing is judged."""
    pairs = tally.pairs
    if pairs.precision is None or pairs.precision_low is None or pairs.precision_high is None:
        return ""
    return f"{percent(pairs.precision, places=1)} ({interval(pairs.precision_low, pairs.precision_high)}%)"


def tally_values(tally: Tally) -> dict[str, Any]:
    """The same for scripts."""
    return {"yes": tally.pairs.yes, "no": tally.pairs.no, "unsure": tally.unsure, "share": share_words(tally)}


def address(review: Review) -> str:
    """Where a review stands: the next sheet of whoever opens it."""
    parts = {"mid": review.mid, "state": review.state.value, "order": review.order, "seed": review.seed}
    own = {} if review.size == SHEET else {"sheet": review.size}
    return with_query(path_of("review"), urlencode(parts | own, safe="/"))


def start_address(mid: str, state: State = State.UNVERIFIED) -> str:
    """Where a review of a label begins."""
    return page_address("review", mid=mid, state=state.value)


def _machine(card: ImageCard, mid: str) -> str:
    pair = next((pair for pair in card.pairs if pair.mid == mid), None)
    return "" if pair is None or pair.machine is None else format_confidence(pair.machine)
