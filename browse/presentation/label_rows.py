"""Lines of the tables of labels: every number with the page of the images that it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.presentation.addresses import label_address, page_address
from browse.presentation.counts import GIVEN, Count, label_count
from browse.presentation.names import Names
from browse.presentation.review import start_address
from browse.presentation.shares import Shares, shares
from browse.query.values import State
from browse.search import LabelStanding, LabelTable

VERIFIED = (State.CONFIRMED, State.REJECTED)
CSV_COLUMNS = (
    *("LabelName", "DisplayName", "Images", "Machine", "Verified", "Confirmed", "Rejected", "Missed", "Absent"),
    *("Coverage", "Precision", "PrecisionLow", "PrecisionHigh", "Trainable"),
)


@dataclass(frozen=True)
class LabelRow:
    """A label with its page, and, where it is ambiguous, the labels it mostly occurs with."""

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


def label_rows(lines: Iterable[LabelStanding], names: Names, *, subset: str | None = None) -> list[LabelRow]:
    """The lines of a table of one subset or all."""
    return [_row(line, names, subset) for line in lines]


def _row(line: LabelStanding, names: Names, subset: str | None) -> LabelRow:
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
        trainable=line.trainable,
        subset=subset,
    )


def label_csv(table: LabelTable) -> list[tuple[str | int | float, ...]]:
    """The labels of a table as rows, with a header. Shares are unrounded, and empty of too few verified pairs."""
    return [CSV_COLUMNS, *(_csv_row(line) for line in table.rows(0, len(table)))]


def _csv_row(line: LabelStanding) -> tuple[str | int | float, ...]:
    pairs = line.pairs
    told = (pairs.coverage, pairs.precision, pairs.precision_low, pairs.precision_high) if pairs.is_enough else ()
    counts = (line.images, pairs.machine, pairs.verified, pairs.yes, pairs.no, line.missed, line.absent)
    said = [share for share in told if share is not None]
    return (line.mid, line.name, *counts, *(said or ("",) * 4), "yes" if line.trainable else "no")
