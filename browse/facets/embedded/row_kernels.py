"""Counts what stands in tables by image, compiled by numba."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from browse.facets.embedded.kernels import Bitset, Counts, kernel

Column = npt.NDArray[Any]


@kernel
def count_rows(words: Bitset, offsets: Column, codes: Column, others: Column, counts: Counts) -> None:
    """Count the rows of a set's images by two codes of theirs; offsets: where the rows of each image begin."""
    for image in range(len(offsets) - 1):
        if (words[image >> 6] >> (image & 63)) & 1:
            for row in range(offsets[image], offsets[image + 1]):
                counts[codes[row], others[row]] += 1


@kernel
def first_images(words: Bitset, offsets: Column, keys: Column, files: Column, asked: Column, first: Counts) -> None:
    """Fill first, int64[files, 16], with the first image of a set with an asked row of each file, by the uppermost four
    bits of its key; what has none stays.
    """
    for image in range(len(offsets) - 1):
        if (words[image >> 6] >> (image & 63)) & 1:
            for row in range(offsets[image], offsets[image + 1]):
                digit = (keys[image] >> 60) & 15
                if asked[row] and first[files[row], digit] < 0:
                    first[files[row], digit] = image
