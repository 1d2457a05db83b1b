"""Every label of one version of the data set with what raters made of it: searched, filtered, in an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.comparison import MIN_VERIFIED, TRAINABLE_TRAIN, TRAINABLE_VALIDATION, Agreement, wilson_intervals
from browse.facets.statistics import LabelCounts
from browse.query.values import SUBSETS, State
from browse.search.comparisons import name_of
from browse.search.labels import find_labels, fold
from browse.search.snapshot import Snapshot

Column = npt.NDArray[Any]

TABLE_ORDERS = (
    *("disagreement", "-images", "-machine", "-verified", "-coverage", "precision", "-precision"),
    *("-rejected", "-missed", "name", "mid"),
)
"""Orders of labels; `-` stands for the largest first.

`disagreement` has the labels first whose precision is low for sure, by the upper end of its interval. In it and in the
orders by precision and coverage, labels with fewer than MIN_VERIFIED verified pairs come last: what is not told ranks
nobody. Ties go by MID.
"""


@dataclass(frozen=True)
class LabelStanding:
    """A label. images: those that have it, in default states; all counts are of the table's scope but `trainable`."""

    mid: str
    name: str
    images: int
    pairs: Agreement
    missed: int
    absent: int
    trainable: bool


@dataclass(frozen=True)
class LabelTable:
    """The labels found, in order. `columns` are of all labels, `numbers` says which stand in the table."""

    snapshot: Snapshot
    numbers: npt.NDArray[np.int64]
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, start: int, stop: int) -> list[LabelStanding]:
        """The labels from place `start`, from 0, to before `stop`."""
        return [self._row(number) for number in self.numbers[start:stop].tolist()]

    def _row(self, number: int) -> LabelStanding:
        mid = self.snapshot.engine.labels[number]
        value = {name: int(column[number]) for name, column in self.columns.items()}
        return LabelStanding(
            mid=mid,
            name=name_of(self.snapshot, mid),
            images=value["images"],
            pairs=Agreement(value["machine"], value["yes"], value["no"]),
            missed=value["missed"],
            absent=value["absent"],
            trainable=bool(value["trainable"]),
        )


def label_table_of(
    snapshot: Snapshot,
    *,
    subset: str | None = None,
    text: str | None = None,
    min_verified: int = 0,
    trainable: bool | None = None,
    order: str = TABLE_ORDERS[0],
) -> LabelTable:
    """The labels with a text in name or MID, at least so many verified pairs, trainable or not where that is said.

    order: one of TABLE_ORDERS. Raises KeyError for any other.
    """
    columns = _columns(snapshot.engine.statistics.label_counts, subset)
    checked = columns["yes"] + columns["no"]
    keep = checked >= min_verified
    if trainable is not None:
        keep &= columns["trainable"] == trainable
    if text is not None:
        mids = {label.mid for label in find_labels(snapshot, text)}
        keep &= np.array([mid in mids for mid in snapshot.engine.labels], bool)
    key = _key(snapshot, columns, order)
    places = np.lexsort((np.where(np.isinf(key), -checked, 0), key))  # where it is not known, most checked first
    return LabelTable(snapshot, places[keep[places]], columns)


def _columns(counts: LabelCounts, subset: str | None) -> dict[str, Column]:
    states = counts.by_state(subset)
    images = counts.images.sum(axis=1) if subset is None else counts.images[:, SUBSETS.index(subset)]
    train, validation, _ = counts.annotated.T
    yes, no = states[State.CONFIRMED], states[State.REJECTED]
    return {
        "images": images,
        "machine": yes + no + states[State.UNVERIFIED],
        "yes": yes,
        "no": no,
        "missed": states[State.MISSED],
        "absent": states[State.ABSENT],
        "trainable": (validation >= TRAINABLE_VALIDATION) & (train >= TRAINABLE_TRAIN),
    }


def _key(snapshot: Snapshot, columns: dict[str, Column], order: str) -> Column:
    """What labels, numbered by MID, are sorted by, the smallest first; infinite where it is not known."""
    mids = snapshot.engine.labels
    if order == "mid":
        return np.arange(len(mids))
    if order == "name":
        folded = [fold(name_of(snapshot, mid)) for mid in mids]
        rank = {name: place for place, name in enumerate(sorted(set(folded)))}
        return np.array([rank[name] for name in folded], np.int64)
    yes, no = columns["yes"], columns["no"]
    by_count = {"-verified": yes + no, "-rejected": no}
    by_count |= {f"-{name}": columns[name] for name in ("images", "machine", "missed")}
    if order in by_count:
        return -by_count[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(yes + no >= MIN_VERIFIED, yes / (yes + no), np.nan)
        coverage = np.where(yes + no >= MIN_VERIFIED, (yes + no) / columns["machine"], np.nan)
    _, high = wilson_intervals(yes, no)
    disagreement = np.where(np.isnan(precision), np.nan, high)
    by_share = {"precision": precision, "-precision": -precision, "-coverage": -coverage, "disagreement": disagreement}
    return np.where(np.isnan(by_share[order]), np.inf, by_share[order])
