"""Extreme clicks of box rows, by cases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.box_clicks import click_shares, millionths_of
from browse.domain.csv_text import decimal_text
from browse.openimages.reading.rejects import Reason
from tests.drawn import drawn
from tests.openimages.box_files import CLICKS, NO_CLICKS, ONE, OTHER, A, clicked
from tests.openimages.test_parse_boxes import parsed


@pytest.mark.parametrize("none", ["-1", "-1.0", "-1.000000", "-1.00", "-1e0"])
def test_clicks_are_eight_numbers_or_none(none: str) -> None:
    found = parsed(CLICKS, clicked(A, ONE), clicked(A, (none,) * 8), clicked(A, OTHER), clicked(A, ("1e-6", *ONE[1:])))
    assert not found.bad
    assert found.rounded == 0
    millionths = [[int(Decimal(text) * 1_000_000) for text in row] for row in (ONE, OTHER, ("1e-6", *ONE[1:]))]
    assert millionths_of(found.boxes["clicks"]).tolist() == [millionths[0], [-1] * 8, *millionths[1:]]


def test_further_decimals_are_rounded_half_up_and_counted() -> None:
    rows = [
        (text, *ONE[1:]) for text in ("0.1234565", "0.1234564999", "0.123456", "0.12345650000000000001", "0.9999999")
    ]
    found = parsed(CLICKS, *(clicked(A, row) for row in rows))
    assert millionths_of(found.boxes["clicks"])[:, 0].tolist() == [123_457, 123_456, 123_456, 123_457, 1_000_000]
    assert found.rounded == 4


@pytest.mark.parametrize("bad", ["", "-1", "-0.5", "1.000001", "x", "nan", "0.5.", "0,5"])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_other_values_are_rejected(bad: str, place: int) -> None:
    row = clicked(A, (*ONE[:place], bad, *ONE[place + 1 :]))
    found = parsed(CLICKS, clicked(A, ONE), row, clicked(A, NO_CLICKS))
    reason = Reason.FIELDS if "," in bad else Reason.CLICKS
    assert [(one.line, one.reason, one.row) for one in found.bad] == [(3, reason, row)]
    assert found.lines.tolist() == [2, 4]


def test_a_box_that_was_not_drawn_by_clicks_has_none_at_all() -> None:
    row = clicked(A, (*NO_CLICKS[:7], "0.5"))
    assert [one.row for one in parsed(CLICKS, row).bad] == [row]


SIX_DECIMALS = st.integers(0, 1_000_000).map(lambda number: f"{number // 1_000_000}.{number % 1_000_000:06d}")
EIGHT = st.lists(SIX_DECIMALS, min_size=8, max_size=8).map(tuple)


@drawn(quick=40, deep=1500)
@given(st.lists(EIGHT | st.just(("-1.000000",) * 8), min_size=1, max_size=6))
def test_every_number_of_six_decimals_is_written_as_it_was_read(rows: list[tuple[str, ...]]) -> None:
    found = parsed(CLICKS, *(clicked(A, row) for row in rows)).boxes["clicks"]
    written = [[*map(decimal_text, click_shares(one.tobytes()))] if one.any() else ["-1"] * 8 for one in found]
    assert [[*map(Decimal, row)] for row in written] == [[*map(Decimal, row)] for row in rows]
    again = parsed(CLICKS, *(clicked(A, tuple(row)) for row in written)).boxes["clicks"]
    assert again.tolist() == found.tolist()
