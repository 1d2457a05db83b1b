"""Counts over the whole data set, as the index build left them: arrays, and nothing that depends on a query.

Whatever is told of human and machine is made of `LabelCounts`, of co-occurrence of `partners`, of duplicates of
`DuplicateGroups`: what changes single pairs or images after the build has to change these values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from browse.comparison import Tally, strength
from browse.facets.classes import LEVELS, PairClasses
from browse.facets.index import Index, TextTable
from browse.facets.kernels import Counts, Numbers
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, SUBSETS, State


@dataclass(frozen=True)
class LabelCounts:
    """Pairs by label, subset and class. counts: unsigned integers [labels, subsets, classes]."""

    classes: PairClasses
    counts: npt.NDArray[np.uint32]

    def tally(self, *, label: int | None = None, subset: str | None = None) -> Tally:
        """Pairs of one label or all, in one subset or all, by state and confidence."""
        labels = slice(None) if label is None else slice(label, label + 1)
        numbers = self.counts[labels, _places(subset)].sum(axis=(0, 1), dtype=np.int64).tolist()
        keys = zip(self.classes.states.tolist(), self.classes.confidences.tolist(), strict=True)
        return {(STATES[state], level): n for (state, level), n in zip(keys, numbers, strict=True)}

    def by_state(self, subset: str | None = None) -> dict[State, Counts]:
        """For each state int64[labels]: pairs in one subset or all."""
        by_class = self.counts[:, _places(subset)].sum(axis=1, dtype=np.int64)
        return {state: by_class @ (self.classes.states == place) for place, state in enumerate(STATES)}

    @cached_property
    def images(self) -> Counts:
        """int64[labels, subsets]: images with the label in a default state, the count of `label=MID&subset=s`."""
        return self._of(DEFAULT_STATES)

    @cached_property
    def annotated(self) -> Counts:
        """int64[labels, subsets]: images with the label in any state."""
        return self._of(frozenset(STATES))

    def _of(self, states: frozenset[State]) -> Counts:
        counts: Counts = self.counts[:, :, self.classes.mask(ANY_CONFIDENCE, states)].sum(axis=2, dtype=np.int64)
        return counts


def _places(subset: str | None) -> slice:
    """Where a subset stands among SUBSETS, or all of them."""
    if subset is None:
        return slice(None)
    place = SUBSETS.index(subset)
    return slice(place, place + 1)


@dataclass(frozen=True)
class DuplicateGroups:
    """Groups of images with one MD5, by their first image.

    offsets  int64[groups + 1]: where each group begins in `images`.
    images   image numbers, ascending within a group.
    subsets  uint8, one for each of `images`: its place among SUBSETS.
    """

    offsets: Counts
    images: Numbers
    subsets: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def sizes(self) -> Counts:
        """int64[groups]: images of each."""
        return np.diff(self.offsets)

    @cached_property
    def by_subset(self) -> Counts:
        """int64[groups, subsets]: images of each group in each subset."""
        numbers = np.zeros((len(self), len(SUBSETS)), np.int64)
        np.add.at(numbers, (np.repeat(np.arange(len(self)), self.sizes), self.subsets), 1)
        return numbers

    @cached_property
    def across(self) -> npt.NDArray[np.bool_]:
        """bool[groups]: whether a group's images are in more than one subset."""
        across: npt.NDArray[np.bool_] = (self.by_subset > 0).sum(axis=1) > 1
        return across


class Statistics:
    """Reads an index's statistics. Labels are numbered by MID, images by ImageID."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._sources = TextTable(index.arrays["source_text"], index.arrays["source_text_offsets"])

    @cached_property
    def label_counts(self) -> LabelCounts:
        """Pairs by label, subset and class."""
        index = self._index
        shape = (len(index.labels), len(SUBSETS), len(index.classes))
        return LabelCounts(index.classes, index.arrays["label_counts"].reshape(shape))

    @property
    def labels_per_image(self) -> Counts:
        """int64[subsets, most + 1]: images by how many labels they have in default states."""
        return self._index.arrays["labels_per_image"].reshape(len(SUBSETS), -1)

    @property
    def source_counts(self) -> dict[str, Counts]:
        """For each source, by name, int64[subsets, 101]: annotations by hundredths."""
        counts = self._index.arrays["source_counts"].reshape(-1, len(SUBSETS), LEVELS)
        return dict(zip(self._sources, counts, strict=True))

    @property
    def author_sizes(self) -> Counts:
        """int64[most + 1]: authors by how many images they have."""
        return np.bincount(np.diff(self._index.author_offsets)).astype(np.int64)

    @property
    def authored(self) -> int:
        """Images with an author."""
        return len(self._index.author_images)

    def partners(self, label: int) -> tuple[npt.NDArray[np.uint16], Numbers]:
        """The labels that stand with a label most beyond chance, best first, and on how many images each does."""
        offsets = self._index.arrays["partner_offsets"]
        here = slice(int(offsets[label]), int(offsets[label + 1]))
        return self._index.arrays["partner_labels"][here], self._index.arrays["partner_images"][here]

    def disagreeing(self, *, label: int | None = None, subset: str | None = None) -> tuple[Numbers, Numbers]:
        """Images on which human and machine disagree, most strongly first, ties by ImageID; how strongly each."""
        if label is None:
            images = self._index.arrays["disagreeing_images"]
            strengths = self._index.arrays["disagreeing_strengths"]
        else:
            images, strengths = self._disagreeing_on(label)
        if subset is None:
            return images, strengths
        inside = self._index.is_in_set(images, self._index.subset_set(subset))
        return images[inside], strengths[inside]

    def _disagreeing_on(self, label: int) -> tuple[Numbers, Numbers]:
        index = self._index
        bounds = index.bounds(label)
        found = [(np.empty(0, np.uint32), np.empty(0, np.uint32))]
        for code in range(len(index.classes)):
            here = index.posting_images[bounds[code] : bounds[code + 1]]
            state, level = STATES[index.classes.states[code]], int(index.classes.confidences[code])
            if strength(state, level):
                found.append((here, np.full(len(here), strength(state, level), np.uint32)))
        images, strengths = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((images, -strengths.astype(np.int64)))
        return images[order], strengths[order]

    @cached_property
    def duplicates(self) -> DuplicateGroups:
        """Groups of images with one MD5."""
        index = self._index
        images = index.duplicate_images
        subsets = np.zeros(len(images), np.uint8)
        for place, name in enumerate(SUBSETS):
            subsets[index.is_in_set(images, index.subset_set(name))] = place
        return DuplicateGroups(index.duplicate_offsets, images, subsets)
