"""The sections of an index generation that statistics are read from: counts that no page could take in time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.arrays import DatasetArrays
from browse.comparison import lifts, strength
from browse.facets import build_kernels as kernels
from browse.facets import pair_chunks
from browse.facets.classes import LEVELS, Mask, PairClasses
from browse.facets.pair_chunks import Pairs, Report, batches, chunks
from browse.facets.writer import GenerationWriter
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, STATES, SUBSETS

PARTNERS = 30
"""So many labels that stand with a label are kept."""


def write_counts(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Pairs by label, subset and class; labels of each image; images by how strongly human and machine disagree."""
    codes, standing = pairs.classes.codes(), _default(pairs.classes)
    weights = class_strengths(pairs.classes)
    subsets = np.asarray(arrays.subsets)
    n_labels, n_classes = pairs.totals.shape
    counts = np.zeros((n_labels, len(SUBSETS), n_classes), np.uint32)
    sizes = np.zeros((len(SUBSETS), n_labels + 1), np.int64)
    strengths = np.zeros(len(subsets), np.uint32)
    for chunk in chunks(arrays, report, "count pairs by subset"):
        classes = codes[chunk.raw]
        kernels.tally_subsets(chunk.images, chunk.labels, classes, subsets, counts)
        kernels.add_by_image(chunk.images, weights[classes], strengths)
        shown = chunk.images[standing[classes]] - np.uint32(chunk.first)
        by_image = np.bincount(shown, minlength=chunk.last - chunk.first)
        for subset in range(len(SUBSETS)):
            of_subset = by_image[subsets[chunk.first : chunk.last] == subset]
            sizes[subset] += np.bincount(of_subset, minlength=n_labels + 1)
    writer.array("label_counts", counts.ravel())
    most = int(np.flatnonzero(sizes.any(axis=0))[-1]) if sizes.any() else 0
    writer.array("labels_per_image", sizes[:, : most + 1].ravel())
    _write_disagreeing(strengths, writer)


def _default(classes: PairClasses) -> Mask:
    return classes.mask(ANY_CONFIDENCE, DEFAULT_STATES)


def class_strengths(classes: PairClasses) -> npt.NDArray[np.uint32]:
    """uint32[classes]: how strongly human and machine disagree on a pair of each class, in hundredths."""
    states = [STATES[state] for state in classes.states]
    strengths = [strength(state, level) for state, level in zip(states, classes.confidences.tolist(), strict=True)]
    return np.array(strengths, np.uint32)


def _write_disagreeing(strengths: npt.NDArray[np.uint32], writer: GenerationWriter) -> None:
    """The images on which human and machine disagree, most strongly first, ties by image."""
    images = np.flatnonzero(strengths).astype(np.uint32)
    order = np.argsort(-strengths[images].astype(np.int64), kind="stable")
    writer.array("disagreeing_images", images[order])
    writer.array("disagreeing_strengths", strengths[images[order]])


def write_sources(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Annotations by source, subset and confidence; sources by name."""
    order = sorted(range(len(arrays.sources)), key=arrays.sources.__getitem__)
    counts = np.zeros((len(order), len(SUBSETS), LEVELS), np.int64)
    subsets = np.asarray(arrays.subsets)
    for start in range(0, len(arrays.annotations), pair_chunks.CHUNK):
        part = np.asarray(arrays.annotations[start : start + pair_chunks.CHUNK])
        kernels.tally_sources(part, subsets, counts)
    writer.texts("source", [arrays.sources[number] for number in order])
    writer.array("source_counts", counts[order].ravel())


def write_partners(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """For each label those that stand with it far more often than by chance, and on how many images they do."""
    shown, codes = _default(pairs.classes), pairs.classes.codes()
    totals = pairs.totals[:, shown].sum(axis=1, dtype=np.int64)
    n_labels = len(totals)
    rows = max(1, pair_chunks.SCATTER_BYTES // (4 * n_labels + 1))
    ends = [0]
    with writer.file("partner_labels") as labels, writer.file("partner_images") as images:
        for first, last in batches(np.ones(n_labels, np.int64), rows):
            together = np.zeros((last - first, n_labels), np.uint32)
            for chunk in chunks(arrays, report, f"count labels together, {last:,} of {n_labels:,}"):
                wanted = shown[codes[chunk.raw]]
                kernels.count_together(chunk.images[wanted], chunk.labels[wanted], first, together)
            for label, row in enumerate(together, first):
                partners = rank_partners(row, label, totals, len(arrays.image_keys))
                labels.append(partners.astype(np.uint16))
                images.append(row[partners])
                ends.append(ends[-1] + len(partners))
    writer.array("partner_offsets", np.array(ends, np.int64))


def rank_partners(
    together: npt.NDArray[np.uint32], label: int, totals: npt.NDArray[np.int64], images: int
) -> npt.NDArray[np.int64]:
    """The PARTNERS labels with the largest bound of their lift, ties by label; together: images with both."""
    others = np.flatnonzero(together)
    others = others[others != label]
    _, bounds = lifts(together[others].astype(np.int64), int(totals[label]), totals[others], images)
    if len(others) > PARTNERS:
        keep = bounds >= np.partition(bounds, -PARTNERS)[-PARTNERS]
        others, bounds = others[keep], bounds[keep]
    best: npt.NDArray[np.int64] = others[np.argsort(-bounds, kind="stable")][:PARTNERS]
    return best


SECTIONS = (write_counts, write_sources, write_partners)
