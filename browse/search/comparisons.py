"""Human versus machine in one version of the data set: of a label, of all, and where the two disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from browse.domain.comparison import Agreement, Comparison, Tally, compare, lifts
from browse.domain.image_ids import image_id_from_key
from browse.facets.statistics import RankedImages
from browse.query.edits import in_scope
from browse.query.values import STATES, ConfidenceRange, Query, State, Term
from browse.search.cards import ImageCard, Pair
from browse.search.errors import TablesDifferError
from browse.search.names import names_of
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot
from browse.search.trainable import is_trainable

SAMPLES = 6
_PIECE = 10_000
DISPUTED = 50
"""Labels listed as those that human and machine disagree about most."""
JUDGED = frozenset({State.CONFIRMED, State.REJECTED, State.MISSED, State.ABSENT})
"""The states of pairs that a person said something of."""


@dataclass(frozen=True)
class LabelComparison:
    """One label. images: for each subset the count of `label=MID&subset=s`; trainable looks at all subsets too."""

    mid: str
    name: str
    images: dict[str, int]
    trainable: bool
    comparison: Comparison


@dataclass(frozen=True)
class CuratorVerdicts:
    """How many of the human verdicts that count are curators', by what they say."""

    yes: int
    no: int

    @property
    def number(self) -> int:
        """All of them."""
        return self.yes + self.no


@dataclass(frozen=True)
class CoOccurrence:
    """A label that stands with another one.

    both    images that have both, in default states: the count of `label=ONE&label=OTHER`.
    lift    how much more often than by chance; bound: the lower end of its 95 % interval.
    """

    mid: str
    name: str
    both: int
    lift: float
    bound: float


@dataclass(frozen=True)
class Sample:
    """A few images with a label in one state; `count` have it, and `query` finds them."""

    state: State
    count: int
    query: Query
    images: list[ImageCard]


@dataclass(frozen=True)
class MatrixCell:
    """Pairs, and the images that have such a pair: those that `query` finds."""

    pairs: int
    images: int
    query: Query


@dataclass(frozen=True)
class MachineRow:
    """What people say where the machine gave this confidence, in hundredths; None stands for all of them together."""

    confidence: int | None
    yes: MatrixCell
    no: MatrixCell
    silent: MatrixCell


@dataclass(frozen=True)
class AgreementMatrix:
    """What machine and people say together.

    images   all images of the scope; judged: those of them with a human verdict, which `judged.query` finds.
    rows     by the machine's confidence, ascending; total: all of them.
    missed, absent   where the machine was silent and people say yes, or no.
    """

    images: int
    judged: MatrixCell
    rows: tuple[MachineRow, ...]
    total: MachineRow
    missed: MatrixCell
    absent: MatrixCell


@dataclass(frozen=True)
class Disagreement:
    """An image, and how strongly human and machine disagree on it, in hundredths: the sum of its pairs asked for."""

    image: ImageCard
    strength: int


@dataclass(frozen=True)
class DisagreementPage:
    """One page of the images on which human and machine disagree, most strongly first, ties by ImageID."""

    count: int
    page: int
    per_page: int
    images: list[Disagreement]


def comparison_of(snapshot: Snapshot, *, subset: str | None = None) -> Comparison:
    """The comparison over all labels, in one subset or all."""
    return compare(snapshot.engine.statistics.tally(subset=subset))


def label_comparison_of(snapshot: Snapshot, mid: str, *, subset: str | None = None) -> LabelComparison | None:
    """A label with its comparison in one subset or all; None where the data set has no such label."""
    if not snapshot.engine.has_label(mid):
        return None
    counts = snapshot.engine.statistics.label_images(mid)
    return LabelComparison(
        mid=mid,
        name=name_of(snapshot, mid),
        images=counts.images,
        trainable=is_trainable(snapshot, mid),
        comparison=compare(snapshot.engine.statistics.tally(mid=mid, subset=subset)),
    )


def namesakes_of(snapshot: Snapshot, mid: str, *, subset: str | None = None) -> list[LabelComparison]:
    """The other labels of the same name with their comparisons, most images first, ties by MID."""
    names = names_of(snapshot.version).by_mid
    wanted = name_among(names, mid)
    others = sorted(other for other, name in names.items() if name == wanted and other != mid)
    found = (label_comparison_of(snapshot, other, subset=subset) for other in others)
    return sorted((label for label in found if label), key=lambda label: -sum(label.images.values()))


def term_comparisons_of(snapshot: Snapshot, query: Query) -> dict[str, Comparison]:
    """The comparison of each label that a query names, over the whole data set, by MID."""
    engine = snapshot.engine
    mids = {term.mid for _, term in query.pair_terms if engine.has_label(term.mid)}
    return {mid: compare(engine.statistics.tally(mid=mid)) for mid in sorted(mids)}


def curators_of(snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None) -> CuratorVerdicts:
    """What curators say of one label or all, in one subset or all; nothing of a label that there is not."""
    if mid is not None and not snapshot.engine.has_label(mid):
        return CuratorVerdicts(0, 0)
    return CuratorVerdicts(*snapshot.engine.statistics.curators(mid=mid, subset=subset))


def name_of(snapshot: Snapshot, mid: str) -> str:
    """A label's name. Raises TablesDifferError where the database does not have it."""
    return name_among(names_of(snapshot.version).by_mid, mid)


def name_among(names: Mapping[str, str], mid: str) -> str:
    """A label's name, of all by MID. Raises TablesDifferError where it is not there."""
    try:
        return names[mid]
    except KeyError as error:
        raise TablesDifferError(f"a label {mid!r}") from error


def co_occurring_labels_of(snapshot: Snapshot, mid: str) -> list[CoOccurrence]:
    """The labels that stood with a label when the index was built, by their lift's bound, ties by MID; at most 30."""
    if not snapshot.engine.has_label(mid):
        return []
    counts = snapshot.engine.statistics.co_occurring_labels(mid)
    both = np.array([together for _, together, _ in counts.others], np.int64)
    totals = np.array([total for _, _, total in counts.others], np.int64)
    lift, bound = lifts(both, counts.with_label, totals, counts.images)
    return [
        CoOccurrence(other, name_of(snapshot, other), together, *shares)
        for (other, together, _), *shares in zip(counts.others, lift.tolist(), bound.tolist(), strict=True)
    ]


def measured_of(snapshot: Snapshot, pairs: Iterable[Pair]) -> dict[str, Agreement]:
    """For each pair with a machine's confidence, by MID: all pairs of its label at that confidence."""
    engine = snapshot.engine
    return {
        pair.mid: compare(engine.statistics.tally(mid=pair.mid)).at(pair.machine)
        for pair in pairs
        if pair.machine is not None and engine.has_label(pair.mid)
    }


def samples_of(snapshot: Snapshot, mid: str, *, subset: str | None = None, each: int = SAMPLES) -> list[Sample]:
    """The first images with a label in each of the five states. Two queries of the database."""
    engine = snapshot.engine
    queries = [in_scope(Query(label=(Term(mid, None, frozenset({state})),)), subset) for state in STATES]
    pages = [engine.page(query, number=1, size=each, deadline=snapshot.deadline) for query in queries]
    cards = iter(cards_of(snapshot, [key for page in pages for key in page.keys]))
    return [
        Sample(state, page.count, query, [next(cards) for _ in page.keys])
        for state, page, query in zip(STATES, pages, queries, strict=True)
    ]


def machine_and_human_of(snapshot: Snapshot, *, subset: str | None = None) -> AgreementMatrix:
    """The pairs of all labels by what the machine and people say, in one subset or all."""
    pairs = snapshot.engine.statistics.tally(subset=subset)
    levels = [level.confidence for level in compare(pairs).levels]

    def row(confidence: int | None) -> MachineRow:
        states = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
        return MachineRow(confidence, *(_cell(snapshot, pairs, {state}, confidence, subset) for state in states))

    return AgreementMatrix(
        images=snapshot.engine.count(in_scope(Query(), subset), deadline=snapshot.deadline),
        judged=_cell(snapshot, pairs, JUDGED, None, subset),
        rows=tuple(row(level) for level in levels),
        total=row(None),
        missed=_cell(snapshot, pairs, {State.MISSED}, None, subset),
        absent=_cell(snapshot, pairs, {State.ABSENT}, None, subset),
    )


def _cell(
    snapshot: Snapshot, pairs: Tally, states: Iterable[State], confidence: int | None, subset: str | None
) -> MatrixCell:
    wanted = frozenset(states)
    number = sum(n for (state, level), n in pairs.items() if state in wanted and confidence in (None, level))
    only = None if confidence is None else ConfidenceRange(confidence, confidence)
    query = in_scope(Query(states=wanted, confidence=only), subset)
    return MatrixCell(number, snapshot.engine.count(query, deadline=snapshot.deadline), query)


def disputed_labels_of(snapshot: Snapshot, *, subset: str | None = None) -> list[tuple[str, int]]:
    """The labels about which human and machine disagree on the most images, and on how many; ties by MID."""
    return snapshot.engine.statistics.disputed_labels(subset=subset, top=DISPUTED)


def disagreements_of(
    snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None, page: int = 1, per_page: int = 30
) -> DisagreementPage:
    """Images on which human and machine disagree on a label, or on any; none for a label that there is not."""
    found = _disagreeing(snapshot, mid, subset)
    rows = found.rows((page - 1) * per_page, page * per_page) if found else []
    cards = cards_of(snapshot, [key for key, _ in rows])
    shown = [Disagreement(card, strength) for card, (_, strength) in zip(cards, rows, strict=True)]
    return DisagreementPage(len(found or ()), page, per_page, shown)


def disagreement_count_of(snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None) -> int:
    """How many of these images there are."""
    return len(_disagreeing(snapshot, mid, subset) or ())


def all_disagreements_of(
    snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None
) -> Iterator[tuple[str, int]]:
    """(ImageID, strength in hundredths) of all of these images, in the same order, read piece by piece."""
    found = _disagreeing(snapshot, mid, subset)
    for start in range(0, len(found or ()), _PIECE):
        rows = found.rows(start, start + _PIECE) if found else []
        yield from ((image_id_from_key(key), strength) for key, strength in rows)


def _disagreeing(snapshot: Snapshot, mid: str | None, subset: str | None) -> RankedImages | None:
    """None for a label that there is not."""
    if mid is not None and not snapshot.engine.has_label(mid):
        return None
    return snapshot.engine.statistics.disagreeing(mid=mid, subset=subset)
