"""Images counted by the classes of their pairs of the labels that a query names.

An image has one pair of a label, of one class, or none. So whether a query's terms hold for it, and whether those of
any variant with other ranges or states do, is told by one class for each label. One walk over the posting lists of
these labels counts the images of each combination, of which there are few; all variants are then read from the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import counting, kernels, ranges
from browse.facets.embedded.cross_table_kernels import cross_tabulate
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.selection import Selector
from browse.facets.facet_counts import AnyTermFacet, TermFacet
from browse.facets.index.open_index import Index
from browse.query.values import ANY_CONFIDENCE, STATES, AnyTerm, ConfidenceRange, Query, Role, State, Term

MOST_COMBINATIONS = 1 << 17
"""A table of more combinations of classes would take longer than asking for each variant by itself."""

Masks = npt.NDArray[np.bool_]
"""bool[variants, classes]: the classes that will do, in each variant of something."""
Rows = npt.NDArray[np.bool_]
"""bool[variants, rows]: the combinations for which each variant of something holds."""


def cross_table(
    selector: Selector, query: Query, filters: Bitset | None
) -> tuple[CrossTable, Bitset] | tuple[None, None]:
    """The table of the images in `filters`, None being all, and the set of all for which the query's terms hold.

    Nothing where the query has no terms, others than pairs of one label each, or of too many labels.
    """
    if not query.terms or not all(isinstance(term, Term) and not term.below for _, term in query.terms):
        return None, None
    labels = _labels(selector, query)
    if (len(selector.overlay.classes) + 1) ** len(labels) > MOST_COMBINATIONS:
        return None, None
    paired = selector.with_pair(selector.pair_mask(query)) if query.needs_a_pair else None
    within = filters if paired is None else selector.both(paired, filters)
    table, words = (_by_one if len(labels) == 1 else _by_several)(selector, query, labels, within)
    selector.check_time()
    return table, selector.both(words, paired)


def _labels(selector: Selector, query: Query) -> list[int]:
    """The labels of a query's terms; first the rarest of those that an image must have, if any."""
    numbers, overlay = selector.index.label_numbers, selector.overlay
    needed = {numbers[term.mid] for role, term in query.pair_terms if role is Role.LABEL}
    labels = dict.fromkeys(numbers[term.mid] for _, term in query.pair_terms)
    return sorted(labels, key=lambda label: (label not in needed, int(overlay.class_totals(label).sum())))


def _by_one(selector: Selector, query: Query, labels: list[int], within: Bitset | None) -> tuple[CrossTable, Bitset]:
    having = counting.class_counts(selector.overlay, within, labels[0])
    size = selector.overlay.images if within is None else int(kernels.count_bits(within))
    words = selector.terms(query, needs_a_pair=False)
    assert words is not None
    return CrossTable.of(selector, query, labels, np.append(size - having.sum(), having)), words


def _by_several(
    selector: Selector, query: Query, labels: list[int], within: Bitset | None
) -> tuple[CrossTable, Bitset]:
    overlay, index = selector.overlay, selector.index
    visible, found = selector.everything(), selector.nothing()
    inside = visible if within is None else within
    sizes = np.zeros((len(overlay.classes) + 1) ** len(labels), np.int64)
    table = CrossTable.of(selector, query, labels, sizes + 1)
    matches, leading = table.matching()[0], 1 if query.label else len(labels)
    defaults = index.classes.default
    bounds = np.array([index.bounds(label) for label in labels])
    entries = [overlay.entries_of(label) for label in labels]
    images = np.concatenate([overlay.entry_images[own] for own in entries])
    moves = np.concatenate(
        [(overlay.after[own] - overlay.before[own]) * step for own, step in zip(entries, table.steps, strict=True)]
    )
    ends = np.cumsum([0, *(own.stop - own.start for own in entries)])
    rows, kept = _kept(index, labels, leading)

    def count(some: Bitset, first: int, own: Counts) -> None:
        here = slice(first >> 6, (first >> 6) + len(some))
        sets = (some, inside[here], found[here])
        lists, changed = (index.posting_images, bounds), (images, moves, ends)
        cross_tabulate(sets, first, lists, changed, (table.steps, leading, matches), (rows, defaults, kept), own)

    ranges.over_words(visible, sizes, count)
    at_hand = {label: kept[row] for label, row in zip(labels, rows.tolist(), strict=True) if row >= 0}
    return CrossTable.of(selector, query, labels, sizes, at_hand), found


def _kept(index: Index, labels: list[int], leading: int) -> tuple[npt.NDArray[np.int64], Bitset]:
    """Which set of its own the walk puts the images of each label in, or -1, and these sets, still empty.

    They are those of frequent labels, from which the labels of a large set are counted.
    """
    are_kept = np.array([place < leading and label in index.frequent for place, label in enumerate(labels)])
    rows: npt.NDArray[np.int64] = np.where(are_kept, np.cumsum(are_kept) - 1, -1)
    return rows, np.zeros((int(are_kept.sum()), index.width), np.uint64)


@dataclass(frozen=True)
class CrossTable:
    """How many images there are of each combination of classes, and what of them a query's terms hold for.

    steps   int64[labels]: what one class more of a label adds to the number of a combination
    codes   for each label, by number: int64[rows], the class of the pair plus 1, or 0 where there is none
    sizes   int64[rows]: images; combinations without any have no row
    images  which images the index has of some of the labels in the default states
    """

    selector: Selector
    query: Query
    steps: Counts
    codes: dict[int, Counts]
    sizes: Counts
    images: Mapping[int, Bitset]

    @classmethod
    def of(
        cls,
        selector: Selector,
        query: Query,
        labels: list[int],
        sizes: Counts,
        images: Mapping[int, Bitset] = MappingProxyType({}),
    ) -> CrossTable:
        """Of int64[combinations]: how many images each has."""
        classes = len(selector.overlay.classes) + 1
        steps, rows = classes ** np.arange(len(labels)), np.flatnonzero(sizes)
        codes = {label: rows // step % classes for label, step in zip(labels, steps, strict=True)}
        return cls(selector, query, steps, codes, sizes[rows], images)

    def matching(self, masks_of: Callable[[Term], Masks] | None = None) -> Rows:
        """The combinations that match the query, or variants of it that want other classes for its terms."""
        query, masks_of = self.query, masks_of or self._mask
        rows: Rows = np.ones((1, len(self.sizes)), np.bool_)
        for held in self._held(query.label, masks_of):
            rows = rows & held
        if query.any:
            rows = rows & (sum(held.astype(np.int8) for held in self._held(query.any, masks_of)) >= query.min_any)
        for held in self._held(query.without, masks_of):
            rows = rows & ~held
        return rows

    def states(self) -> dict[State, int]:
        """For each state how many images the terms hold for with this state instead of the query's own."""
        counts = self.matching(lambda term: self._mask(term) if term.states else self._by_state(term)) @ self.sizes
        return dict(zip(STATES, np.broadcast_to(counts, len(STATES)).tolist(), strict=True))

    def levels(self) -> dict[int, int]:
        """For each level how many images the terms hold for with this one instead of the query's range."""
        levels = self.selector.overlay.levels
        counts = self.matching(lambda term: self._mask(term) if term.confidence else self._by_level(term)) @ self.sizes
        return dict(zip(levels, np.broadcast_to(counts, len(levels)).tolist(), strict=True))

    def term_facets(self) -> list[AnyTermFacet]:
        """The facets of all terms, in query order."""
        return [self._facet(role, place) for role in Role for place in range(len(self.query.terms_of(role)))]

    def _facet(self, role: Role, place: int) -> TermFacet:
        terms = self.query.terms_of(role)
        term, others = terms[place], terms[:place] + terms[place + 1 :]
        assert isinstance(term, Term)
        levels, states = self._by_level(term), self._by_state(term)
        if role is Role.ANY:
            enough, wanting = self._with_other_terms(others)
            counts = [enough + self._having(term, masks, wanting) for masks in (levels, states)]
        elif role is Role.LABEL:
            rest = self._asking(replace(self.query, label=others))
            counts = [self._having(term, masks, rest) for masks in (levels, states)]
        else:
            rest = self._asking(replace(self.query, without=others))
            counts = [self.sizes[rest].sum() - self._having(term, masks, rest) for masks in (levels, states)]
        facet = TermFacet(
            role=role,
            term=term,
            confidence=dict(zip(self.selector.overlay.levels, counts[0].tolist(), strict=True)),
            states=dict(zip(STATES, counts[1].tolist(), strict=True)),
        )
        if role is Role.ANY and any(term.named == other.named for other in others):
            self._collapse(facet, others)
        return facet

    def _collapse(self, facet: TermFacet, others: tuple[AnyTerm, ...]) -> None:
        """Count right what a term gives that equals another one then: they become one, and K falls to what is left."""
        left = replace(self.query, any=others, min_any=min(self.query.min_any, len(others)))
        count = int(self.sizes[self._asking(left)].sum())
        for level in facet.confidence:
            if replace(facet.term, confidence=ConfidenceRange(level, level)) in others:
                facet.confidence[level] = count
        for state in facet.states:
            if replace(facet.term, states=frozenset({state})) in others:
                facet.states[state] = count

    def _asking(self, query: Query) -> Rows:
        """The combinations that match another query of no other labels."""
        rows: Rows = replace(self, query=query).matching()[0]
        return rows

    def _with_other_terms(self, others: tuple[AnyTerm, ...]) -> tuple[int, Rows]:
        """How many images match by the other `any` terms alone, and the combinations that lack just one term."""
        rest = self._asking(replace(self.query, any=()))
        number = np.zeros(len(self.sizes), np.int64)
        for held in self._held(others, self._mask):
            number += held[0].astype(np.int64)
        enough = int(self.sizes[rest & (number >= self.query.min_any)].sum())
        return enough, rest & (number == self.query.min_any - 1)

    def _having(self, term: Term, masks: Masks, rows: Rows) -> Counts:
        """int64[variants]: images of these combinations with a pair of the term's label in each variant's classes."""
        sizes = np.bincount(self.codes[self._label(term)][rows], weights=self.sizes[rows], minlength=masks.shape[1] + 1)
        counts: Counts = masks.astype(np.int64) @ sizes[1:].astype(np.int64)
        return counts

    def _held(self, terms: Iterable[AnyTerm], masks_of: Callable[[Term], Masks]) -> Iterator[Rows]:
        """For which combinations each term holds."""
        for term in terms:
            assert isinstance(term, Term)
            masks = masks_of(term)
            yield np.hstack([np.zeros((len(masks), 1), np.bool_), masks])[:, self.codes[self._label(term)]]

    def _label(self, term: Term) -> int:
        return self.selector.index.label_numbers[term.mid]

    def _mask(self, term: Term) -> Masks:
        return self.selector.mask(self.query, term)[np.newaxis]

    def _by_level(self, term: Term) -> Masks:
        """The classes of each level among a term's states."""
        overlay = self.selector.overlay
        levels = overlay.classes.confidences == np.array(overlay.levels, np.int64)[:, np.newaxis]
        masks: Masks = levels & overlay.classes.mask(ANY_CONFIDENCE, self.query.states_of(term))
        return masks

    def _by_state(self, term: Term) -> Masks:
        """The classes of each state within a term's range."""
        classes = self.selector.overlay.classes
        states = classes.states == np.arange(len(STATES))[:, np.newaxis]
        masks: Masks = states & classes.mask(self.query.range_of(term), frozenset(STATES))
        return masks
