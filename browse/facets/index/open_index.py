"""An open index generation: its files as arrays, shared by all processes through the page cache."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from browse.facets.embedded.kernels import Bitset, ClassCodes, Counts, ImageNumbers
from browse.facets.errors import DamagedFileError
from browse.facets.index.box_tables import BoxTables
from browse.facets.index.classes import Mask, PairClasses
from browse.facets.index.frequent_labels import FrequentLabels
from browse.facets.index.labels_below import LabelsBelow
from browse.facets.index.layout import Manifest, file_name
from browse.facets.index.mask_tables import MaskTables
from browse.facets.index.narrative_tables import NarrativeTables
from browse.facets.index.point_tables import PointTables
from browse.facets.index.relation_tables import RelationTables
from browse.facets.index.text_tables import TextTable, WordTable
from browse.query.values import SUBSETS

PIECE_BYTES = 4 << 20
"""Bytes checked between two chances for other threads."""
PROLIFIC_AUTHORS = 4096
"""Of so many authors it is known that no other has more images."""


class ImageSets:
    """Sets of images, each a bitset or a list of numbers, whichever is smaller."""

    def __init__(self, images: int, sizes: Counts, offsets: Counts, words: Bitset) -> None:
        self._images = images
        self._offsets = offsets
        self._words = words
        self.sizes = sizes

    def is_listed(self, place: int) -> bool:
        """Whether this set is kept as a list."""
        return bool(self.sizes[place] * 32 <= self._images)

    def words(self, place: int) -> Bitset:
        """The bitset of a set that is not listed."""
        return self._words[self._offsets[place] : self._offsets[place + 1]]

    def ids(self, place: int) -> ImageNumbers:
        """The images of a listed set, ascending."""
        listed: ImageNumbers = self.words(place).view(np.uint32)[: self.sizes[place]]
        return listed


class Index:
    """The arrays of one generation, named as in `layout.FILES`, and what the manifest says of them.

    folder: where the files lie.
    group_totals: what `embedded/hierarchy.py` has counted over all images, by mask of classes.
    lock: open file whose lock keeps the generation on disk; it is closed with the index, or when that is forgotten.
    """

    def __init__(self, folder: Path, manifest: Manifest, arrays: Mapping[str, npt.NDArray[Any]], lock: int) -> None:
        self.folder = folder
        self.generation = folder.name
        self.manifest = manifest
        self.arrays = arrays
        self._release = weakref.finalize(self, os.close, lock)
        self.images = manifest.images
        self.width = (manifest.images + 63) // 64
        self.classes = PairClasses(np.array(manifest.classes, np.uint16))
        self.image_keys: npt.NDArray[np.int64] = arrays["image_keys"]
        self.image_authors: ImageNumbers = arrays["image_authors"]
        self.pair_offsets: ImageNumbers = arrays["pair_offsets"]
        self.pair_labels: npt.NDArray[np.uint16] = arrays["pair_labels"]
        self.pair_classes: ClassCodes = arrays["pair_classes"]
        self.annotation_counts: ImageNumbers = arrays["annotation_counts"]
        self.posting_images: ImageNumbers = arrays["posting_images"]
        self.author_offsets: Counts = arrays["author_offsets"]
        self.author_images: ImageNumbers = arrays["author_images"]
        self.author_ids: npt.NDArray[np.int32] = arrays["author_ids"]
        self.duplicate_offsets: Counts = arrays["duplicate_offsets"]
        self.duplicate_images: ImageNumbers = arrays["duplicate_images"]
        self.photo_ids: Bitset = arrays["photo_ids"]
        self.photo_images: ImageNumbers = arrays["photo_images"]
        self.md5_heads: ImageNumbers = arrays["md5_heads"]
        self.md5_images: ImageNumbers = arrays["md5_images"]
        self.boxes = BoxTables.of(arrays)
        self.relationships = RelationTables.of(arrays)
        self.points = PointTables.of(arrays)
        self.masks, self.narratives = MaskTables.of(arrays), NarrativeTables.of(arrays)
        self.labels = [*self._texts("label")]
        self.licenses = [*self._texts("license")]
        self.authors = self._texts("author")
        self.title_words = self._words("title")
        self.author_words = self._words("author")
        self.credited_words = self._words("credited")
        self.credited_images: ImageNumbers = arrays["credited_images"]
        self.sets = ImageSets(self.images, arrays["set_sizes"], arrays["set_offsets"], arrays["set_words"])
        self.below = LabelsBelow(arrays["below_offsets"], arrays["below_labels"])
        self.group_totals: dict[bytes, Counts] = {}
        self.label_numbers = {mid: number for number, mid in enumerate(self.labels)}
        self.license_numbers = {slug: number for number, slug in enumerate(self.licenses)}

    def reread(self) -> Iterator[float]:
        """Compare all checksums again: after each piece its share of all bytes. Raises DamagedFileError."""
        total = sum(array.nbytes for array in self.arrays.values())
        for name, array in self.arrays.items():
            crc = 0
            data = array.view(np.uint8)
            for start in range(0, len(data), PIECE_BYTES):
                piece = data[start : start + PIECE_BYTES]
                crc = isal_zlib.crc32(piece, crc)
                yield len(piece) / total
            if crc != self.manifest.files[name].crc32:
                raise DamagedFileError(self.folder / file_name(name), "was changed while in use: its checksum is wrong")

    def close(self) -> None:
        """Let the generation be removed. What is mapped stays readable."""
        self._release()

    def _texts(self, name: str) -> TextTable:
        return TextTable(self.arrays[f"{name}_text"], self.arrays[f"{name}_text_offsets"])

    def _words(self, name: str) -> WordTable:
        return WordTable(
            self._texts(f"{name}_word"), self.arrays[f"{name}_word_offsets"], self.arrays[f"{name}_word_places"]
        )

    def bounds(self, label: int) -> Counts:
        """int64[classes + 1]: where in posting_images the images of this label begin and end, class by class."""
        first = label * len(self.classes)
        bounds: Counts = self.arrays["posting_offsets"][first : first + len(self.classes) + 1]
        return bounds

    @property
    def default_pairs(self) -> tuple[ImageNumbers, npt.NDArray[np.uint16]]:
        """Pairs in the default states: where those of each image begin, and the label of each."""
        return self.arrays["default_offsets"], self.arrays["default_labels"]

    @cached_property
    def class_totals(self) -> Counts:
        """int64[classes]: how many pairs of each class there are."""
        sizes = np.diff(self.arrays["posting_offsets"]).reshape(len(self.labels), len(self.classes))
        totals: Counts = sizes.sum(axis=0, dtype=np.int64)
        return totals

    @cached_property
    def frequent(self) -> FrequentLabels:
        """The labels of many images, with which other labels stand."""
        return FrequentLabels(self.arrays["frequent_labels"], self.arrays["frequent_together"], len(self.labels))

    @cached_property
    def prolific_authors(self) -> npt.NDArray[np.int64]:
        """int64: the authors with the most images, by number of images, largest first; all, if there are few."""
        sizes, most = np.diff(self.author_offsets), PROLIFIC_AUTHORS
        chosen = np.argpartition(sizes, -most)[-most:] if len(sizes) > most else np.arange(len(sizes))
        authors: npt.NDArray[np.int64] = chosen[np.argsort(-sizes[chosen], kind="stable")]
        return authors

    def label_totals(self, mask: Mask) -> Counts:
        """int64[labels]: how many pairs of these classes each label has."""
        offsets = self.arrays["posting_offsets"]
        sizes = np.diff(offsets).reshape(len(self.labels), len(self.classes))
        totals: Counts = sizes @ mask.astype(np.int64)
        return totals

    def subset_set(self, subset: str) -> int:
        """Place among `sets` of a subset's images."""
        return SUBSETS.index(subset)

    def is_in_set(self, images: ImageNumbers, place: int) -> Mask:
        """bool, one for each image number: whether it is in one of `sets`."""
        if self.sets.is_listed(place):
            listed: Mask = np.isin(images, self.sets.ids(place))
            return listed
        bits = self.sets.words(place)[images >> 6] >> (images & 63).astype(np.uint64)
        inside: Mask = (bits & np.uint64(1)).astype(bool)
        return inside

    def license_set(self, slug: str) -> int:
        """Place among `sets` of a license's images."""
        return len(SUBSETS) + self.license_numbers[slug]

    def class_set(self, code: int) -> int:
        """Place among `sets` of the images with a pair of this class."""
        return len(SUBSETS) + len(self.licenses) + code

    def group_set(self, place: int) -> int:
        """Place among `sets` of the images that count for one of the groups of `below`, in the default states."""
        return len(SUBSETS) + len(self.licenses) + len(self.classes) + place
