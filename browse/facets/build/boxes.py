"""The files of boxes: by image, and by label."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build.pair_chunks import CHUNK, Pairs, Report, drop_cached_pages
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {"box_labels": "label", "box_sources": "source", "box_attributes": "attributes", "box_areas": "area"}
_BY_LABEL = {"box_posting_images": "image", "box_posting_areas": "area", "box_posting_attributes": "attributes"}


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where boxes are not by image, or name what there is not."""
    limits = {"image": len(arrays.image_keys), "label": len(arrays.label_mids), "source": len(arrays.sources)}
    check_rows("boxes", arrays.boxes, limits)


def check_rows(name: str, rows: np.ndarray, limits: Mapping[str, int]) -> None:
    """Raise ValueError where packed rows are not by image, or a field reaches its limit; name: what they are called."""
    for start in range(0, len(rows), CHUNK):
        part = np.asarray(rows[start : start + CHUNK + 1])
        if (part["image"][1:] < part["image"][:-1]).any():
            raise ValueError(f"{name}: not by image")
        for field, limit in limits.items():
            if int(part[field].max()) >= limit:
                raise ValueError(f"{name}: {field} {int(part[field].max())} where {limit} are known")
        drop_cached_pages(rows)


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's boxes in file order."""
    boxes = arrays.boxes
    writer.texts("box_source", arrays.sources if len(boxes) else [])
    writer.array("box_offsets", offsets_of(boxes["image"], len(arrays.image_keys)).astype(np.uint32))
    for name, field in _BY_IMAGE.items():
        with writer.file(name) as out:
            for start in range(0, len(boxes), CHUNK):
                out.append(np.asarray(boxes[field][start : start + CHUNK]))
    with writer.file("box_corners") as out:
        for start in range(0, len(boxes), CHUNK):
            out.append(np.ascontiguousarray(boxes["corners"][start : start + CHUNK]).ravel())
            report("list boxes by image", min(start + CHUNK, len(boxes)), len(boxes))
    drop_cached_pages(boxes)


def write_by_label(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each label's boxes by image, in file order there."""
    boxes = arrays.boxes
    labels = np.ascontiguousarray(boxes["label"])
    writer.array("box_posting_offsets", offsets_of(labels, len(arrays.label_mids)))
    order = np.argsort(labels, kind="stable")
    del labels
    for name, field in _BY_LABEL.items():
        values = np.ascontiguousarray(boxes[field])
        with writer.file(name) as out:
            for start in range(0, len(boxes), CHUNK):
                out.append(values[order[start : start + CHUNK]])
        drop_cached_pages(boxes)
    report("list boxes by label", len(boxes), len(boxes))


def offsets_of(numbers: np.ndarray, size: int) -> np.ndarray:
    """Where the rows of each number begin, and where those of the last end; nothing without rows."""
    if not len(numbers):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=size))])


SECTIONS = (write_by_image, write_by_label)
