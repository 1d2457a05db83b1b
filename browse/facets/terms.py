"""The `terms` facet: what each term of a query would give with another range, or other states, of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from browse.facets import counting, kernels
from browse.facets.engine import TermFacet
from browse.facets.kernels import Counts, Words
from browse.facets.selection import Selector
from browse.query.values import STATES, ConfidenceRange, Query, Role, Term

Count = Callable[[Term], int]
"""The count of the query with its term replaced by this one."""


def term_facets(selector: Selector, query: Query, filters: Words | None) -> list[TermFacet]:
    """For each label, any and not term, in query order; filters: the images of the query's filters, None being all."""
    return [_facet(selector, query, role, term, count) for role, term, count in _counters(selector, query, filters)]


def _facet(selector: Selector, query: Query, role: Role, term: Term, count: Count) -> TermFacet:
    selector.check_time()
    levels = {level: replace(term, confidence=ConfidenceRange(level, level)) for level in selector.index.classes.levels}
    states = {state: replace(term, states=frozenset({state})) for state in STATES}
    return TermFacet(
        role=role,
        term=term,
        confidence={level: count(variant) for level, variant in levels.items()},
        states={state: count(variant) for state, variant in states.items()},
    )


def _counters(selector: Selector, query: Query, filters: Words | None) -> Iterator[tuple[Role, Term, Count]]:
    for place, term in enumerate(query.label):
        rest = replace(query, label=_without(query.label, place))
        others = _both(selector, selector.terms(rest, needs_a_pair=False), filters)
        yield Role.LABEL, term, _Tally(selector, query, term.mid, others).having
    if query.any:
        yield from _any_counters(selector, query, filters)
    for place, term in enumerate(query.without):
        rest = replace(query, without=_without(query.without, place))
        others = _both(selector, selector.terms(rest), filters)
        yield Role.NOT, term, _Tally(selector, query, term.mid, others).lacking


def _any_counters(selector: Selector, query: Query, filters: Words | None) -> Iterator[tuple[Role, Term, Count]]:
    base = selector.both(selector.terms(replace(query, any=()), needs_a_pair=False), filters)
    rows = np.stack([selector.term(query, term) for term in query.any])
    for place, term in enumerate(query.any):
        yield Role.ANY, term, _AnyTally(selector, query, base, rows, place).count


def _without(terms: tuple[Term, ...], place: int) -> tuple[Term, ...]:
    return terms[:place] + terms[place + 1 :]


def _both(selector: Selector, first: Words | None, second: Words | None) -> Words | None:
    return None if first is None and second is None else selector.both(first, second)


class _Tally:
    """Images of a set, None being all, by the class of their pair of one label."""

    def __init__(self, selector: Selector, query: Query, mid: str, words: Words | None) -> None:
        index = selector.index
        self._selector = selector
        self._query = query
        self._size = index.images if words is None else int(kernels.count_bits(words))
        self._counts: Counts = counting.class_counts(index, words, index.label_numbers[mid])

    def having(self, term: Term) -> int:
        """How many of them the term holds for."""
        return int(self._counts[self._selector.mask(self._query, term)].sum())

    def lacking(self, term: Term) -> int:
        """How many of them the term does not hold for."""
        return self._size - self.having(term)


class _AnyTally:
    """Images by whether enough of the other `any` terms hold, or one too few, and by the class of this one's pair."""

    def __init__(self, selector: Selector, query: Query, base: Words, rows: Words, place: int) -> None:
        self._rows = rows
        self._base = base
        self._place = place
        self._others = _without(query.any, place)
        least = query.min_any
        enough, nearly = self._having(least), self._having(least - 1)
        self._enough = int(kernels.count_bits(enough))
        kernels.take_away(nearly, enough)
        self._nearly = _Tally(selector, query, query.any[place].mid, nearly)
        self._collapsed = int(kernels.count_bits(self._having(min(least, len(self._others)))))

    def count(self, term: Term) -> int:
        """The count with this term instead: equal to another one, it collapses into it, and K falls to what is left."""
        if term in self._others:
            return self._collapsed
        return self._enough + self._nearly.having(term)

    def _having(self, least: int) -> Words:
        """The images for which at least so many of the other terms hold."""
        words = self._base.copy()
        if least > 0:
            kernels.keep_at_least(words, self._rows, least, self._place)
        return words
