"""The `terms` facet: what each term of a query would give with another range, or other states, of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from browse.facets.embedded import counting, kernels
from browse.facets.embedded.box_terms import counts_of
from browse.facets.embedded.hierarchy import are_many, variant_counts
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.selection import Selector
from browse.facets.facet_counts import AnyTermFacet, BoxTermFacet, PlainTermFacet, TermFacet
from browse.query.box_terms import BoxTerm, variants_of
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import STATES, AnyTerm, ConfidenceRange, Query, Role, State, Term

_PASSES = 8
"""So often a set of the index's size is gone through for one variant of a term with labels below it."""
Count = Callable[[AnyTerm], int]
"""The count of the query with its term replaced by this one."""


def term_facets(selector: Selector, query: Query, filters: Bitset | None) -> list[AnyTermFacet]:
    """For each label, any and not term, in query order; filters: the images of the query's filters, None being all."""
    return [_facet(selector, role, term, count) for role, term, count in _counters(selector, query, filters)]


def _facet(selector: Selector, role: Role, term: AnyTerm, count: Count) -> AnyTermFacet:
    selector.check_time()
    if isinstance(term, RelationTerm | PointTerm):
        return PlainTermFacet(role, term)
    if isinstance(term, BoxTerm):
        return BoxTermFacet.of(role, term, count)
    levels, states = _variants(selector, term)
    return TermFacet(
        role=role,
        term=term,
        confidence={level: count(variant) for level, variant in levels.items()},
        states={state: count(variant) for state, variant in states.items()},
    )


def _variants(selector: Selector, term: Term) -> tuple[dict[int, Term], dict[State, Term]]:
    """The term with each range of one level, and with each state alone."""
    levels = {level: replace(term, confidence=ConfidenceRange(level, level)) for level in selector.overlay.levels}
    return levels, {state: replace(term, states=frozenset({state})) for state in STATES}


def _counters(selector: Selector, query: Query, filters: Bitset | None) -> Iterator[tuple[Role, AnyTerm, Count]]:
    for place, term in enumerate(query.label):
        rest = replace(query, label=_without(query.label, place))
        if isinstance(term, RelationTerm | PointTerm):
            yield Role.LABEL, term, _nothing_to_count
            continue
        others = _both(selector, selector.terms(rest, needs_a_pair=query.needs_a_pair), filters)
        yield Role.LABEL, term, _tally(selector, query, term, others).having
    if query.any:
        yield from _any_counters(selector, query, filters)
    for place, term in enumerate(query.without):
        if isinstance(term, RelationTerm | PointTerm):
            yield Role.NOT, term, _nothing_to_count
            continue
        rest = replace(query, without=_without(query.without, place))
        tally = _tally(selector, query, term, _both(selector, selector.terms(rest), filters))
        yield Role.NOT, term, _Lacking(tally).count


def _nothing_to_count(term: AnyTerm) -> int:
    """Of a term of which nothing else can be asked."""
    raise AssertionError(term)


def _any_counters(selector: Selector, query: Query, filters: Bitset | None) -> Iterator[tuple[Role, AnyTerm, Count]]:
    rest = replace(query, any=())
    base = selector.both(selector.terms(rest, needs_a_pair=query.needs_a_pair), filters)
    planes = selector.any_planes(query)
    more, enough, fewer = (_at_least(base, planes, query.min_any + step) for step in (1, 0, -1))
    for place, term in enumerate(query.any):
        if isinstance(term, RelationTerm | PointTerm):
            yield Role.ANY, term, _nothing_to_count
            continue
        words = selector.term(query, term)
        others_enough, others_fewer = more | _less(enough, words), enough | _less(fewer, words)
        tally = _AnyTally(selector, query, place, enough=others_enough, one_fewer=others_fewer)
        yield Role.ANY, term, tally.count


def _without(terms: tuple[AnyTerm, ...], place: int) -> tuple[AnyTerm, ...]:
    return terms[:place] + terms[place + 1 :]


def _both(selector: Selector, first: Bitset | None, second: Bitset | None) -> Bitset | None:
    return None if first is None and second is None else selector.both(first, second)


class _Tally(Protocol):
    """Counts the images of a set."""

    size: int

    def having(self, term: AnyTerm) -> int:
        """How many of them such a term holds for: another one of the same label and kind."""
        ...


def _tally(selector: Selector, query: Query, term: Term | BoxTerm, words: Bitset | None) -> _Tally:
    """Of a set, None being all."""
    if isinstance(term, BoxTerm):
        return _BoxTally(selector, term, words)
    return _PairTally(selector, query, term, words)


class _PairTally:
    """Images of a set, None being all, by whether variants of one term hold for them."""

    def __init__(self, selector: Selector, query: Query, term: Term, words: Bitset | None) -> None:
        self._selector = selector
        self._query = query
        self.size = selector.overlay.images if words is None else int(kernels.count_bits(words))
        self._having = self._by_variant(term, words) if term.below else self._by_class(term, words)

    def having(self, term: AnyTerm) -> int:
        """How many of them a variant of the term holds for."""
        return self._having(term)

    def _by_class(self, term: Term, words: Bitset | None) -> Count:
        """An image has one pair of a label, of one class."""
        selector, query = self._selector, self._query
        counts: Counts = counting.class_counts(selector.overlay, words, selector.index.label_numbers[term.mid])

        def holding(variant: AnyTerm) -> int:
            assert isinstance(variant, Term)
            return int(counts[selector.mask(query, variant)].sum())

        return holding

    def _by_variant(self, term: Term, words: Bitset | None) -> Count:
        """Pairs of several labels are of several classes, so that each variant is counted by itself."""
        selector, query = self._selector, self._query
        variants = [variant for kind in _variants(selector, term) for variant in kind.values()]
        everything = selector.everything() if words is None else words
        if selector.keeps_below(term) and are_many(self.size, len(variants) * _PASSES * len(everything)):
            counts = [int(kernels.count_common(everything, selector.term(query, variant))) for variant in variants]
        else:
            masks = np.array([selector.mask(query, variant) for variant in variants])
            counts = variant_counts(selector.overlay, everything, selector.index.label_numbers[term.mid], masks)
        found: dict[AnyTerm, int] = dict(zip(variants, counts, strict=True))
        return found.__getitem__


class _BoxTally:
    """Images of a set, None being all, for which each variant of a box term holds; one pass counts them all."""

    def __init__(self, selector: Selector, term: BoxTerm, words: Bitset | None) -> None:
        inside = selector.everything() if words is None else words
        self.size = int(kernels.count_bits(inside))
        self._counts = counts_of(selector.overlay, list(dict.fromkeys(variants_of(term))), inside)

    def having(self, term: AnyTerm) -> int:
        """How many of them the variant holds for."""
        assert isinstance(term, BoxTerm)
        return self._counts[term]


@dataclass(frozen=True)
class _Lacking:
    """Images of a set that a term does not hold for."""

    tally: _Tally

    def count(self, term: AnyTerm) -> int:
        """How many these are."""
        return self.tally.size - self.tally.having(term)


class _AnyTally:
    """Images for which enough of the other `any` terms hold; and, where one is wanting, by this one's pair."""

    def __init__(self, selector: Selector, query: Query, place: int, *, enough: Bitset, one_fewer: Bitset) -> None:
        self._others = _without(query.any, place)
        self._enough = int(kernels.count_bits(enough))
        self._collapsed = self._enough
        if query.min_any > len(self._others):
            self._collapsed = int(kernels.count_bits(one_fewer))
        kernels.and_not(one_fewer, enough)
        term = query.any[place]
        assert not isinstance(term, RelationTerm | PointTerm)
        self._wanting = _tally(selector, query, term, one_fewer)

    def count(self, term: AnyTerm) -> int:
        """The count with this term instead: equal to another one, it collapses into it, and K falls to what is left."""
        return self._collapsed if term in self._others else self._enough + self._wanting.having(term)


def _at_least(base: Bitset, planes: Bitset, least: int) -> Bitset:
    """The images of a set for which at least so many of the `any` terms hold."""
    words = base.copy()
    if least > 0:
        kernels.at_least(planes, least, words)
    return words


def _less(words: Bitset, gone: Bitset) -> Bitset:
    """The images of the one set that are not in the other."""
    rest = words.copy()
    kernels.and_not(rest, gone)
    return rest
