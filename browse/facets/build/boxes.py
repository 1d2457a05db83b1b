"""The files of boxes: by image, and by label."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from browse.domain.box_clicks import have_clicks
from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build import kernels
from browse.facets.build.pair_chunks import CHUNK, Pairs, Report, chunks_of, drop_cached_pages
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {
    "box_labels": "label",
    "box_sources": "source",
    "box_attributes": "attributes",
    "box_areas": "area",
    "box_corners": "corners",
}
_BY_LABEL = {"box_posting_images": "image", "box_posting_areas": "area", "box_posting_attributes": "attributes"}


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where boxes are not by image, or name what there is not."""
    limits = {"image": len(arrays.image_keys), "label": len(arrays.label_mids), "source": len(arrays.sources)}
    check_rows("boxes", arrays.boxes, limits)


def any_clicks(arrays: DatasetArrays) -> bool:
    """Whether any box has extreme clicks."""
    return any(have_clicks(part["clicks"]).any() for part in chunks_of(arrays.boxes))


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
    writer.array("box_offsets", offsets_of(boxes, "image", len(arrays.image_keys)).astype(np.uint32))
    write_fields(boxes, _BY_IMAGE, writer)
    report("list boxes by image", len(boxes), len(boxes))


def write_distinct(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """The labels of each image's boxes, each once."""
    boxes, last = arrays.boxes, np.zeros(len(arrays.label_mids), np.int64)
    sizes = np.zeros(len(arrays.image_keys) if len(boxes) else 0, np.uint32)
    with writer.file("box_distinct_labels") as out:
        for part in chunks_of(boxes):
            images, labels = np.ascontiguousarray(part["image"]), np.ascontiguousarray(part["label"])
            is_first = np.empty(len(part), np.bool_)
            kernels.mark_distinct(images, labels, last, is_first)
            out.append(labels[is_first])
            first = int(images[0])
            counts = np.bincount(images[is_first] - np.uint32(first))
            sizes[first : first + len(counts)] += counts.astype(np.uint32)
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.uint32)]) if len(boxes) else sizes
    writer.array("box_distinct_offsets", offsets.astype(np.uint32))
    report("list labels of boxes", len(boxes), len(boxes))


def write_fields(rows: np.ndarray, files: Mapping[str, str], writer: GenerationWriter) -> None:
    """A file of each of some fields of packed rows, by the file's name."""
    for name, field in files.items():
        with writer.file(name) as out:
            for part in chunks_of(rows):
                out.append(np.ascontiguousarray(part[field]).ravel())


def write_by_label(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each label's boxes by image, in file order there."""
    boxes = arrays.boxes
    writer.array("box_posting_offsets", offsets_of(boxes, "label", len(arrays.label_mids)))
    labels = np.ascontiguousarray(boxes["label"])
    order = np.argsort(labels, kind="stable")
    del labels
    for name, field in _BY_LABEL.items():
        values = np.ascontiguousarray(boxes[field])
        with writer.file(name) as out:
            for start in range(0, len(boxes), CHUNK):
                out.append(values[order[start : start + CHUNK]])
        drop_cached_pages(boxes)
    report("list boxes by label", len(boxes), len(boxes))


def offsets_of(rows: np.ndarray, field: str, size: int) -> np.ndarray:
    """Where the rows of each number of a field begin when they are sorted by it, and where the last ones end.

    Nothing without rows.
    """
    if not len(rows):
        return np.empty(0, np.int64)
    counts = np.zeros(size, np.int64)
    for part in chunks_of(rows):
        counts += np.bincount(part[field], minlength=size)
    return np.concatenate([[0], np.cumsum(counts)])


SECTIONS = (write_by_image, write_distinct, write_by_label)
