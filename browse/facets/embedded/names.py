"""The authors whose usual name has some words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import NO_AUTHOR
from browse.facets.embedded.kernels import Counts, ImageNumbers
from browse.facets.index.classes import Mask
from browse.facets.index.open_index import Index


def authors_with(index: Index, words: Sequence[str]) -> Mask:
    """bool[authors]: whose usual name has all these words, the last perhaps as a beginning. Nobody's without words."""
    named: Mask = np.full(len(index.authors), bool(words))
    for place, word in enumerate(words):
        has: npt.NDArray[np.bool_] = np.zeros(len(named), np.bool_)
        has[index.author_words.having(word, begins=place == len(words) - 1)] = True
        named &= has
    return named


def images_by_author(index: Index, hidden: ImageNumbers) -> Counts:
    """int64[authors]: how many images each author has, without hidden ones."""
    counts: Counts = np.diff(index.author_offsets)
    authors = index.image_authors[hidden]
    np.subtract.at(counts, authors[authors != NO_AUTHOR], 1)
    return counts
