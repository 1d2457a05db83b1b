"""Where boxes and points of labels do not go with what raters said of whole images: lists to look at, never recall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from browse.domain.points import PointVerdict
from browse.query.box_terms import BoxTerm
from browse.query.edits import in_scope
from browse.query.point_terms import PointTerm
from browse.query.values import Query, State, Term
from browse.search.snapshot import Snapshot

CONFIRMED = frozenset({State.CONFIRMED, State.MISSED})
"""The states of pairs that raters say yes to."""
RULED_OUT = frozenset({State.REJECTED, State.ABSENT})
"""Those that raters say no to."""


@dataclass(frozen=True)
class CountedQuery:
    """A query, and how many images it has."""

    query: Query
    count: int


@dataclass(frozen=True)
class BoxLists:
    """unboxed: raters confirmed the label, and nothing of it is boxed; boxed: they ruled it out, and it is boxed."""

    unboxed: CountedQuery
    boxed: CountedQuery


@dataclass(frozen=True)
class PointLists:
    """Images whose points contradict the rater's word on the image.

    denied  raters confirmed the label, and all its points are no or unsure, one of them no.
    found   raters ruled the label out, and one of its points is yes.
    """

    denied: CountedQuery
    found: CountedQuery


@dataclass(frozen=True)
class LabelLists:
    """The lists of a label; None where it has no boxes, or no points, in any image of the scope."""

    mid: str
    boxes: BoxLists | None
    points: PointLists | None


def counted(snapshot: Snapshot, query: Query) -> CountedQuery:
    """A query with its count."""
    return CountedQuery(query, snapshot.engine.count(query, deadline=snapshot.deadline))


def label_lists_of(snapshot: Snapshot, mids: Iterable[str], *, subset: str | None) -> list[LabelLists]:
    """The lists of those of some labels that have boxes or points. Two counts for each, four more where it has both."""
    found = (LabelLists(mid, box_lists(snapshot, mid, subset), point_lists(snapshot, mid, subset)) for mid in mids)
    return [one for one in found if one.boxes or one.points]


def box_lists(snapshot: Snapshot, mid: str, subset: str | None = None) -> BoxLists | None:
    """What boxes say of a label; None where it has none."""
    boxed = BoxTerm(mid)
    if not snapshot.engine.has_boxes or not counted(snapshot, in_scope(Query(label=(boxed,)), subset)).count:
        return None
    unboxed = Query(label=(Term(mid, states=CONFIRMED),), without=(boxed,))
    ruled_out = Query(label=(Term(mid, states=RULED_OUT), boxed))
    return BoxLists(*(counted(snapshot, in_scope(query, subset)) for query in (unboxed, ruled_out)))


def point_lists(snapshot: Snapshot, mid: str, subset: str | None = None) -> PointLists | None:
    """What points say of a label against raters; None where it has none."""
    if not snapshot.engine.has_points:
        return None
    pointed = PointTerm(mid, verdicts=frozenset(PointVerdict))
    if not counted(snapshot, in_scope(Query(label=(pointed,)), subset)).count:
        return None
    yes, no = (PointTerm(mid, verdicts=frozenset({verdict})) for verdict in (PointVerdict.YES, PointVerdict.NO))
    denied = Query(label=(Term(mid, states=CONFIRMED), no), without=(yes,))
    found = Query(label=(Term(mid, states=RULED_OUT), yes))
    return PointLists(*(counted(snapshot, in_scope(query, subset)) for query in (denied, found)))
