"""The images of a query with their pairs, read from the index and corrected by what curators say."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shortest
from browse.facets.candidates import BoxColumns, LabelClass, PairColumns, Places
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, ImageNumbers
from browse.facets.embedded.pairs_of_images import pairs_of
from browse.facets.engine import UnknownValueError
from browse.facets.index.box_tables import rows_of_images
from browse.facets.index.open_index import Index
from browse.query.values import STATES, SUBSETS


class IndexCandidates:
    """The images of a set of an index, as `facets.candidates` says."""

    def __init__(self, overlay: Corrections, words: Bitset) -> None:
        self._overlay = overlay
        self._index: Index = overlay.index
        self._inside = _as_flags(words, self._index.images)
        self._is_all = bool(self._inside.all())

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def keys(self) -> npt.NDArray[np.int64]:
        """int64[n], ascending: the database key of each image."""
        keys: npt.NDArray[np.int64] = self._chosen(self._index.image_keys)
        return keys

    @cached_property
    def subsets(self) -> npt.NDArray[np.uint8]:
        """uint8[n]: place among SUBSETS."""
        return self._by_set(0, len(SUBSETS), np.uint8)

    @cached_property
    def licenses(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: place among the engine's licenses."""
        return self._by_set(len(SUBSETS), len(self._index.licenses), np.uint16)

    @cached_property
    def authors(self) -> npt.NDArray[np.uint32]:
        """uint32[n]: images of one author key have one number; NO_AUTHOR where it is not known."""
        authors: npt.NDArray[np.uint32] = self._chosen(self._index.image_authors)
        return authors

    @cached_property
    def files(self) -> Places:
        """uint32[n]: place of the first of these images with this one's MD5, its own where it is the only one."""
        offsets, images = self._index.duplicate_offsets, self._index.duplicate_images
        groups = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        inside = self._inside[images]
        groups, places = groups[inside], self._places(images[inside])
        files = np.arange(len(self), dtype=np.uint32)
        _, first, group = np.unique(groups, return_index=True, return_inverse=True)
        files[places] = places[first][group]
        return files

    def classes_of(self, mid: str) -> list[LabelClass]:
        """The images of a label by the class of their pair, by state, then confidence. Raises UnknownValueError."""
        label = self._index.label_numbers.get(mid)
        if label is None:
            raise UnknownValueError("label", mid)
        found = []
        for code in np.argsort(self._overlay.classes.raw, kind="stable").tolist():
            images = self._images_of(label, code)
            images = images if self._is_all else images[self._inside[images]]
            if len(images):
                state = STATES[int(self._overlay.classes.states[code])]
                found.append(LabelClass(state, int(self._overlay.classes.confidences[code]), self._places(images)))
        return found

    def pairs_on(self, places: npt.NDArray[Any]) -> PairColumns:
        """All pairs of some images, which ascend by place."""
        images = places.astype(np.uint32) if self._is_all else self._numbers[places]
        owners, labels, codes = pairs_of(self._overlay, images)
        classes = self._overlay.classes
        states, confidences = classes.states.astype(np.uint8), classes.confidences.astype(np.uint8)
        return PairColumns(owners, labels, states[codes], confidences[codes])

    def boxes_on(self, places: npt.NDArray[Any]) -> BoxColumns:
        """All boxes of some images, which ascend by place."""
        tables = self._index.boxes
        if not len(tables):
            none = np.empty(0, np.int64)
            return BoxColumns(none, none, none, none, none, np.empty((0, 4)), tables.sources)
        images = places.astype(np.int64) if self._is_all else self._numbers[places].astype(np.int64)
        rows, owners = rows_of_images(tables.offsets, images)
        columns = (tables.labels, tables.source_numbers, tables.areas, tables.attributes)
        labels, sources, areas, attributes = (column[rows].astype(np.int64) for column in columns)
        return BoxColumns(owners, labels, sources, areas, attributes, shortest(tables.corners[rows]), tables.sources)

    def _chosen(self, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return column if self._is_all else column[self._inside]

    def _by_set(self, first: int, sets: int, dtype: type[Any]) -> npt.NDArray[Any]:
        """The number of the one of some of the index's sets that each image is in."""
        column = np.zeros(self._index.images, dtype)
        for number in range(1, sets):
            place = first + number
            if self._index.sets.is_listed(place):
                column[self._index.sets.ids(place)] = number
            else:
                column[_as_flags(self._index.sets.words(place), self._index.images)] = number
        return self._chosen(column)

    @cached_property
    def _numbers(self) -> ImageNumbers:
        """The index's number of each image."""
        return np.flatnonzero(self._inside).astype(np.uint32)

    @cached_property
    def _ranks(self) -> Places:
        return np.cumsum(self._inside, dtype=np.uint32) - np.uint32(1)

    def _places(self, images: ImageNumbers) -> Places:
        """The places of images by the index's numbers, all of them inside."""
        return images if self._is_all else self._ranks[images]

    def _images_of(self, label: int, code: int) -> ImageNumbers:
        """The visible images whose pair of a label is of a class, ascending."""
        own: ImageNumbers = np.empty(0, np.uint32)
        if code < len(self._index.classes):
            bounds = self._index.bounds(label)
            own = self._index.posting_images[bounds[code] : bounds[code + 1]]
        mine = self._overlay.entries_of(label)
        if mine.start == mine.stop:
            return own
        images, before, after = (
            column[mine] for column in (self._overlay.entry_images, self._overlay.before, self._overlay.after)
        )
        return np.union1d(np.setdiff1d(own, images[before == code], assume_unique=True), images[after == code])


def _as_flags(words: Bitset, images: int) -> npt.NDArray[np.bool_]:
    """bool[images]: which are in a set."""
    return np.unpackbits(words.view(np.uint8), count=images, bitorder="little").astype(np.bool_)
