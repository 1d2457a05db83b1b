"""Box rows of several files: joined by arrays where that is plain, else one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.box_clicks import packed_clicks
from browse.domain.box_rows import BOX_ROW
from browse.openimages.merging import box_matches
from browse.openimages.merging.row_streams import RowCounts
from tests.drawn import drawn

ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 0b10]), st.sampled_from([None, 1, 2]), st.integers(0, 3)),
    max_size=12,
)


@drawn(quick=100, deep=3000)
@given(ROWS)
def test_boxes_of_several_files_are_joined_alike_by_arrays_and_one_by_one(
    given_rows: list[tuple[int, int, int | None, int]],
) -> None:
    """Image, attributes, clicks, and file, 0 being the database."""
    given_rows = sorted(given_rows, key=lambda row: (row[0], row[3]))
    rows = np.zeros(len(given_rows), BOX_ROW)
    for place, (image, attributes, clicks, _) in enumerate(given_rows):
        rows[place]["image"], rows[place]["attributes"] = image, attributes
        if clicks is not None:
            rows[place]["clicks"] = packed_clicks(np.full((1, 8), clicks))[0]
    origins = np.array([row[3] for row in given_rows], np.uint32)
    counts, plainly = RowCounts(), RowCounts()
    found = box_matches.distinct_boxes(rows, origins, counts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(box_matches._Groups, "plain", lambda self: np.zeros(len(self.ends), np.bool_))
        expected = box_matches.distinct_boxes(rows, origins, plainly)
    assert found.tobytes() == expected.tobytes()
    assert counts == plainly
