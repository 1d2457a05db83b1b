"""The files of points: by image, and by label and verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.points import VERDICTS
from browse.facets.build.boxes import check_rows, offsets_of
from browse.facets.build.pair_chunks import CHUNK, Pairs, Report, drop_cached_pages
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


def check(arrays: DatasetArrays) -> None:
    """Raise ValueError where points are not by image, or name what there is not."""
    limits = {"image": len(arrays.image_keys), "label": len(arrays.label_mids), "source": len(arrays.sources)}
    check_rows("points", arrays.points, {**limits, "text": len(arrays.point_texts), "verdict": len(VERDICTS)})


def write_by_image(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Each image's points in file order."""
    rows = arrays.points
    writer.texts("point", arrays.point_texts if len(rows) else [])
    writer.texts("point_source", arrays.sources if len(rows) else [])
    writer.array("point_offsets", offsets_of(rows["image"], len(arrays.image_keys)).astype(np.uint32))
    for name, field in _BY_IMAGE.items():
        with writer.file(name) as out:
            for start in range(0, len(rows), CHUNK):
                out.append(np.ascontiguousarray(rows[field][start : start + CHUNK]).ravel())
        drop_cached_pages(rows)
    report("list points by image", len(rows), len(rows))


def write_by_label(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """The images of each label and verdict, ascending and each once."""
    rows = arrays.points
    places = rows["label"].astype(np.int64) * len(VERDICTS) + rows["verdict"]
    images = np.ascontiguousarray(rows["image"])
    order = np.argsort(places, kind="stable")  # rows are by image already
    places, images = places[order], images[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (places[1:] != places[:-1]) | (images[1:] != images[:-1])
    writer.array("point_posting_offsets", offsets_of(places[first], len(arrays.label_mids) * len(VERDICTS)))
    writer.array("point_posting_images", images[first])
    report("list points by label", len(rows), len(rows))


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
