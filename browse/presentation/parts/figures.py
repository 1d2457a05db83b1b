"""The three figures that the data set's authors published, from this data: as dots, lines of a table, and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from browse.domain.comparison import MIN_VERIFIED, Agreement
from browse.domain.releases import TrainableRule
from browse.presentation.parts.addresses import label_address, page_address
from browse.presentation.parts.counts import Count, label_count
from browse.presentation.parts.label_rows import VERIFIED
from browse.presentation.parts.names import Names
from browse.presentation.parts.shares import Shares, shares
from browse.query.values import STATES, State
from browse.search import LabelFrequency

ALL, TRAIN, PRECISION = "all", "train", "precision"
_COLUMNS = ("LabelName", "DisplayName", "Rank", "Annotated", "Trainable")
CSV_COLUMNS = {
    ALL: (*_COLUMNS, "Images"),
    TRAIN: (*_COLUMNS, "Images"),
    PRECISION: (*_COLUMNS, "Verified", "Confirmed", "Precision"),
}
Row = tuple[str | int | float, ...]


@dataclass(frozen=True)
class Figure:
    """A figure that the statistics page draws."""

    key: str
    title: str
    meaning: str
    across: str
    up: str

    def line(self, rule: TrainableRule) -> int:
        """From how many images on a label can be trainable; 0 where that is not drawn."""
        return {ALL: rule.images, TRAIN: rule.train_images}.get(self.key, 0)

    @property
    def states(self) -> str:
        """States of the pairs that it counts, as a term names them."""
        return ",".join(sorted(VERIFIED if self.key == PRECISION else STATES))

    @property
    def subset(self) -> str:
        """The subset whose images it counts; empty for all."""
        return TRAIN if self.key == TRAIN else ""

    @property
    def csv_href(self) -> str:
        """What the figure draws, as a file."""
        return page_address("figure-csv", self.key)

    @property
    def href(self) -> str:
        """The figure's whole table."""
        return page_address("figure", self.key)


FIGURES = {
    figure.key: figure
    for figure in (
        Figure(
            ALL,
            "Label frequencies over all images",
            "Each dot is a label: its number of images in all subsets, in any state, most frequent first.",
            across="Rank of the label",
            up="Images with the label, in any state",
        ),
        Figure(
            TRAIN,
            "Label frequencies over the training set",
            "The same for training images only. The published figure shows trainable labels only; here the others are "
            "drawn too, in another shape.",
            across="Rank of the label",
            up="Training images with the label, in any state",
        ),
        Figure(
            PRECISION,
            "Share of correct annotations against frequency",
            f"Each dot is a label with at least {MIN_VERIFIED} machine annotations checked by raters: the share that "
            "they confirmed, and how many they checked. The published figure covers validation only; this one covers "
            "all subsets.",
            across="Share confirmed by raters",
            up="Annotations checked by raters",
        ),
    )
}


@dataclass(frozen=True)
class FigureLine:
    """A label's place in a figure: its rank, and on how many images it stands there, in any state and in usual ones."""

    rank: int
    label: LabelFrequency
    annotated: int
    images: int


@dataclass(frozen=True)
class FigureRow:
    """A line of a figure's table."""

    rank: int
    mid: str
    name: str
    is_ambiguous: bool
    note: str
    href: str
    annotated: Count
    images: Count
    verified: Count
    confirmed: Count
    shares: Shares
    trainable: bool


def figure_lines(key: str, labels: Iterable[LabelFrequency]) -> list[FigureLine]:
    """The labels of a figure, the most frequent first, ties by MID.

    How frequent a label is: on how many images it stands, for PRECISION how many pairs of it raters checked.
    """
    if key == PRECISION:
        placed = [(_checked(label).verified, label) for label in labels if _checked(label).is_enough]
    else:
        placed = [(_annotated(key, label), label) for label in labels]
    placed.sort(key=lambda one: (-one[0], one[1].mid))
    return [
        FigureLine(rank, label, _annotated(key, label), label.train if key == TRAIN else label.images)
        for rank, (_, label) in enumerate(placed, 1)
    ]


def _annotated(key: str, label: LabelFrequency) -> int:
    return label.annotated_train if key == TRAIN else label.annotated


def figure_rows(key: str, lines: Sequence[FigureLine], names: Names) -> list[FigureRow]:
    """Lines of the figure's table, each number with the images that it counts."""
    return [_figure_row(line, names, TRAIN if key == TRAIN else None) for line in lines]


def _figure_row(line: FigureLine, names: Names, subset: str | None) -> FigureRow:
    label, mid = line.label, line.label.mid
    return FigureRow(
        rank=line.rank,
        mid=mid,
        name=label.name,
        is_ambiguous=names.is_ambiguous(mid),
        note=names.company(mid),
        href=label_address(mid),
        annotated=label_count(line.annotated, mid, states=STATES, subset=subset),
        images=label_count(line.images, mid, subset=subset),
        verified=label_count(_checked(label).verified, mid, states=VERIFIED),
        confirmed=label_count(label.yes, mid, states=[State.CONFIRMED]),
        shares=shares(_checked(label)),
        trainable=label.trainable,
    )


def _checked(label: LabelFrequency) -> Agreement:
    """The verified pairs of a label alone: enough for its precision."""
    return Agreement(label.yes + label.no, label.yes, label.no)


def figure_csv(key: str, lines: Iterable[FigureLine]) -> list[Row]:
    """What a figure draws, as rows of its CSV_COLUMNS; shares are unrounded."""
    if key == PRECISION:
        return [(*_csv_row(line), *_csv_shares(line.label)) for line in lines]
    return [(*_csv_row(line), line.images) for line in lines]


def _csv_row(line: FigureLine) -> Row:
    label = line.label
    return (label.mid, label.name, line.rank, line.annotated, "yes" if label.trainable else "no")


def _csv_shares(label: LabelFrequency) -> Row:
    checked = _checked(label)
    return (checked.verified, label.yes, checked.precision or 0.0)
