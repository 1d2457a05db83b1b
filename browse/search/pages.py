"""What pages of numbers tell, one value a page: everything of one version of the data set."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from browse.domain.comparison import Comparison
from browse.domain.releases import TrainableRule
from browse.search.comparisons import (
    AgreementMatrix,
    CoOccurrence,
    CuratorVerdicts,
    DisagreementPage,
    LabelComparison,
    Sample,
    co_occurring_labels_of,
    comparison_of,
    curators_of,
    disagreements_of,
    disputed_labels_of,
    machine_and_human_of,
    namesakes_of,
    samples_of,
)
from browse.search.hierarchy import Relatives, relatives_of
from browse.search.label_lists import LabelLists, label_lists_of
from browse.search.label_table import LabelTable
from browse.search.labels import LabelRemark, find_labels, remark_on
from browse.search.points import PointEvidence, point_evidence_of
from browse.search.snapshot import Snapshot
from browse.search.statistics import (
    AuthorSizes,
    DuplicateSummary,
    LabelFrequency,
    author_sizes_of,
    confidences_of,
    duplicate_summary_of,
    frequencies_of,
    labels_per_image_of,
)
from browse.search.trainable import trainable_rule

FIRST_DISAGREEMENTS = 6


@dataclass(frozen=True)
class LabelPage:
    """One label.

    namesakes                    the other labels of its name.
    curation_read, has_moved_on  as a Snapshot has them, of `co_occurring`.
    """

    label: LabelComparison
    namesakes: list[LabelComparison]
    remark: LabelRemark | None
    samples: list[Sample]
    curators: CuratorVerdicts
    co_occurring: list[CoOccurrence]
    relatives: Relatives | None
    curation_read: dt.datetime | None
    has_moved_on: bool
    rule: TrainableRule
    points: PointEvidence | None = None


@dataclass(frozen=True)
class ComparePage:
    """Human versus machine in one subset or all.

    worst: the first images on which they disagree; lists: of some of the table's labels, None where the data set has
    neither boxes nor points.
    """

    matrix: AgreementMatrix
    table: LabelTable
    comparison: Comparison
    curators: CuratorVerdicts
    worst: DisagreementPage
    lists: list[LabelLists] | None


@dataclass(frozen=True)
class DisagreementsPage:
    """One page of the images on which human and machine disagree, and the labels they disagree about most."""

    found: DisagreementPage
    disputed: list[tuple[str, int]]


@dataclass(frozen=True)
class StatisticsPage:
    """The whole data set; labels per image and confidences in one subset or all."""

    labels: list[LabelFrequency]
    labels_per_image: dict[int, int]
    confidences: dict[str, dict[int, int]]
    authors: AuthorSizes
    duplicates: DuplicateSummary
    curators: CuratorVerdicts
    curation_read: dt.datetime | None
    rule: TrainableRule


@dataclass(frozen=True)
class FigurePage:
    """The labels of a figure. found: the MIDs that a text matches; None without a text."""

    labels: list[LabelFrequency]
    found: frozenset[str] | None
    curators: CuratorVerdicts


def label_page_of(snapshot: Snapshot, label: LabelComparison, *, subset: str | None) -> LabelPage:
    """What the page of a label tells."""
    return LabelPage(
        label=label,
        namesakes=namesakes_of(snapshot, label.mid, subset=subset),
        remark=remark_on(label.mid),
        samples=samples_of(snapshot, label.mid, subset=subset),
        curators=curators_of(snapshot, mid=label.mid, subset=subset),
        co_occurring=co_occurring_labels_of(snapshot, label.mid),
        relatives=relatives_of(snapshot, label.mid),
        curation_read=snapshot.curation_read,
        has_moved_on=snapshot.has_moved_on,
        rule=trainable_rule(snapshot),
        points=point_evidence_of(snapshot, label.mid),
    )


def compare_page_of(snapshot: Snapshot, table: LabelTable, mids: list[str], *, subset: str | None) -> ComparePage:
    """What the compare page tells, with this table of labels, of which it shows some."""
    has_lists = snapshot.engine.has_boxes or snapshot.engine.has_points
    return ComparePage(
        matrix=machine_and_human_of(snapshot, subset=subset),
        table=table,
        comparison=comparison_of(snapshot, subset=subset),
        curators=curators_of(snapshot, subset=subset),
        worst=disagreements_of(snapshot, subset=subset, per_page=FIRST_DISAGREEMENTS),
        lists=label_lists_of(snapshot, mids, subset=subset) if has_lists else None,
    )


def disagreements_page_of(snapshot: Snapshot, *, mid: str | None, subset: str | None, page: int) -> DisagreementsPage:
    """What the page of disagreements tells, of one label or all."""
    found = disagreements_of(snapshot, mid=mid, subset=subset, page=page)
    return DisagreementsPage(found, disputed_labels_of(snapshot, subset=subset))


def statistics_page_of(snapshot: Snapshot, *, subset: str | None) -> StatisticsPage:
    """What the statistics page tells."""
    return StatisticsPage(
        labels=frequencies_of(snapshot),
        labels_per_image=labels_per_image_of(snapshot, subset=subset),
        confidences=confidences_of(snapshot, subset=subset),
        authors=author_sizes_of(snapshot),
        duplicates=duplicate_summary_of(snapshot),
        curators=curators_of(snapshot),
        curation_read=snapshot.curation_read,
        rule=trainable_rule(snapshot),
    )


def figure_page_of(snapshot: Snapshot, *, text: str | None) -> FigurePage:
    """What the whole table of a figure tells, of the labels that a text matches or all."""
    found = None if text is None else frozenset(label.mid for label in find_labels(snapshot, text))
    return FigurePage(frequencies_of(snapshot), found, curators_of(snapshot))
