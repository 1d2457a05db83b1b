"""What the data set digest holds of boxes and of their extreme clicks. docs/dataset-digest.md gives the byte layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_clicks import have_clicks, millionths_of
from browse.domain.box_rows import UNKNOWN, shift_of
from browse.domain.boxes import Attribute
from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build.row_digests import DigestedRows, Names, Rows, bits_of


def digested_boxes(arrays: DatasetArrays) -> DigestedRows:
    """The boxes of a data set."""
    return DigestedRows("boxes", arrays.boxes, _names(arrays), _tail)


def digested_clicks(arrays: DatasetArrays) -> DigestedRows:
    """Those of the boxes that have extreme clicks, with these."""
    return DigestedRows("clicks", arrays.boxes, _names(arrays), _clicks_tail, lambda rows: have_clicks(rows["clicks"]))


def _names(arrays: DatasetArrays) -> tuple[Names, ...]:
    return Names("label", arrays.label_mids), Names("source", arrays.sources)


def _tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    corners = np.ascontiguousarray(rows["corners"])
    tail = np.hstack([corners.view(np.uint8), _attribute_bytes(rows["attributes"])])
    return tail, [*bits_of(corners).T, rows["attributes"]]


def _clicks_tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    corners, clicks = np.ascontiguousarray(rows["corners"]), millionths_of(rows["clicks"]).astype("<u4")
    return np.hstack([corners.view(np.uint8), clicks.view(np.uint8)]), [*bits_of(corners).T, *clicks.T]


def _attribute_bytes(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """One byte for each attribute of each row: 0, 1, or 255 where it is unknown."""
    values = np.stack([codes >> np.uint16(shift_of(attribute)) & np.uint16(3) for attribute in Attribute], axis=1)
    return np.where(values == UNKNOWN, 255, values).astype(np.uint8)
