"""The sections of an index generation that statistics are read from: counts that no page could take in time.

Those here are of the annotations alone, for what curators change is laid over them as they are read; those of
`build_standing` hold it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.comparison import strength
from browse.domain.dataset_arrays import DatasetArrays
from browse.facets.build import curated_sections, kernels
from browse.facets.build.pair_chunks import Pairs, Report, chunks
from browse.facets.index.classes import PairClasses
from browse.facets.index.writer import GenerationWriter
from browse.query.values import STATES, SUBSETS


def write_counts(arrays: DatasetArrays, pairs: Pairs, writer: GenerationWriter, report: Report) -> None:
    """Pairs by label, subset and class; images by how strongly human and machine disagree."""
    codes, weights = pairs.classes.codes(), class_strengths(pairs.classes)
    subsets = np.asarray(arrays.subsets)
    n_labels, n_classes = pairs.totals.shape
    counts = np.zeros((n_labels, len(SUBSETS), n_classes), np.uint32)
    strengths = np.zeros(len(subsets), np.uint32)
    for chunk in chunks(arrays, report, "count pairs by subset"):
        classes = codes[chunk.raw]
        kernels.tally_subsets(chunk.images, chunk.labels, classes, subsets, counts)
        kernels.add_by_image(chunk.images, weights[classes], strengths)
    writer.array("label_counts", counts.ravel())
    _write_disagreeing(strengths, writer)


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


SECTIONS = (write_counts, *curated_sections.SECTIONS)
