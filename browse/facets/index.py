"""An open index generation: its files as arrays, shared by all processes through the page cache."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.classes import Mask, PairClasses
from browse.facets.kernels import Codes, Counts, Numbers, Words
from browse.facets.layout import Manifest
from browse.query.values import SUBSETS


class TextTable(Sequence[str]):
    """Sorted, distinct texts, read from their bytes one at a time."""

    def __init__(self, text: npt.NDArray[np.uint8], offsets: Counts) -> None:
        self._text = text
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return self._bytes(place).decode()

    def _bytes(self, place: int) -> bytes:
        return self._text[self._offsets[place] : self._offsets[place + 1]].tobytes()

    def find(self, text: str) -> int | None:
        """The place of a text, or None where it is not there. UTF-8 sorts by code point."""
        try:
            wanted = text.encode()
        except UnicodeEncodeError:
            return None
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else None

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(len(self)))


class ImageSets:
    """Sets of images, each a bitset or a list of numbers, whichever is smaller."""

    def __init__(self, images: int, sizes: Counts, offsets: Counts, words: Words) -> None:
        self._images = images
        self._offsets = offsets
        self._words = words
        self.sizes = sizes

    def is_listed(self, place: int) -> bool:
        """Whether this set is kept as a list."""
        return bool(self.sizes[place] * 32 <= self._images)

    def words(self, place: int) -> Words:
        """The bitset of a set that is not listed."""
        return self._words[self._offsets[place] : self._offsets[place + 1]]

    def ids(self, place: int) -> Numbers:
        """The images of a listed set, ascending."""
        listed: Numbers = self.words(place).view(np.uint32)[: self.sizes[place]]
        return listed


class Index:
    """The arrays of one generation, named as in `layout.FILES`, and what the manifest says of them.

    lock: open file whose lock keeps the generation on disk; it is closed with the index, or when that is forgotten.
    """

    def __init__(self, generation: str, manifest: Manifest, arrays: Mapping[str, npt.NDArray[Any]], lock: int) -> None:
        self.generation = generation
        self.manifest = manifest
        self.arrays = arrays
        self._release = weakref.finalize(self, os.close, lock)
        self.images = manifest.images
        self.width = (manifest.images + 63) // 64
        self.classes = PairClasses(np.array(manifest.classes, np.uint16))
        self.image_keys: npt.NDArray[np.int64] = arrays["image_keys"]
        self.image_authors: Numbers = arrays["image_authors"]
        self.pair_offsets: Numbers = arrays["pair_offsets"]
        self.pair_labels: npt.NDArray[np.uint16] = arrays["pair_labels"]
        self.pair_classes: Codes = arrays["pair_classes"]
        self.posting_images: Numbers = arrays["posting_images"]
        self.author_offsets: Counts = arrays["author_offsets"]
        self.author_images: Numbers = arrays["author_images"]
        self.author_ids: npt.NDArray[np.int32] = arrays["author_ids"]
        self.label_ids: npt.NDArray[np.int32] = arrays["label_ids"]
        self.duplicate_offsets: Counts = arrays["duplicate_offsets"]
        self.duplicate_images: Numbers = arrays["duplicate_images"]
        self.photo_ids: Words = arrays["photo_ids"]
        self.photo_images: Numbers = arrays["photo_images"]
        self.labels = [*self._texts("label")]
        self.licenses = [*self._texts("license")]
        self.authors = self._texts("author")
        self.sets = ImageSets(self.images, arrays["set_sizes"], arrays["set_offsets"], arrays["set_words"])
        self.label_numbers = {mid: number for number, mid in enumerate(self.labels)}
        self.license_numbers = {slug: number for number, slug in enumerate(self.licenses)}

    def close(self) -> None:
        """Let the generation be removed. What is mapped stays readable."""
        self._release()

    def _texts(self, name: str) -> TextTable:
        return TextTable(self.arrays[f"{name}_text"], self.arrays[f"{name}_text_offsets"])

    def bounds(self, label: int) -> Counts:
        """int64[classes + 1]: where in posting_images the images of this label begin and end, class by class."""
        first = label * len(self.classes)
        bounds: Counts = self.arrays["posting_offsets"][first : first + len(self.classes) + 1]
        return bounds

    @cached_property
    def class_totals(self) -> Counts:
        """int64[classes]: how many pairs of each class there are."""
        sizes = np.diff(self.arrays["posting_offsets"]).reshape(len(self.labels), len(self.classes))
        totals: Counts = sizes.sum(axis=0, dtype=np.int64)
        return totals

    def label_totals(self, mask: Mask) -> Counts:
        """int64[labels]: how many pairs of these classes each label has."""
        offsets = self.arrays["posting_offsets"]
        sizes = np.diff(offsets).reshape(len(self.labels), len(self.classes))
        totals: Counts = sizes @ mask.astype(np.int64)
        return totals

    def subset_set(self, subset: str) -> int:
        """Place among `sets` of a subset's images."""
        return SUBSETS.index(subset)

    def is_in_set(self, images: Numbers, place: int) -> Mask:
        """bool, one for each image number: whether it is in one of `sets`."""
        if self.sets.is_listed(place):
            listed: Mask = np.isin(images, self.sets.ids(place))
            return listed
        bits = self.sets.words(place)[images >> 6] >> (images & 63).astype(np.uint64)
        inside: Mask = (bits & np.uint64(1)).astype(bool)
        return inside

    def license_set(self, slug: str) -> int:
        """Place among `sets` of a licence's images."""
        return len(SUBSETS) + self.license_numbers[slug]

    def class_set(self, code: int) -> int:
        """Place among `sets` of the images with a pair of this class."""
        return len(SUBSETS) + len(self.licenses) + code
