"""Images of one label and state to be judged: drawn at random or the hardest first, and what came of it so far."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef

from browse.comparison import Agreement
from browse.models import Verdict
from browse.query.values import ConfidenceRange, Query, Sort, State, Term
from browse.search.cards import ImageCard
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot

SHEET = 24


@dataclass(frozen=True)
class Review:
    """A review: one label and state in an order; the seed tells it from others, of the same person too."""

    mid: str
    state: State
    order: str
    seed: int

    @property
    def mark(self) -> str:
        """What the verdicts of this review give as their reason, by which they are found again."""
        return f"review of {self.state}, {self.order}, {self.seed}"


@dataclass(frozen=True)
class Sheet:
    """Images to be judged now; `count` have the label in this state, judged in this review or not."""

    count: int
    images: list[ImageCard]


@dataclass(frozen=True)
class Tally:
    """What one person said in a review. judged: the images' keys; last: the verdict to be undone next, if any."""

    pairs: Agreement
    unsure: int
    judged: frozenset[int]
    last: Verdict | None


def sheet_of(snapshot: Snapshot, review: Review, *, skip: int, judged: Collection[int]) -> Sheet:
    """The next images, but for those judged, and for as many of the others as were passed over."""
    term = Term(review.mid, states=frozenset({review.state}))
    wanted = skip + SHEET
    found = []
    for key in _in_order(snapshot, review, term, size=wanted + len(judged)):
        if key not in judged:
            found.append(key)
        if len(found) == wanted:
            break
    count = snapshot.engine.count(Query(label=(term,)), deadline=snapshot.deadline)
    return Sheet(count, cards_of(snapshot, found[skip:]))


def tally_of(review: Review, *, by: str) -> Tally:
    """What this person said in this review and did not take back. One query."""
    undone = Verdict.objects.filter(undoes=OuterRef("pk"))
    given = Verdict.objects.filter(mid=review.mid, by=by, why=review.mark).exclude(says=Verdict.Says.UNDO)
    rows: list[Verdict] = list(given.filter(~Exists(undone)).in_order())
    says = {row.image_key: row.says for row in rows}
    number = {word: sum(said == word for said in says.values()) for word in ("yes", "no", "unsure")}
    pairs = Agreement(number["yes"] + number["no"], number["yes"], number["no"])
    return Tally(pairs, number["unsure"], frozenset(says), rows[-1] if rows else None)


def _in_order(snapshot: Snapshot, review: Review, term: Term, *, size: int) -> Iterator[int]:
    """The keys of images with this term, at least so many where there are."""
    if review.order == "random":
        query = Query(label=(term,), sort=Sort.RANDOM, seed=review.seed)
        yield from snapshot.engine.page(query, number=1, size=size, deadline=snapshot.deadline).keys
        return
    # What raters rejected is hardest where the machine was surest, all else where it was least sure.
    levels = sorted(snapshot.engine.confidences, reverse=review.state is State.REJECTED)
    for level in levels:
        query = Query(label=(replace(term, confidence=ConfidenceRange(level, level)),))
        yield from snapshot.engine.page(query, number=1, size=size, deadline=snapshot.deadline).keys
