"""Queries as English sentences. Pure; the names of labels come from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from browse.query.canonical import format_confidence
from browse.query.values import ANY_CONFIDENCE, STATES, SUBSETS, ConfidenceRange, Query, State, Term

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Naming(Protocol):
    """What things are called in a sentence."""

    def distinct(self, mid: str) -> str:
        """A label's name, such that no other label is called the same."""

    def license(self, slug: str) -> str:
        """A licence's name."""

    def author(self, key: str) -> str:
        """An author's name."""


def in_words(query: Query, names: Naming) -> str:
    """Such as "Images with dog at 0.8 or more and beach, without cat"."""

    def phrase(term: Term) -> str:
        return term_in_words(query, term, names.distinct(term.mid))

    wanted = [phrase(term) for term in query.label]
    if query.any:
        wanted.append(_any_of(query, [phrase(term) for term in query.any]))
    if query.needs_a_pair:
        wanted.append(f"any label{_pair_in_words(query.confidence, query.states)}")
    clauses = [f" with {join(wanted, 'and')}" if wanted else ""]
    if query.without:
        clauses.append(f"without {join([phrase(term) for term in query.without], 'or')}")
    clauses.extend(_image_clauses(query, names))
    sentence = ", ".join(clause for clause in clauses if clause)
    if not sentence:
        return "All images"
    return f"Images{sentence}" if wanted else f"Images {sentence}"


def term_in_words(query: Query, term: Term, name: str) -> str:
    """A term with the range and states that hold for it, where it or the query gives any."""
    return name + _pair_in_words(term.confidence or query.confidence, term.states or query.states)


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


def states_in_words(states: Iterable[State]) -> str:
    """Such as "confirmed or missed", in the states' own order; all five are "in any state"."""
    chosen = frozenset(states)
    return "in any state" if len(chosen) == len(STATES) else join([s for s in STATES if s in chosen], "or")


def licenses_in_words(query: Query, names: Naming) -> str:
    """Such as "CC BY 2.0 or CC BY 2.0 FR"; empty where the query names none."""
    return join([names.license(slug) for slug in sorted(query.licenses)], "or") if query.licenses else ""


def join(phrases: Sequence[str], word: str) -> str:
    """The phrases as an English list: "a, b and c"."""
    return f" {word} ".join(part for part in (", ".join(phrases[:-1]), phrases[-1]) if part)


def _pair_in_words(confidence: ConfidenceRange | None, states: frozenset[State] | None) -> str:
    range_phrase = "" if confidence is None else f" {range_in_words(confidence)}"
    return range_phrase + ("" if states is None else f" ({states_in_words(states)})")


def _any_of(query: Query, phrases: Sequence[str]) -> str:
    if query.min_any == 1 and not query.label:
        return join(phrases, "or")
    number = NUMBERS[query.min_any] if query.min_any < len(NUMBERS) else str(query.min_any)
    return phrases[0] if len(phrases) == 1 else f"at least {number} of {join(phrases, 'and')}"


def _image_clauses(query: Query, names: Naming) -> list[str]:
    clauses = []
    if query.subsets:
        clauses.append(f"in {join([name for name in SUBSETS if name in query.subsets], 'or')}")
    if query.licenses:
        clauses.append(f"under {licenses_in_words(query, names)}")
    if query.author is not None:
        clauses.append(f"by {names.author(query.author)}")
    return clauses
