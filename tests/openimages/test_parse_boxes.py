"""Box rows: coordinates, areas and attributes, by cases and against plain reading."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browse.domain.box_rows import packed, shortest, unpacked
from browse.domain.boxes import Attribute, area_of
from browse.openimages.reading.csv_rows import Block, read_rows
from browse.openimages.reading.parse_boxes import DICTIONARIES, parse_boxes, sides_of
from browse.openimages.reading.parsed import ParsedBoxes
from browse.openimages.reading.rejects import Reason
from browse.openimages.recognition import recognize
from tests.drawn import drawn
from tests.openimages.box_files import BOXES, CLICKS, V3_BOXES, A, box_row
from tests.openimages.files import LABELS

DECIMALS = st.integers(0, 12).flatmap(
    lambda places: st.integers(0, 10**places).map(lambda n: f"{n / 10**places:.{places}f}")
)
FLOATS = st.floats(0, 1, width=32).map(lambda value: f"{value:.17g}")
NUMBERS = st.one_of(DECIMALS, FLOATS, st.sampled_from(["0", "1", "1.0", "0.5", "1e-05", "0.00005", "1.000000000"]))


def parsed(header: str, *rows: str) -> ParsedBoxes:
    columns = tuple(header.split(","))
    block = Block(2, "".join(f"{row}\n" for row in rows).encode())
    return parse_boxes(read_rows(block, columns, DICTIONARIES & set(columns)), decimal=False)


@drawn(quick=60, deep=2000)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=5))
@example([("0.1", "0.2", "0.00005", "0.00055")])
@example([("0", "0.000000001", "0", "1")])
def test_areas_and_corners_are_those_of_exact_decimals(boxes: list[tuple[str, str, str, str]]) -> None:
    sides = sides_of([pa.array(list(column), pa.string()) for column in zip(*boxes, strict=True)])
    assert not sides.bad.any()
    assert sides.corners.tolist() == [[float(side) for side in box] for box in boxes]
    for (x_min, x_max, y_min, y_max), area, crossed in zip(boxes, sides.areas.tolist(), sides.crossed, strict=True):
        assert crossed == (float(x_min) > float(x_max) or float(y_min) > float(y_max))
        assert crossed or area == area_of(x_min, x_max, y_min, y_max)


@drawn(quick=30, deep=1000)
@given(st.lists(st.floats(0, 1, width=32)))
def test_single_precision_gives_its_shortest_text_back(values: list[float]) -> None:

    column = np.array(values, np.float32)
    assert shortest(column).tolist() == [float(str(value)) for value in column]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (box_row("x"), Reason.IMAGE_ID),
        (box_row(A, "m/01"), Reason.MID),
        (box_row(A).replace("xclick", ""), Reason.SOURCE),
        (box_row(A).replace(",1,", ",1.1,"), Reason.CONFIDENCE),
        (box_row(A, sides="-0.1,0.5,0.2,0.4"), Reason.COORDINATE),
        (box_row(A, sides="0.1,1.000001,0.2,0.4"), Reason.COORDINATE),
        (box_row(A, sides="0.1,,0.2,0.4"), Reason.COORDINATE),
        (box_row(A, sides="0.1,0.5,0.2,nan"), Reason.COORDINATE),
        (box_row(A, sides="0.1,0.5.,0.2,0.4"), Reason.COORDINATE),
        (box_row(A, sides="0.1,0x5,0.2,0.4"), Reason.COORDINATE),
        (box_row(A, sides="0.5,0.1,0.2,0.4"), Reason.CORNERS),
        (box_row(A, sides="0.1,0.5,0.40000000001,0.4"), Reason.CORNERS),
        (box_row(A, attributes="0,0,2,0,0"), Reason.ATTRIBUTE),
        (box_row(A, attributes="0,,0,0,0"), Reason.ATTRIBUTE),
        (box_row(A, attributes="0,0,0,0"), Reason.FIELDS),
    ],
)
def test_a_row_that_is_no_box_is_rejected_with_its_reason(row: str, reason: Reason) -> None:
    found = parsed(BOXES, box_row(A), row, box_row(A))
    assert [(bad.line, bad.reason, bad.row) for bad in found.bad] == [(3, reason, row)]
    assert found.lines.tolist() == [2, 4]
    assert found.rows_read == 3


def test_attributes_are_yes_no_or_unknown() -> None:
    found = parsed(BOXES, box_row(A, attributes="1,0,-1,1.0,-1"), box_row(A, attributes="-1,-1,-1,-1,-1"))
    known = {Attribute.OCCLUDED: True, Attribute.TRUNCATED: False, Attribute.DEPICTION: True}
    assert [dict(unpacked(code)) for code in found.boxes["attributes"].tolist()] == [known, {}]
    assert packed({attribute: int(value) for attribute, value in known.items()}) == found.boxes["attributes"][0]


def test_what_a_file_has_no_column_for_is_unknown() -> None:
    found = parsed(V3_BOXES, box_row(A, attributes=""))
    assert unpacked(int(found.boxes["attributes"][0])) == ()
    assert found.boxes["area"].tolist() == [800]


def test_coordinates_that_single_precision_does_not_keep_are_counted() -> None:
    rows = [box_row(A, sides=f"{x},0.5,0.2,0.4") for x in ("0.022673031", "0.012500", "0.6814159000000001e-1", "0.1")]
    assert parsed(BOXES, *rows).rounded == 1


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (V3_BOXES, "boxes"),
        (BOXES, "boxes"),
        (CLICKS, "boxes"),
        (BOXES.replace("IsInside", "IsGroup"), "boxes"),
        (LABELS + ",XMin,XMax,YMin", None),
        ("ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf", None),
    ],
)
def test_box_files_are_known_by_their_columns(header: str, kind: str | None) -> None:
    found = recognize(header).kind
    assert (found and found.name) == kind
