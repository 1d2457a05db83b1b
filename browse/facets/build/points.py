"""The files of points: by image, and by label and verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.points import VERDICTS
from browse.facets.build.boxes import check_rows, offsets_of, write_fields
from browse.facets.build.pair_chunks import Pairs, Report, batches, chunks_of
from browse.facets.build.row_digests import DigestedRows, Names, Rows, bits_of
from browse.facets.index.writer import GenerationWriter

_BY_IMAGE = {
    "point_labels": "label",
    "point_sources": "source",
    "point_verdicts": "verdict",
    "point_texts": "text",
    "point_votes": "votes",
    "point_places": "place",
}

TOGETHER = 16_000_000
"""So many points are listed at once, at most, but for lists that are longer."""
_IMAGE_BITS, _IMAGE = np.uint64(32), np.uint64(0xFFFFFFFF)


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where points are not by image, or name what there is not."""
    limits = {"image": len(arrays.image_keys), "label": len(arrays.label_mids), "source": len(arrays.sources)}
    check_rows("points", arrays.points, {**limits, "text": len(arrays.point_texts), "verdict": len(VERDICTS)})


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's points in file order."""
    rows = arrays.points
    writer.texts("point", arrays.point_texts if len(rows) else [])
    writer.texts("point_source", arrays.sources if len(rows) else [])
    writer.array("point_offsets", offsets_of(rows, "image", len(arrays.image_keys)).astype(np.uint32))
    write_fields(rows, _BY_IMAGE, writer)
    report("list points by image", len(rows), len(rows))


def write_by_label(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """The images of each label and verdict, ascending and each once."""
    rows, lists = arrays.points, len(arrays.label_mids) * len(VERDICTS)
    sizes, found = np.zeros(lists, np.int64), np.zeros(lists, np.int64)
    for part in chunks_of(rows):
        sizes += np.bincount(_lists(part), minlength=lists)
    with writer.file("point_posting_images") as out:
        for first, stop in batches(sizes, TOGETHER) if len(rows) else ():
            listed = _distinct(rows, first, stop)
            found += np.bincount((listed >> _IMAGE_BITS).astype(np.int64), minlength=lists)
            out.append((listed & _IMAGE).astype(np.uint32))
            report("list points by label", int(sizes[:stop].sum()), len(rows))
    offsets = np.concatenate([[0], np.cumsum(found)]) if len(rows) else np.empty(0, np.int64)
    writer.array("point_posting_offsets", offsets)


def _lists(rows: Rows) -> npt.NDArray[np.int64]:
    """Which list each point stands in, by label and verdict."""
    lists: npt.NDArray[np.int64] = rows["label"].astype(np.int64) * len(VERDICTS) + rows["verdict"]
    return lists


def _distinct(rows: Rows, first: int, stop: int) -> npt.NDArray[np.uint64]:
    """List and image of the points of some lists, as one number each, ascending and each once."""
    packed = []
    for part in chunks_of(rows):
        lists = _lists(part)
        inside = (first <= lists) & (lists < stop)
        packed.append(lists[inside].astype(np.uint64) << _IMAGE_BITS | part["image"][inside])
    every = np.concatenate(packed)
    every.sort()
    distinct: npt.NDArray[np.uint64] = every[np.diff(every, prepend=~every[:1]) != 0]
    return distinct


def digested_points(arrays: DatasetArrays) -> DigestedRows:
    """What the data set digest holds of points. docs/dataset-digest.md gives the byte layout."""
    names = (Names("label", arrays.label_mids), Names("source", arrays.sources), Names("text", arrays.point_texts))
    return DigestedRows("points", arrays.points, names, _tail)


def _tail(rows: Rows) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]:
    places, votes = np.ascontiguousarray(rows["place"]), np.ascontiguousarray(rows["votes"])
    verdicts = np.ascontiguousarray(rows["verdict"])
    tail = np.hstack([places.view(np.uint8), verdicts[:, np.newaxis], votes.view(np.uint8)])
    return tail, [*bits_of(places).T, verdicts, *votes.T]


SECTIONS = (write_by_image, write_by_label)
