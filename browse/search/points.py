"""What points say of a label: on how many images raters said yes, no, or that they are unsure."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.points import VERDICTS, PointVerdict
from browse.query.point_terms import PointTerm
from browse.query.values import Query, State, Term
from browse.search.snapshot import Snapshot

CONFIRMED = frozenset({State.CONFIRMED, State.MISSED})
"""The states of pairs that raters say yes to."""


@dataclass(frozen=True)
class CountedQuery:
    """A query, and how many images it has."""

    query: Query
    count: int


@dataclass(frozen=True)
class PointEvidence:
    """The images with points of a label by verdict, and those whose points contradict the rater's word on the image.

    denied  raters confirmed the label, and all its points are no or unsure, one of them no.
    found   raters ruled the label out, and one of its points is yes.
    """

    verdicts: dict[PointVerdict, CountedQuery]
    denied: CountedQuery
    found: CountedQuery


def point_evidence_of(snapshot: Snapshot, mid: str) -> PointEvidence | None:
    """What points say of a label; None where it has none."""
    engine = snapshot.engine
    if not engine.has_points:
        return None

    def counted(query: Query) -> CountedQuery:
        return CountedQuery(query, engine.count(query, deadline=snapshot.deadline))

    def points(*verdicts: PointVerdict) -> PointTerm:
        return PointTerm(mid, verdicts=frozenset(verdicts))

    yes, no = PointVerdict.YES, PointVerdict.NO
    by_verdict = {verdict: counted(Query(label=(points(verdict),))) for verdict in VERDICTS}
    if not any(one.count for one in by_verdict.values()):
        return None
    ruled_out = frozenset({State.REJECTED, State.ABSENT})
    return PointEvidence(
        by_verdict,
        denied=counted(Query(label=(Term(mid, states=CONFIRMED), points(no)), without=(points(yes),))),
        found=counted(Query(label=(Term(mid, states=ruled_out), points(yes)))),
    )
