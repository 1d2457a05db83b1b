"""The images that a query selects, or the first of them: how many annotations, pairs and labels these have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from browse.facets.embedded import counting, kernels, ordering, row_counts
from browse.facets.embedded.box_pages import counts_by_label
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.label_counts import label_counts
from browse.facets.embedded.selection import Selector
from browse.facets.index.classes import Mask
from browse.query.values import Query


@dataclass(frozen=True)
class Selected:
    """A set of visible images, `count` of them, and what was asked for."""

    count: int
    _selector: Selector
    _query: Query
    _words: Bitset

    @classmethod
    def of(cls, selector: Selector, query: Query, limit: int | None = None) -> Selected:
        """The images of a query, or as many as `limit` says of them, the first in the query's order."""
        words = selector.select(query)
        count = int(kernels.count_bits(words))
        if limit is None or count <= limit:
            return cls(count, selector, query, words)
        first = selector.nothing()
        images = ordering.page(selector, query, words, start=0, stop=limit)
        kernels.set_bits(first, images, np.zeros(1, np.int64), np.array([limit]))
        return cls(limit, selector, query, first)

    def annotations(self) -> int:
        """Annotations of the data set itself on these images, whatever curators say since."""
        return int(kernels.sum_values(self._words, self._selector.index.annotation_counts))

    def rulings(self) -> list[tuple[int, str]]:
        """The pairs, as image key and MID, on which curators say yes or no here; ascending."""
        index, laid = self._selector.index, self._selector.overlay.laid
        images = laid.images
        inside = (self._words[images >> 6] >> (images & 63).astype(np.uint64)) & np.uint64(1) == 1
        keys = index.image_keys[images[inside]].tolist()
        return [(key, index.labels[label]) for key, label in zip(keys, laid.labels[inside].tolist(), strict=True)]

    def pairs(self) -> int:
        """Pairs that hold a `label` or `any` term; without such terms those in the query's range and states."""
        if not self._query.wanted_pairs:
            return int(self._by_label(self._selector.pair_mask(self._query)).sum())
        return sum(self._pairs_of(label, mask) for label, mask in self._masks().items())

    def labels(self) -> list[str]:
        """The MIDs of all labels with a pair here, in any state; by code point."""
        every = np.ones(len(self._selector.overlay.classes), np.bool_)
        return [self._selector.index.labels[label] for label in np.flatnonzero(self._by_label(every)).tolist()]

    def boxes(self) -> dict[str, int]:
        """How many boxes that the query asks for, `wanted_boxes`, are here of each label that has any; by MID."""
        return self._by_mid(counts_by_label(self._selector.index, self._words, self._query.wanted_boxes))

    def masks(self) -> dict[str, int]:
        """The same of masks, `wanted_masks`."""
        return self._by_mid(row_counts.masks_by_label(self._selector.index, self._words, self._query.wanted_masks))

    def relationships(self) -> int:
        """How many relationships that the query asks for, `wanted_relations`, are here."""
        return row_counts.number_of_relationships(self._selector.index, self._words, self._query.wanted_relations)

    def points(self) -> int:
        """How many points that the query asks for, `wanted_points`, are here."""
        return row_counts.number_of_points(self._selector.index, self._words, self._query.wanted_points)

    def narratives(self) -> int:
        """How many narratives are here whose caption the query asks for; all without `caption`."""
        return row_counts.number_of_narratives(self._selector.index, self._words, self._query.caption)

    def images_by_mask_file(self) -> list[int]:
        """For each file that masks counted here were read from, and each first digit of their ImageIDs, the first
        image, by database key; ascending.
        """
        return row_counts.images_by_mask_file(self._selector.index, self._words, self._query.wanted_masks)

    def images_by_narrative_file(self) -> list[int]:
        """The same of narratives."""
        return row_counts.images_by_narrative_file(self._selector.index, self._words, self._query.caption)

    def _by_mid(self, counts: Counts) -> dict[str, int]:
        labels = self._selector.index.labels
        return {labels[label]: int(counts[label]) for label in np.flatnonzero(counts).tolist()}

    def _by_label(self, mask: Mask) -> Counts:
        return label_counts(self._selector.overlay, self._words, self.count, mask)

    def _pairs_of(self, label: int, mask: Mask) -> int:
        self._selector.check_time()
        return int(counting.class_counts(self._selector.overlay, self._words, label)[mask].sum())

    def _masks(self) -> dict[int, Mask]:
        """For each label of which a pair will do for a `label` or `any` term the classes that it may be in."""
        found: dict[int, Mask] = {}
        for term in self._query.wanted_pairs:
            mask = self._selector.mask(self._query, term)
            for label in self._selector.labels_of(term):
                found[label] = found[label] | mask if label in found else mask
        return found
