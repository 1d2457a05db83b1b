"""The whole data set as arrays: what an import or a database hands to the index build."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NO_AUTHOR = 0xFFFFFFFF
"""Author number of an image without a profile URL."""


@dataclass(frozen=True)
class DatasetArrays:
    """N images, A annotations. Images, labels, authors and licences are numbered in the order given here.

    image_keys      int64[N], ascending: ImageID as an integer minus 2**63.
    subsets         uint8[N]: 0 train, 1 validation, 2 test.
    licenses        uint16[N]: index into license_slugs.
    authors         uint32[N]: index into author_keys, or NO_AUTHOR.
    md5             bytes[N] (dtype S16): the 16 bytes of the original's MD5, all zero where unknown.
    photos          uint64[N]: the photo's id at Flickr, 0 where unknown.
    license_slugs   sorted, distinct.
    author_keys     sorted by code point, distinct.
    author_ids      int32, one for each of author_keys: an Author row's id with that key.
    label_mids      sorted by code point, distinct; every label of the Label table, also those without images.
    label_ids       int32, one for each of label_mids: the Label row's id.
    sources         names, one for each source number.
    annotations     uint64[A], ascending, distinct in all but the last byte:
                    image << 32 | label << 16 | source << 8 | confidence in hundredths.
    """

    image_keys: npt.NDArray[np.int64]
    subsets: npt.NDArray[np.uint8]
    licenses: npt.NDArray[np.uint16]
    authors: npt.NDArray[np.uint32]
    md5: npt.NDArray[np.bytes_]
    photos: npt.NDArray[np.uint64]
    license_slugs: list[str]
    author_keys: list[str]
    author_ids: npt.NDArray[np.int32]
    label_mids: list[str]
    label_ids: npt.NDArray[np.int32]
    sources: list[str]
    annotations: npt.NDArray[np.uint64]
