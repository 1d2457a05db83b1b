"""The whole data set as arrays: what an import or a database hands to the index build."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import BoxRows, no_boxes
from browse.domain.hierarchy import HierarchyEdge
from browse.domain.masks import MaskRows, no_masks
from browse.domain.narratives import NarrativeRows, no_narratives
from browse.domain.points import PointRows, no_points
from browse.domain.relationships import RelationshipRows, no_relationships
from browse.domain.texts import Texts

NO_AUTHOR = 0xFFFFFFFF
"""Author number of an image without a profile URL."""


@dataclass(frozen=True)
class DatasetArrays:
    """N images, A annotations. Images, labels, authors and licenses are numbered in the order given here.

    image_keys      int64[N], ascending: ImageID as an integer minus 2**63.
    subsets         uint8[N]: 0 train, 1 validation, 2 test.
    licenses        uint16[N]: index into license_slugs.
    authors         uint32[N]: index into author_keys, or NO_AUTHOR.
    md5             bytes[N] (dtype S16): the 16 bytes of the original's MD5, all zero where unknown.
    photos          uint64[N]: the photo's id at Flickr, 0 where unknown.
    titles          one for each image, empty where unknown.
    author_names    one for each of author_keys: what the author is usually called, empty where unknown.
    credited        uint32, ascending: images whose row calls the author otherwise, or names one without a URL.
    credited_names  one for each of these.
    license_slugs   sorted, distinct.
    author_keys     sorted by code point, distinct.
    author_ids      int32, one for each of author_keys: an Author row's id with that key.
    label_mids      sorted by code point, distinct; every label of the Label table, also those without images.
    sources         names, one for each source number.
    image_digests   32 bytes for each run of dataset_digest.RUN_IMAGES images: the SHA-256 of their rows, for the data
                    set digest; empty where nobody made them.
    annotations     uint64[A], ascending, distinct in all but the last byte:
                    image << 32 | label << 16 | source << 8 | confidence in hundredths.
    has_rotations   whether the rotation of any image is known.
    hierarchy       which labels are kinds and parts of which, without cycles; also MIDs that are no label's.
    boxes           by image and place among its boxes; images, labels and sources by the numbers used here.
    relationships   the same, relations by place among relation_words, which are sorted and distinct.
    points          the same, texts by place among point_texts, which are sorted and distinct.
    masks           the same, files by place among mask_files, which are sorted and distinct.
    narratives      the same, texts by place among narrative_texts, which are sorted and distinct.
    """

    image_keys: npt.NDArray[np.int64]
    subsets: npt.NDArray[np.uint8]
    licenses: npt.NDArray[np.uint16]
    authors: npt.NDArray[np.uint32]
    md5: npt.NDArray[np.bytes_]
    photos: npt.NDArray[np.uint64]
    titles: Texts
    author_names: Texts
    credited: npt.NDArray[np.uint32]
    credited_names: Texts
    license_slugs: list[str]
    author_keys: Texts
    author_ids: npt.NDArray[np.int32]
    label_mids: list[str]
    sources: list[str]
    annotations: npt.NDArray[np.uint64]
    image_digests: bytes = b""
    has_rotations: bool = False
    hierarchy: frozenset[HierarchyEdge] = frozenset()
    boxes: BoxRows = field(default_factory=no_boxes)
    relationships: RelationshipRows = field(default_factory=no_relationships)
    relation_words: list[str] = field(default_factory=list)
    points: PointRows = field(default_factory=no_points)
    point_texts: list[str] = field(default_factory=list)
    masks: MaskRows = field(default_factory=no_masks)
    mask_files: list[str] = field(default_factory=list)
    narratives: NarrativeRows = field(default_factory=no_narratives)
    narrative_texts: list[str] = field(default_factory=list)
