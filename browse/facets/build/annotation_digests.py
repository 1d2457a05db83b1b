"""Digests of annotations for the data set digest. docs/dataset-digest.md gives the byte layout."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.dataset_digest import (
    ANNOTATIONS,
    IMAGES,
    RUN_IMAGES,
    Section,
    dataset_digest,
    hashing_threads,
    hierarchy_section,
    run_count,
)
from browse.facets.build.box_digests import digested_boxes, digested_clicks
from browse.facets.build.byte_rows import byte_rows
from browse.facets.build.kernels import pack_annotations
from browse.facets.build.masks import digested_masks
from browse.facets.build.narratives import digested_narratives
from browse.facets.build.pair_chunks import Report, drop_cached_pages, place_of
from browse.facets.build.points import digested_points
from browse.facets.build.relationship_digests import digested_relationships
from browse.facets.build.row_digests import row_digests

_SIGN = np.uint64(1 << 63)


def digest_of(arrays: DatasetArrays, report: Report) -> str:
    """The digest of a data set; empty where the digests of its images are not known."""
    images = len(arrays.image_keys)
    if len(arrays.image_digests) != 32 * run_count(images):
        return ""
    annotations = annotation_digests(arrays, report)
    return dataset_digest(
        [
            Section(IMAGES, images, arrays.image_digests),
            Section(ANNOTATIONS, len(arrays.annotations), annotations),
            hierarchy_section(arrays.hierarchy),
            *(
                Section(kind.what, len(kind), row_digests(kind, arrays.image_keys, report))
                for kind in (
                    *(digested_boxes(arrays), digested_relationships(arrays), digested_points(arrays)),
                    *(digested_masks(arrays), digested_narratives(arrays), digested_clicks(arrays)),
                )
            ),
        ]
    )


def annotation_digests(arrays: DatasetArrays, report: Report) -> bytes:
    """For each run of images the SHA-256 of their annotations by image, MID and source: 32 bytes."""
    runs = run_count(len(arrays.image_keys))
    bounds = [place_of(arrays.annotations, first * RUN_IMAGES << 32) for first in range(runs + 1)]
    packer = _Packer(arrays)
    digests: list[bytes] = []
    with hashing_threads() as threads:
        for digest in threads.map(packer.digest, bounds[:-1], bounds[1:]):
            digests.append(digest)
            drop_cached_pages(arrays.annotations)
            report("hash annotations", bounds[len(digests)], len(arrays.annotations))
    return b"".join(digests)


class _Packer:
    """Writes annotations out as bytes; threads may share one."""

    def __init__(self, arrays: DatasetArrays) -> None:
        self._annotations, self._keys = arrays.annotations, arrays.image_keys
        order = sorted(arrays.sources, key=str.encode)
        places = [order.index(source) for source in arrays.sources]
        self._in_order = places == sorted(places)
        self._places = np.array(places, np.uint64)
        self._labels, self._sources = byte_rows(arrays.label_mids), byte_rows(order)

    def digest(self, begin: int, end: int) -> bytes:
        """SHA-256 of these annotations, which are all of some images."""
        rows = self._by_source_name(np.asarray(self._annotations[begin:end]))
        if not len(rows):
            return hashlib.sha256().digest()
        first, last = int(rows[0] >> np.uint64(32)), int(rows[-1] >> np.uint64(32))
        ids = np.asarray(self._keys[first : last + 1]).view(np.uint64) ^ _SIGN
        out = np.empty(len(rows) * (9 + int(self._labels[1].max()) + int(self._sources[1].max())), np.uint8)
        size = pack_annotations(rows, first, ids, *self._labels, *self._sources, out)
        return hashlib.sha256(out[:size].data).digest()

    def _by_source_name(self, rows: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """Sources numbered and sorted by name; they are numbered in the order in which imports met them."""
        if self._in_order:
            return rows
        number = (rows >> np.uint64(8)) & np.uint64(0xFF)
        renamed: npt.NDArray[np.uint64] = rows ^ ((number ^ self._places[number]) << np.uint64(8))
        renamed.sort()
        return renamed
