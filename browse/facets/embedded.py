"""The embedded facet engine: bitsets for which images, a forward index for how many of each label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from browse.facets import counting, kernels, ordering
from browse.facets.engine import FacetCounts, PageOfImages
from browse.facets.index import Index
from browse.facets.kernels import Numbers, Words
from browse.facets.overlay import Overlay
from browse.facets.selection import Selector
from browse.facets.statistics import Statistics
from browse.facets.terms import term_facets
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, SUBSETS, ConfidenceRange, Query, State


class EmbeddedEngine:
    """Answers over one index generation and what curators changed, without memory of earlier queries.

    Threads may share one.
    """

    def __init__(self, index: Index, overlay: Overlay | None = None) -> None:
        self._index = index
        self.overlay = overlay or Overlay.nothing(index)

    def with_overlay(self, overlay: Overlay) -> EmbeddedEngine:
        """The engine over the same index with other changes."""
        return EmbeddedEngine(self._index, overlay)

    def without_overlay(self) -> EmbeddedEngine:
        """The engine over the index alone: hidden images are found, verdicts by curators count for nothing."""
        return EmbeddedEngine(self._index)

    @property
    def generation(self) -> str:
        """Name of the index generation."""
        return self._index.generation

    @property
    def dataset(self) -> str:
        """What the data set was called when the index was built."""
        return self._index.manifest.dataset

    @property
    def images(self) -> int:
        """How many images the data set has, without hidden ones."""
        return self.overlay.images

    @property
    def labels(self) -> Sequence[str]:
        """The MIDs of all labels, by code point, also those without images."""
        return self._index.labels

    @property
    def licenses(self) -> Sequence[str]:
        """The slugs of all licences, by code point."""
        return self._index.licenses

    @property
    def subsets(self) -> list[str]:
        """The subsets that have images, in listing order."""
        return [subset for subset in SUBSETS if self.overlay.subset_sizes[subset]]

    @property
    def confidences(self) -> list[int]:
        """The distinct pair confidences, ascending, in hundredths."""
        return self.overlay.levels

    @cached_property
    def statistics(self) -> Statistics:
        """Counts over the whole data set, with curators' changes."""
        return Statistics(self._index, self.overlay)

    def label_number(self, mid: str) -> int | None:
        """A label's place among `labels`, or None where there is no such label."""
        return self._index.label_numbers.get(mid)

    def keys(self, images: Numbers) -> list[int]:
        """The database keys of images by number."""
        keys: list[int] = self._index.image_keys[images].tolist()
        return keys

    def has_label(self, mid: str) -> bool:
        """Whether the data set has this label, with images or without."""
        return mid in self._index.label_numbers

    def has_license(self, slug: str) -> bool:
        """Whether the data set has this licence."""
        return slug in self._index.license_numbers

    def has_author(self, key: str) -> bool:
        """Whether the data set has an author of this key."""
        return self._index.authors.find(key) is not None

    def author_id(self, key: str) -> int | None:
        """The Author row id of a key, or None where there is no such author."""
        number = self._index.authors.find(key)
        return None if number is None else int(self._index.author_ids[number])

    def duplicates(self, key: int) -> list[int]:
        """The database keys of all images with this one's MD5, itself among them; none where it is the only one.

        Hidden images are nobody's duplicates.
        """
        index = self._index
        image = int(np.searchsorted(index.image_keys, key))
        if image == index.images or index.image_keys[image] != key:
            return []
        found = np.flatnonzero(index.duplicate_images == image)
        if not len(found):
            return []
        group = int(np.searchsorted(index.duplicate_offsets, found[0], side="right")) - 1
        same = index.duplicate_images[index.duplicate_offsets[group] : index.duplicate_offsets[group + 1]]
        keys = [one for one in self.keys(same) if not self.overlay.is_hidden(one)]
        return keys if key in keys and len(keys) > 1 else []

    def keys_of_photo(self, photo: int) -> list[int]:
        """The database keys of the images with this photo id at Flickr, but for hidden ones; by ImageID."""
        index = self._index
        if not 0 < photo < 1 << 64:
            return []
        wanted = np.uint64(photo)
        start = int(np.searchsorted(index.photo_ids, wanted))
        stop = int(np.searchsorted(index.photo_ids, wanted, side="right"))
        found = self.keys(index.photo_images[start:stop])
        return [key for key in found if not self.overlay.is_hidden(key)]

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        selector = self._selector(query, deadline)
        return selector.count(query, selector.filters(query))

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """Page `number`, from 1, of `size` images; empty after the last."""
        selector = self._selector(query, deadline)
        words = selector.select(query)
        count = int(kernels.count_bits(words))
        start = (number - 1) * size
        images = ordering.page(selector, query, words, start=start, stop=min(start + size, count))
        return PageOfImages(count, self.keys(images))

    def after(self, query: Query, key: int | None, *, size: int, deadline: float | None = None) -> list[int]:
        """The first `size` matching images after a database key, None being before all, in the order of ImageIDs."""
        words = self._selector(query, deadline).select(query)
        start = 0 if key is None else int(np.searchsorted(self._index.image_keys, key, side="right"))
        images = np.empty(size, np.uint32)
        return self.keys(images[: kernels.select(words, kernels.count_below(words, start), images)])

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        index, selector = self._index, self._selector(query, deadline)
        selector.keep(query)
        terms, filters = selector.terms(query), selector.filters(query)
        words = selector.both(terms, filters)
        count = int(kernels.count_bits(words))
        labels = counting.label_counts(self.overlay, words, count, selector.pair_mask(query))
        selector.check_time()
        return FacetCounts(
            count=count,
            labels=[(index.labels[label], n) for label, n in counting.largest(labels, top)],
            authors=self._authors(selector, query, terms, words, top_authors),
            subsets=self._subsets(selector, query, terms, words),
            licenses=self._licenses(selector, query, terms, words),
            states={state: selector.count(variant, filters) for state, variant in _by_state(query)},
            confidence={level: selector.count(variant, filters) for level, variant in self._by_level(query)},
            terms=term_facets(selector, query, filters),
        )

    def label_counts(self) -> dict[str, int]:
        """For every label of the data set the count of `label=MID`."""
        totals = self.overlay.label_totals(self.overlay.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES))
        return dict(zip(self._index.labels, totals.tolist(), strict=True))

    def close(self) -> None:
        """Let the generation be removed from disk; answers under way, and later ones, still come out right."""
        self._index.close()

    def _selector(self, query: Query, deadline: float | None) -> Selector:
        selector = Selector(self.overlay, deadline=deadline)
        selector.check_values(query)
        selector.check_time()
        return selector

    def _authors(
        self, selector: Selector, query: Query, terms: Words | None, words: Words, top: int | None
    ) -> list[tuple[str, int, int]]:
        index = self._index
        if query.author is not None:
            words = selector.both(terms, selector.filters(replace(query, author=None)))
        selector.check_time()
        counts = counting.author_counts(index, words, int(kernels.count_bits(words)))
        return [(index.authors[n], int(index.author_ids[n]), count) for n, count in counting.largest(counts, top)]

    def _subsets(self, selector: Selector, query: Query, terms: Words | None, words: Words) -> dict[str, int]:
        if query.subsets:
            words = selector.both(terms, selector.filters(replace(query, subsets=frozenset())))
        selector.check_time()
        return {name: counting.set_count(self._index, words, self._index.subset_set(name)) for name in self.subsets}

    def _licenses(self, selector: Selector, query: Query, terms: Words | None, words: Words) -> dict[str, int]:
        if query.licenses:
            words = selector.both(terms, selector.filters(replace(query, licenses=frozenset())))
        selector.check_time()
        return {slug: counting.set_count(self._index, words, self._index.license_set(slug)) for slug in self.licenses}

    def _by_level(self, query: Query) -> Iterator[tuple[int, Query]]:
        for level in self.confidences:
            yield level, replace(query, confidence=ConfidenceRange(level, level))


def _by_state(query: Query) -> Iterator[tuple[State, Query]]:
    for state in STATES:
        yield state, replace(query, states=frozenset({state}))
