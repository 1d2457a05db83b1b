"""Conditions on the image itself: of each field which values there are, and which images have one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from browse.domain.image_ids import key_from_image_id
from browse.facets.embedded import counting, kernels
from browse.facets.embedded.corrections import Corrections, all_images
from browse.facets.embedded.kernels import Bitset
from browse.facets.embedded.narratives import images_with_caption
from browse.facets.embedded.texts import images_with
from browse.facets.index.box_tables import BoxTables
from browse.facets.index.mask_tables import MaskTables
from browse.facets.index.narrative_tables import NarrativeTables
from browse.facets.index.open_index import Index
from browse.facets.index.point_tables import PointTables
from browse.facets.index.relation_tables import RelationTables
from browse.query.fields import BY_NAME
from browse.query.values import KINDS, LICENSE_CHECKS, SUBSETS, CheckOutcome


class Filter(Protocol):
    """A field of the image itself."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Whether the data set has this value."""

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add the images that have a value to a set."""


class FacetFilter(Filter, Protocol):
    """A field of the image itself with a facet."""

    def values(self, overlay: Corrections) -> Sequence[Any]:
        """All values that the facet lists, in listing order."""

    def count(self, words: Bitset, overlay: Corrections, value: Any) -> int:
        """How many images of a set have a value."""


@dataclass(frozen=True)
class SetFilter:
    """A field whose every value is one of the index's own sets.

    listed   all values that the facet lists, in listing order.
    place    the set of a value; None where the data set has no such value.
    """

    listed: Callable[[Index], Sequence[Any]]
    place: Callable[[Index, Any], int | None]

    def values(self, overlay: Corrections) -> Sequence[Any]:
        """All values that the facet lists, in listing order."""
        return self.listed(overlay.index)

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Whether the data set has this value."""
        return self.place(overlay.index, value) is not None

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add the images that have a value to a set."""
        add_set(words, overlay.index, self._place(overlay.index, value))

    def count(self, words: Bitset, overlay: Corrections, value: Any) -> int:
        """How many images of a set have a value."""
        return counting.set_count(overlay.index, words, self._place(overlay.index, value))

    def _place(self, index: Index, value: Any) -> int:
        place = self.place(index, value)
        assert place is not None
        return place


class AuthorFilter:
    """The images of an author, by key."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Whether the data set has an author of this key."""
        return overlay.index.authors.find(value) is not None

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add an author's images to a set."""
        index = overlay.index
        number = index.authors.find(value)
        assert number is not None
        offsets = index.author_offsets
        add_images(words, index.author_images[offsets[number] : offsets[number + 1]])


class TextFilter:
    """The images that have the words of a text."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Any text may be asked for."""
        return True

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add the images that have a text to a set."""
        np.bitwise_or(words, images_with(overlay.index, value), out=words)


class CaptionFilter:
    """The images with a narrative whose caption has the words of a text."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Any text may be asked for."""
        return True

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add the images that have such a caption to a set."""
        np.bitwise_or(words, images_with_caption(overlay.index, value), out=words)


class IdFilter:
    """The image with an ImageID, where the data set has it."""

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Any ImageID may be asked for."""
        return True

    def add(self, words: Bitset, overlay: Corrections, value: Any) -> None:
        """Add the image to a set."""
        index, key = overlay.index, key_from_image_id(value)
        image = int(np.searchsorted(index.image_keys, key))
        if image < index.images and index.image_keys[image] == key:
            add_images(words, np.array([image], np.uint32))


class LicenseCheckFilter:
    """The images whose newest license check says something, or that have none."""

    def values(self, overlay: Corrections) -> Sequence[CheckOutcome]:
        """All that a check may say, in listing order."""
        return LICENSE_CHECKS

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Any of them may be asked for."""
        return True

    def add(self, words: Bitset, overlay: Corrections, value: CheckOutcome) -> None:
        """Add the images whose newest check says this to a set."""
        if value is not CheckOutcome.UNCHECKED:
            add_images(words, overlay.checks.having(value))
            return
        unchecked, checked = all_images(overlay.index), overlay.checks.images
        kernels.put_bits(unchecked, checked, np.zeros(len(checked), np.bool_))
        np.bitwise_or(words, unchecked, out=words)

    def count(self, words: Bitset, overlay: Corrections, value: CheckOutcome) -> int:
        """How many images of a set have such a check."""
        if value is not CheckOutcome.UNCHECKED:
            return int(kernels.count_listed(words, overlay.checks.having(value)))
        return int(kernels.count_bits(words)) - int(kernels.count_listed(words, overlay.checks.images))


KindTables = BoxTables | MaskTables | RelationTables | PointTables | NarrativeTables


class KindFilter:
    """The images that have annotations of a kind, or that have none of it."""

    def values(self, overlay: Corrections) -> Sequence[str]:
        """The kinds that the data set has."""
        return [kind for kind in KINDS if self.has(overlay, kind)]

    def has(self, overlay: Corrections, value: Any) -> bool:
        """Whether the data set has any of a kind."""
        return len(_rows_of(overlay.index, value)) > 0

    def add(self, words: Bitset, overlay: Corrections, value: str) -> None:
        """Add the images that have some of a kind, or have none, to a set."""
        found = _rows_of(overlay.index, value).images
        if value.startswith("-"):
            found = all_images(overlay.index) & ~found
        np.bitwise_or(words, found, out=words)

    def count(self, words: Bitset, overlay: Corrections, value: str) -> int:
        """How many images of a set have some of a kind."""
        return int(kernels.count_common(words, _rows_of(overlay.index, value).images))


def _rows_of(index: Index, value: str) -> KindTables:
    """The tables of a kind, with a - in front or not."""
    tables: dict[str, KindTables] = {
        "boxes": index.boxes,
        "masks": index.masks,
        "relationships": index.relationships,
        "points": index.points,
        "narrative": index.narratives,
    }
    return tables[value.removeprefix("-")]


def _license_place(index: Index, slug: str) -> int | None:
    return index.license_set(slug) if slug in index.license_numbers else None


def _subsets(index: Index) -> list[str]:
    return [subset for subset in SUBSETS if index.sets.sizes[index.subset_set(subset)]]


WITH_FACET: dict[str, FacetFilter] = {
    "subset": SetFilter(_subsets, lambda index, subset: index.subset_set(subset)),
    "license": SetFilter(lambda index: index.licenses, _license_place),
    "has": KindFilter(),
    "license_check": LicenseCheckFilter(),
}
"""By the name of their field in `query.fields`; these have a facet."""
FILTERS: dict[str, Filter] = {
    **WITH_FACET,
    "author": AuthorFilter(),
    "q": TextFilter(),
    "caption": CaptionFilter(),
    "id": IdFilter(),
}
"""All of them, by the name of their field."""


def images_of(overlay: Corrections, name: str, values: Iterable[Any]) -> Bitset:
    """The images, hidden ones too, that have one of these values of a field, or all of them where it asks for all."""
    words: Bitset = np.zeros(overlay.index.width, np.uint64)
    if BY_NAME[name].every:
        each = [images_of_one(overlay, name, value) for value in values]
        every: Bitset = np.bitwise_and.reduce(each)
        return every
    for value in values:
        FILTERS[name].add(words, overlay, value)
    return words


def images_of_one(overlay: Corrections, name: str, value: Any) -> Bitset:
    """The images, hidden ones too, that have a value of a field."""
    words: Bitset = np.zeros(overlay.index.width, np.uint64)
    FILTERS[name].add(words, overlay, value)
    return words


def add_set(words: Bitset, index: Index, place: int) -> None:
    """Add one of the index's own sets to a set."""
    if index.sets.is_listed(place):
        add_images(words, index.sets.ids(place))
    else:
        np.bitwise_or(words, index.sets.words(place), out=words)


def add_images(words: Bitset, images: kernels.ImageNumbers) -> None:
    """Add images by number to a set."""
    kernels.set_bits(words, images, np.zeros(1, np.int64), np.array([len(images)]))
