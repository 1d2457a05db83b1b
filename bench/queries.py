"""Draws the queries of the benchmarks: the same for the same label counts and seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from browse.query.values import ConfidenceRange, Query, State, Term

SEED = 20160801
LEAST_IMAGES = 10
STRATA = ((0, 10), (10, 100), (100, 1000), (1000, None))
"""Ranks of labels by their number of images, from the largest."""
RANGES = tuple(ConfidenceRange(low, high) for low, high in ((50, 70), (70, 100), (80, 100), (90, 100), (60, 60)))
STATES = tuple(
    frozenset(states)
    for states in (
        {State.CONFIRMED},
        {State.REJECTED},
        {State.UNVERIFIED},
        {State.CONFIRMED, State.REJECTED},
        {State.CONFIRMED, State.MISSED},
    )
)


def draw_queries(label_counts: Mapping[str, int], number: int = 200, seed: int = SEED) -> list[Query]:
    """Distinct queries of one to three terms: labels from every stratum, ranges, states, any, not, subsets.

    label_counts: for each MID the count of `label=MID`. The first query is the largest label alone.
    """
    ranked = sorted((mid for mid, count in label_counts.items() if count >= LEAST_IMAGES), key=_by_size(label_counts))
    chance = random.Random(seed)
    queries = {Query(label=(Term(ranked[0]),)): None}
    while len(queries) < number:
        queries[_draw(chance, ranked)] = None
    return list(queries)


def _by_size(counts: Mapping[str, int]) -> Callable[[str], tuple[int, str]]:
    return lambda mid: (-counts[mid], mid)


def _draw(chance: random.Random, ranked: list[str]) -> Query:
    first = _term(chance, ranked, chance.choice(STRATA))
    others = [_term(chance, ranked, STRATA[chance.choice((0, 1, 1, 2))]) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    query = _with_roles(chance, first, [term for term in others if term.mid != first.mid])
    if chance.random() < 0.2:
        query = replace(query, confidence=chance.choice(RANGES))
    if chance.random() < 0.15:
        query = replace(query, states=chance.choice(STATES))
    if chance.random() < 0.15:
        query = replace(query, subsets=frozenset({chance.choice(("train", "validation"))}))
    return query


def _with_roles(chance: random.Random, first: Term, others: list[Term]) -> Query:
    if not others:
        return Query(without=(first,)) if chance.random() < 0.1 else Query(label=(first,))
    kind = chance.choice(("label", "label", "not", "any"))
    if kind == "label":
        return Query(label=(first, *others))
    if kind == "not":
        return Query(label=(first,), without=tuple(dict.fromkeys(others)))
    terms = tuple(dict.fromkeys((first, *others)))
    return Query(any=terms, min_any=chance.randint(1, len(terms) - 1))


def _term(chance: random.Random, ranked: list[str], stratum: tuple[int, int | None]) -> Term:
    mid = chance.choice(ranked[slice(*stratum)])
    return Term(
        mid,
        chance.choice(RANGES) if chance.random() < 0.3 else None,
        chance.choice(STATES) if chance.random() < 0.15 else None,
    )
