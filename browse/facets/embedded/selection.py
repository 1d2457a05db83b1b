"""Which images a query selects, as bitsets over an index."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

import numpy as np

from browse.domain.deadlines import extended_s
from browse.facets.embedded import kernels, points, relationships
from browse.facets.embedded.below_sets import BelowSets
from browse.facets.embedded.box_terms import images_with
from browse.facets.embedded.corrections import Corrections, all_images
from browse.facets.embedded.filters import FILTERS, add_set, images_of
from browse.facets.embedded.kernels import Bitset
from browse.facets.embedded.postings import add_postings
from browse.facets.engine import UnknownValueError
from browse.facets.errors import QueryTimeoutError
from browse.facets.index.classes import Mask
from browse.query.box_terms import BoxTerm
from browse.query.fields import IMAGE_FIELDS
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, AnyTerm, Query, Term

MOST_TOTALS = 1000
"""Of so many masks of classes it is kept how many images have a pair of them: 0.4 MB at most."""
_MOST_BELOW = 3
"""Of so many labels of a query the sets of those below them are kept class by class: some 20 MB each for V7."""


class Selector:
    """Evaluates the queries of one request, variants of one another, and shares what they share."""

    def __init__(self, overlay: Corrections, *, deadline: float | None = None) -> None:
        self.overlay = overlay
        self.index = overlay.index
        self._deadline = deadline
        self._kept: dict[Hashable, Bitset] = {}
        self._below: dict[int, BelowSets] = {}
        self._filtered: dict[tuple[str, tuple[Any, ...]], Bitset] = {}

    def check_time(self) -> None:
        """Raise QueryTimeoutError once the deadline is past, and what compiling took since it was set."""
        if self._deadline is not None and time.monotonic() > self._deadline + extended_s():
            raise QueryTimeoutError

    def check_values(self, query: Query) -> None:
        """Raise UnknownValueError for a label, author or license that the data set does not have."""
        for role, term in query.terms:
            for mid, below in term.named:
                if mid not in self.index.label_numbers or (below and not self.index.below):
                    raise UnknownValueError(role, f"{mid}{'*' * below}")
            if isinstance(term, RelationTerm) and term.relation not in (None, *self.index.relationships.words):
                raise UnknownValueError(role, str(term.relation))
        for field in IMAGE_FIELDS:
            for value in field.values(query):
                if not FILTERS[field.name].has(self.overlay, value):
                    raise UnknownValueError(field.name, value)

    def everything(self) -> Bitset:
        """All images that are not hidden."""
        visible = self.overlay.visible
        return all_images(self.index) if visible is None else visible.copy()

    def nothing(self) -> Bitset:
        """No image."""
        return np.zeros(self.index.width, np.uint64)

    def mask(self, query: Query, term: Term) -> Mask:
        """The classes in which a term's pair may be."""
        return self.overlay.classes.mask(query.range_of(term), query.states_of(term))

    def keep(self, query: Query) -> None:
        """Keep the sets of this query's terms at hand, for variants that share them. At most 20 terms are."""
        below = {self._label(term) for _, term in query.pair_terms if term.below}
        self._below = {label: BelowSets(self.overlay, label, by_class=True) for label in sorted(below)[:_MOST_BELOW]}
        for _, term in query.terms:
            self._kept[self._key(query, term)] = self.term(query, term)
            self.check_time()

    def keeps_below(self, term: Term) -> bool:
        """Whether sets of a label and those below it are quick to make of what is kept."""
        return self._label(term) in self._below

    def term(self, query: Query, term: AnyTerm) -> Bitset:
        """The images for which a term holds. Not to be changed."""
        kept = self._kept.get(self._key(query, term))
        if kept is not None:
            return kept
        if isinstance(term, BoxTerm):
            return images_with(self.overlay, term)
        if isinstance(term, RelationTerm):
            return relationships.images_with(self.overlay, term)
        if isinstance(term, PointTerm):
            return points.images_with(self.overlay, term)
        label, mask = self._label(term), self.mask(query, term)
        if not term.below:
            return self._postings(label, mask)
        found = self._below.get(label) or BelowSets(self.overlay, label)
        return found.images_with(mask)

    def _key(self, query: Query, term: AnyTerm) -> Hashable:
        if not isinstance(term, Term):
            return term
        return self._label(term), term.below, self.mask(query, term).tobytes()

    def term_size(self, query: Query, term: AnyTerm) -> int:
        """For how many images a term holds."""
        if not isinstance(term, Term) or term.below:
            return int(kernels.count_bits(self.term(query, term)))
        return int(self.overlay.class_totals(self._label(term))[self.mask(query, term)].sum())

    def terms(self, query: Query, *, needs_a_pair: bool | None = None) -> Bitset | None:
        """The images that satisfy all terms and have a pair where one is needed; None where nothing is asked.

        needs_a_pair, where given, overrules the query's own.
        """
        words = self._all_of(query)
        if query.any:
            enough = self._some_of(query)
            words = enough if words is None else np.bitwise_and(words, enough, out=words)
        if query.needs_a_pair if needs_a_pair is None else needs_a_pair:
            found = self.with_pair(self.pair_mask(query))
            words = found if words is None else np.bitwise_and(words, found, out=words)
        for term in query.without:
            words = self.everything() if words is None else words
            kernels.and_not(words, self.term(query, term))
            self.check_time()
        return words

    def filters(self, query: Query) -> Bitset | None:
        """The images that satisfy the conditions on the image itself; None where there is none."""
        fields = [(field.name, tuple(field.values(query))) for field in IMAGE_FIELDS]
        given = [(name, values) for name, values in fields if values]
        if not given:
            return None
        found = self._filter(*given[0]).copy()
        for name, values in given[1:]:
            np.bitwise_and(found, self._filter(name, values), out=found)
        if self.overlay.visible is not None:
            np.bitwise_and(found, self.overlay.visible, out=found)
        return found

    def _filter(self, name: str, values: tuple[Any, ...]) -> Bitset:
        """The images that have one of these values of a field, hidden ones too. Not to be changed."""
        if (name, values) not in self._filtered:
            self._filtered[name, values] = images_of(self.overlay, name, values)
            self.check_time()
        return self._filtered[name, values]

    def select(self, query: Query) -> Bitset:
        """The images that match a query."""
        return self.both(self.terms(query), self.filters(query))

    def both(self, first: Bitset | None, second: Bitset | None) -> Bitset:
        """The images in both sets, None being all."""
        if first is None:
            return self.everything() if second is None else second
        return first if second is None else first & second

    def count(self, query: Query, filters: Bitset | None) -> int:
        """How many of the images in `filters`, None being all, satisfy the terms of a query."""
        terms = (*query.label, *query.any)
        if filters is None and not query.without and not query.needs_a_pair and len(terms) < 2:
            return self.term_size(query, terms[0]) if terms else self.overlay.images
        if query.needs_a_pair and not query.terms:
            return self.count_with_pair(self.pair_mask(query), filters)
        words = self.terms(query)
        self.check_time()
        if words is None or filters is None:
            return int(kernels.count_bits(self.both(words, filters)))
        return int(kernels.count_common(words, filters))

    def pair_mask(self, query: Query) -> Mask:
        """The classes of the query's own range and states."""
        return self.overlay.classes.mask(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)

    def with_pair(self, mask: Mask) -> Bitset:
        """The images with at least one pair, of any label, of these classes."""
        own = mask[: len(self.index.classes)]
        words = self.nothing()
        for code in np.flatnonzero(own):
            add_set(words, self.index, self.index.class_set(int(code)))
        self.overlay.lay_any_pair(words, mask)
        return words

    def count_with_pair(self, mask: Mask, among: Bitset | None) -> int:
        """How many images of a set have such a pair. Of all, None, this is kept: of the classes that facets ask for."""
        self.check_time()
        if among is not None:
            return int(kernels.count_common(self.with_pair(mask), among))
        totals, key = self.overlay.with_pair_totals, mask.tobytes()
        if key not in totals:
            if len(totals) >= MOST_TOTALS:
                totals.clear()
            totals[key] = int(kernels.count_bits(self.with_pair(mask)))
        return totals[key]

    def named(self, query: Query) -> list[int]:
        """The labels of a query's pair terms, those below them aside; each once."""
        return list(dict.fromkeys(self._label(term) for _, term in query.pair_terms if not term.below))

    def labels_of(self, term: Term) -> list[int]:
        """The labels of which a pair will do, by number."""
        label = self._label(term)
        return self.index.below.with_own(label).tolist() if term.below else [label]

    def _label(self, term: Term) -> int:
        return self.index.label_numbers[term.mid]

    def _all_of(self, query: Query) -> Bitset | None:
        """The images for which every `label` term holds."""
        words: Bitset | None = None
        pairs = (term for term in query.label if isinstance(term, Term) and not term.below)
        if any(self.term_size(query, term) == 0 for term in pairs):
            return self.nothing()  # told without a look at any image
        for term in query.label:
            found = self.term(query, term)
            words = found.copy() if words is None else np.bitwise_and(words, found, out=words)
            self.check_time()
        return words

    def _some_of(self, query: Query) -> Bitset:
        """The images for which enough of the `any` terms hold."""
        if query.min_any > 1:
            words = self.everything()
            kernels.at_least(self.any_planes(query), query.min_any, words)
            return words
        words = self.nothing()
        for term in query.any:
            np.bitwise_or(words, self.term(query, term), out=words)
            self.check_time()
        return words

    def any_planes(self, query: Query) -> Bitset:
        """How many of the `any` terms hold for each image: uint64[bits, words], as `kernels.reach` takes them."""
        planes = np.zeros((len(query.any).bit_length(), self.index.width), np.uint64)
        for term in query.any:
            kernels.add_to_planes(planes, self.term(query, term))
            self.check_time()
        return planes

    def _postings(self, label: int, mask: Mask) -> Bitset:
        """The images with a pair of a label in these classes."""
        words = self.nothing()
        add_postings(words, self.index, label, mask)
        self.overlay.correct_term(words, label, mask)
        return words
