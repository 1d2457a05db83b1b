"""CSV lines are those of Python's csv, however they are made."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from browse.domain.csv_text import Cell, csv_columns, csv_lines, csv_text
from tests.drawn import drawn

NAMES = ("ImageID", "Title", "Author")
TEXTS = st.text(st.one_of(st.sampled_from(",\"\n\r=' "), st.characters(exclude_categories=["Cs"])), max_size=8)
CELLS = st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False))


def by_csv(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """A line for each row; csv quotes all line ends only where its own is of both."""
    lines = []
    for row in rows:
        file = io.StringIO(newline="")
        csv.writer(file, lineterminator="\r\n").writerow(row)
        lines.append(file.getvalue().removesuffix("\r\n") + "\n")
    return lines


@drawn(quick=100, deep=2000)
@given(st.lists(st.lists(CELLS, max_size=4)))
def test_rows_become_the_lines_of_csv(rows: list[list[Cell]]) -> None:
    assert list(csv_lines(rows)) == by_csv(rows)


@drawn(quick=100, deep=2000)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS)), st.booleans())
def test_columns_become_the_same_lines_as_rows(rows: list[tuple[str, str, str]], safe: bool) -> None:
    columns = dict(zip(NAMES, zip(*rows, strict=True) if rows else ((), (), ()), strict=True))
    assert csv_columns(columns, safe=safe) == "".join([*csv_text(NAMES, rows, safe=safe)][1:])
