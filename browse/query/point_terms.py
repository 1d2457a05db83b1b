"""Terms about points: `point:MID[*][:yes,no,unsure]`, as values, as text and in words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from browse.domain.points import VERDICTS, PointVerdict
from browse.query.box_terms import MID_PATTERN, Below

POINT_PREFIX = "point:"
USUAL = frozenset({PointVerdict.YES})
POINT_GRAMMAR = (
    "a point: point: and a MID, optionally with * for labels below it as well, and : and verdicts of yes, no and "
    "unsure, as in point:/m/0l515*:no,unsure"
)
_TERM = re.compile(rf"point:(?P<mid>{MID_PATTERN})(?P<below>\*)?(?::(?P<verdicts>.*))?", re.DOTALL)


@dataclass(frozen=True)
class PointTerm:
    """A point of a label, or with `below` of one below it, with one of these verdicts."""

    mid: str
    below: bool = False
    verdicts: frozenset[PointVerdict] = USUAL

    @property
    def named(self) -> tuple[tuple[str, bool], ...]:
        """The MID that it names, and whether labels below it will do."""
        return ((self.mid, self.below),)

    def asks_for(self, mid: str, verdict: PointVerdict, below: Below) -> bool:
        """Whether a point of these is one that it asks for; `below` finds the labels below one."""
        return verdict in self.verdicts and (mid == self.mid or (self.below and mid in below(self.mid)))


def format_point_term(term: PointTerm) -> str:
    """The one spelling of a term; yes alone is left out."""
    verdicts = "" if term.verdicts == USUAL else f":{','.join(sorted(term.verdicts))}"
    return f"{POINT_PREFIX}{term.mid}{'*' * term.below}{verdicts}"


def parse_point_term(text: str) -> PointTerm:
    """A point from its text. Raises ValueError with a message that says what is allowed."""
    found = _TERM.fullmatch(text)
    if not found:
        raise ValueError(f"must be {POINT_GRAMMAR}")
    verdicts = USUAL if found["verdicts"] is None else frozenset(map(_parse_verdict, found["verdicts"].split(",")))
    return PointTerm(found["mid"], found["below"] is not None, verdicts)


def _parse_verdict(text: str) -> PointVerdict:
    if text not in VERDICTS:
        raise ValueError(f"the verdicts after : must be of {', '.join(VERDICTS)}")
    return PointVerdict(text)


def point_in_words(term: PointTerm, name: str) -> str:
    """Such as "a point of Grass", "a point checked for Grass: no or unsure"."""
    if term.verdicts == USUAL:
        return f"a point of {name}"
    return f"a point checked for {name}: {' or '.join(one for one in VERDICTS if one in term.verdicts)}"


def asked_of_points(term: PointTerm) -> str:
    """The same without the label."""
    return f"a point: {' or '.join(one for one in VERDICTS if one in term.verdicts)}"
