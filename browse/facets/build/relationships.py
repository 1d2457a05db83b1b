"""The files of relationships: by image, and by triplet."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build.boxes import check_rows, offsets_of, write_fields
from browse.facets.build.pair_chunks import Pairs, Report
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {
    "relation_subjects": "subject",
    "relation_words": "relation",
    "relation_objects": "object",
    "relation_corners": "corners",
}


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where relationships are not by image, or name what there is not."""
    labels = len(arrays.label_mids)
    limits = {"image": len(arrays.image_keys), "subject": labels, "object": labels}
    check_rows("relationships", arrays.relationships, {**limits, "relation": len(arrays.relation_words)})


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's relationships in file order."""
    rows = arrays.relationships
    writer.texts("relation", arrays.relation_words if len(rows) else [])
    writer.array("relation_offsets", offsets_of(rows, "image", len(arrays.image_keys)).astype(np.uint32))
    write_fields(rows, _BY_IMAGE, writer)
    report("list relationships by image", len(rows), len(rows))


def write_by_triplet(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """The images of each triplet of subject, relation and object, ascending and each once."""
    rows = arrays.relationships
    triplets = _numbers(rows)
    images = np.ascontiguousarray(rows["image"])
    order = np.lexsort((images, triplets))
    triplets, images = triplets[order], images[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (triplets[1:] != triplets[:-1]) | (images[1:] != images[:-1])
    triplets, images = triplets[first], images[first]
    begins = np.flatnonzero(np.diff(triplets, prepend=np.uint64(1 << 63)))
    distinct = triplets[begins]
    writer.array("triplet_subjects", (distinct >> np.uint64(32)).astype(np.uint16))
    writer.array("triplet_words", ((distinct >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.uint16))
    writer.array("triplet_objects", (distinct & np.uint64(0xFFFF)).astype(np.uint16))
    writer.array("triplet_offsets", np.append(begins, len(images)).astype(np.int64) if len(rows) else _NONE)
    writer.array("triplet_images", images.astype(np.uint32))
    _write_related(distinct, np.append(begins, len(images)), images, len(arrays.relation_words), writer)
    report("list relationships by triplet", len(rows), len(rows))


def _write_related(
    triplets: npt.NDArray[np.uint64],
    bounds: npt.NDArray[np.int64],
    images: npt.NDArray[np.uint32],
    relations: int,
    writer: GenerationWriter,
) -> None:
    """The images of each relation, ascending and each once, of those of its triplets."""
    words, offsets = (triplets >> np.uint64(16)) & np.uint64(0xFFFF), [0]
    with writer.file("related_images") as out:
        for relation in range(relations):
            own = np.flatnonzero(words == relation).tolist()
            found = np.unique(np.concatenate([images[:0], *(images[bounds[at] : bounds[at + 1]] for at in own)]))
            out.append(found.astype(np.uint32))
            offsets.append(offsets[-1] + len(found))
    writer.array("related_offsets", np.array(offsets) if len(images) else _NONE)


_NONE = np.empty(0, np.int64)


def _numbers(rows: npt.NDArray[np.void]) -> npt.NDArray[np.uint64]:
    """Subject, relation and object of each row as one number."""
    subject, relation, object_ = (rows[field].astype(np.uint64) for field in ("subject", "relation", "object"))
    numbers: npt.NDArray[np.uint64] = subject << np.uint64(32) | relation << np.uint64(16) | object_
    return numbers


SECTIONS = (write_by_image, write_by_triplet)
