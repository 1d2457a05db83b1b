"""The review page: a sheet of pictures to be judged, and what came of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from browse.presentation.addresses import own_address
from browse.presentation.names import Names
from browse.presentation.shares import percent
from browse.presentation.tiles import Tile, plain_tiles
from browse.presentation.values import STATE_WORDS
from browse.query.canonical import canonical, format_confidence
from browse.query.values import STATES, Query, State, Term
from browse.search import ImageCard
from browse.search.review import Review, Sheet, Tally

PAGE = "/review"
ORDER_WORDS = {"random": "at random", "hardest": "hardest first"}
HARDEST_WORDS = {
    State.REJECTED: "Hardest first begins where the machine was surest of what raters rejected.",
    State.MISSED: "The machine was silent on all of these, so hardest first has nothing to go by.",
    State.ABSENT: "The machine was silent on all of these, so hardest first has nothing to go by.",
}
LEAST_SURE = "Hardest first begins where the machine was least sure."
BIASED = "Such a sheet is biased: what comes of it says nothing of all pairs of this label. For that, draw at random."


@dataclass(frozen=True)
class ToJudge:
    """A picture on the sheet. machine: its confidence for the label, empty where it was silent."""

    tile: Tile
    machine: str


def review_context(names: Names, review: Review, sheet: Sheet, tally: Tally, *, skip: int) -> dict[str, Any]:
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
        "caution": biased,
        "count": sheet.count,
        "images": images,
        "tally": tally,
        "share": share_words(tally),
        "here": address(review, skip=skip),
        "skip": skip,
        "next_href": address(review, skip=skip + len(images)),
        "next_start": address(review, skip=None),
        "images_href": f"/?{canonical(Query(label=(term,)))}",
    }


def share_words(tally: Tally) -> str:
    """The share of yes with its interval, such as "71 % (36–92 %)"; empty where nothing is judged."""
    pairs = tally.pairs
    if pairs.precision is None or pairs.precision_low is None or pairs.precision_high is None:
        return ""
    low, high = (percent(end, places=1) for end in (pairs.precision_low, pairs.precision_high))
    return f"{percent(pairs.precision, places=1)} ({low.split()[0]}–{high})"


def tally_values(tally: Tally) -> dict[str, Any]:
    """The same for scripts."""
    return {"yes": tally.pairs.yes, "no": tally.pairs.no, "unsure": tally.unsure, "share": share_words(tally)}


def address(review: Review, *, skip: int | None = 0) -> str:
    """A sheet of a review; without `skip` the address ends where its number goes."""
    parts = {"mid": review.mid, "state": review.state.value, "order": review.order, "seed": review.seed}
    end = "&skip=" if skip is None else f"&skip={skip}" if skip else ""
    return f"{PAGE}?{urlencode(parts, safe='/')}{end}"


def start_address(mid: str, state: State = State.UNVERIFIED) -> str:
    """Where a review of a label begins."""
    return f"{PAGE}?{urlencode({'mid': mid, 'state': state.value}, safe='/')}"


def _machine(card: ImageCard, mid: str) -> str:
    pair = next((pair for pair in card.pairs if pair.mid == mid), None)
    return "" if pair is None or pair.machine is None else format_confidence(pair.machine)
