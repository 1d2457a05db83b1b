"""Counts over the whole data set: figures that were built with it, and what curators changed since."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import Tally, strength
from browse.domain.releases import GivenPairs
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.ordering import Levels, Order, levels_of, rows_between
from browse.facets.index.classes import LEVELS, RAW_CLASSES
from browse.facets.statistics import (
    CoOccurrenceCounts,
    DuplicateGroups,
    LabelColumns,
    LabelImages,
    LevelColumns,
    Statistics,
)
from browse.query.values import STATES, SUBSETS, Query, Term

Counts = npt.NDArray[np.int64]


def _places(subset: str | None) -> slice:
    """Where a subset stands among SUBSETS, or all of them."""
    if subset is None:
        return slice(None)
    place = SUBSETS.index(subset)
    return slice(place, place + 1)


def _nonzero(counts: Counts) -> dict[int, int]:
    return {place: int(counts[place]) for place in np.flatnonzero(counts).tolist()}


@dataclass
class Disagreeing:
    """Images by how strongly human and machine disagree on them, read from the shards as they are asked for."""

    changes: Changes
    query: Query
    label: int | None
    _found: Levels = field(init=False)

    def __post_init__(self) -> None:
        self._found = levels_of(self._images, self._source, "strength")

    @cached_property
    def _images(self) -> Images:
        return Images(self.changes, self.query)

    @cached_property
    def _source(self) -> str:
        """Images with a strength, the most strongly first: negative numbers."""
        strengths = [strength(STATES[raw // LEVELS], raw % LEVELS) for raw in range(RAW_CLASSES)]
        steps = "CAST([0, " + ", ".join(map(str, strengths)) + "] AS Array(Int64))"
        if self.label is None:
            total = self._images.conditions.atom(f"arraySum(c -> {steps}[c + 1], classes)")
        else:
            total = f"{steps}[{self._images.conditions.class_of(self.label)} + 1]"
        return f"(SELECT key, -{total} AS strength FROM {self._images.matching(['key'], further=f'{total} > 0')})"

    def __len__(self) -> int:
        return self._found.count

    def rows(self, start: int, stop: int) -> list[tuple[int, int]]:
        """(database key, number) of the images from place `start`, from 0, to before `stop`."""
        span, columns = (start, stop), ("key", "strength")
        rows = rows_between(self._images, self._source, Order("strength"), self._found, span, columns)
        return [(int(key), -int(negative)) for key, negative in rows]


class ShardStatistics(Statistics):
    """Raises KeyError for labels that there are not."""

    def __init__(self, changes: Changes) -> None:
        self._changes, self._generation = changes, changes.generation

    def _number(self, mid: str | None) -> int | None:
        return None if mid is None else self._generation.label_numbers[mid]

    def tally(self, *, mid: str | None = None, subset: str | None = None) -> Tally:
        """Pairs of one label or all, in one subset or all, by state and confidence."""
        return self._changes.label_counts.tally(label=self._number(mid), subset=subset)

    def label_columns(self, *, subset: str | None = None) -> LabelColumns:
        """Counts of every label, its pairs in one subset or all."""
        counts = self._changes.label_counts
        return LabelColumns(self._generation.labels, counts.by_state(subset), counts.images, counts.annotated)

    def level_columns(self, *, subset: str | None = None) -> LevelColumns:
        """Pairs of every label that the machine gave, by its confidence, in one subset or all."""
        return self._changes.label_counts.by_level(subset)

    def label_images(self, mid: str) -> LabelImages:
        """How many images have a label, by subset."""
        label, counts = self._generation.label_numbers[mid], self._changes.label_counts
        images, annotated = (
            dict(zip(SUBSETS, column[label].tolist(), strict=True)) for column in (counts.images, counts.annotated)
        )
        return LabelImages(images, annotated)

    def given_pairs(self, *, mid: str | None = None) -> GivenPairs:
        """Of every label, or of one, the visible images with each state by what the data set itself says."""
        counts, number = self._changes.given_counts, self._number(mid)
        mine = counts.counts if number is None else counts.counts[number : number + 1]
        states = counts.classes.states
        return {state: mine[:, :, states == place].sum(axis=2, dtype=np.int64) for place, state in enumerate(STATES)}

    def curators(self, *, mid: str | None = None, subset: str | None = None) -> tuple[int, int]:
        """How many yes and no of curators count on visible images: on one label or all, in one subset or all."""
        changes, number = self._changes, self._number(mid)
        says = [
            word
            for key, words in changes.by_image.items()
            if (row := changes.built.get(key)) and key not in changes.hidden and subset in (None, SUBSETS[row.subset])
            for label, word in words.items()
            if number in (None, label)
        ]
        return sum(says), len(says) - sum(says)

    def co_occurring_labels(self, mid: str) -> CoOccurrenceCounts:
        """The labels that stand with a label most beyond chance, best first."""
        whole, label = self._generation.whole, self._generation.label_numbers[mid]
        here = slice(*whole("partner_offsets")[label : label + 2].tolist())
        others, totals = whole("partner_labels")[here], whole("partner_totals")
        mids = [self._generation.labels[other] for other in others.tolist()]
        rows = zip(mids, whole("partner_images")[here].tolist(), totals[others].tolist(), strict=True)
        return CoOccurrenceCounts(self.counted_images, int(totals[label]), list(rows))

    def disagreeing(self, *, mid: str | None = None, subset: str | None = None) -> Disagreeing:
        """Images on which human and machine disagree, most strongly first, ties by ImageID; how strongly each."""
        number = self._number(mid)
        label = () if mid is None else (Term(mid, states=frozenset(STATES)),)
        query = Query(label=label, subsets=frozenset() if subset is None else frozenset({subset}))
        return Disagreeing(self._changes, query, number)

    def disputed_labels(self, *, subset: str | None = None, top: int) -> list[tuple[str, int]]:
        """The labels about which human and machine disagree on the most images, and on how many; ties by MID."""
        counts = self._changes.label_counts
        classes = zip(counts.classes.states.tolist(), counts.classes.confidences.tolist(), strict=True)
        strong = np.array([strength(STATES[state], level) > 0 for state, level in classes], np.bool_)
        totals: Counts = counts.counts[:, _places(subset)][:, :, strong].sum(axis=(1, 2), dtype=np.int64)
        most = np.argsort(-totals, kind="stable")[:top]
        return [(self._generation.labels[label], int(totals[label])) for label in most.tolist() if totals[label]]

    def labels_per_image(self, *, subset: str | None = None) -> list[int]:
        """At place n the images with n labels in default states, up to the most that any has."""
        by_subset = self._generation.whole("labels_per_image").reshape(len(SUBSETS), -1)
        numbers: list[int] = np.trim_zeros(by_subset[_places(subset)].sum(axis=0), "b").tolist()
        return numbers

    def source_confidences(self, *, subset: str | None = None) -> dict[str, dict[int, int]]:
        """For each source, by name, how many annotations have each confidence, in hundredths, that it gave."""
        by_subset = self._generation.whole("source_counts").reshape(-1, len(SUBSETS), LEVELS)
        counts = by_subset[:, _places(subset)].sum(axis=1)
        return {source: _nonzero(row) for source, row in zip(self._generation.texts("source"), counts, strict=True)}

    @property
    def author_sizes(self) -> dict[int, int]:
        """How many authors have so many images, by that number, ascending."""
        return {size: authors for size, authors in _nonzero(self._generation.whole("author_sizes")).items() if size}

    @property
    def counted_images(self) -> int:
        """The images that were visible at the build, of which these tables tell."""
        return int(self._generation.whole("labels_per_image").sum())

    @cached_property
    def duplicates(self) -> DuplicateGroups:
        """Groups of visible images with one MD5, at least two each."""
        offsets, keys = self._generation.whole("duplicate_offsets"), self._generation.whole("duplicate_keys")
        groups = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        shown = ~np.isin(keys, np.array(sorted(self._changes.hidden), np.int64))
        shown &= (np.bincount(groups[shown], minlength=len(offsets) - 1) > 1)[groups]
        first = np.full(len(offsets), np.iinfo(np.int64).max, np.int64)
        np.minimum.at(first, groups[shown], keys[shown])
        order = np.lexsort((keys[shown], first[groups[shown]]))
        ordered, of_group = keys[shown][order], groups[shown][order]
        starts = np.flatnonzero(np.append(True, of_group[1:] != of_group[:-1])) if len(ordered) else np.empty(0, int)
        subsets = self._generation.whole("duplicate_subsets")[shown][order]
        return DuplicateGroups(np.append(starts, len(ordered)).astype(np.int64), ordered, subsets)
