"""What the data set digest holds of relationships. docs/dataset-digest.md gives the byte layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build.row_digests import DigestedRows, Names, Rows, bits_of


def digested_relationships(arrays: DatasetArrays) -> DigestedRows:
    """The relationships of a data set."""
    names = (
        Names("subject", arrays.label_mids),
        Names("relation", arrays.relation_words),
        Names("object", arrays.label_mids),
    )
    return DigestedRows("relationships", arrays.relationships, names, _tail)


def _tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    corners = np.ascontiguousarray(rows["corners"])
    return corners.view(np.uint8), [*bits_of(corners).T]
