"""Images of one label and state to be judged: drawn at random or the hardest first, and what came of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from browse.domain.comparison import Agreement
from browse.domain.history import HistoryEntry
from browse.models import PassedOver, Verdict
from browse.models.curation import only_effective
from browse.query.values import ConfidenceRange, Query, Sort, State, Term
from browse.search.blind import asked
from browse.search.cards import ImageCard
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot
from browse.search.verdict_history import entry_of

SHEETS = (12, 24, 48)
SHEET = 24
"""How many images a sheet may have, and has unless another number is asked for."""


@dataclass(frozen=True)
class Review:
    """A review: one label and state in an order; the seed tells it from others, of the same person too.

    size: how many images its next sheet has; it is the same review with any.
    """

    mid: str
    state: State
    order: str
    seed: int
    size: int = SHEET

    @property
    def mark(self) -> str:
        """What the verdicts of this review give as their reason, by which they are found again."""
        return f"review of {self.state}, {self.order}, {self.seed}"


@dataclass(frozen=True)
class Sheet:
    """Images to be judged now; `count` have the label in this state, judged in this review or not.

    passed_over: how many images this person has passed over.
    """

    count: int
    images: list[ImageCard]
    passed_over: int


@dataclass(frozen=True)
class Tally:
    """What one person said in a review. says: by the images' keys; last: the verdict to be undone next, if any."""

    pairs: Agreement
    unsure: int
    says: dict[int, str]
    last: HistoryEntry | None

    @property
    def judged(self) -> frozenset[int]:
        """The keys of the images that they judged."""
        return frozenset(self.says)


def sheet_of(snapshot: Snapshot, review: Review, *, judged: frozenset[int], passed_over: frozenset[int]) -> Sheet:
    """The next images, but for those judged and those passed over.

    What others judge meanwhile leaves the state and so the order; which images are left out does not depend on that.
    Those that a task asks this person about come once they have answered.
    """
    term = Term(review.mid, states=frozenset({review.state}))
    seen = judged | passed_over | {key for key, mid in asked() if mid == review.mid}
    found: list[int] = []
    for key in _in_order(snapshot, review, term, size=review.size + len(seen)):
        if key not in seen:
            found.append(key)
        if len(found) == review.size:
            break
    count = snapshot.engine.count(Query(label=(term,)), deadline=snapshot.deadline)
    return Sheet(count, cards_of(snapshot, found), len(passed_over.difference(judged)))


def passed_over_by(review: Review, *, by: str) -> frozenset[int]:
    """The keys of the images that this person left out in this review. One query."""
    rows = PassedOver.objects.filter(review=review.mark, mid=review.mid, by=by)
    return frozenset(rows.values_list("image_key", flat=True))


def tally_of(review: Review, *, by: str) -> Tally:
    """What this person said in this review and did not take back. One query."""
    given = Verdict.objects.filter(mid=review.mid, by=by, why=review.mark).in_order()
    rows: list[Verdict] = list(only_effective(given))
    says = {row.image_key: row.says for row in rows}
    number = {word: sum(said == word for said in says.values()) for word in ("yes", "no", "unsure")}
    pairs = Agreement(number["yes"] + number["no"], number["yes"], number["no"])
    return Tally(pairs, number["unsure"], says, entry_of(rows[-1]) if rows else None)


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
