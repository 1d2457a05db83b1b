"""The embedded facet engine: bitsets for which images, a forward index for how many of each label."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from browse.facets.embedded import boxes, counting, kernels, label_counts, names, ordering
from browse.facets.embedded.annotations import AnnotationAnswers
from browse.facets.embedded.candidates import IndexCandidates
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.cross_table import CrossTable, cross_table
from browse.facets.embedded.exclusions import counts_by_exclusion
from browse.facets.embedded.filters import WITH_FACET
from browse.facets.embedded.hierarchy import group_counts, group_totals
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.embedded.likeness import most_alike
from browse.facets.embedded.relationships import relation_counts
from browse.facets.embedded.rulings import numbers
from browse.facets.embedded.selected import Selected
from browse.facets.embedded.selection import Selector
from browse.facets.embedded.statistics import Statistics
from browse.facets.embedded.terms import term_facets
from browse.facets.embedded.texts import authors_named
from browse.facets.engine import Engine, FacetCounts, PageOfImages, UnknownValueError
from browse.facets.index.open_index import Index
from browse.query.fields import FACETS, Facet, Field
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, CheckOutcome, Query

_ENDS: tuple[Literal["left"], Literal["right"]] = ("left", "right")


@dataclass(frozen=True)
class _Found:
    """The images that satisfy a query's terms, None being all, and those that match the query.

    table   those that satisfy its filters, by their pairs of its labels, where there is such a table.
    """

    terms: Bitset | None
    words: Bitset
    table: CrossTable | None


def _found(selector: Selector, query: Query, filters: Bitset | None) -> _Found:
    table, terms = cross_table(selector, query, filters)
    if table is None:
        selector.keep(query)
        terms = selector.terms(query)
    return _Found(terms, selector.both(terms, filters), table)


class EmbeddedEngine(AnnotationAnswers, Engine):
    """Answers over one index generation and what curators changed, without memory of earlier queries.

    Threads may share one.
    """

    def __init__(self, index: Index, overlay: Corrections | None = None) -> None:
        self._index = index
        self.overlay = overlay or Corrections.nothing(index)

    def with_overlay(self, overlay: Corrections) -> EmbeddedEngine:
        """The engine over the same index with other changes."""
        return EmbeddedEngine(self._index, overlay)

    def with_changes(
        self,
        rulings: Mapping[tuple[int, str], bool | None],
        hidings: Mapping[int, bool] | None = None,
        checks: Mapping[int, CheckOutcome] | None = None,
    ) -> EmbeddedEngine:
        """The engine with other words on some pairs, other hidden images, and other newest license checks."""
        return self.with_overlay(self.overlay.with_changes(rulings, hidings, checks))

    def reread(self) -> Iterator[float]:
        """Check the files of the index again, as they are mapped."""
        return self._index.reread()

    def without_corrections(self) -> EmbeddedEngine:
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
    def digest(self) -> str:
        """The data set digest; empty where the index was built without it."""
        return self._index.manifest.digest

    @property
    def has_rotations(self) -> bool:
        """Whether the rotation of any image is known."""
        return self._index.manifest.has_rotations

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
        """The slugs of all licenses, by code point."""
        return self._index.licenses

    @property
    def subsets(self) -> list[str]:
        """The subsets that have images, hidden ones too, in listing order."""
        return [*WITH_FACET["subset"].values(self.overlay)]

    @property
    def confidences(self) -> list[int]:
        """The distinct pair confidences, ascending, in hundredths."""
        return self.overlay.levels

    @cached_property
    def statistics(self) -> Statistics:
        """Counts over the whole data set, with curators' changes."""
        return Statistics(self._index, self.overlay)

    def is_hidden(self, key: int) -> bool:
        """Whether the image with this key is hidden."""
        return self.overlay.is_hidden(key)

    def says_of(self, keys: Iterable[int]) -> dict[int, dict[str, bool]]:
        """For images by their keys what curators say, by MID; images without verdicts are left out."""
        return self.overlay.says_of(keys)

    def _keys(self, images: ImageNumbers) -> list[int]:
        """The database keys of images by number."""
        keys: list[int] = self._index.image_keys[images].tolist()
        return keys

    def has_label(self, mid: str) -> bool:
        """Whether the data set has this label, with images or without."""
        return mid in self._index.label_numbers

    @property
    def has_hierarchy(self) -> bool:
        """Whether any label has others below it."""
        return bool(self._index.below)

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one, by code point. Raises UnknownValueError."""
        label = self._index.label_numbers.get(mid)
        if label is None:
            raise UnknownValueError("label", mid)
        return [self._index.labels[one] for one in self._index.below.of(label).tolist()]

    def has_license(self, slug: str) -> bool:
        """Whether the data set has this license."""
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
        keys = [one for one in self._keys(same) if not self.overlay.is_hidden(one)]
        return keys if key in keys and len(keys) > 1 else []

    def similar(self, key: int, *, top: int, deadline: float | None = None) -> list[tuple[int, int]]:
        """The images whose labels are most like this one's, with their likeness in millionths."""
        image = int(numbers(self._index.image_keys, [key])[0])
        if image < 0 or self.is_hidden(key):
            return []
        Selector(self.overlay, deadline=deadline).check_time()
        same = numbers(self._index.image_keys, self.duplicates(key)).astype(np.uint32)
        ranked = most_alike(self.overlay, image, same, top)
        keys = self._keys(np.array([other for other, _ in ranked], np.uint32))
        return [(other, like) for other, (_, like) in zip(keys, ranked, strict=True)]

    def keys_of_photo(self, photo: int) -> list[int]:
        """The database keys of the images with this photo id at Flickr, but for hidden ones; by ImageID."""
        index = self._index
        if not 0 < photo < 1 << 64:
            return []
        wanted = np.uint64(photo)
        start = int(np.searchsorted(index.photo_ids, wanted))
        stop = int(np.searchsorted(index.photo_ids, wanted, side="right"))
        found = self._keys(index.photo_images[start:stop])
        return [key for key in found if not self.overlay.is_hidden(key)]

    def keys_of_md5_head(self, head: bytes) -> list[int]:
        """The database keys of the images whose MD5 begins with these four bytes, but for hidden ones; by ImageID."""
        index, wanted = self._index, np.uint32(int.from_bytes(head[:4], "big"))
        start, stop = (int(np.searchsorted(index.md5_heads, wanted, side=side)) for side in _ENDS)
        return [key for key in self._keys(index.md5_images[start:stop]) if not self.overlay.is_hidden(key)]

    def suggested_authors(self, words: Sequence[str], *, top: int) -> list[tuple[str, int, int]]:
        """Authors with images whose usual name has all these words, the last perhaps as a beginning."""
        index = self._index
        named = names.authors_with(index, words)
        counts = np.where(named, names.images_by_author(index, self.overlay.laid.hidden), 0)
        return self._author_rows(counting.largest(counts, top))

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
        return PageOfImages(count, self._keys(images))

    def selected(self, query: Query, *, limit: int | None = None, deadline: float | None = None) -> Selected:
        """The images that match, or the first `limit` of them in the query's order, to count what they have."""
        return Selected.of(self._selector(query, deadline), query, limit)

    def candidates(self, query: Query, *, deadline: float | None = None) -> IndexCandidates:
        """The images that match, with their pairs, for a training set to be chosen from."""
        return IndexCandidates(self.overlay, self._selector(query, deadline).select(query))

    def after(self, query: Query, key: int | None, *, size: int, deadline: float | None = None) -> list[int]:
        """The first `size` matching images after a database key, None being before all, in the order of ImageIDs."""
        words = self._selector(query, deadline).select(query)
        start = 0 if key is None else int(np.searchsorted(self._index.image_keys, key, side="right"))
        images = np.empty(size, np.uint32)
        return self._keys(images[: kernels.select(words, kernels.count_below(words, start), images)])

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        index, selector = self._index, self._selector(query, deadline)
        filters = selector.filters(query)
        found = _found(selector, query, filters)
        words = found.words
        count = int(kernels.count_bits(words))
        mask = selector.pair_mask(query)
        at_hand = found.table.images if found.table else {}
        named = {label: at_hand.get(label) for label in selector.named(query)}
        labels = label_counts.label_counts(self.overlay, words, count, mask, named)
        selector.check_time()
        return FacetCounts(
            count=count,
            labels=self._named(labels, top),
            authors=self._authors(selector, query, found, top_authors),
            values={
                facet.name: self._replacing(selector, query, (field, facet), filters, found)
                for field, facet in FACETS
                if not facet.optional or WITH_FACET[field.name].values(self.overlay)
            },
            terms=found.table.term_facets() if found.table else term_facets(selector, query, filters),
            hierarchy=self._named(group_counts(self.overlay, words, count, mask, labels, top), top)
            if index.below
            else None,
            box_labels=self._named(boxes.label_counts(index, words), top),
            relations=relation_counts(index, words),
        )

    def authors_named(
        self, query: Query, text: str, *, top: int | None = None, deadline: float | None = None
    ) -> list[tuple[str, int, int]]:
        """The `authors` of a query's facets, at most `top`, that a text finds by name or key."""
        selector = self._selector(query, deadline)
        words = selector.select(replace(query, authors=frozenset()))
        selector.check_time()
        counts = counting.author_counts(self._index, words, int(kernels.count_bits(words)))
        named = authors_named(self._index, text)
        found = np.zeros_like(counts)
        found[named] = counts[named]
        return self._author_rows(counting.largest(found, top))

    def label_counts(self) -> dict[str, int]:
        """For every label of the data set the count of `label=MID`."""
        totals = self.overlay.label_totals(self.overlay.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES))
        return dict(zip(self._index.labels, totals.tolist(), strict=True))

    def group_counts(self) -> dict[str, int]:
        """For every label that has others below it the count of `label=MID*`."""
        totals = group_totals(self.overlay, self.overlay.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES))
        return {self._index.labels[label]: int(totals[label]) for label in self._index.below.groups.tolist()}

    def close(self) -> None:
        """Let the generation be removed from disk; answers under way, and later ones, still come out right."""
        self._index.close()

    def _selector(self, query: Query, deadline: float | None) -> Selector:
        selector = Selector(self.overlay, deadline=deadline)
        selector.check_values(query)
        selector.check_time()
        return selector

    def _named(self, counts: Counts, top: int | None) -> list[tuple[str, int]]:
        return [(self._index.labels[label], n) for label, n in counting.largest(counts, top)]

    def _authors(self, selector: Selector, query: Query, found: _Found, top: int | None) -> list[tuple[str, int, int]]:
        words = found.words
        if query.authors:
            words = selector.both(found.terms, selector.filters(replace(query, authors=frozenset())))
        selector.check_time()
        return self._author_rows(counting.largest_authors(self._index, words, top))

    def _author_rows(self, counts: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
        index = self._index
        return [(index.authors[number], int(index.author_ids[number]), count) for number, count in counts]

    def _replacing(
        self, selector: Selector, query: Query, asked: tuple[Field, Facet], filters: Bitset | None, found: _Found
    ) -> dict[Any, int]:
        """For each value of a field's facet the count of the query with this value alone."""
        field, facet = asked
        selector.check_time()
        if field.name in WITH_FACET:
            own, words = WITH_FACET[field.name], found.words
            if field.values(query):
                words = selector.both(found.terms, selector.filters(field.replaced(query, ())))
            return {value: own.count(words, self.overlay, value) for value in own.values(self.overlay)}
        is_state = field.name == "state"
        tabled: Callable[[CrossTable], dict[Any, int]] = CrossTable.states if is_state else CrossTable.levels
        if found.table is not None and query.wanted_pairs:
            return tabled(found.table)
        variants = {v: field.replaced(query, [facet.only(v)]) for v in (STATES if is_state else self.confidences)}
        if found.table is not None:
            counts = counts_by_exclusion(found.table, filters, variants, field.attribute, tabled)
            if counts is not None:
                return counts
        return {value: selector.count(variant, filters) for value, variant in variants.items()}
