"""Lines of the tables of labels: every number with the page of the images that it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.presentation.pages.review import start_address
from browse.presentation.parts.addresses import label_address, page_address
from browse.presentation.parts.counts import GIVEN, Count, label_count
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import Shares, shares
from browse.query.spelling import format_confidence, format_share
from browse.query.values import State
from browse.search import LabelStanding, LabelTable

VERIFIED = (State.CONFIRMED, State.REJECTED)
CSV_COLUMNS = (
    *("LabelName", "DisplayName", "Images", "Machine", "Verified", "Confirmed", "Rejected", "Missed", "Absent"),
    *("Coverage", "Precision", "PrecisionLow", "PrecisionHigh", "Trainable", "Threshold"),
)


@dataclass(frozen=True)
class LabelRow:
    """A label with its page, and, where it is ambiguous, the labels it mostly occurs with.

    threshold: the lowest that surely reaches the table's precision, empty where none does; its link leads to the label.
    """

    mid: str
    name: str
    is_ambiguous: bool
    note: str
    href: str
    images: Count
    machine: Count
    verified: Count
    rejected: Count
    missed: Count
    shares: Shares
    threshold: str
    threshold_href: str
    trainable: bool
    subset: str | None

    @property
    def disagreements(self) -> str:
        """The images on which human and machine disagree about it."""
        return page_address("disagreements", mid=self.mid, subset=self.subset)

    @property
    def review(self) -> str:
        """The contact sheet on which curators judge it."""
        return start_address(self.mid)


def label_rows(
    lines: Iterable[LabelStanding], names: Names, *, precision: float, subset: str | None = None
) -> list[LabelRow]:
    """The lines of a table of one subset or all, whose thresholds reach a precision."""
    return [_row(line, names, format_share(precision), subset) for line in lines]


def threshold_head(precision: float) -> str:
    """Of the column of thresholds, such as "Threshold for 95%"."""
    return f"Threshold for {round(100 * precision, 4):g}%"


def _row(line: LabelStanding, names: Names, precision: str, subset: str | None) -> LabelRow:
    at = "" if line.threshold is None else format_confidence(line.threshold)

    def count(number: int, *states: State) -> Count:
        return label_count(number, line.mid, states=states, subset=subset)

    return LabelRow(
        mid=line.mid,
        name=line.name,
        is_ambiguous=names.is_ambiguous(line.mid),
        note=names.company(line.mid),
        href=label_address(line.mid, subset=subset),
        images=count(line.images),
        machine=count(line.pairs.machine, *GIVEN),
        verified=count(line.pairs.verified, *VERIFIED),
        rejected=count(line.pairs.no, State.REJECTED),
        missed=count(line.missed, State.MISSED),
        shares=shares(line.pairs),
        threshold=at,
        threshold_href=label_address(line.mid, subset=subset, p=precision, at=at) if at else "",
        trainable=line.trainable,
        subset=subset,
    )


def label_csv(table: LabelTable) -> list[tuple[str | int | float, ...]]:
    """The labels of a table as rows of CSV_COLUMNS. Shares are unrounded, and empty of too few verified pairs."""
    return [_csv_row(line) for line in table.rows(0, len(table))]


def _csv_row(line: LabelStanding) -> tuple[str | int | float, ...]:
    pairs = line.pairs
    told = (pairs.coverage, pairs.precision, pairs.precision_low, pairs.precision_high) if pairs.is_enough else ()
    counts = (line.images, pairs.machine, pairs.verified, pairs.yes, pairs.no, line.missed, line.absent)
    said = [share for share in told if share is not None]
    threshold = "" if line.threshold is None else format_confidence(line.threshold)
    return (line.mid, line.name, *counts, *(said or ("",) * 4), "yes" if line.trainable else "no", threshold)
