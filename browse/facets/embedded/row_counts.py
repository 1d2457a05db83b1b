"""How many relationships, points, masks and narratives that a query asks for stand on the images of a set."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.points import VERDICTS
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.embedded.narratives import captioned
from browse.facets.embedded.points import verdicts_of
from browse.facets.embedded.relationships import rows_asked_for
from browse.facets.embedded.row_kernels import count_rows, first_images
from browse.facets.index.mask_tables import MaskTables
from browse.facets.index.narrative_tables import NarrativeTables
from browse.facets.index.open_index import Index
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import TextQuery

Codes = npt.NDArray[Any]


def _counts(words: Bitset, offsets: Codes, codes: Codes, others: Codes, shape: tuple[int, int]) -> Counts:
    """int64[shape]: the rows of a set's images by two codes; none where the data set has none of the kind."""
    counts = np.zeros(shape, np.int64)
    if len(codes):
        count_rows(words, offsets, codes, others, counts)
    return counts


def _number(words: Bitset, offsets: Codes, asked: npt.NDArray[np.bool_]) -> int:
    nothing = np.zeros(len(asked), np.uint8)
    return int(_counts(words, offsets, asked.view(np.uint8), nothing, (2, 1))[1, 0])


def masks_by_label(index: Index, words: Bitset, labels: tuple[tuple[str, bool], ...]) -> Counts:
    """int64[labels]: the masks on a set's images of each of these labels, with True of those below it too; or of all
    without any.
    """
    tables, here = index.masks, _wanted(index, labels)
    nothing = np.zeros(len(tables), np.uint8)
    counts: Counts = _counts(words, tables.offsets, tables.labels, nothing, (len(here), 1))[:, 0] * here
    return counts


def _wanted(index: Index, labels: tuple[tuple[str, bool], ...]) -> npt.NDArray[np.bool_]:
    """bool[labels]: which are meant by these labels, with True by those below it too; all without any."""
    here = np.zeros(len(index.labels), np.bool_)
    here[:] = not labels
    for mid, below in labels:
        number = index.label_numbers[mid]
        here[index.below.with_own(number) if below else number] = True
    return here


def number_of_relationships(index: Index, words: Bitset, terms: tuple[RelationTerm, ...]) -> int:
    """The relationships on a set's images that one of these terms asks for, or all of them without terms."""
    return _number(words, index.relationships.offsets, rows_asked_for(index, terms))


def number_of_points(index: Index, words: Bitset, terms: tuple[PointTerm, ...]) -> int:
    """The points on a set's images that one of these terms asks for, or all of them without terms."""
    tables, asked = index.points, np.zeros((len(index.labels), len(VERDICTS)), np.bool_)
    asked[:] = not terms
    for term in terms:
        number = index.label_numbers[term.mid]
        labels = index.below.with_own(number) if term.below else np.array([number])
        asked[labels[:, np.newaxis], verdicts_of(term)] = True
    return int(_counts(words, tables.offsets, tables.labels, tables.verdicts, asked.shape)[asked].sum())


def number_of_narratives(index: Index, words: Bitset, caption: TextQuery | None) -> int:
    """The narratives on a set's images whose caption has a text, or all of them without one."""
    return _number(words, index.narratives.offsets, _told(index, caption))


def images_by_mask_file(index: Index, words: Bitset, labels: tuple[tuple[str, bool], ...]) -> list[int]:
    """Of masks that `masks_by_label` counts the first image, by key, for each file and first digit of an ImageID."""
    return _first_images(index, words, index.masks, _wanted(index, labels)[index.masks.labels])


def images_by_narrative_file(index: Index, words: Bitset, caption: TextQuery | None) -> list[int]:
    """The same of the narratives that `number_of_narratives` counts."""
    return _first_images(index, words, index.narratives, _told(index, caption))


def _told(index: Index, caption: TextQuery | None) -> npt.NDArray[np.bool_]:
    """Which narratives have a caption with a text; all without one."""
    tables = index.narratives
    return np.ones(len(tables), np.bool_) if caption is None else captioned(tables, caption)


def _first_images(
    index: Index, words: Bitset, tables: MaskTables | NarrativeTables, asked: npt.NDArray[np.bool_]
) -> list[int]:
    first = np.full((len(tables.files), 16), -1, np.int64)
    if len(tables):
        first_images(words, tables.offsets, index.image_keys, tables.file_numbers, asked, first)
    keys: list[int] = np.unique(index.image_keys[first[first >= 0]]).tolist()
    return keys
