"""Counts which labels images have beside those of many images: what label counts of large sets begin with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build import kernels, pair_chunks
from browse.facets.build.pair_chunks import Pairs, Report, chunks
from browse.facets.index.classes import RAW_CLASSES
from browse.facets.index.frequent_labels import LEAST_SHARE
from browse.facets.index.writer import GenerationWriter


def write_together(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """The frequent labels; for each of them and each label the images with both, in the default states."""
    mask = pairs.classes.default
    sizes = pairs.totals[:, mask].sum(axis=1, dtype=np.int64)
    labels = np.flatnonzero(sizes >= max(1, len(arrays.image_keys) * LEAST_SHARE))
    wanted = np.zeros(RAW_CLASSES, np.bool_)
    wanted[pairs.classes.raw] = mask
    at_once = max(1, pair_chunks.SCATTER_BYTES // (4 * len(sizes) + 1))
    writer.array("frequent_labels", labels.astype(np.uint16))
    with writer.file("frequent_together") as out:
        for first in range(0, len(labels), at_once):
            out.append(_together(arrays, labels[first : first + at_once], wanted, report).ravel())


def _together(
    arrays: DatasetArrays, labels: npt.NDArray[np.int64], wanted: npt.NDArray[np.bool_], report: Report
) -> npt.NDArray[np.uint32]:
    """uint32[some labels, labels]: the images that have both; wanted: bool[RAW_CLASSES], the pairs that count."""
    rows = np.full(len(arrays.label_mids), -1, np.int32)
    rows[labels] = np.arange(len(labels))
    together = np.zeros((len(labels), len(rows)), np.uint32)
    for chunk in chunks(arrays, report, "count labels beside frequent ones"):
        held = wanted[chunk.raw]
        kernels.count_together(chunk.images[held], chunk.labels[held], rows, together)
    return together
