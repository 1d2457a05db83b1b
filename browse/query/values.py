"""What a query is: frozen values that every engine takes, free of requests and databases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What machine and human together say of an image and a label; exactly one holds for a pair."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNVERIFIED = "unverified"
    MISSED = "missed"
    ABSENT = "absent"


STATES = tuple(State)
"""All five, in the order in which they are listed everywhere."""

DEFAULT_STATES = frozenset({State.CONFIRMED, State.UNVERIFIED, State.MISSED})


class Sort(StrEnum):
    """Orders of images."""

    IMAGE_ID = "image_id"
    CONFIDENCE = "-confidence"
    RANDOM = "random"


class Role(StrEnum):
    """What a term does: the image must, may, or must not have such a pair. The parameter's name."""

    LABEL = "label"
    ANY = "any"
    NOT = "not"


SUBSETS = ("train", "validation", "test")
"""In the order in which they are listed everywhere."""

MAX_TERMS = 20
"""Terms of all roles together."""

MAX_SEED = (1 << 32) - 1


@dataclass(frozen=True, order=True)
class ConfidenceRange:
    """Confidences from low to high, both included, in hundredths."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 100:
            raise ValueError(f"not a range of hundredths: {self.low} to {self.high}")

    def __contains__(self, hundredths: object) -> bool:
        return isinstance(hundredths, int) and self.low <= hundredths <= self.high


ANY_CONFIDENCE = ConfidenceRange(0, 100)


@dataclass(frozen=True)
class Term:
    """A label with, where given, a range and states of its own; what is None comes from the query."""

    mid: str
    confidence: ConfidenceRange | None = None
    states: frozenset[State] | None = None


@dataclass(frozen=True)
class Query:
    """A question about images. None means not given, which is not the same as the default's value.

    Terms of one parameter are distinct and in given order; `min_any` is 1 to len(any).
    """

    label: tuple[Term, ...] = ()
    any: tuple[Term, ...] = ()
    min_any: int = 1
    without: tuple[Term, ...] = ()
    confidence: ConfidenceRange | None = None
    states: frozenset[State] | None = None
    subsets: frozenset[str] = frozenset()
    licenses: frozenset[str] = frozenset()
    author: str | None = None
    sort: Sort = Sort.IMAGE_ID
    seed: int | None = None

    @property
    def terms(self) -> tuple[tuple[Role, Term], ...]:
        """Every term with its role: label, any, not."""
        return tuple((role, term) for role in Role for term in self.terms_of(role))

    @property
    def is_full(self) -> bool:
        """Whether no further term can be added."""
        return len(self.label) + len(self.any) + len(self.without) >= MAX_TERMS

    def terms_of(self, role: Role) -> tuple[Term, ...]:
        """The terms of one role, in given order."""
        return {Role.LABEL: self.label, Role.ANY: self.any, Role.NOT: self.without}[role]

    def range_of(self, term: Term) -> ConfidenceRange:
        """The range in which this term's pair must lie."""
        return term.confidence or self.confidence or ANY_CONFIDENCE

    def states_of(self, term: Term) -> frozenset[State]:
        """The states that this term's pair may have."""
        return term.states or self.states or DEFAULT_STATES

    @property
    def has_filters(self) -> bool:
        """Whether only images of some subsets, licences or of one author match."""
        return bool(self.subsets or self.licenses or self.author is not None)

    @property
    def needs_a_pair(self) -> bool:
        """Whether only images with a pair, of any label, in the query's own range and states match."""
        given = self.confidence is not None or self.states is not None
        return given and not self.label and not self.any
