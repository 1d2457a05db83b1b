"""What a query is: frozen values that every engine takes, free of requests and databases."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from browse.domain.points import VERDICTS
from browse.domain.relationships import ATTRIBUTE_WORD
from browse.query.box_terms import BoxTerm
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm, Side


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


class CheckOutcome(StrEnum):
    """What the newest check of an image's license found; exactly one holds for an image."""

    UNCHECKED = "unchecked"
    AS_LISTED = "as-listed"
    DIFFERS = "differs"
    GONE = "gone"
    UNCLEAR = "unclear"


LICENSE_CHECKS = tuple(CheckOutcome)
"""All five, in the order in which they are listed everywhere."""


class Sort(StrEnum):
    """Orders of images."""

    IMAGE_ID = "image_id"
    CONFIDENCE = "-confidence"
    BOXES = "-boxes"
    AREA = "-area"
    RANDOM = "random"


class Role(StrEnum):
    """What a term does: the image must, may, or must not have what it asks for. The parameter's name."""

    LABEL = "label"
    ANY = "any"
    NOT = "not"


SUBSETS = ("train", "validation", "test")
"""In the order in which they are listed everywhere."""

KINDS = ("boxes", "masks", "relationships", "points", "narrative")
"""What an image may have beside pairs, as `has=` names it."""

MAX_TERMS = 20
"""Terms of all roles together."""

MAX_IDS = 200
"""Images chosen one by one."""

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
    """A label with, where given, a range and states of its own; what is None comes from the query.

    below   a pair of any label below it in the hierarchy will do as well.
    """

    mid: str
    confidence: ConfidenceRange | None = None
    states: frozenset[State] | None = None
    below: bool = False

    @property
    def named(self) -> tuple[tuple[str, bool], ...]:
        """The MID that it names, and whether labels below it will do."""
        return ((self.mid, self.below),)


AnyTerm = Term | BoxTerm | RelationTerm | PointTerm
"""What an image has or has not: a pair, boxes, a relationship, or a point."""


class TextField(StrEnum):
    """Where the words of a text may be asked for by themselves."""

    TITLE = "title"
    AUTHOR = "author"


@dataclass(frozen=True)
class TextPart:
    """One part of a text to look for.

    given     as it was written.
    words     all of which the image's title or its author's name has, as `domain.text_words` makes them.
    field     only this one is looked at.
    begins    the last word need only begin a word there.
    excluded  the image must not have them.
    """

    given: str
    words: tuple[str, ...]
    field: TextField | None = None
    begins: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class TextQuery:
    """A text to look for: an image has all of its parts."""

    parts: tuple[TextPart, ...]

    def __str__(self) -> str:
        return " ".join(part.given for part in self.parts)


@dataclass(frozen=True)
class Query:
    """A question about images. None means not given, which is not the same as the default's value.

    Terms of one parameter are distinct and in given order; `min_any` is 1 to len(any).
    """

    label: tuple[AnyTerm, ...] = ()
    any: tuple[AnyTerm, ...] = ()
    min_any: int = 1
    without: tuple[AnyTerm, ...] = ()
    confidence: ConfidenceRange | None = None
    states: frozenset[State] | None = None
    subsets: frozenset[str] = frozenset()
    licenses: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    text: TextQuery | None = None
    has: frozenset[str] = frozenset()
    caption: TextQuery | None = None
    ids: frozenset[str] = frozenset()
    license_checks: frozenset[CheckOutcome] = frozenset()
    sort: Sort = Sort.IMAGE_ID
    seed: int | None = None

    @property
    def terms(self) -> tuple[tuple[Role, AnyTerm], ...]:
        """Every term with its role: label, any, not."""
        return tuple((role, term) for role in Role for term in self.terms_of(role))

    @property
    def is_full(self) -> bool:
        """Whether no further term can be added."""
        return len(self.label) + len(self.any) + len(self.without) >= MAX_TERMS

    def terms_of(self, role: Role) -> tuple[AnyTerm, ...]:
        """The terms of one role, in given order."""
        return {Role.LABEL: self.label, Role.ANY: self.any, Role.NOT: self.without}[role]

    @property
    def pair_terms(self) -> tuple[tuple[Role, Term], ...]:
        """Those about pairs, with their roles."""
        return tuple((role, term) for role, term in self.terms if isinstance(term, Term))

    @property
    def wanted_pairs(self) -> tuple[Term, ...]:
        """The pairs that `label` and `any` ask for."""
        return tuple(term for role, term in self.pair_terms if role is not Role.NOT)

    @property
    def _wanted(self) -> tuple[AnyTerm, ...]:
        return tuple(term for role, term in self.terms if role is not Role.NOT)

    @property
    def _wanted_labels(self) -> tuple[tuple[str, bool], ...]:
        """The labels that `label` and `any` name, but for attributes, and whether those below each will do."""
        return tuple(dict.fromkeys(named for term in self._wanted for named in _boxed(term)))

    @property
    def wanted_boxes(self) -> tuple[BoxTerm, ...]:
        """The boxes that the query asks for: those that its box terms count, else all of its labels; empty is any."""
        own = tuple(term for term in self._wanted if isinstance(term, BoxTerm))
        return own or tuple(BoxTerm(mid, below=below) for mid, below in self._wanted_labels)

    @property
    def wanted_masks(self) -> tuple[tuple[str, bool], ...]:
        """The labels of the masks that the query asks for, those of `wanted_boxes`, and whether labels below each will
        do; empty is any.
        """
        return tuple(dict.fromkeys((term.mid, term.below) for term in self.wanted_boxes))

    @property
    def wanted_relations(self) -> tuple[RelationTerm, ...]:
        """The relationships that the query asks for: its own, else all with one of its labels; empty is any."""
        own = tuple(term for term in self._wanted if isinstance(term, RelationTerm))
        sides = [Side(mid, below) for term in self._wanted for mid, below in term.named]
        either = [one for side in sides for one in (RelationTerm(subject=side), RelationTerm(object=side))]
        return own or tuple(dict.fromkeys(either))

    @property
    def wanted_points(self) -> tuple[PointTerm, ...]:
        """The points that the query asks for: its own, else all of its labels; empty is any."""
        own = tuple(term for term in self._wanted if isinstance(term, PointTerm))
        return own or tuple(PointTerm(mid, below, frozenset(VERDICTS)) for mid, below in self._wanted_labels)

    @property
    def first_pair(self) -> Term | None:
        """The first pair that the image must have, by which `-confidence` sorts."""
        return next((term for role, term in self.pair_terms if role is Role.LABEL), None)

    @property
    def first_box(self) -> BoxTerm | None:
        """The first boxes that the image must have, by which `-boxes` and `-area` sort."""
        return next((term for term in self.label if isinstance(term, BoxTerm)), None)

    def range_of(self, term: Term) -> ConfidenceRange:
        """The range in which this term's pair must lie."""
        return term.confidence or self.confidence or ANY_CONFIDENCE

    def states_of(self, term: Term) -> frozenset[State]:
        """The states that this term's pair may have."""
        return term.states or self.states or DEFAULT_STATES

    @property
    def needs_a_pair(self) -> bool:
        """Whether only images with a pair, of any label, in the query's own range and states match."""
        given = self.confidence is not None or self.states is not None
        return given and not self.wanted_pairs


def _boxed(term: AnyTerm) -> tuple[tuple[str, bool], ...]:
    """The labels of a term that boxes may have, and whether those below each will do: an attribute has no boxes."""
    if isinstance(term, RelationTerm) and term.relation == ATTRIBUTE_WORD:
        return RelationTerm(term.subject).named
    return term.named
