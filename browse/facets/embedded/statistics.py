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

from browse.domain.comparison import Tally, strength
from browse.domain.releases import GivenPairs
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Counts, ImageNumbers
from browse.facets.embedded.rulings import NONE, CurationInput
from browse.facets.index.classes import LEVELS, PairClasses
from browse.facets.index.open_index import Index
from browse.facets.index.text_tables import TextTable
from browse.facets.statistics import CoOccurrenceCounts, DuplicateGroups, LabelColumns, LabelImages, LevelColumns
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, SUBSETS, State

_GIVEN = (State.CONFIRMED, State.REJECTED, State.UNVERIFIED)
"""What a pair that the machine gave can be."""


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

    def by_level(self, subset: str | None = None) -> LevelColumns:
        """Pairs of every label that the machine gave, by its confidence, in one subset or all."""
        by_class = self.counts[:, _places(subset)].sum(axis=1, dtype=np.int64)
        states, levels = self.classes.states, self.classes.confidences
        of_state = {state: states == STATES.index(state) for state in _GIVEN}
        confidences = np.unique(levels[np.logical_or.reduce([*of_state.values()])]).astype(np.int64)

        def column(state: State) -> Counts:
            at = (levels[:, None] == confidences[None, :]) & of_state[state][:, None]
            counts: Counts = by_class @ at
            return counts

        yes, no, unverified = (column(state) for state in _GIVEN)
        return LevelColumns(confidences, yes + no + unverified, yes, no)

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
class RankedImages:
    """Images by number, in an order, and the number that each is ranked by."""

    image_keys: npt.NDArray[np.int64]
    images: ImageNumbers
    values: ImageNumbers

    def __len__(self) -> int:
        return len(self.images)

    def rows(self, start: int, stop: int) -> list[tuple[int, int]]:
        """(database key, number) of the images from place `start`, from 0, to before `stop`."""
        keys = self.image_keys[self.images[start:stop]].tolist()
        return list(zip(keys, self.values[start:stop].tolist(), strict=True))


class Statistics:
    """Reads an index's statistics, with curators' changes laid over. Raises KeyError for labels that there are not."""

    def __init__(self, index: Index, overlay: Corrections) -> None:
        self._index = index
        self._overlay = overlay
        self._sources = TextTable(index.arrays["source_text"], index.arrays["source_text_offsets"])

    def tally(self, *, mid: str | None = None, subset: str | None = None) -> Tally:
        """Pairs of one label or all, in one subset or all, by state and confidence."""
        return self._label_counts.tally(label=self._number(mid), subset=subset)

    def label_columns(self, *, subset: str | None = None) -> LabelColumns:
        """Counts of every label, its pairs in one subset or all."""
        counts = self._label_counts
        return LabelColumns(self._index.labels, counts.by_state(subset), counts.images, counts.annotated)

    def level_columns(self, *, subset: str | None = None) -> LevelColumns:
        """Pairs of every label that the machine gave, by its confidence, in one subset or all."""
        return self._label_counts.by_level(subset)

    def label_images(self, mid: str) -> LabelImages:
        """How many images have a label, by subset."""
        label, counts = self._index.label_numbers[mid], self._label_counts
        images, annotated = (
            dict(zip(SUBSETS, column[label].tolist(), strict=True)) for column in (counts.images, counts.annotated)
        )
        return LabelImages(images, annotated)

    def given_pairs(self, *, mid: str | None = None) -> GivenPairs:
        """Of every label, or of one, the visible images with each state by what the data set itself says."""
        counts, number = self._given_counts, self._number(mid)
        mine = counts.counts if number is None else counts.counts[number : number + 1]
        states = counts.classes.states
        return {state: mine[:, :, states == place].sum(axis=2, dtype=np.int64) for place, state in enumerate(STATES)}

    @cached_property
    def _given_counts(self) -> LabelCounts:
        """Without curators' verdicts; of hidden images all pairs are gone, which no verdict does."""
        built, deltas = self._built_label_counts, self._overlay.class_deltas()
        gone = deltas.after == NONE
        counts = built.counts.astype(np.int64)
        np.add.at(counts, (deltas.labels[gone], deltas.subsets[gone], deltas.before[gone]), -1)
        return LabelCounts(built.classes, counts.astype(np.uint32))

    def _number(self, mid: str | None) -> int | None:
        return None if mid is None else self._index.label_numbers[mid]

    @cached_property
    def _label_counts(self) -> LabelCounts:
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

    def curators(self, *, mid: str | None = None, subset: str | None = None) -> tuple[int, int]:
        """How many yes and no of curators count on visible images: on one label or all, in one subset or all."""
        laid, label = self._counting, self._number(mid)
        mine = np.ones(len(laid.rulings), np.bool_) if label is None else laid.labels == label
        if subset is not None:
            mine &= self._index.is_in_set(laid.images, self._index.subset_set(subset))
        yes = int(laid.says[mine].sum())
        return yes, int(mine.sum()) - yes

    @cached_property
    def _counting(self) -> CurationInput:
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
        return int(self._index.arrays["labels_per_image"].sum())

    def labels_per_image(self, *, subset: str | None = None) -> list[int]:
        """At place n the images with n labels in default states, up to the most that any has."""
        by_subset = self._index.arrays["labels_per_image"].reshape(len(SUBSETS), -1)
        numbers: list[int] = np.trim_zeros(by_subset[_places(subset)].sum(axis=0), "b").tolist()
        return numbers

    def source_confidences(self, *, subset: str | None = None) -> dict[str, dict[int, int]]:
        """For each source, by name, how many annotations have each confidence, in hundredths, that it gave."""
        by_subset = self._index.arrays["source_counts"].reshape(-1, len(SUBSETS), LEVELS)
        counts = by_subset[:, _places(subset)].sum(axis=1)
        return {source: _nonzero(row) for source, row in zip(self._sources, counts, strict=True)}

    @property
    def author_sizes(self) -> dict[int, int]:
        """How many authors have so many images, by that number, ascending."""
        return {size: authors for size, authors in _nonzero(self._index.arrays["author_sizes"]).items() if size}

    def co_occurring_labels(self, mid: str) -> CoOccurrenceCounts:
        """The labels that stand with a label most beyond chance, best first."""
        label, arrays = self._index.label_numbers[mid], self._index.arrays
        here = slice(*arrays["partner_offsets"][label : label + 2].tolist())
        others, both, totals = arrays["partner_labels"][here], arrays["partner_images"][here], arrays["partner_totals"]
        mids = [self._index.labels[other] for other in others.tolist()]
        rows = zip(mids, both.tolist(), totals[others].tolist(), strict=True)
        return CoOccurrenceCounts(self.counted_images, int(totals[label]), list(rows))

    def disagreeing(self, *, mid: str | None = None, subset: str | None = None) -> RankedImages:
        """Images on which human and machine disagree, most strongly first, ties by ImageID; how strongly each."""
        index, label = self._index, self._number(mid)
        images, strengths = self._disagreeing if label is None else self._disagreeing_on(label)
        if subset is not None:
            inside = index.is_in_set(images, index.subset_set(subset))
            images, strengths = images[inside], strengths[inside]
        return RankedImages(index.image_keys, images, strengths)

    def disputed_labels(self, *, subset: str | None = None, top: int) -> list[tuple[str, int]]:
        """The labels about which human and machine disagree on the most images, and on how many; ties by MID."""
        counts = self._label_counts
        strong = self._strengths[: len(counts.classes)] > 0
        totals: Counts = counts.counts[:, _places(subset), strong].sum(axis=(1, 2), dtype=np.int64)
        most = np.argsort(-totals, kind="stable")[:top]
        return [(self._index.labels[label], int(totals[label])) for label in most.tolist() if totals[label]]

    @cached_property
    def _disagreeing(self) -> tuple[ImageNumbers, ImageNumbers]:
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

    def _moved_strengths(self) -> tuple[ImageNumbers, Counts]:
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

    def _disagreeing_on(self, label: int) -> tuple[ImageNumbers, ImageNumbers]:
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
        return DuplicateGroups(np.concatenate([[0], sizes.cumsum()]), index.image_keys[images], subsets)


def _nonzero(counts: Counts) -> dict[int, int]:
    """The counts that are not 0 by their places."""
    return {place: int(counts[place]) for place in np.flatnonzero(counts).tolist()}


def _ranks(images: ImageNumbers, strengths: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """One number an image that ascends in the order of disagreement."""
    ranks: npt.NDArray[np.int64] = (-strengths.astype(np.int64) << 32) + images
    return ranks
