"""Which images a recipe chooses: those that teach something, less what is left out, as far as the caps allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import Comparison
from browse.domain.random_order import random_places
from browse.facets.candidates import Candidates, LabelClass
from browse.query.values import SUBSETS, State
from browse.sets.caps import Flags, Places, Targeted, chosen_by_caps, first_by_rank, within_bytes
from browse.sets.estimate import Threshold, threshold_of
from browse.sets.groups import groups_of, split_of_groups
from browse.sets.recipe import Caps, Duplicates, Recipe, RecipeLabel
from browse.sets.targets import NEGATIVE, POSITIVE, TargetRule

DUPLICATE, WRONG_SIDE, OVER_CAPS = "duplicate", "wrong side of a split", "over caps"
REASONS = (DUPLICATE, WRONG_SIDE, OVER_CAPS)
"""Why an image that teaches something is not in the set."""
PICTURE_REASONS = ("mismatch", "dead", "blocked", "error")
"""Why it is not where the set is to have its picture: words of PictureStatus."""
_ALL_REASONS = (*REASONS, *PICTURE_REASONS)

Sizes = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]
"""The size in bytes of the originals of images, by database key; 0 where it is not known."""
Compare = Callable[[str], Comparison]
"""The comparison of a label over the whole data set."""


@dataclass(frozen=True)
class SetLabel:
    """A label of a set with its threshold. verified: positives that people confirmed; unverified: the others, by
    confidence in hundredths; negatives: of all images of the recipe, before anything is left out.
    """

    label: RecipeLabel
    threshold: int
    why: str
    comparison: Comparison
    verified: int = 0
    unverified: tuple[tuple[int, int], ...] = ()
    negatives: int = 0

    @property
    def mid(self) -> str:
        """Its MID."""
        return self.label.mid

    @property
    def positives(self) -> int:
        """How many positives there are."""
        return self.verified + sum(number for _, number in self.unverified)


@dataclass(frozen=True)
class LeftOutLabel:
    """A label that the set does not have. reached: see `estimate.Threshold`."""

    label: RecipeLabel
    why: str
    reached: float | None = None


@dataclass(frozen=True)
class Resolved:
    """A recipe's labels over a data set, counted; and the images that teach something of one of them.

    teaching: bool[candidates].
    """

    recipe: Recipe
    labels: tuple[SetLabel, ...]
    left_out: tuple[LeftOutLabel, ...]
    teaching: Flags


@dataclass(frozen=True)
class Chosen:
    """The images of a set.

    places    uint32, ascending: images by their places among the candidates.
    splits    uint8[candidates]: place among the recipe's splits.
    counts    int64[labels, splits, 2]: negatives and positives of each label in each split.
    reasons   uint8[candidates]: 0, or 1 + place among REASONS and PICTURE_REASONS for an image that teaches something
              and is left out.
    same_as   uint32[candidates]: of a duplicate, the image that stands for it.
    """

    resolved: Resolved
    places: Places
    splits: npt.NDArray[np.uint8]
    counts: npt.NDArray[np.int64]
    reasons: npt.NDArray[np.uint8]
    same_as: Places

    def left_out(self, reason: str, start: int = 0, stop: int | None = None) -> Places:
        """The images left out for a reason, of all candidates or of those from one place to another."""
        found: Places = np.flatnonzero(self._has(reason, start, stop)).astype(np.uint32)
        found += np.uint32(start)
        return found

    def left_out_count(self, reason: str) -> int:
        """How many images are left out for a reason."""
        return int(np.count_nonzero(self._has(reason)))

    def _has(self, reason: str, start: int = 0, stop: int | None = None) -> Flags:
        flags: Flags = self.reasons[start:stop] == 1 + _ALL_REASONS.index(reason)
        return flags

    def of_split(self, split: int) -> Places:
        """The images of a split, ascending."""
        mine: Places = self.places[self.splits[self.places] == split]
        return mine


def resolve(recipe: Recipe, candidates: Candidates, compare: Compare) -> Resolved:
    """Find thresholds and count. Raises UnknownValueError for a label that the data set does not have."""
    labels: list[SetLabel] = []
    left_out: list[LeftOutLabel] = []
    for label in recipe.labels:
        comparison = compare(label.mid)
        found = threshold_of(label, comparison)
        if found.hundredths is None:
            left_out.append(LeftOutLabel(label, found.why, found.reached))
        else:
            labels.append(_counted(recipe, label, found, found.hundredths, comparison, candidates))
    return _resolved(recipe, labels, left_out, candidates)


def choose(resolved: Resolved, candidates: Candidates, sizes: Sizes, looks: Places | None = None) -> Chosen:
    """Leave out, split, and choose by the caps. looks: uint32[candidates], see `groups_of`."""
    while True:
        chosen = _choose(resolved, candidates, sizes, looks)
        short = _short_of(resolved.recipe.caps, chosen)
        if not short:
            return chosen
        kept = [label for label in resolved.labels if label.mid not in short]
        gone = [LeftOutLabel(label.label, short[label.mid]) for label in resolved.labels if label.mid in short]
        resolved = _resolved(resolved.recipe, kept, [*resolved.left_out, *gone], candidates)


def without_pictures(chosen: Chosen, candidates: Candidates, missing: Mapping[int, str]) -> Chosen:
    """A set without some of its images. missing: by place the reason, one of PICTURE_REASONS."""
    reasons, taken = chosen.reasons.copy(), np.zeros(len(candidates), np.bool_)
    for place, reason in missing.items():
        reasons[place] = 1 + _ALL_REASONS.index(reason)
    left = chosen.places[reasons[chosen.places] == 0]
    taken[left] = True
    counts = _counts(chosen.resolved, candidates, taken, chosen.splits)
    return replace(chosen, places=left, reasons=reasons, counts=counts)


def _counted(
    recipe: Recipe, label: RecipeLabel, found: Threshold, threshold: int, comparison: Comparison, candidates: Candidates
) -> SetLabel:
    rule = TargetRule(threshold, recipe.negatives)
    verified = negatives = 0
    unverified = []
    for one in candidates.classes_of(label.mid):
        target = rule.target(one.state, one.confidence)
        if target == NEGATIVE:
            negatives += len(one.places)
        elif target == POSITIVE and one.state is State.UNVERIFIED:
            unverified.append((one.confidence, len(one.places)))
        elif target == POSITIVE:
            verified += len(one.places)
    return SetLabel(label, threshold, found.why, comparison, verified, tuple(unverified), negatives)


def _resolved(
    recipe: Recipe, labels: Sequence[SetLabel], left_out: Sequence[LeftOutLabel], candidates: Candidates
) -> Resolved:
    teaching = np.zeros(len(candidates), np.bool_)
    for label in labels:
        found = _targeted(recipe, label, candidates)
        teaching[found.positives] = True
        teaching[found.negatives] = True
    return Resolved(recipe, tuple(labels), tuple(left_out), teaching)


def _targeted(recipe: Recipe, label: SetLabel, candidates: Candidates, among: Flags | None = None) -> Targeted:
    """The images that a label has as positives and as negatives, of all candidates or of some."""
    rule = TargetRule(label.threshold, recipe.negatives)
    by_target: dict[int, list[LabelClass]] = {POSITIVE: [], NEGATIVE: []}
    for one in candidates.classes_of(label.mid):
        by_target.setdefault(rule.target(one.state, one.confidence), []).append(one)
    return Targeted(_together(by_target[POSITIVE], among), _together(by_target[NEGATIVE], among))


def _together(classes: Sequence[LabelClass], among: Flags | None) -> Places:
    places: Places = np.concatenate([np.empty(0, np.uint32), *(one.places for one in classes)])
    return places if among is None else places[among[places]]


def _choose(resolved: Resolved, candidates: Candidates, sizes: Sizes, looks: Places | None) -> Chosen:
    recipe, teaching = resolved.recipe, resolved.teaching
    splits, wrong = _splits(resolved, candidates, looks)
    reasons = np.zeros(len(candidates), np.uint8)
    reasons[wrong] = 1 + REASONS.index(WRONG_SIDE)
    left = teaching & ~wrong
    same_as = _first_of_file(left if recipe.duplicates is Duplicates.FIRST else None, candidates.files)
    again = left & (same_as != np.arange(len(candidates), dtype=np.uint32))
    reasons[again] = 1 + REASONS.index(DUPLICATE)
    left &= ~again
    taken = _capped(resolved, candidates, left, splits, sizes)
    reasons[left & ~taken] = 1 + REASONS.index(OVER_CAPS)
    counts = _counts(resolved, candidates, taken, splits)
    return Chosen(resolved, np.flatnonzero(taken).astype(np.uint32), splits, counts, reasons, same_as)


def _splits(resolved: Resolved, candidates: Candidates, looks: Places | None) -> tuple[npt.NDArray[np.uint8], Flags]:
    """The split of each image; and, of the data set's own subsets, the images whose group is in a later one too.

    Groups are made of all candidates, so that another label more does not move images from split to split.
    """
    recipe = resolved.recipe
    groups = groups_of(candidates.authors, candidates.files, recipe.apart, looks)
    if recipe.splits.shares is not None:
        splits = split_of_groups(candidates.keys, groups, recipe.splits.shares, recipe.splits.seed)
        return splits, np.zeros(len(splits), np.bool_)
    latest = np.zeros(len(candidates), np.uint8)
    for subset in range(1, len(SUBSETS)):
        latest[groups[resolved.teaching & (candidates.subsets == subset)]] = subset
    return candidates.subsets, resolved.teaching & (candidates.subsets < latest[groups])


def _first_of_file(left: Flags | None, files: Places) -> Places:
    """For each image left the first left with its file; for all others itself."""
    same_as = np.arange(len(files), dtype=np.uint32)
    if left is None:
        return same_as
    again = np.flatnonzero(files != same_as)
    shared = np.union1d(again, files[again])
    places = shared[left[shared]].astype(np.uint32)
    _, first, group = np.unique(files[places], return_index=True, return_inverse=True)
    same_as[places] = places[first][group]
    return same_as


def _capped(
    resolved: Resolved, candidates: Candidates, left: Flags, splits: npt.NDArray[np.uint8], sizes: Sizes
) -> Flags:
    caps = resolved.recipe.caps
    if caps == replace(Caps(), seed=caps.seed):
        return left
    ranks = random_places(candidates.keys, caps.seed)
    taken = left
    if caps.positives is not None or caps.negatives is not None:
        by_mid = {label.mid: label for label in resolved.labels}

        def targeted(mid: str) -> Targeted:
            return _targeted(resolved.recipe, by_mid[mid], candidates, left)

        order = sorted(by_mid, key=lambda mid: (len(targeted(mid).positives), mid))
        taken = chosen_by_caps(order, targeted, splits=splits, ranks=ranks, caps=caps)
    places = np.flatnonzero(taken).astype(np.uint32)
    if caps.images is not None:
        places = first_by_rank(places, ranks, caps.images)
    if caps.bytes is not None:
        places = np.sort(places)
        places = within_bytes(places, ranks, sizes(candidates.keys[places]), caps.bytes)
    flags = np.zeros(len(left), np.bool_)
    flags[places] = True
    return flags


def _counts(
    resolved: Resolved, candidates: Candidates, taken: Flags, splits: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    names = resolved.recipe.splits.names
    counts = np.zeros((len(resolved.labels), len(names), 2), np.int64)
    for number, label in enumerate(resolved.labels):
        found = _targeted(resolved.recipe, label, candidates, taken)
        for target, places in ((NEGATIVE, found.negatives), (POSITIVE, found.positives)):
            counts[number, :, target] = np.bincount(splits[places], minlength=len(names))
    return counts


def _short_of(caps: Caps, chosen: Chosen) -> dict[str, str]:
    """Labels with fewer positives or negatives in a split than the least that the caps ask for, and why in words.

    A split that has no images at all does not count.
    """
    if not caps.least_positives and not caps.least_negatives:
        return {}
    names = chosen.resolved.recipe.splits.names
    used = np.bincount(chosen.splits[chosen.places], minlength=len(names)) > 0
    short = {}
    for label, counts in zip(chosen.resolved.labels, chosen.counts, strict=True):
        for what, target, least in (
            ("positives", POSITIVE, caps.least_positives),
            ("negatives", NEGATIVE, caps.least_negatives),
        ):
            few = [place for place in np.flatnonzero(used).tolist() if counts[place, target] < least]
            if few and label.mid not in short:
                number = int(counts[few[0], target])
                short[label.mid] = f"{number:,} {what} in {names[few[0]]}, fewer than {least:,}"
    return short
