"""The phrases that sentences, chips and lists of conditions are made of. Pure; names come from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from browse.query.relation_terms import RelationTerm
from browse.query.spelling import format_confidence
from browse.query.values import (
    ANY_CONFIDENCE,
    LICENSE_CHECKS,
    STATES,
    AnyTerm,
    CheckOutcome,
    ConfidenceRange,
    State,
)

CHECK_WORDS = {CheckOutcome.AS_LISTED: "as listed", CheckOutcome.DIFFERS: "different"}


class Naming(Protocol):
    """What things are called in a sentence."""

    def distinct(self, mid: str) -> str:
        """A label's name, such that no other label is called the same."""

    def license(self, slug: str) -> str:
        """A license's name."""

    def author(self, key: str) -> str:
        """An author's name."""


def join(phrases: Sequence[str], word: str) -> str:
    """The phrases as an English list: "a, b and c"."""
    return f" {word} ".join(part for part in (", ".join(phrases[:-1]), phrases[-1]) if part)


def label_in_words(term: AnyTerm, name: str) -> str:
    """What a term's label is called, such as "Animal or anything below"."""
    return f"{name} or anything below" if not isinstance(term, RelationTerm) and term.below else name


def range_in_words(confidence: ConfidenceRange) -> str:
    """Such as "at 0.8 or more"."""
    low, high = format_confidence(confidence.low), format_confidence(confidence.high)
    if confidence == ANY_CONFIDENCE:
        return "at any confidence"
    if low == high:
        return f"at exactly {low}"
    if confidence.high == ANY_CONFIDENCE.high:
        return f"at {low} or more"
    return f"at {high} or less" if confidence.low == 0 else f"at {low} to {high}"


def range_text(confidence: ConfidenceRange | None) -> str:
    """A range as chips show it: 0.8–1, or one number; empty for none."""
    if confidence is None:
        return ""
    low, high = format_confidence(confidence.low), format_confidence(confidence.high)
    return low if low == high else f"{low}–{high}"


def states_in_words(states: Iterable[State]) -> str:
    """Such as "confirmed or missed", in the states' own order; all five are "in any state"."""
    chosen = frozenset(states)
    return "in any state" if len(chosen) == len(STATES) else join([s for s in STATES if s in chosen], "or")


def kind_in_words(value: str) -> str:
    """A value of `has`."""
    if value == "narrative":
        return "a narrative"
    return f"no {value[1:]}" if value.startswith("-") else value


def checks_in_words(checks: Iterable[CheckOutcome]) -> str:
    """Such as "unchecked or as listed", in the checks' own order."""
    chosen = frozenset(checks)
    return join([CHECK_WORDS.get(one, str(one)) for one in LICENSE_CHECKS if one in chosen], "or")
