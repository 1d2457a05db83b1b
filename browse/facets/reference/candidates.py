"""The images of a query with their pairs, read from the tables once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import NO, YES, packed
from browse.domain.dataset_arrays import NO_AUTHOR
from browse.facets.candidates import BoxColumns, LabelClass, PairColumns, Places
from browse.facets.engine import UnknownValueError
from browse.facets.reference.boxes import boxes_of
from browse.facets.reference.tables import Tables
from browse.query.values import STATES, Query

_IMAGES = """
SELECT c.id, c.subset, a.key, l.slug, i.original_md5 FROM chosen c JOIN browse_image i ON i.id = c.id
JOIN browse_license l ON l.id = c.license_id LEFT JOIN browse_author a ON a.id = c.author_id ORDER BY c.id
"""
_PAIRS = "SELECT c.id, p.mid, p.state, p.confidence FROM chosen c JOIN pair p ON p.image_id = c.id"


class RowCandidates:
    """The images that a query selects from the tables, as `facets.candidates` says."""

    def __init__(self, tables: Tables, query: Query, labels: Sequence[str], licenses: Sequence[str]) -> None:
        rows = tables.ask(_IMAGES, query)
        self._tables = tables
        self._labels = {mid: place for place, mid in enumerate(labels)}
        slugs = {slug: place for place, slug in enumerate(licenses)}
        self.keys: npt.NDArray[np.int64] = np.array([row[0] for row in rows], np.int64)
        self.subsets: npt.NDArray[np.uint8] = np.array([row[1] for row in rows], np.uint8)
        self.licenses: npt.NDArray[np.uint16] = np.array([slugs[row[3]] for row in rows], np.uint16)
        self.authors: npt.NDArray[np.uint32] = _author_numbers([row[2] for row in rows])
        self.files: Places = _first_of_each([row[4] for row in rows])
        self._pairs = self._columns(tables.ask(_PAIRS, query))

    def __len__(self) -> int:
        return len(self.keys)

    def classes_of(self, mid: str) -> list[LabelClass]:
        """The images of a label by the class of their pair, by state, then confidence. Raises UnknownValueError."""
        if mid not in self._labels:
            raise UnknownValueError("label", mid)
        mine = self._pairs.only(self._pairs.labels == self._labels[mid])
        classes = sorted(set(zip(mine.states.tolist(), mine.confidences.tolist(), strict=True)))
        return [
            LabelClass(
                STATES[state],
                confidence,
                mine.owners[(mine.states == state) & (mine.confidences == confidence)].astype(np.uint32),
            )
            for state, confidence in classes
        ]

    def pairs_on(self, places: npt.NDArray[Any]) -> PairColumns:
        """All pairs of some images, which ascend by place."""
        found = self._pairs.only(np.isin(self._pairs.owners, places))
        owners = np.searchsorted(places, found.owners).astype(np.int64)
        return PairColumns(owners, found.labels, found.states, found.confidences)

    def boxes_on(self, places: npt.NDArray[Any]) -> BoxColumns:
        """All boxes of some images, which ascend by place."""
        keys = self.keys[places].tolist()
        found = boxes_of(self._tables, keys)
        rows = [(owner, box) for owner, key in enumerate(keys) for box in found.get(key, ())]
        sources = sorted({box.source for _, box in rows})
        values = {True: YES, False: NO}
        codes = [packed({name: values[yes] for name, yes in box.attributes}) for _, box in rows]
        return BoxColumns(
            np.array([owner for owner, _ in rows], np.int64),
            np.array([self._labels[box.mid] for _, box in rows], np.int64),
            np.array([sources.index(box.source) for _, box in rows], np.int64),
            np.array([box.area for _, box in rows], np.int64),
            np.array(codes, np.int64),
            np.array([(box.x_min, box.x_max, box.y_min, box.y_max) for _, box in rows], np.float64).reshape(-1, 4),
            sources,
        )

    def _columns(self, rows: list[tuple[Any, ...]]) -> PairColumns:
        place = {key: number for number, key in enumerate(self.keys.tolist())}
        number = {state: code for code, state in enumerate(STATES)}
        pairs = sorted((place[key], self._labels[mid], number[state], level) for key, mid, state, level in rows)
        columns = np.array(pairs, np.int64).reshape(-1, 4).T
        return PairColumns(columns[0], columns[1], columns[2].astype(np.uint8), columns[3].astype(np.uint8))


def _author_numbers(keys: list[str | None]) -> npt.NDArray[np.uint32]:
    number = {key: place for place, key in enumerate(sorted({key for key in keys if key is not None}))}
    return np.array([NO_AUTHOR if key is None else number[key] for key in keys], np.uint32)


def _first_of_each(md5s: list[str]) -> Places:
    """For each image the place of the first with its MD5; an unknown one is nobody's."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(md5, place) if md5 else place for place, md5 in enumerate(md5s)], np.uint32)
