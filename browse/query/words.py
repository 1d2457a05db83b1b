"""Queries as English sentences. Pure; the names of labels come from outside."""

from __future__ import annotations

from collections.abc import Sequence

from browse.query.box_terms import BoxTerm
from browse.query.box_words import boxes_in_words
from browse.query.edits import is_exclusion
from browse.query.fields import IMAGE_FIELDS
from browse.query.phrases import Naming, join, label_in_words, range_in_words, states_in_words
from browse.query.point_terms import PointTerm, point_in_words
from browse.query.relation_terms import RelationTerm
from browse.query.relation_words import relationship_in_words
from browse.query.values import AnyTerm, ConfidenceRange, Query, State, Term

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(query: Query, names: Naming) -> str:
    """Such as "Images with dog at 0.8 or more and beach, without cat"."""

    def phrase(term: AnyTerm) -> str:
        return term_in_words(query, term, names)

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


def term_in_words(query: Query, term: AnyTerm, names: Naming) -> str:
    """A term with the range and states that hold for it, where it or the query gives others than the usual ones."""
    if not isinstance(term, Term):
        return term_title(term, names)
    name = term_title(term, names)
    if is_exclusion(term) and query.confidence is None and query.states is None:
        return name
    return name + _pair_in_words(term.confidence or query.confidence, term.states or query.states)


def term_title(term: AnyTerm, names: Naming) -> str:
    """What a term is called, such that no other label of the query is called the same."""
    if isinstance(term, RelationTerm):
        return relationship_in_words(term, names.distinct)
    name = label_in_words(term, names.distinct(term.mid))
    if isinstance(term, PointTerm):
        return point_in_words(term, name)
    return boxes_in_words(term, name) if isinstance(term, BoxTerm) else name


def _pair_in_words(confidence: ConfidenceRange | None, states: frozenset[State] | None) -> str:
    range_phrase = "" if confidence is None else f" {range_in_words(confidence)}"
    return range_phrase + ("" if states is None else f" ({states_in_words(states)})")


def _any_of(query: Query, phrases: Sequence[str]) -> str:
    if query.min_any == 1 and not query.label:
        return join(phrases, "or")
    number = NUMBERS[query.min_any] if query.min_any < len(NUMBERS) else str(query.min_any)
    return phrases[0] if len(phrases) == 1 else f"at least {number} of {join(phrases, 'and')}"


def _image_clauses(query: Query, names: Naming) -> list[str]:
    given = ((field, field.values(query)) for field in IMAGE_FIELDS)
    return [f"{field.clause} {field.chosen(values, names)}" for field, values in given if values]
