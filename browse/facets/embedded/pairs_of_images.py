"""The pairs of some images, read from the index and corrected by what curators say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from browse.facets.embedded.correction_entries import LOW
from browse.facets.embedded.kernels import ImageNumbers
from browse.facets.index.open_index import Index

if TYPE_CHECKING:
    from browse.facets.embedded.corrections import Corrections


def pairs_of(overlay: Corrections, images: ImageNumbers) -> tuple[Any, Any, Any]:
    """All pairs of some images, which ascend, by image, then label: place of the image, label, class."""
    return _corrected(overlay, images, *_own_pairs(overlay.index, images))


def _own_pairs(index: Index, images: ImageNumbers) -> tuple[Any, Any, Any]:
    """The index's own pairs of some images: place of the image, label, class."""
    offsets = index.pair_offsets
    starts, stops = offsets[images].astype(np.int64), offsets[images + np.uint32(1)].astype(np.int64)
    sizes = stops - starts
    owners = np.repeat(np.arange(len(images)), sizes)
    pairs = np.arange(len(owners)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)
    return owners, index.pair_labels[pairs].astype(np.int64), index.pair_classes[pairs].astype(np.int64)


def _corrected(
    overlay: Corrections, images: ImageNumbers, owners: Any, labels: Any, codes: Any
) -> tuple[Any, Any, Any]:
    """The same with what curators changed: some pairs gone, others there instead."""
    among = np.flatnonzero(np.isin(overlay.entry_images, images)) if len(overlay.entries) else np.empty(0, np.int64)
    if not len(among):
        return owners, labels, codes
    of_entry = np.searchsorted(images, overlay.entry_images[among]).astype(np.int64)
    entry_labels, after = overlay.entries[among] >> 32, overlay.after[among].astype(np.int64)
    kept = ~np.isin(owners << 32 | labels, of_entry << 32 | entry_labels)
    there = after >= 0
    owners = np.concatenate([owners[kept], of_entry[there]])
    labels = np.concatenate([labels[kept], entry_labels[there] & LOW])
    order = np.lexsort((labels, owners))
    return owners[order], labels[order], np.concatenate([codes[kept], after[there]])[order]
