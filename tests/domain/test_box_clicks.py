"""Extreme clicks in 20 bytes: all numbers of six decimals come back."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from browse.domain.box_clicks import CLICK_UNIT, click_shares, have_clicks, millionths_of, packed_clicks
from browse.domain.box_rows import BOX_ROW
from tests.drawn import drawn

EIGHT = st.lists(st.integers(0, CLICK_UNIT), min_size=8, max_size=8)


@drawn(quick=60, deep=2000)
@given(st.lists(EIGHT, min_size=1, max_size=5))
@example([[0] * 8, [CLICK_UNIT] * 8, [65_534, 65_535, 65_536, 131_071, 0, 1, CLICK_UNIT, 524_288]])
def test_what_was_packed_comes_back(rows: list[list[int]]) -> None:
    words = packed_clicks(np.array(rows, np.int64))
    assert millionths_of(words).tolist() == rows
    assert have_clicks(words).all()
    texts = [[f"{share:.6f}" for share in click_shares(row.tobytes())] for row in words]
    assert texts == [[f"{value // CLICK_UNIT}.{value % CLICK_UNIT:06d}" for value in row] for row in rows]


def test_a_row_of_which_nobody_says_anything_has_no_clicks() -> None:
    rows = np.zeros(2, BOX_ROW)
    rows["clicks"][1] = packed_clicks(np.zeros((1, 8), np.int64))
    assert rows["clicks"][0].nbytes == 20
    assert have_clicks(rows["clicks"]).tolist() == [False, True]
    assert millionths_of(rows["clicks"]).tolist() == [[-1] * 8, [0] * 8]
