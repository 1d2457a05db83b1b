"""Which images a query selects, as bitsets over an index."""

from __future__ import annotations

import time

import numpy as np

from browse.facets import kernels
from browse.facets.classes import Mask
from browse.facets.engine import UnknownValueError
from browse.facets.errors import QueryTimeoutError
from browse.facets.kernels import Words
from browse.facets.overlay import Overlay, all_images
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, SUBSETS, Query, Term


class Selector:
    """Evaluates the queries of one request, variants of one another, and shares what they share."""

    def __init__(self, overlay: Overlay, *, deadline: float | None = None) -> None:
        self.overlay = overlay
        self.index = overlay.index
        self._deadline = deadline
        self._kept: dict[tuple[int, bytes], Words] = {}

    def check_time(self) -> None:
        """Raise QueryTimeoutError once the deadline is past."""
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise QueryTimeoutError

    def check_values(self, query: Query) -> None:
        """Raise UnknownValueError for a label, author or licence that the data set does not have."""
        for role, term in query.terms:
            if term.mid not in self.index.label_numbers:
                raise UnknownValueError(role, term.mid)
        for slug in sorted(query.licenses):
            if slug not in self.index.license_numbers:
                raise UnknownValueError("license", slug)
        if query.author is not None and self.index.authors.find(query.author) is None:
            raise UnknownValueError("author", query.author)

    def everything(self) -> Words:
        """All images that are not hidden."""
        visible = self.overlay.visible
        return all_images(self.index) if visible is None else visible.copy()

    def nothing(self) -> Words:
        """No image."""
        return np.zeros(self.index.width, np.uint64)

    def mask(self, query: Query, term: Term) -> Mask:
        """The classes in which a term's pair may be."""
        return self.overlay.classes.mask(query.range_of(term), query.states_of(term))

    def keep(self, query: Query) -> None:
        """Keep the sets of this query's terms at hand, for variants that share them. At most 20 terms are."""
        for _, term in query.terms:
            mask = self.mask(query, term)
            self._kept[self._label(term), mask.tobytes()] = self.term(query, term)
            self.check_time()

    def term(self, query: Query, term: Term) -> Words:
        """The images for which a term holds. Not to be changed."""
        label, mask = self._label(term), self.mask(query, term)
        kept = self._kept.get((label, mask.tobytes()))
        return self._postings(label, mask) if kept is None else kept

    def term_size(self, query: Query, term: Term) -> int:
        """For how many images a term holds."""
        return int(self.overlay.class_totals(self._label(term))[self.mask(query, term)].sum())

    def terms(self, query: Query, *, needs_a_pair: bool | None = None) -> Words | None:
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
            kernels.take_away(words, self.term(query, term))
            self.check_time()
        return words

    def filters(self, query: Query) -> Words | None:
        """The images of the subsets, licences and author asked for; None where none is."""
        found = []
        if query.has_filters and self.overlay.visible is not None:
            found.append(self.overlay.visible.copy())
        if query.subsets:
            found.append(self._union([self.index.subset_set(s) for s in query.subsets if s in SUBSETS]))
        if query.licenses:
            found.append(self._union([self.index.license_set(slug) for slug in query.licenses]))
        if query.author is not None:
            found.append(self._author(query.author))
        for words in found[1:]:
            np.bitwise_and(found[0], words, out=found[0])
        return found[0] if found else None

    def select(self, query: Query) -> Words:
        """The images that match a query."""
        return self.both(self.terms(query), self.filters(query))

    def both(self, first: Words | None, second: Words | None) -> Words:
        """The images in both sets, None being all."""
        if first is None:
            return self.everything() if second is None else second
        return first if second is None else first & second

    def count(self, query: Query, filters: Words | None) -> int:
        """How many of the images in `filters`, None being all, satisfy the terms of a query."""
        terms = (*query.label, *query.any)
        if filters is None and not query.without and not query.needs_a_pair and len(terms) < 2:
            return self.term_size(query, terms[0]) if terms else self.overlay.images
        words = self.terms(query)
        self.check_time()
        if words is None or filters is None:
            return int(kernels.count_bits(self.both(words, filters)))
        return int(kernels.count_common(words, filters))

    def pair_mask(self, query: Query) -> Mask:
        """The classes of the query's own range and states."""
        return self.overlay.classes.mask(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)

    def with_pair(self, mask: Mask) -> Words:
        """The images with at least one pair, of any label, of these classes."""
        own = mask[: len(self.index.classes)]
        words = self._union([self.index.class_set(int(code)) for code in np.flatnonzero(own)])
        self.overlay.lay_any_pair(words, mask)
        return words

    def _label(self, term: Term) -> int:
        return self.index.label_numbers[term.mid]

    def _all_of(self, query: Query) -> Words | None:
        """The images for which every `label` term holds."""
        words: Words | None = None
        if any(self.term_size(query, term) == 0 for term in query.label):
            return self.nothing()
        for term in query.label:
            found = self.term(query, term)
            words = found.copy() if words is None else np.bitwise_and(words, found, out=words)
            self.check_time()
        return words

    def _some_of(self, query: Query) -> Words:
        """The images for which enough of the `any` terms hold."""
        if query.min_any > 1:
            words = self.everything()
            kernels.reach(self.any_planes(query), query.min_any, words)
            return words
        words = self.nothing()
        for term in query.any:
            np.bitwise_or(words, self.term(query, term), out=words)
            self.check_time()
        return words

    def any_planes(self, query: Query) -> Words:
        """How many of the `any` terms hold for each image: uint64[bits, words], as `kernels.reach` takes them."""
        planes = np.zeros((len(query.any).bit_length(), self.index.width), np.uint64)
        for term in query.any:
            kernels.add_to_planes(planes, self.term(query, term))
            self.check_time()
        return planes

    def _postings(self, label: int, mask: Mask) -> Words:
        bounds, own = self.index.bounds(label), mask[: len(self.index.classes)]
        words = self.nothing()
        kernels.set_bits(words, self.index.posting_images, bounds[:-1][own], bounds[1:][own])
        self.overlay.lay_term(words, label, mask)
        return words

    def _union(self, places: list[int]) -> Words:
        words = self.nothing()
        sets = self.index.sets
        for place in places:
            if sets.is_listed(place):
                self._add(words, sets.ids(place))
            else:
                np.bitwise_or(words, sets.words(place), out=words)
        return words

    def _author(self, key: str) -> Words:
        number = self.index.authors.find(key)
        assert number is not None
        words = self.nothing()
        offsets = self.index.author_offsets
        self._add(words, self.index.author_images[offsets[number] : offsets[number + 1]])
        return words

    @staticmethod
    def _add(words: Words, ids: kernels.Numbers) -> None:
        kernels.set_bits(words, ids, np.zeros(1, np.int64), np.array([len(ids)]))
