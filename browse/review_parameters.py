"""What the review page takes, read as all parameters are."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from browse.filterset import read_values
from browse.parameters import Known, Parameter
from browse.query.grammar import Key, OneOf, WholeNumber
from browse.query.values import MAX_SEED, STATES, State
from browse.search import current_engine

LABEL = "a label of the data set by its MID; /api/labels finds them"


def _missing_label(known: Known, mid: str) -> str | None:
    return None if known.has_label(mid) else f"must be {LABEL}"


REVIEW_ORDERS = ("random", "hardest")
REVIEW_PARAMETERS: dict[str, Parameter] = {
    "mid": Parameter(Key(LABEL), "The label to judge.", check=_missing_label),
    "state": Parameter(OneOf(STATES, State), "Pairs of this state. Default: unverified."),
    "order": Parameter(OneOf(REVIEW_ORDERS), "Drawn at random, or the hardest first. Default: random."),
    "seed": Parameter(WholeNumber(0, MAX_SEED), "Names a review, and which random order."),
    "skip": Parameter(WholeNumber(0, 10_000), "How many images were passed over. Default: 0."),
}
"""What the review page takes."""


@dataclass(frozen=True)
class ReviewRequest:
    """A sheet of a review; `mid` is None where it is still to be chosen, `seed` None where none is given."""

    mid: str | None
    state: State
    order: str
    seed: int | None
    skip: int


def read_review(data: QueryDict, *, known: Known | None = None) -> ReviewRequest:
    """The request that a query string makes of the review page. Raises BadQueryError."""
    values = read_values(data, REVIEW_PARAMETERS, known or current_engine())
    return ReviewRequest(
        mid=values.value("mid"),
        state=values.value("state") or State.UNVERIFIED,
        order=values.value("order") or REVIEW_ORDERS[0],
        seed=values.value("seed"),
        skip=values.value("skip") or 0,
    )
