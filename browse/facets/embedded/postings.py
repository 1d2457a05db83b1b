"""The posting lists of a label as sets of images."""

from __future__ import annotations

from browse.facets.embedded import ranges
from browse.facets.embedded.kernels import Bitset
from browse.facets.index.classes import Mask
from browse.facets.index.open_index import Index


def add_postings(words: Bitset, index: Index, label: int, mask: Mask) -> None:
    """Add the images that the index has with a pair of a label in these classes to a set."""
    bounds, own = index.bounds(label), mask[: len(index.classes)]
    ranges.set_bits(words, index.posting_images, bounds[:-1][own], bounds[1:][own])
