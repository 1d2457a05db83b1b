"""The hierarchy as an index has it: which labels are below which, all by number."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]


class LabelsBelow:
    """For each label all those below it, at any depth.

    offsets: one more than there are labels; labels: those below each, ascending.
    """

    def __init__(self, offsets: npt.NDArray[np.uint32], labels: npt.NDArray[np.uint16]) -> None:
        self._offsets = offsets.astype(np.int64)
        self._labels = labels.astype(np.int64)

    def __bool__(self) -> bool:
        return len(self._labels) > 0

    def of(self, label: int) -> Labels:
        """The labels below one, ascending."""
        below: Labels = self._labels[self._offsets[label] : self._offsets[label + 1]]
        return below

    def with_own(self, label: int) -> Labels:
        """A label, and those below it."""
        return np.append(label, self.of(label))

    @cached_property
    def groups(self) -> Labels:
        """The labels that have others below them, ascending."""
        groups: Labels = np.flatnonzero(np.diff(self._offsets))
        return groups

    def place_of(self, label: int) -> int | None:
        """The place of a label among the groups; None where nothing is below it."""
        place = int(np.searchsorted(self.groups, label))
        return place if place < len(self.groups) and self.groups[place] == label else None

    @cached_property
    def _members(self) -> tuple[Labels, Labels]:
        """The labels that count for each group, itself among them, one group after the other; where each begins."""
        members = [self.with_own(label) for label in self.groups.tolist()]
        return np.concatenate(members), np.cumsum([0, *map(len, members[:-1])])

    def may_be_largest(self, counts: Labels, top: int | None) -> npt.NDArray[np.bool_]:
        """bool[groups]: those that may be among the `top` with the most images, ties included; None for all of them.

        counts: int64[labels], images with each label. A group has at least as many as the largest of its labels, and
        at most as many as all of them together.
        """
        if top is None or not 0 < top < len(self.groups):
            return np.full(len(self.groups), top is None or top > 0)
        members, starts = self._members
        least, most = (how.reduceat(counts[members], starts) for how in (np.maximum, np.add))
        reached = np.partition(least, len(least) - top)[len(least) - top]
        may_be: npt.NDArray[np.bool_] = most >= reached
        return may_be

    @cached_property
    def groups_of(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
        """For each label the groups that it counts for, itself among them: offsets and labels."""
        sizes = np.diff(self._offsets)
        above = np.concatenate([np.repeat(np.arange(len(sizes)), sizes), self.groups])
        below = np.concatenate([self._labels, self.groups])
        order = np.argsort(below, kind="stable")
        counts = np.bincount(below, minlength=len(sizes))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
        return offsets, above[order].astype(np.uint16)

    @cached_property
    def columns(self) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.bool_]]:
        """For which groups each label counts: uint16[labels], columns of bool[columns, groups]. Column 0 has none."""
        offsets, above = self.groups_of
        sizes = (offsets[1:] - offsets[:-1]).astype(np.int64)
        columns = np.where(sizes > 0, np.cumsum(sizes > 0), 0).astype(np.uint16)
        counts_for = np.zeros((int(columns.max(initial=0)) + 1, len(self.groups)), np.bool_)
        counts_for[np.repeat(columns, sizes), np.searchsorted(self.groups, above)] = True
        return columns, counts_for
