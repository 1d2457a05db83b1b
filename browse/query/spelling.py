"""The values of a query as text: one canonical spelling of each, and the reading of terms. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote

from browse.query.box_terms import PREFIX, BoxTerm, format_box_term, parse_box_term
from browse.query.point_terms import POINT_PREFIX, PointTerm, format_point_term, parse_point_term
from browse.query.relation_terms import REL_PREFIX, RelationTerm, format_relation_term, parse_relation_term
from browse.query.values import STATES, AnyTerm, ConfidenceRange, State, Term

CONFIDENCE_PATTERN = r"0(?:\.[0-9]{1,2})?|1(?:\.0{1,2})?"
RANGE_PATTERN = rf"({CONFIDENCE_PATTERN})-({CONFIDENCE_PATTERN})"
_CONFIDENCE = re.compile(CONFIDENCE_PATTERN)
_RANGE = re.compile(RANGE_PATTERN)
_FORM_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_LONGEST_FORM_NUMBER = 30
_TERM = re.compile(r"(?P<mid>[^\s@:*]+)(?P<below>\*)?(?:@(?P<range>[^:]*))?(?::(?P<states>.*))?", re.DOTALL)
UNESCAPED = "/@:,*"
"""What stands in a query string as it is, beside what always does (~ among it)."""
_Part = TypeVar("_Part")

RANGE_GRAMMAR = "a range such as 0.8-1: two confidences from 0 to 1, the lower first, each with at most two decimals"
TERM_GRAMMAR = (
    "a MID such as /m/06ht1, optionally with * for labels below it as well, @ and a range, and : and states, "
    "as in /m/06ht1*@0.8-1:missed"
)


def format_confidence(hundredths: int) -> str:
    """The shortest decimal: 80 is "0.8", 85 "0.85", 100 "1"."""
    return f"{hundredths / 100:g}"


def format_share(share: float) -> str:
    """A share as addresses have it: the shortest decimal of at most six places, never with an exponent."""
    return f"{share:.6f}".rstrip("0").rstrip(".")


def format_range(confidence: ConfidenceRange) -> str:
    """Such as "0.8-1"."""
    return f"{format_confidence(confidence.low)}-{format_confidence(confidence.high)}"


def parse_confidence(text: str) -> int:
    """Hundredths from a decimal such as 0.8. Raises ValueError with a message that says what is allowed."""
    if not _CONFIDENCE.fullmatch(text):
        raise ValueError("must be a confidence from 0 to 1, such as 0.8, with at most two decimals")
    return _hundredths(text)


def parse_range(text: str) -> ConfidenceRange:
    """A range from LO-HI. Raises ValueError with a message that says what is allowed."""
    found = _RANGE.fullmatch(text)
    if not found:
        raise ValueError(f"must be {RANGE_GRAMMAR}")
    low, high = (_hundredths(number) for number in found.groups())
    if low > high:
        raise ValueError(f"must be {RANGE_GRAMMAR}; here the first is larger than the second")
    return ConfidenceRange(low, high)


def _hundredths(number: str) -> int:
    whole, _, decimals = number.partition(".")
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def plain_number(text: str) -> str:
    """A number as people write it into a form, in its shortest spelling: ".8", "0.80" and "8e-1" are "0.8".

    Any other text is given back as it is.
    """
    if len(text) > _LONGEST_FORM_NUMBER or not _FORM_NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    return f"{number.normalize():f}" if number else "0"


def parse_state(text: str) -> State:
    """A state by its name. Raises ValueError with a message that says what is allowed."""
    try:
        return State(text)
    except ValueError:
        raise ValueError(f"must be a state: {', '.join(STATES)}") from None


def format_term(term: AnyTerm) -> str:
    """MID, MID@LO-HI, MID:STATE,STATE or MID@LO-HI:STATE,STATE, MID* for MID; numbers shortest, states sorted.

    Or a term about boxes, relationships or points.
    """
    if isinstance(term, RelationTerm):
        return format_relation_term(term)
    if isinstance(term, PointTerm):
        return format_point_term(term)
    if isinstance(term, BoxTerm):
        return format_box_term(term)
    own_range = "" if term.confidence is None else f"@{format_range(term.confidence)}"
    own_states = "" if term.states is None else f":{','.join(sorted(term.states))}"
    return f"{term.mid}{'*' * term.below}{own_range}{own_states}"


def parse_term(text: str) -> AnyTerm:
    """A term from its text. Raises ValueError with a message that says what is allowed."""
    parse = next((parse for prefix, parse in _PARSERS.items() if text.startswith(prefix)), parse_pair_term)
    return parse(text)


def parse_pair_term(text: str) -> Term:
    """A term about a pair from its text. Raises ValueError with a message that says what is allowed."""
    found = _TERM.fullmatch(text)
    if not found:
        raise ValueError(f"must be {TERM_GRAMMAR}")
    own_range, own_states = found["range"], found["states"]
    return Term(
        found["mid"],
        None if own_range is None else _of_term("range after @", parse_range, own_range),
        None if own_states is None else frozenset(_of_term("states after :", _parse_states, own_states)),
        below=found["below"] is not None,
    )


def _parse_states(text: str) -> list[State]:
    return [parse_state(state) for state in text.split(",")]


def _of_term(part: str, parse: Callable[[str], _Part], text: str) -> _Part:
    try:
        return parse(text)
    except ValueError as error:
        raise ValueError(f"the {part} {error}") from None


_PARSERS: dict[str, Callable[[str], AnyTerm]] = {
    PREFIX: parse_box_term,
    REL_PREFIX: parse_relation_term,
    POINT_PREFIX: parse_point_term,
}
"""By the prefix of each kind of term but those about pairs."""


@lru_cache(maxsize=4096)
def escape(value: str) -> str:
    """A value as it stands in a query string: / @ : , * ~ as they are, all else that is special percent-encoded."""
    return quote(value, safe=UNESCAPED)
