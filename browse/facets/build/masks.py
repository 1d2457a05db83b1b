"""The files of masks, by image."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build.boxes import check_rows, offsets_of, write_fields
from browse.facets.build.pair_chunks import Pairs, Report
from browse.facets.build.row_digests import DigestedRows, Names, Rows, bits_of
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {
    "mask_labels": "label",
    "mask_files": "file",
    "mask_box_ids": "box_id",
    "mask_ious": "iou",
    "mask_corners": "corners",
}


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where masks are not by image, or name what there is not."""
    limits = {"image": len(arrays.image_keys), "label": len(arrays.label_mids), "file": len(arrays.mask_files)}
    check_rows("masks", arrays.masks, limits)


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's masks in file order."""
    rows = arrays.masks
    writer.texts("mask_file", arrays.mask_files if len(rows) else [])
    writer.array("mask_offsets", offsets_of(rows, "image", len(arrays.image_keys)).astype(np.uint32))
    write_fields(rows, _BY_IMAGE, writer)
    report("list masks by image", len(rows), len(rows))


def digested_masks(arrays: DatasetArrays) -> DigestedRows:
    """What the data set digest holds of masks. docs/dataset-digest.md gives the byte layout."""
    return DigestedRows("masks", arrays.masks, (Names("label", arrays.label_mids),), _tail)


def _tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    corners = np.ascontiguousarray(rows["corners"])
    boxes, ious = np.ascontiguousarray(rows["box_id"]), np.ascontiguousarray(rows["iou"])
    width = (len(rows), 4)
    tail = np.hstack([corners.view(np.uint8), boxes.view(np.uint8).reshape(width), ious.view(np.uint8).reshape(width)])
    return tail, [*bits_of(corners).T, boxes, ious]


SECTIONS = (write_by_image,)
