"""Human versus machine in one version of the data set: of a label, of all, and where the two disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from browse.comparison import Agreement, Comparison, Tally, compare, is_trainable, lifts
from browse.facets.kernels import Numbers
from browse.image_ids import image_id_from_key
from browse.query.links import with_subsets
from browse.query.values import STATES, SUBSETS, ConfidenceRange, Query, State, Term
from browse.search.cards import ImageCard, Pair
from browse.search.errors import TablesDifferError
from browse.search.names import names_of
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot

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
class Partner:
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
class Cell:
    """Pairs, and the images that have such a pair: those that `query` finds."""

    pairs: int
    images: int
    query: Query


@dataclass(frozen=True)
class MachineRow:
    """What people say where the machine gave this confidence, in hundredths; None stands for all of them together."""

    confidence: int | None
    yes: Cell
    no: Cell
    silent: Cell


@dataclass(frozen=True)
class MachineHuman:
    """What machine and people say together.

    images   all images of the scope; judged: those of them with a human verdict, which `judged.query` finds.
    rows     by the machine's confidence, ascending; total: all of them.
    missed, absent   where the machine was silent and people say yes, or no.
    """

    images: int
    judged: Cell
    rows: tuple[MachineRow, ...]
    total: MachineRow
    missed: Cell
    absent: Cell


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
    return compare(snapshot.engine.statistics.label_counts.tally(subset=subset))


def label_comparison_of(snapshot: Snapshot, mid: str, *, subset: str | None = None) -> LabelComparison | None:
    """A label with its comparison in one subset or all; None where the data set has no such label."""
    label = snapshot.engine.label_number(mid)
    if label is None:
        return None
    counts = snapshot.engine.statistics.label_counts
    train, validation, _ = counts.annotated[label].tolist()
    return LabelComparison(
        mid=mid,
        name=name_of(snapshot, mid),
        images=dict(zip(SUBSETS, counts.images[label].tolist(), strict=True)),
        trainable=is_trainable(train=train, validation=validation),
        comparison=compare(counts.tally(label=label, subset=subset)),
    )


def curators_of(snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None) -> CuratorVerdicts:
    """What curators say of one label or all, in one subset or all; nothing of a label that there is not."""
    label = None if mid is None else snapshot.engine.label_number(mid)
    if mid is not None and label is None:
        return CuratorVerdicts(0, 0)
    return CuratorVerdicts(*snapshot.engine.statistics.curators(label=label, subset=subset))


def name_of(snapshot: Snapshot, mid: str) -> str:
    """A label's name. Raises TablesDifferError where the database does not have it."""
    try:
        return names_of(snapshot.version).by_mid[mid]
    except KeyError as error:
        raise TablesDifferError(f"a label {mid!r}") from error


def partners_of(snapshot: Snapshot, mid: str) -> list[Partner]:
    """The labels that stood with a label when the index was built, by their lift's bound, ties by MID; at most 30."""
    engine, statistics = snapshot.engine, snapshot.engine.statistics
    label = engine.label_number(mid)
    if label is None:
        return []
    partners, both = statistics.partners(label)
    totals = statistics.partner_totals
    lift, bound = lifts(both.astype("int64"), int(totals[label]), totals[partners], statistics.counted_images)
    mids = [engine.labels[number] for number in partners.tolist()]
    found = zip(mids, both.tolist(), lift.tolist(), bound.tolist(), strict=True)
    return [Partner(other, name_of(snapshot, other), *numbers) for other, *numbers in found]


def measured_of(snapshot: Snapshot, pairs: Iterable[Pair]) -> dict[str, Agreement]:
    """For each pair with a machine's confidence, by MID: all pairs of its label at that confidence."""
    counts = snapshot.engine.statistics.label_counts
    numbers = ((pair, snapshot.engine.label_number(pair.mid)) for pair in pairs if pair.machine is not None)
    return {
        pair.mid: compare(counts.tally(label=label)).at(pair.machine or 0)
        for pair, label in numbers
        if label is not None
    }


def samples_of(snapshot: Snapshot, mid: str, *, subset: str | None = None, each: int = SAMPLES) -> list[Sample]:
    """The first images with a label in each of the five states. Two queries of the database."""
    engine = snapshot.engine
    queries = [_scoped(Query(label=(Term(mid, None, frozenset({state})),)), subset) for state in STATES]
    pages = [engine.page(query, number=1, size=each, deadline=snapshot.deadline) for query in queries]
    cards = iter(cards_of(snapshot, [key for page in pages for key in page.keys]))
    return [
        Sample(state, page.count, query, [next(cards) for _ in page.keys])
        for state, page, query in zip(STATES, pages, queries, strict=True)
    ]


def machine_and_human_of(snapshot: Snapshot, *, subset: str | None = None) -> MachineHuman:
    """The pairs of all labels by what the machine and people say, in one subset or all."""
    pairs = snapshot.engine.statistics.label_counts.tally(subset=subset)
    levels = [level.confidence for level in compare(pairs).levels]

    def row(confidence: int | None) -> MachineRow:
        states = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
        return MachineRow(confidence, *(_cell(snapshot, pairs, {state}, confidence, subset) for state in states))

    return MachineHuman(
        images=snapshot.engine.count(_scoped(Query(), subset), deadline=snapshot.deadline),
        judged=_cell(snapshot, pairs, JUDGED, None, subset),
        rows=tuple(row(level) for level in levels),
        total=row(None),
        missed=_cell(snapshot, pairs, {State.MISSED}, None, subset),
        absent=_cell(snapshot, pairs, {State.ABSENT}, None, subset),
    )


def _cell(
    snapshot: Snapshot, pairs: Tally, states: Iterable[State], confidence: int | None, subset: str | None
) -> Cell:
    wanted = frozenset(states)
    number = sum(n for (state, level), n in pairs.items() if state in wanted and confidence in (None, level))
    only = None if confidence is None else ConfidenceRange(confidence, confidence)
    query = _scoped(Query(states=wanted, confidence=only), subset)
    return Cell(number, snapshot.engine.count(query, deadline=snapshot.deadline), query)


def _scoped(query: Query, subset: str | None) -> Query:
    return query if subset is None else with_subsets(query, [subset])


def disputed_labels_of(snapshot: Snapshot, *, subset: str | None = None) -> list[tuple[str, int]]:
    """The labels about which human and machine disagree on the most images, and on how many; ties by MID."""
    totals = snapshot.engine.statistics.disagreeing_totals(subset=subset)
    most = np.argsort(-totals, kind="stable")[:DISPUTED]
    return [(snapshot.engine.labels[label], int(totals[label])) for label in most.tolist() if totals[label]]


def disagreements_of(
    snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None, page: int = 1, per_page: int = 30
) -> DisagreementPage:
    """Images on which human and machine disagree on a label, or on any; none for a label that there is not."""
    images, strengths = _disagreeing(snapshot, mid, subset)
    here = slice((page - 1) * per_page, page * per_page)
    cards = cards_of(snapshot, snapshot.engine.keys(images[here]))
    shown = [Disagreement(*one) for one in zip(cards, strengths[here].tolist(), strict=True)]
    return DisagreementPage(len(images), page, per_page, shown)


def all_disagreements_of(
    snapshot: Snapshot, *, mid: str | None = None, subset: str | None = None
) -> Iterator[tuple[str, int]]:
    """(ImageID, strength in hundredths) of all of these images, in the same order, read piece by piece."""
    images, strengths = _disagreeing(snapshot, mid, subset)
    for start in range(0, len(images), _PIECE):
        here = slice(start, start + _PIECE)
        yield from zip(
            map(image_id_from_key, snapshot.engine.keys(images[here])), strengths[here].tolist(), strict=True
        )


def _disagreeing(snapshot: Snapshot, mid: str | None, subset: str | None) -> tuple[Numbers, Numbers]:
    label = None if mid is None else snapshot.engine.label_number(mid)
    if mid is not None and label is None:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    return snapshot.engine.statistics.disagreeing(label=label, subset=subset)
