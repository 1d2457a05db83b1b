"""The changes that links and forms make: each takes a query and gives the query it leads to. Pure.

They keep a query valid: equal terms collapse into the first, K sinks with the `any` terms, and the order
by confidence goes with the last `label` term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from browse.query.canonical import format_range, format_term
from browse.query.values import MAX_TERMS, ConfidenceRange, Query, Role, Sort, State, Term


def with_terms(query: Query, role: Role, terms: Iterable[Term]) -> Query:
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
    return changed if changed.label or changed.sort is not Sort.CONFIDENCE else with_sort(changed, Sort.IMAGE_ID)


def add_term(query: Query, role: Role, term: Term) -> Query:
    """With one more term, at the end of its role. Raises ValueError for more than 20 terms in all."""
    return with_terms(query, role, (*query.terms_of(role), term))


def remove_term(query: Query, role: Role, term: Term) -> Query:
    """Without this term; the same query where it has none such."""
    return with_terms(query, role, (old for old in query.terms_of(role) if old != term))


def replace_term(query: Query, role: Role, old: Term, new: Term) -> Query:
    """With `new` where `old` stands; where `new` stands already they collapse into the first of both."""
    return with_terms(query, role, (new if term == old else term for term in query.terms_of(role)))


def move_term(query: Query, old_role: Role, new_role: Role, term: Term) -> Query:
    """With a term in another role: must, may, must not."""
    return query if old_role is new_role else add_term(remove_term(query, old_role, term), new_role, term)


def add_label(query: Query, mid: str) -> Query:
    """What choosing a label means: `label=MID`, with neither range nor states of its own."""
    return add_term(query, Role.LABEL, Term(mid))


def remove_label(query: Query, term: Term) -> Query:
    """Without this `label` term."""
    return remove_term(query, Role.LABEL, term)


def add_any(query: Query, mid: str) -> Query:
    """With `any=MID`."""
    return add_term(query, Role.ANY, Term(mid))


def remove_any(query: Query, term: Term) -> Query:
    """Without this `any` term; K sinks to what is left."""
    return remove_term(query, Role.ANY, term)


def add_without(query: Query, mid: str) -> Query:
    """With `not=MID`."""
    return add_term(query, Role.NOT, Term(mid))


def remove_without(query: Query, term: Term) -> Query:
    """Without this `not` term."""
    return remove_term(query, Role.NOT, term)


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
    return replace(query, states=frozenset(states) or None)


def with_subsets(query: Query, subsets: Iterable[str]) -> Query:
    """With images of these subsets only; none means all."""
    return replace(query, subsets=frozenset(subsets))


def with_licenses(query: Query, slugs: Iterable[str]) -> Query:
    """With images under these licences only; none means all."""
    return replace(query, licenses=frozenset(slugs))


def with_author(query: Query, key: str | None) -> Query:
    """With images by this author only, or by all."""
    return replace(query, author=key)


def with_sort(query: Query, sort: Sort, *, seed: int | None = None) -> Query:
    """In another order. Raises ValueError for random without a seed, a seed without it, or no label to sort by."""
    if (sort is Sort.RANDOM) != (seed is not None):
        raise ValueError("random needs a seed, and only random takes one")
    if sort is Sort.CONFIDENCE and not query.label:
        raise ValueError("-confidence needs a label")
    return replace(query, sort=sort, seed=seed)


def in_listing_order(query: Query) -> Query:
    """The query in its plainest order: what counts and facets depend on."""
    return replace(query, sort=Sort.IMAGE_ID, seed=None)


@dataclass(frozen=True)
class Condition:
    """One condition of a query, as parameter and value, and the query without it."""

    parameter: str
    value: str
    without: Query


def conditions(query: Query) -> Iterator[Condition]:
    """Each condition that can be taken away by itself, in canonical order."""
    for role, term in query.terms:
        yield Condition(role, format_term(term), remove_term(query, role, term))
    if query.confidence is not None:
        yield Condition("confidence", format_range(query.confidence), with_confidence(query, None))
    for name, values, without in (
        ("state", query.states or (), with_states(query, ())),
        ("subset", query.subsets, with_subsets(query, ())),
        ("license", query.licenses, with_licenses(query, ())),
    ):
        if values:
            yield Condition(name, ",".join(sorted(values)), without)
    if query.author is not None:
        yield Condition("author", query.author, with_author(query, None))
