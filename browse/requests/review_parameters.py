"""What the review page takes, read as all parameters are."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from browse.query.fields import Known, unknown_mid
from browse.query.grammar import ImageIdText, Key, OneOf, WholeNumber
from browse.query.values import MAX_IDS, MAX_SEED, STATES, Query, State
from browse.requests.filterset import read_values
from browse.requests.parameters import BadQueryError, Parameter, ParameterError
from browse.search import current_engine
from browse.search.review import SHEET, SHEETS

LABEL = "the MID of a label in this data set; search labels with /api/labels"


REVIEW_ORDERS = ("random", "hardest")
REVIEW_PARAMETERS: dict[str, Parameter] = {
    "mid": Parameter(Key(LABEL), "The label to judge.", check=unknown_mid),
    "state": Parameter(OneOf(STATES, State), "Pairs of this state. Default: unverified."),
    "order": Parameter(OneOf(REVIEW_ORDERS), "In random order, or hardest first. Default: random."),
    "seed": Parameter(WholeNumber(0, MAX_SEED), "Identifies a review and its random order."),
    "sheet": Parameter(OneOf(tuple(map(str, SHEETS)), int), f"Pictures on a sheet. Default: {SHEET}."),
}
"""What the review page takes."""
SELECTION_PARAMETERS: dict[str, Parameter] = {
    "mid": Parameter(Key(LABEL), "The label to judge; further ones are offered.", repeats=True, check=unknown_mid),
    "id": Parameter(ImageIdText(), f"The images, by ImageID, at most {MAX_IDS}.", repeats=True),
}
"""What the page takes on which one verdict is given on the images selected while browsing."""


@dataclass(frozen=True)
class SelectionRequest:
    """Images to be judged at once, and labels of which one is meant; neither is empty."""

    mids: tuple[str, ...]
    image_ids: tuple[str, ...]


@dataclass(frozen=True)
class ReviewRequest:
    """A sheet of a review; `mid` is None where it is still to be chosen, `seed` None where none is given."""

    mid: str | None
    state: State
    order: str
    seed: int | None
    sheet: int


def read_review(data: QueryDict, *, known: Known | None = None) -> ReviewRequest:
    """The request that a query string makes of the review page. Raises BadQueryError."""
    values = read_values(data, REVIEW_PARAMETERS, known or current_engine())
    return ReviewRequest(
        mid=values.value("mid"),
        state=values.value("state") or State.UNVERIFIED,
        order=values.value("order") or REVIEW_ORDERS[0],
        seed=values.value("seed"),
        sheet=values.value("sheet") or SHEET,
    )


def read_selection(data: QueryDict, *, known: Known | None = None) -> SelectionRequest:
    """The request that a query string makes of the page for selected images. Raises BadQueryError."""
    values = read_values(data, SELECTION_PARAMETERS, known or current_engine())
    asked = SelectionRequest(*(tuple(dict.fromkeys(values.form.good(name))) for name in SELECTION_PARAMETERS))
    faults = [] if asked.mids else [ParameterError("mid", "", "is required: the label to judge")]
    if not 1 <= len(asked.image_ids) <= MAX_IDS:
        faults.append(ParameterError("id", "", f"must name 1 to {MAX_IDS} images, not {len(asked.image_ids)}"))
    if faults:
        raise BadQueryError(faults, Query())
    return asked
