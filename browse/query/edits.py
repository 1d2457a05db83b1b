"""The changes that links and forms make: each takes a query and gives the query it leads to. Pure.

They keep a query valid: equal terms collapse into the first, K sinks with the `any` terms, and the order
by confidence goes with the last `label` term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from browse.query.fields import BY_NAME, CONDITIONS, Field
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    MAX_TERMS,
    AnyTerm,
    ConfidenceRange,
    Query,
    Role,
    Sort,
    State,
    Term,
    TextQuery,
)


def with_terms(query: Query, role: Role, terms: Iterable[AnyTerm]) -> Query:
    """The query with these terms in one role. Raises ValueError for more than 20 terms in all."""
    distinct = tuple(dict.fromkeys(terms))
    match role:
        case Role.LABEL:
            changed = replace(query, label=distinct)
        case Role.ANY:
            changed = replace(query, any=distinct, min_any=max(1, min(query.min_any, len(distinct))))
        case Role.NOT:
            changed = replace(query, without=distinct)
    if len(changed.terms) > MAX_TERMS:
        raise ValueError(f"at most {MAX_TERMS} terms")
    return changed if can_sort(changed, changed.sort) else with_sort(changed, Sort.IMAGE_ID)


def can_sort(query: Query, sort: Sort | None) -> bool:
    """Whether a query has the term that an order goes by."""
    if sort is Sort.CONFIDENCE:
        return query.first_pair is not None
    return sort not in (Sort.BOXES, Sort.AREA) or query.first_box is not None


def add_term(query: Query, role: Role, term: AnyTerm) -> Query:
    """With one more term, at the end of its role. Raises ValueError for more than 20 terms in all."""
    return with_terms(query, role, (*query.terms_of(role), term))


def remove_term(query: Query, role: Role, term: AnyTerm) -> Query:
    """Without this term; the same query where it has none such."""
    return with_terms(query, role, (old for old in query.terms_of(role) if old != term))


def replace_term(query: Query, role: Role, old: AnyTerm, new: AnyTerm) -> Query:
    """With `new` where `old` stands; where `new` stands already they collapse into the first of both."""
    return with_terms(query, role, (new if term == old else term for term in query.terms_of(role)))


def move_term(query: Query, old_role: Role, new_role: Role, term: AnyTerm) -> Query:
    """With a term in another role: must, may, must not. One that must not be there tells range and states itself."""
    if old_role is new_role:
        return query
    moved = term
    if not isinstance(term, Term):
        return add_term(remove_term(query, old_role, term), new_role, term)
    if new_role is Role.NOT:
        moved = replace(term, confidence=term.confidence or ANY_CONFIDENCE, states=term.states or DEFAULT_STATES)
    elif is_exclusion(term):
        moved = Term(term.mid, below=term.below)
    return add_term(remove_term(query, old_role, term), new_role, moved)


def add_label(query: Query, mid: str) -> Query:
    """What choosing a label means: `label=MID`, with neither range nor states of its own."""
    return add_term(query, Role.LABEL, Term(mid))


def add_below(query: Query, mid: str) -> Query:
    """What choosing a label with all those below it means: `label=MID*`, with neither range nor states of its own."""
    return add_term(query, Role.LABEL, Term(mid, below=True))


def remove_label(query: Query, term: AnyTerm) -> Query:
    """Without this `label` term."""
    return remove_term(query, Role.LABEL, term)


def add_without(query: Query, mid: str) -> Query:
    """Without the images that have a label at any confidence, as `exclusion` says."""
    return add_term(query, Role.NOT, exclusion(mid))


def exclusion(mid: str) -> Term:
    """The `not` term that pages add: its own range and states hold whatever the query's are.

    So no change of these lets in again what was left out.
    """
    return Term(mid, ANY_CONFIDENCE, DEFAULT_STATES)


def is_exclusion(term: Term) -> bool:
    """Whether a term's range and states are those of `exclusion`."""
    return term.confidence == ANY_CONFIDENCE and term.states == DEFAULT_STATES


def with_min_any(query: Query, number: int) -> Query:
    """At least `number` of the `any` terms. Raises ValueError outside 1 to their number."""
    if not 1 <= number <= max(1, len(query.any)):
        raise ValueError(f"min_any must be 1 to {len(query.any)}, not {number}")
    return replace(query, min_any=number)


def with_confidence(query: Query, confidence: ConfidenceRange | None) -> Query:
    """With another range for all pairs, or none given."""
    return replace(query, confidence=confidence)


def with_states(query: Query, states: Iterable[State]) -> Query:
    """With other states for all pairs; none means not given."""
    return BY_NAME["state"].replaced(query, states)


def with_subsets(query: Query, subsets: Iterable[str]) -> Query:
    """With images of these subsets only; none means all."""
    return BY_NAME["subset"].replaced(query, subsets)


def in_scope(query: Query, subset: str | None) -> Query:
    """The query in one subset or all."""
    return query if subset is None else with_subsets(query, [subset])


def with_authors(query: Query, keys: Iterable[str]) -> Query:
    """With images by these authors only; none means all."""
    return BY_NAME["author"].replaced(query, keys)


def with_text(query: Query, text: TextQuery | None) -> Query:
    """With images that have this text only, or with all."""
    return replace(query, text=text)


def with_sort(query: Query, sort: Sort, *, seed: int | None = None) -> Query:
    """In another order. Raises ValueError for random without a seed, a seed without it, or no label to sort by."""
    if (sort is Sort.RANDOM) != (seed is not None):
        raise ValueError("random needs a seed, and only random takes one")
    if not can_sort(query, sort):
        raise ValueError(f"{sort} needs a label that it goes by")
    return replace(query, sort=sort, seed=seed)


def in_listing_order(query: Query) -> Query:
    """The query in its plainest order: what counts and facets depend on."""
    return replace(query, sort=Sort.IMAGE_ID, seed=None)


def of_images_alone(query: Query) -> Query:
    """The query without the labels that images are asked to have; what is excluded means what it did."""
    if not query.wanted_pairs:
        return in_listing_order(query)

    def as_it_is(term: AnyTerm) -> AnyTerm:
        if not isinstance(term, Term) or (query.confidence is None and query.states is None):
            return term
        return replace(term, confidence=query.range_of(term), states=query.states_of(term))

    plain = replace(in_listing_order(query), confidence=None, states=None, without=tuple(map(as_it_is, query.without)))
    plain = replace(plain, label=tuple(term for term in query.label if not isinstance(term, Term)))
    return plain if not any(isinstance(term, Term) for term in query.any) else replace(plain, any=(), min_any=1)


@dataclass(frozen=True)
class Condition:
    """One condition of a query, and the query without it: a term in its role, or all values of a field."""

    field: Field
    values: tuple[Any, ...]
    without: Query


def conditions(query: Query) -> Iterator[Condition]:
    """Each condition that can be taken away by itself, in canonical order."""
    for role, term in query.terms:
        yield Condition(BY_NAME[role], (term,), remove_term(query, role, term))
    for field in CONDITIONS:
        if values := field.values(query):
            yield Condition(field, tuple(values), field.replaced(query, ()))
