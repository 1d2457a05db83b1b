"""Every label of one version of the data set with what raters made of it: searched, filtered, in an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import (
    DEFAULT_PRECISION,
    MIN_VERIFIED,
    Agreement,
    lowest_thresholds,
    wilson_intervals,
)
from browse.facets.statistics import LabelColumns
from browse.query.values import SUBSETS, State
from browse.search.comparisons import name_among, name_of
from browse.search.labels import find_labels, fold
from browse.search.names import names_of
from browse.search.snapshot import Snapshot
from browse.search.trainable import trainable_labels

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
    """A label. images: those that have it, in default states; all counts are of the table's scope but `trainable`.

    threshold: the lowest confidence, in hundredths, that surely reaches the precision asked for; None where none does.
    """

    mid: str
    name: str
    images: int
    pairs: Agreement
    missed: int
    absent: int
    trainable: bool
    threshold: int | None


@dataclass(frozen=True)
class LabelTable:
    """The labels found, in order. `mids` and `columns` are of all labels, `places` says which stand in the table."""

    names: Mapping[str, str]
    mids: Sequence[str]
    columns: dict[str, Column]
    places: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.places)

    def rows(self, start: int, stop: int) -> list[LabelStanding]:
        """The labels from place `start`, from 0, to before `stop`."""
        return [self._row(place) for place in self.places[start:stop].tolist()]

    def _row(self, place: int) -> LabelStanding:
        mid = self.mids[place]
        value = {name: int(column[place]) for name, column in self.columns.items()}
        return LabelStanding(
            mid=mid,
            name=name_among(self.names, mid),
            images=value["images"],
            pairs=Agreement(value["machine"], value["yes"], value["no"]),
            missed=value["missed"],
            absent=value["absent"],
            trainable=bool(value["trainable"]),
            threshold=value["threshold"] if value["threshold"] >= 0 else None,
        )


def label_table_of(
    snapshot: Snapshot,
    *,
    subset: str | None = None,
    text: str | None = None,
    min_verified: int = 0,
    trainable: bool | None = None,
    precision: float = DEFAULT_PRECISION,
    order: str = TABLE_ORDERS[0],
) -> LabelTable:
    """The labels with a text in name or MID, at least so many verified pairs, trainable or not where that is said.

    precision: that the thresholds reach.

    order: one of TABLE_ORDERS. Raises KeyError for any other.
    """
    counts = snapshot.engine.statistics.label_columns(subset=subset)
    columns = _columns(counts, subset) | {"threshold": _thresholds(snapshot, subset, precision)}
    columns["trainable"] = trainable_labels(snapshot)
    checked = columns["yes"] + columns["no"]
    keep = checked >= min_verified
    if trainable is not None:
        keep &= columns["trainable"] == trainable
    if text is not None:
        found = {label.mid for label in find_labels(snapshot, text)}
        keep &= np.array([mid in found for mid in counts.mids], bool)
    key = _key(snapshot, counts.mids, columns, order)
    places = np.lexsort((np.where(np.isinf(key), -checked, 0), key))  # where it is not known, most checked first
    return LabelTable(names_of(snapshot.version).by_mid, counts.mids, columns, places[keep[places]])


def _columns(counts: LabelColumns, subset: str | None) -> dict[str, Column]:
    states = counts.pairs
    images = counts.images.sum(axis=1) if subset is None else counts.images[:, SUBSETS.index(subset)]
    yes, no = states[State.CONFIRMED], states[State.REJECTED]
    return {
        "images": images,
        "machine": yes + no + states[State.UNVERIFIED],
        "yes": yes,
        "no": no,
        "missed": states[State.MISSED],
        "absent": states[State.ABSENT],
    }


def _thresholds(snapshot: Snapshot, subset: str | None, precision: float) -> Column:
    levels = snapshot.engine.statistics.level_columns(subset=subset)
    pairs = levels.machine, levels.yes, levels.no
    return lowest_thresholds(levels.confidences, *pairs, precision=precision, min_verified=MIN_VERIFIED)


def _key(snapshot: Snapshot, mids: Sequence[str], columns: dict[str, Column], order: str) -> Column:
    """What labels, which come by MID, are sorted by, the smallest first; infinite where it is not known."""
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
