"""What the whole data set of one version looks like: frequencies of labels, confidences, authors, duplicates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from browse.domain.image_ids import image_id_from_key
from browse.domain.plural import counted
from browse.facets.statistics import Column, DuplicateGroups
from browse.models import Image
from browse.query.values import SUBSETS, State
from browse.search.cards import ImageCard
from browse.search.comparisons import name_of
from browse.search.errors import TablesDifferError
from browse.search.results import cards_of
from browse.search.snapshot import Snapshot
from browse.search.trainable import trainable_labels

GROUPS_A_PAGE = 30
_AT_ONCE = 500
MOST_SHOWN = 24
"""Images of a group of duplicates; there are groups of thousands."""


@dataclass(frozen=True)
class LabelFrequency:
    """A label's dot in the figures.

    images, train        images that have it, in default states, in all subsets and in train: counts of `label=MID`.
    annotated, annotated_train   those with the label in any state.
    yes, no              its pairs that raters confirmed and rejected, in all subsets.
    """

    mid: str
    name: str
    images: int
    train: int
    annotated: int
    annotated_train: int
    trainable: bool
    yes: int
    no: int


@dataclass(frozen=True)
class AuthorSizes:
    """authors: how many authors have so many images, by that number, ascending; nobody: images without an author."""

    authors: dict[int, int]
    nobody: int


@dataclass(frozen=True)
class DuplicateSummary:
    """Groups of images with one MD5.

    groups, images       all groups, and the images in them.
    within               for each subset the groups whose images are all in it.
    across               groups with images in more than one subset; across_images: the images in them.
    """

    groups: int
    images: int
    within: dict[str, int]
    across: int
    across_images: int


@dataclass(frozen=True)
class DuplicateGroup:
    """`count` images with one MD5 (in Base64), and the first by ImageID, at most MOST_SHOWN.

    subsets: how many of all are in each subset, zeros too.
    """

    md5: str
    count: int
    subsets: dict[str, int]
    images: list[ImageCard]


@dataclass(frozen=True)
class DuplicatePage:
    """One page of groups, by their first ImageID; `count` groups in all."""

    count: int
    page: int
    per_page: int
    groups: list[DuplicateGroup]


def frequencies_of(snapshot: Snapshot) -> list[LabelFrequency]:
    """Every label of the data set, the most images first, ties by MID."""
    counts = snapshot.engine.statistics.label_columns()
    states, images, annotated = counts.pairs, counts.images, counts.annotated
    rows = zip(
        counts.mids,
        images.sum(axis=1).tolist(),
        images[:, 0].tolist(),
        annotated.tolist(),
        states[State.CONFIRMED].tolist(),
        states[State.REJECTED].tolist(),
        trainable_labels(snapshot).tolist(),
        strict=True,
    )
    found = [
        LabelFrequency(
            mid=mid,
            name=name_of(snapshot, mid),
            images=everywhere,
            train=train,
            annotated=sum(any_state),
            annotated_train=any_state[0],
            trainable=trainable,
            yes=yes,
            no=no,
        )
        for mid, everywhere, train, any_state, yes, no, trainable in rows
    ]
    return sorted(found, key=lambda label: (-label.images, label.mid))


def labels_per_image_of(snapshot: Snapshot, *, subset: str | None = None) -> dict[int, int]:
    """How many images have so many labels in default states, by that number, from 0 to the most; zeros between too."""
    return dict(enumerate(snapshot.engine.statistics.labels_per_image(subset=subset)))


def confidences_of(snapshot: Snapshot, *, subset: str | None = None) -> dict[str, dict[int, int]]:
    """For each source how many annotations have each confidence, in hundredths, that it gave; sources by name."""
    return snapshot.engine.statistics.source_confidences(subset=subset)


def author_sizes_of(snapshot: Snapshot) -> AuthorSizes:
    """How many authors have how many images."""
    statistics = snapshot.engine.statistics
    authors = statistics.author_sizes
    return AuthorSizes(authors, statistics.counted_images - sum(size * n for size, n in authors.items()))


def duplicate_summary_of(snapshot: Snapshot) -> DuplicateSummary:
    """How many images share their MD5 with others, within and across subsets."""
    groups = snapshot.engine.statistics.duplicates
    inside = ~groups.across
    within = {name: int((inside & (groups.by_subset[:, place] > 0)).sum()) for place, name in enumerate(SUBSETS)}
    across_images = int(groups.sizes[groups.across].sum())
    return DuplicateSummary(len(groups), len(groups.keys), within, int(groups.across.sum()), across_images)


def duplicates_of(
    snapshot: Snapshot, *, across: bool | None = None, page: int = 1, per_page: int = GROUPS_A_PAGE
) -> DuplicatePage:
    """Groups of images with one MD5; only those across subsets, or within one, where that is said."""
    groups = snapshot.engine.statistics.duplicates
    wanted = _wanted(groups, across)
    shown = wanted[(page - 1) * per_page : page * per_page].tolist()
    members = [groups.members(group)[:MOST_SHOWN] for group in shown]
    cards = iter(cards_of(snapshot, [key for keys in members for key in keys]))
    found = [
        _group([next(cards) for _ in keys], groups.by_subset[group].tolist())
        for group, keys in zip(shown, members, strict=True)
    ]
    return DuplicatePage(len(wanted), page, per_page, found)


def same_files_of(snapshot: Snapshot, key: int) -> list[int]:
    """The database keys of the other images with an image's MD5."""
    return [other for other in snapshot.engine.duplicates(key) if other != key]


def duplicates_place(snapshot: Snapshot, key: int) -> int | None:
    """The place, from 0, of an image's group among those of duplicates_of; None where it is nobody's duplicate."""
    own = snapshot.engine.duplicates(key)
    if not own:
        return None
    return bisect_left(snapshot.engine.statistics.duplicates.firsts(), min(own))


def _wanted(groups: DuplicateGroups, across: bool | None) -> Column:
    return np.flatnonzero(groups.across == across) if across is not None else np.arange(len(groups))


def duplicate_count_of(snapshot: Snapshot, *, across: bool | None = None) -> int:
    """How many images these groups have."""
    groups = snapshot.engine.statistics.duplicates
    return int(groups.sizes[_wanted(groups, across)].sum())


def all_duplicates_of(snapshot: Snapshot, *, across: bool | None = None) -> Iterator[tuple[str, str, str]]:
    """(MD5 in Base64, ImageID, subset) of every image of these groups, group by group.

    The database is asked at once, the rest is read piece by piece. Raises TablesDifferError.
    """
    groups = snapshot.engine.statistics.duplicates
    wanted = _wanted(groups, across)
    md5s = _md5s(groups.firsts(wanted))
    return (
        (md5, image_id_from_key(key), SUBSETS[subset])
        for group, md5 in zip(wanted.tolist(), md5s, strict=True)
        for here in [slice(groups.offsets[group], groups.offsets[group + 1])]
        for key, subset in zip(groups.keys[here].tolist(), groups.subsets[here].tolist(), strict=True)
    )


def _md5s(keys: list[int]) -> list[str]:
    """The MD5s of these images' originals, in order. A query for each 500."""
    found: dict[int, str] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = Image.objects.filter(pk__in=keys[start : start + _AT_ONCE])
        found.update(rows.values_list("pk", "original_md5"))
    if len(found) < len(keys):
        raise TablesDifferError(counted(len(keys) - len(found), "image"))
    return [found[key] for key in keys]


def _group(images: list[ImageCard], by_subset: list[int]) -> DuplicateGroup:
    subsets = dict(zip(SUBSETS, by_subset, strict=True))
    return DuplicateGroup(images[0].original_md5 or "", sum(by_subset), subsets, images)
