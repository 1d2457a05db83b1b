"""Terms about relationships: `rel:SUBJECT~RELATION~OBJECT`, as values and as text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from browse.query.box_terms import MID_PATTERN, Below

REL_PREFIX = "rel:"
ANYTHING = "*"
RELATION = re.compile(r"[0-9A-Za-z_-]{1,60}")
"""A relation in files and addresses: one word."""
REL_GRAMMAR = (
    "a relationship: rel: and subject, relation and object with ~ between, the first and the last a MID, a MID with * "
    "for labels below it as well, or * for any, the relation a word or *, as in rel:/m/01g317*~on~/m/0199g"
)
_SIDE = re.compile(rf"(?P<mid>{MID_PATTERN})(?P<below>\*)?")


@dataclass(frozen=True)
class Side:
    """The subject or the object of a relationship: a label, with `below` or any label below it as well."""

    mid: str
    below: bool = False

    def __str__(self) -> str:
        return f"{self.mid}{ANYTHING * self.below}"

    def covers(self, mid: str, below: Below) -> bool:
        """Whether a thing of this label will do; `below` finds the labels below one."""
        return mid == self.mid or (self.below and mid in below(self.mid))


@dataclass(frozen=True)
class RelationTerm:
    """A relationship between two things; None is any. Of attributes the relation is `is`, and the object names them."""

    subject: Side | None = None
    relation: str | None = None
    object: Side | None = None

    @property
    def named(self) -> tuple[tuple[str, bool], ...]:
        """The MIDs that it names, and whether labels below each will do."""
        return tuple((side.mid, side.below) for side in (self.subject, self.object) if side)

    def asks_for(self, subject: str, relation: str, object_: str, below: Below) -> bool:
        """Whether a relationship of these is one that it asks for."""
        sides = (self.subject, subject), (self.object, object_)
        return self.relation in (None, relation) and all(side is None or side.covers(mid, below) for side, mid in sides)


def format_relation_term(term: RelationTerm) -> str:
    """The one spelling of a term."""
    sides = (str(term.subject or ANYTHING), term.relation or ANYTHING, str(term.object or ANYTHING))
    return f"{REL_PREFIX}{'~'.join(sides)}"


def parse_relation_term(text: str) -> RelationTerm:
    """A relationship from its text. Raises ValueError with a message that says what is allowed."""
    parts = text.removeprefix(REL_PREFIX).split("~")
    if len(parts) != 3:
        raise ValueError(f"must be {REL_GRAMMAR}")
    subject, relation, object_ = parts
    if relation != ANYTHING and not RELATION.fullmatch(relation):
        raise ValueError(f"the relation between the two ~ must be a word or *; it must be {REL_GRAMMAR}")
    return RelationTerm(
        _parse_side(subject, "subject"), None if relation == ANYTHING else relation, _parse_side(object_, "object")
    )


def _parse_side(text: str, what: str) -> Side | None:
    if text == ANYTHING:
        return None
    found = _SIDE.fullmatch(text)
    if not found:
        raise ValueError(f"the {what} must be a MID, a MID with *, or *; it must be {REL_GRAMMAR}")
    return Side(found["mid"], found["below"] is not None)
