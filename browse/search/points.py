"""What points say of a label: on how many images raters said yes, no, or that they are unsure."""

from __future__ import annotations

from dataclasses import dataclass

from browse.domain.points import VERDICTS, PointVerdict
from browse.query.point_terms import PointTerm
from browse.query.values import Query
from browse.search.label_lists import CountedQuery, PointLists, counted, point_lists
from browse.search.snapshot import Snapshot


@dataclass(frozen=True)
class PointEvidence:
    """The images with points of a label by verdict, and those whose points contradict the rater's word on the image."""

    verdicts: dict[PointVerdict, CountedQuery]
    lists: PointLists


def point_evidence_of(snapshot: Snapshot, mid: str) -> PointEvidence | None:
    """What points say of a label; None where it has none."""
    lists = point_lists(snapshot, mid)
    if lists is None:
        return None
    terms = {verdict: PointTerm(mid, verdicts=frozenset({verdict})) for verdict in VERDICTS}
    return PointEvidence({one: counted(snapshot, Query(label=(term,))) for one, term in terms.items()}, lists)
