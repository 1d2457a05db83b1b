"""The `terms` facet: what each term of a query would give with another range, or other states, of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

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
    levels = {level: replace(term, confidence=ConfidenceRange(level, level)) for level in selector.overlay.levels}
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
    planes = selector.any_planes(query)
    more, enough, fewer = (_at_least(base, planes, query.min_any + step) for step in (1, 0, -1))
    for place, term in enumerate(query.any):
        words = selector.term(query, term)
        others_enough, others_fewer = more | _less(enough, words), enough | _less(fewer, words)
        tally = _AnyTally(selector, query, place, enough=others_enough, one_fewer=others_fewer)
        yield Role.ANY, term, tally.count


def _without(terms: tuple[Term, ...], place: int) -> tuple[Term, ...]:
    return terms[:place] + terms[place + 1 :]


def _both(selector: Selector, first: Words | None, second: Words | None) -> Words | None:
    return None if first is None and second is None else selector.both(first, second)


class _Tally:
    """Images of a set, None being all, by the class of their pair of one label."""

    def __init__(self, selector: Selector, query: Query, mid: str, words: Words | None) -> None:
        overlay = selector.overlay
        self._selector = selector
        self._query = query
        self._size = overlay.images if words is None else int(kernels.count_bits(words))
        self._counts: Counts = counting.class_counts(overlay, words, selector.index.label_numbers[mid])

    def having(self, term: Term) -> int:
        """How many of them the term holds for."""
        return int(self._counts[self._selector.mask(self._query, term)].sum())

    def lacking(self, term: Term) -> int:
        """How many of them the term does not hold for."""
        return self._size - self.having(term)


class _AnyTally:
    """Images for which enough of the other `any` terms hold; and, where one is wanting, by this one's pair."""

    def __init__(self, selector: Selector, query: Query, place: int, *, enough: Words, one_fewer: Words) -> None:
        self._others = _without(query.any, place)
        self._enough = int(kernels.count_bits(enough))
        self._collapsed = self._enough
        if query.min_any > len(self._others):
            self._collapsed = int(kernels.count_bits(one_fewer))
        kernels.take_away(one_fewer, enough)
        self._wanting = _Tally(selector, query, query.any[place].mid, one_fewer)

    def count(self, term: Term) -> int:
        """The count with this term instead: equal to another one, it collapses into it, and K falls to what is left."""
        return self._collapsed if term in self._others else self._enough + self._wanting.having(term)


def _at_least(base: Words, planes: Words, least: int) -> Words:
    """The images of a set for which at least so many of the `any` terms hold."""
    words = base.copy()
    if least > 0:
        kernels.reach(planes, least, words)
    return words


def _less(words: Words, gone: Words) -> Words:
    """The images of the one set that are not in the other."""
    rest = words.copy()
    kernels.take_away(rest, gone)
    return rest
