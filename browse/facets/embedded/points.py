"""Points: which images a term holds for, and those of images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shortest
from browse.domain.points import VERDICTS, Point
from browse.facets.embedded import kernels
from browse.facets.embedded.boxes import visible_images
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset
from browse.facets.index.open_index import Index
from browse.query.point_terms import PointTerm


def images_with(overlay: Corrections, term: PointTerm) -> Bitset:
    """The visible images that have such a point."""
    index, words = overlay.index, np.zeros(overlay.index.width, np.uint64)
    tables, label = index.points, index.label_numbers[term.mid]
    if len(tables):
        labels = index.below.with_own(label) if term.below else np.array([label])
        places = (labels[:, np.newaxis] * len(VERDICTS) + verdicts_of(term)).ravel()
        offsets = tables.posting_offsets
        kernels.set_bits(words, tables.posting_images, offsets[places], offsets[places + 1])
    if overlay.visible is not None:
        np.bitwise_and(words, overlay.visible, out=words)
    return words


def verdicts_of(term: PointTerm) -> npt.NDArray[np.int64]:
    """The places of a term's verdicts among VERDICTS."""
    return np.array([place for place, verdict in enumerate(VERDICTS) if verdict in term.verdicts])


def points_of(overlay: Corrections, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
    """For visible images by their keys all points in file order; images without any are left out."""
    if not len(overlay.index.points):
        return {}
    found = {key: _points(overlay.index, image) for key, image in visible_images(overlay, keys)}
    return {key: points for key, points in found.items() if points}


def _points(index: Index, image: int) -> tuple[Point, ...]:
    tables = index.points
    here = tables.of_image(image)
    columns = (tables.labels, tables.source_numbers, tables.verdicts, tables.votes, tables.text_numbers)
    rows = zip(*(column[here].tolist() for column in columns), shortest(tables.places[here]).tolist(), strict=True)
    return tuple(
        Point(index.labels[label], tables.sources[source], x, y, VERDICTS[verdict], tuple(votes), tables.texts[text])
        for label, source, verdict, votes, text, (x, y) in rows
    )
