"""Counts over the whole data set: arrays, and nothing that depends on a query.

What is told of human and machine, disagreements and duplicates hold what curators changed at once. Co-occurrence,
labels per image, sources and authors hold what they had changed when the index was built.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.comparison import Tally, strength
from browse.facets.classes import LEVELS, PairClasses
from browse.facets.index import Index, TextTable
from browse.facets.kernels import Counts, Numbers
from browse.facets.laid import NONE, Laid
from browse.facets.overlay import Overlay
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
    """Reads an index's statistics, with curators' changes laid over. Labels are numbered by MID, images by ImageID."""

    def __init__(self, index: Index, overlay: Overlay) -> None:
        self._index = index
        self._overlay = overlay
        self._sources = TextTable(index.arrays["source_text"], index.arrays["source_text_offsets"])

    @cached_property
    def label_counts(self) -> LabelCounts:
        """Visible pairs by label, subset and class."""
        built, deltas = self._built_label_counts, self._overlay.class_deltas()
        if not len(deltas.labels):
            return built
        classes = self._overlay.classes
        counts = np.zeros((*built.counts.shape[:2], len(classes)), np.int64)
        counts[:, :, : built.counts.shape[2]] = built.counts
        for moved, sign in ((deltas.before, -1), (deltas.after, 1)):
            there = moved != NONE
            np.add.at(counts, (deltas.labels[there], deltas.subsets[there], moved[there]), sign)
        return LabelCounts(classes, counts.astype(np.uint32))

    def curators(self, *, label: int | None = None, subset: str | None = None) -> tuple[int, int]:
        """How many yes and no of curators count on visible images: on one label or all, in one subset or all."""
        laid = self._counting
        mine = np.ones(len(laid.rulings), np.bool_) if label is None else laid.labels == label
        if subset is not None:
            mine &= self._index.is_in_set(laid.images, self._index.subset_set(subset))
        yes = int(laid.says[mine].sum())
        return yes, int(mine.sum()) - yes

    @cached_property
    def _counting(self) -> Laid:
        """The rulings on visible images."""
        return self._overlay.laid.between(0, self._index.images)

    @cached_property
    def _built_label_counts(self) -> LabelCounts:
        """Pairs by label, subset and class without curators' changes."""
        index = self._index
        shape = (len(index.labels), len(SUBSETS), len(index.classes))
        return LabelCounts(index.classes, index.arrays["label_counts"].reshape(shape))

    @property
    def counted_images(self) -> int:
        """The images that were visible at the build, of which these tables tell."""
        return int(self.labels_per_image.sum())

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
        return self._index.arrays["author_sizes"]

    @property
    def partner_totals(self) -> Counts:
        """int64[labels]: images with each label in a default state, as partners were counted."""
        return self._index.arrays["partner_totals"]

    def partners(self, label: int) -> tuple[npt.NDArray[np.uint16], Numbers]:
        """The labels that stand with a label most beyond chance, best first, and on how many images each does."""
        offsets = self._index.arrays["partner_offsets"]
        here = slice(int(offsets[label]), int(offsets[label + 1]))
        return self._index.arrays["partner_labels"][here], self._index.arrays["partner_images"][here]

    def disagreeing(self, *, label: int | None = None, subset: str | None = None) -> tuple[Numbers, Numbers]:
        """Images on which human and machine disagree, most strongly first, ties by ImageID; how strongly each."""
        images, strengths = self._disagreeing if label is None else self._disagreeing_on(label)
        if subset is None:
            return images, strengths
        inside = self._index.is_in_set(images, self._index.subset_set(subset))
        return images[inside], strengths[inside]

    def disagreeing_totals(self, *, subset: str | None = None) -> Counts:
        """int64[labels]: on how many images human and machine disagree about each label."""
        classes = self.label_counts.classes
        strong = self._strengths[: len(classes)] > 0
        totals: Counts = self.label_counts.counts[:, _places(subset), strong].sum(axis=(1, 2), dtype=np.int64)
        return totals

    @cached_property
    def _disagreeing(self) -> tuple[Numbers, Numbers]:
        """The build's images in their order, those that entries are about put where they belong now."""
        images = self._index.arrays["disagreeing_images"]
        strengths = self._index.arrays["disagreeing_strengths"]
        changed, moved = self._moved_strengths()
        if not len(changed):
            return images, strengths
        here = np.isin(images, changed)
        now = moved.astype(np.int64)
        now[np.searchsorted(changed, images[here])] += strengths[here]
        shown = (now > 0) & ~np.isin(changed, self._overlay.laid.hidden)
        kept_images, kept = images[~here], strengths[~here]
        places = np.searchsorted(_ranks(kept_images, kept), _ranks(changed[shown], now[shown]))
        order = np.lexsort((changed[shown], -now[shown]))
        return (
            np.insert(kept_images, places[order], changed[shown][order]),
            np.insert(kept, places[order], now[shown][order].astype(np.uint32)),
        )

    def _moved_strengths(self) -> tuple[Numbers, Counts]:
        """The images that entries are about, ascending, and what these add to each one's strength."""
        overlay, strengths = self._overlay, self._strengths
        changed, places = np.unique(overlay.entry_images, return_inverse=True)
        moved = np.zeros(len(changed), np.int64)
        np.add.at(moved, places, strengths[overlay.after] - strengths[overlay.before])
        return changed, moved

    @cached_property
    def _strengths(self) -> Counts:
        """int64[classes + 1]: how strongly a pair of each disagrees; the last for NONE."""
        classes = self._overlay.classes
        keys = zip(classes.states.tolist(), classes.confidences.tolist(), strict=True)
        return np.array([*(strength(STATES[state], level) for state, level in keys), 0], np.int64)

    def _disagreeing_on(self, label: int) -> tuple[Numbers, Numbers]:
        index, overlay = self._index, self._overlay
        bounds, mine = index.bounds(label), overlay.entries_of(label)
        touched, now = overlay.entry_images[mine], overlay.after[mine]
        found = [(np.empty(0, np.uint32), np.empty(0, np.uint32))]
        for code in np.flatnonzero(self._strengths).tolist():
            built = index.posting_images[slice(*bounds[code : code + 2])] if code < len(index.classes) else touched[:0]
            here = np.concatenate([built[~np.isin(built, touched)], touched[now == code]])
            found.append((here, np.full(len(here), self._strengths[code], np.uint32)))
        images, strengths = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((images, -strengths.astype(np.int64)))
        return images[order], strengths[order]

    @cached_property
    def duplicates(self) -> DuplicateGroups:
        """Groups of visible images with one MD5, at least two each."""
        index = self._index
        groups = np.repeat(np.arange(len(index.duplicate_offsets) - 1), np.diff(index.duplicate_offsets))
        shown = ~np.isin(index.duplicate_images, self._overlay.laid.hidden)
        several = np.bincount(groups[shown], minlength=len(index.duplicate_offsets) - 1) > 1
        shown &= several[groups]
        images, sizes = index.duplicate_images[shown], np.bincount(groups[shown])
        sizes = sizes[sizes > 0]
        firsts = images[sizes.cumsum() - sizes]  # hiding a group's first image may move it behind others
        images = images[np.argsort(np.repeat(firsts, sizes), kind="stable")]
        sizes = sizes[np.argsort(firsts)]
        subsets = np.zeros(len(images), np.uint8)
        for place, name in enumerate(SUBSETS):
            subsets[index.is_in_set(images, index.subset_set(name))] = place
        return DuplicateGroups(np.concatenate([[0], sizes.cumsum()]), images, subsets)


def _ranks(images: Numbers, strengths: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """One number an image that ascends in the order of disagreement."""
    ranks: npt.NDArray[np.int64] = (-strengths.astype(np.int64) << 32) + images
    return ranks
