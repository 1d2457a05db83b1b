"""The images with a pair of a label or of one below it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import kernels
from browse.facets.embedded.correction_entries import Classes
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.filters import add_set
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.postings import add_postings
from browse.facets.index.classes import Mask


class BelowSets:
    """Sets of images with a pair of a label, or of one below it, in some classes; the visible ones.

    by_class: whether the set of each class is kept, for many sets that are made of the same ones.
    """

    def __init__(self, overlay: Corrections, label: int, *, by_class: bool = False) -> None:
        self._overlay, self._index, self._label = overlay, overlay.index, label
        self._by_class: dict[int, Bitset] | None = {} if by_class else None

    def images_with(self, mask: Mask) -> Bitset:
        """Those with a pair in these classes: what the index has, and changed images as they are now."""
        words, own = np.zeros(self._index.width, np.uint64), mask[: len(self._index.classes)]
        place = self._index.below.place_of(self._label)
        if place is not None and self._index.classes.are_default(own):
            add_set(words, self._index, self._index.group_set(place))
        elif self._by_class is None:
            self._add_all(words, own)
        else:
            for code in np.flatnonzero(own).tolist():
                np.bitwise_or(words, self._of_class(self._by_class, code), out=words)
        if len(self._overlay.changed):
            kernels.put_bits(words, self._overlay.changed, self._changed_with(mask))
        return words

    def _of_class(self, kept: dict[int, Bitset], code: int) -> Bitset:
        """Those that the index has with a pair of one class."""
        if code not in kept:
            kept[code] = np.zeros(self._index.width, np.uint64)
            self._add_all(kept[code], np.arange(len(self._index.classes)) == code)
        return kept[code]

    def _add_all(self, words: Bitset, mask: Mask) -> None:
        for label in self._index.below.with_own(self._label).tolist():
            add_postings(words, self._index, label, mask)

    def _changed_with(self, mask: Mask) -> npt.NDArray[np.bool_]:
        """Which of the changed images have a pair in these classes now."""
        owners, codes = self._changed_pairs
        found = np.zeros(len(self._overlay.changed), np.bool_)
        found[owners[mask[codes]]] = True
        return found

    @cached_property
    def _changed_pairs(self) -> tuple[Counts, Classes]:
        """The pairs of these labels that changed images have now: place of the image, class."""
        inside = np.zeros(len(self._index.labels), np.bool_)
        inside[self._index.below.with_own(self._label)] = True
        owners, labels, codes = self._overlay.changed_pairs
        wanted = inside[labels]
        return owners[wanted], codes[wanted]
