"""Relationship rows: two labels, two boxes, and what the one has to do with the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import shortest
from browse.domain.relationships import RELATIONSHIP_ROW
from browse.openimages.reading.columns import bad_of, column_of, encoded
from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.formats import is_mid
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parse_boxes import SIDES, sides_of
from browse.openimages.reading.parsed import ParsedRows
from browse.openimages.reading.rejects import Reason
from browse.query.relation_terms import RELATION

COLUMNS = (
    *("ImageID", "LabelName1", "LabelName2"),
    *(f"{side}1" for side in SIDES),
    *(f"{side}2" for side in SIDES),
    "RelationshipLabel",
)
DICTIONARIES = frozenset({"LabelName1", "LabelName2", "RelationshipLabel"})


def parse_relationships(rows: Rows, *, decimal: bool) -> ParsedRows:
    """Checked rows of COLUMNS."""
    keys, bad_key = keys_of(column_of(rows, "ImageID"), decimal=decimal)
    subjects, subject_mids = encoded(rows, "LabelName1")
    objects, object_mids = encoded(rows, "LabelName2")
    relations, words = encoded(rows, "RelationshipLabel")
    first, second = (sides_of([column_of(rows, f"{side}{number}") for side in SIDES]) for number in (1, 2))
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (bad_of(subjects, [is_mid(mid) for mid in subject_mids]), Reason.MID),
            (bad_of(objects, [is_mid(mid) for mid in object_mids]), Reason.MID),
            (bad_of(relations, [RELATION.fullmatch(word) is not None for word in words]), Reason.RELATION),
            (first.bad | second.bad, Reason.COORDINATE),
            (first.crossed | second.crossed, Reason.CORNERS),
        ]
    )
    corners = np.hstack([first.corners[good], second.corners[good]])
    packed = np.zeros(len(good), RELATIONSHIP_ROW)
    packed["corners"] = corners
    rounded = int(np.count_nonzero((shortest(packed["corners"]) != corners).any(axis=1)))

    def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
        return rows.raw(good[positions])

    texts = {
        "subject": (subjects[good], subject_mids),
        "relation": (relations[good], words),
        "object": (objects[good], object_mids),
    }
    return ParsedRows(keys[good], packed, texts, rows.lines[good], raw, rows.bad, rounded)
