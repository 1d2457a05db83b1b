"""What a label means to those who judge it: what curators say of it, pictures with and without it, its namesakes."""

from __future__ import annotations

from dataclasses import dataclass

from browse.query.values import Query, Sort, State, Term
from browse.search.blind import asked
from browse.search.cards import ImageCard
from browse.search.labels import LabelRemark, NamedLabel, named, remark_on
from browse.search.names import names_of
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot

EXAMPLES = 3
"""Pictures of each kind."""


@dataclass(frozen=True)
class Guideline:
    """What helps to judge a label.

    confirmed, rejected  examples: those first that the machine was surest of.
    namesakes            other labels of the same name.
    """

    remark: LabelRemark | None
    confirmed: list[ImageCard]
    rejected: list[ImageCard]
    namesakes: list[NamedLabel]


def guideline_of(snapshot: Snapshot, mid: str) -> Guideline:
    """The guideline of a label. At most three queries."""
    confirmed, rejected = (_examples(snapshot, mid, state) for state in (State.CONFIRMED, State.REJECTED))
    cards = cards_of(snapshot, [*confirmed, *rejected])
    name = names_of(snapshot.version).by_mid.get(mid, mid)
    others = [label for label in named(snapshot, name) if label.mid != mid]
    return Guideline(remark_on(mid), cards[: len(confirmed)], cards[len(confirmed) :], others)


def _examples(snapshot: Snapshot, mid: str, state: State) -> list[int]:
    query = Query(label=(Term(mid, states=frozenset({state})),), sort=Sort.CONFIDENCE)
    unseen = {key for key, other in asked() if other == mid}
    size = EXAMPLES + len(unseen)
    keys = snapshot.engine.page(query, number=1, size=size, deadline=snapshot.deadline).keys
    return [key for key in keys if key not in unseen][:EXAMPLES]
