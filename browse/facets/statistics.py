"""What engines count over the whole data set: the role, and the values that it answers with.

Labels are named by MID, images by database key. Where there is a row for each label or group, the value is columns:
arrays of one length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import Tally
from browse.domain.releases import GivenPairs
from browse.query.values import SUBSETS, State

Column = npt.NDArray[np.int64]


@dataclass(frozen=True)
class LabelColumns:
    """Counts of every label: row i of each column is about `mids[i]`.

    mids        by code point.
    pairs       for each state int64[labels]: pairs in the scope asked for.
    images      int64[labels, SUBSETS]: images with the label in a default state, the count of `label=MID&subset=s`.
    annotated   int64[labels, SUBSETS]: images with the label in any state.
    """

    mids: Sequence[str]
    pairs: Mapping[State, Column]
    images: Column
    annotated: Column


@dataclass(frozen=True)
class LevelColumns:
    """Pairs that the machine gave, of every label, by its confidence; row i is about label i of `LabelColumns.mids`.

    confidences          int64[levels], ascending, in hundredths.
    machine, yes, no     int64[labels, levels]: all of them, and those that raters confirmed or rejected.
    """

    confidences: Column
    machine: Column
    yes: Column
    no: Column


@dataclass(frozen=True)
class LabelImages:
    """One label. For each subset the images that have it in a default state, and in any (annotated)."""

    images: dict[str, int]
    annotated: dict[str, int]


@dataclass(frozen=True)
class CoOccurrenceCounts:
    """The labels that stand with one label most beyond chance, as images were counted.

    images, with_label   all images, and those of them with the label in a default state.
    others               (MID, images with both, images with this other one), best first.
    """

    images: int
    with_label: int
    others: list[tuple[str, int, int]]


class RankedImages(Protocol):
    """Images in an order by a number that each has."""

    def __len__(self) -> int: ...

    def rows(self, start: int, stop: int) -> list[tuple[int, int]]:
        """(database key, number) of the images from place `start`, from 0, to before `stop`."""
        ...


@dataclass(frozen=True)
class DuplicateGroups:
    """Groups of visible images with one MD5, at least two each, by their first image.

    offsets  int64[groups + 1]: where each group begins in `keys`.
    keys     int64: database keys, ascending within a group.
    subsets  uint8, one for each of `keys`: its place among SUBSETS.
    """

    offsets: Column
    keys: Column
    subsets: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @cached_property
    def sizes(self) -> Column:
        """int64[groups]: images of each."""
        return np.diff(self.offsets)

    @cached_property
    def by_subset(self) -> Column:
        """int64[groups, SUBSETS]: images of each group in each subset."""
        numbers = np.zeros((len(self), len(SUBSETS)), np.int64)
        np.add.at(numbers, (np.repeat(np.arange(len(self)), self.sizes), self.subsets), 1)
        return numbers

    @cached_property
    def across(self) -> npt.NDArray[np.bool_]:
        """bool[groups]: whether a group's images are in more than one subset."""
        across: npt.NDArray[np.bool_] = (self.by_subset > 0).sum(axis=1) > 1
        return across

    def members(self, group: int) -> list[int]:
        """The database keys of a group's images."""
        keys: list[int] = self.keys[self.offsets[group] : self.offsets[group + 1]].tolist()
        return keys

    def firsts(self, groups: Column | None = None) -> list[int]:
        """The database key of the first image of some groups, or of each."""
        starts = self.offsets[:-1] if groups is None else self.offsets[groups]
        keys: list[int] = self.keys[starts].tolist()
        return keys


class Statistics(Protocol):
    """Counts over the whole data set, all labels and subsets where none is named.

    Tally, label columns, disagreements and duplicates hold what curators changed at once. Co-occurrence, labels per
    image, sources and authors may hold what they had changed when these were counted. A label that the data set does
    not have raises KeyError. What an engine does not offer raises NotOfferedError.
    """

    def tally(self, *, mid: str | None = None, subset: str | None = None) -> Tally:
        """Pairs of one label or all, in one subset or all, by state and confidence."""
        ...

    def label_columns(self, *, subset: str | None = None) -> LabelColumns:
        """Counts of every label, its pairs in one subset or all."""
        ...

    def level_columns(self, *, subset: str | None = None) -> LevelColumns:
        """Pairs of every label that the machine gave, by its confidence, in one subset or all."""
        ...

    def label_images(self, mid: str) -> LabelImages:
        """How many images have a label, by subset."""
        ...

    def given_pairs(self, *, mid: str | None = None) -> GivenPairs:
        """Of every label, or of one, the visible images with each state by what the data set itself says: curators'
        verdicts count for nothing here.
        """
        ...

    def curators(self, *, mid: str | None = None, subset: str | None = None) -> tuple[int, int]:
        """How many yes and no of curators count on visible images."""
        ...

    def co_occurring_labels(self, mid: str) -> CoOccurrenceCounts:
        """The labels that stand with a label most beyond chance."""
        ...

    def disagreeing(self, *, mid: str | None = None, subset: str | None = None) -> RankedImages:
        """Images on which human and machine disagree, most strongly first, ties by ImageID; how strongly each."""
        ...

    def disputed_labels(self, *, subset: str | None = None, top: int) -> list[tuple[str, int]]:
        """The labels about which human and machine disagree on the most images, and on how many; ties by MID."""
        ...

    def labels_per_image(self, *, subset: str | None = None) -> list[int]:
        """At place n the images with n labels in default states, up to the most that any has."""
        ...

    def source_confidences(self, *, subset: str | None = None) -> dict[str, dict[int, int]]:
        """For each source, by name, how many annotations have each confidence, in hundredths, that it gave."""
        ...

    @property
    def author_sizes(self) -> dict[int, int]:
        """How many authors have so many images, by that number, ascending."""
        ...

    @property
    def counted_images(self) -> int:
        """The images among which labels per image, authors and co-occurrence were counted."""
        ...

    @property
    def duplicates(self) -> DuplicateGroups:
        """Groups of visible images with one MD5."""
        ...
