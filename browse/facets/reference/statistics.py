"""Counts of pairs over the whole data set; what else engines count is not offered here."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from browse.domain.comparison import Tally
from browse.domain.releases import GivenPairs
from browse.facets.errors import NotOfferedError
from browse.facets.reference.selected import RULINGS
from browse.facets.reference.tables import Tables
from browse.facets.statistics import (
    CoOccurrenceCounts,
    DuplicateGroups,
    LabelColumns,
    LabelImages,
    LevelColumns,
    Statistics,
)
from browse.query.values import DEFAULT_STATES, SUBSETS, Query, State

NAME = "reference"
_EVERY_LABEL = "counts of every label"
_DISAGREEMENTS = "the images on which human and machine disagree"
_AUTHORS = "images by author"


class ReferenceStatistics(Statistics):
    """Counted anew for each answer. Raises KeyError for labels that there are not."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def tally(self, *, mid: str | None = None, subset: str | None = None) -> Tally:
        """Pairs of one label or all, in one subset or all, by state and confidence."""
        found: dict[tuple[State, int], int] = {}
        for state, confidence, of_subset, number in self._counts(mid):
            if subset in (None, of_subset):
                pair = state, confidence
                found[pair] = found.get(pair, 0) + number
        return found

    def label_images(self, mid: str) -> LabelImages:
        """How many images have a label, by subset."""
        images, annotated = dict.fromkeys(SUBSETS, 0), dict.fromkeys(SUBSETS, 0)
        for state, _, subset, number in self._counts(mid):
            annotated[subset] += number
            images[subset] += number if state in DEFAULT_STATES else 0
        return LabelImages(images, annotated)

    def given_pairs(self, *, mid: str | None = None) -> GivenPairs:
        """Of one label the visible images with each state by what the data set itself says.

        Raises NotOfferedError for all labels.
        """
        if mid is None:
            _lacks(_EVERY_LABEL)
        found = {state: np.zeros((1, len(SUBSETS)), np.int64) for state in State}
        for state, _, subset, number in self._counts(mid, self._tables.without_rulings()):
            found[state][0, SUBSETS.index(subset)] += number
        return found

    def curators(self, *, mid: str | None = None, subset: str | None = None) -> tuple[int, int]:
        """How many yes and no of curators count on visible images: on one label or all, in one subset or all."""
        self._must_have(mid)
        query = Query() if subset is None else Query(subsets=frozenset({subset}))
        found = self._tables.ask(f"{RULINGS} JOIN chosen c ON c.id = r.image_id", query)
        says = [confidence > 0 for _, label, confidence in found if mid in (None, label)]
        return sum(says), len(says) - sum(says)

    def _counts(self, mid: str | None, tables: Tables | None = None) -> list[tuple[State, int, str, int]]:
        """(state, confidence, subset, pairs) of one label or all, of the tables or of others."""
        self._must_have(mid)
        sql = """SELECT p.state, p.confidence, v.subset, COUNT(*) FROM pair p JOIN visible v ON v.id = p.image_id
                 WHERE p.mid = %s OR %s GROUP BY 1, 2, 3"""
        found = (tables or self._tables).ask(sql, Query(), (mid or "", mid is None))
        return [(State(state), confidence, SUBSETS[place], number) for state, confidence, place, number in found]

    def _must_have(self, mid: str | None) -> None:
        if mid is not None and not self._tables.has("browse_label", "mid", mid):
            raise KeyError(mid)

    def label_columns(self, *, subset: str | None = None) -> LabelColumns:
        """Raises NotOfferedError."""
        _lacks(_EVERY_LABEL)

    def level_columns(self, *, subset: str | None = None) -> LevelColumns:
        """Raises NotOfferedError."""
        _lacks(_EVERY_LABEL)

    def co_occurring_labels(self, mid: str) -> CoOccurrenceCounts:
        """Raises NotOfferedError."""
        _lacks("co-occurring labels")

    def disagreeing(self, *, mid: str | None = None, subset: str | None = None) -> NoReturn:
        """Raises NotOfferedError."""
        _lacks(_DISAGREEMENTS)

    def disputed_labels(self, *, subset: str | None = None, top: int) -> list[tuple[str, int]]:
        """Raises NotOfferedError."""
        _lacks(_DISAGREEMENTS)

    def labels_per_image(self, *, subset: str | None = None) -> list[int]:
        """Raises NotOfferedError."""
        _lacks("images by number of labels")

    def source_confidences(self, *, subset: str | None = None) -> dict[str, dict[int, int]]:
        """Raises NotOfferedError."""
        _lacks("annotations by source")

    @property
    def author_sizes(self) -> dict[int, int]:
        """Raises NotOfferedError."""
        _lacks(_AUTHORS)

    @property
    def counted_images(self) -> int:
        """Raises NotOfferedError."""
        _lacks(_AUTHORS)

    @property
    def duplicates(self) -> DuplicateGroups:
        """Raises NotOfferedError."""
        _lacks("groups of duplicates")


def _lacks(what: str) -> NoReturn:
    raise NotOfferedError(NAME, what)
