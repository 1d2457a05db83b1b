"""Boxes over a picture, as values and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.domain.boxes import Box
from browse.presentation.parts.names import Names
from browse.presentation.parts.overlay import COLORS, DrawnBox, Overlay, area_words, colors_of, overlay_of
from browse.presentation.parts.plates import PLATE_PX, Plate, Shown
from browse.query.box_terms import BoxTerm, parse_box_term
from browse.query.values import Query, Term
from tests.boxed import box
from tests.drawn import drawn

CAR, TREE, PERSON = "/m/0k4j", "/m/07j7r", "/m/01g317"
LANDSCAPE = Shown(rotation=0, width=1024, height=768)


@dataclass(frozen=True)
class NamesByMid:
    """The part of Names that is asked here."""

    by_mid: dict[str, str] = field(default_factory=lambda: {CAR: "Car", TREE: "Tree"})

    def label(self, mid: str) -> str:
        return self.by_mid.get(mid, mid)

    def below(self, mid: str) -> list[str]:
        return [CAR] if mid == TREE else []


def drawn_over(*boxes: Box, shown: Shown = LANDSCAPE, own: Sequence[BoxTerm] = ()) -> Overlay:
    names: Names = NamesByMid()  # type: ignore[assignment]
    return overlay_of(boxes, shown, names, own=own, href=lambda number: f"#box-{number}")


def test_a_box_is_drawn_in_percent_of_the_picture_and_leads_to_its_row() -> None:
    (found,) = drawn_over(box()).boxes
    assert (found.x, found.y, found.width, found.height) == ("10.00%", "20.00%", "30.00%", "10.00%")
    assert (found.right, found.bottom) == ("40.00%", "30.00%")
    assert (found.number, found.name, found.href) == (1, "Car", "#box-1")
    assert found.pictures == f"/?label=box:{CAR}"


def test_boxes_are_turned_with_the_picture() -> None:
    (found,) = drawn_over(box(), shown=Shown(rotation=90, width=768, height=1024)).boxes
    assert (found.x, found.y, found.width, found.height) == ("20.00%", "60.00%", "10.00%", "30.00%")
    assert found.where == "3% of the picture, lower left"


def test_where_the_rotation_is_not_known_the_overlay_says_so() -> None:
    assert "not recorded" in drawn_over(box(), shown=Shown(rotation=None)).warning
    assert drawn_over(box()).warning == ""
    assert drawn_over(shown=Shown(rotation=None)).warning == ""


def test_what_the_query_asks_for_is_strong_and_the_rest_is_not() -> None:
    found = drawn_over(box(TREE), box(CAR), box(TREE), own=[BoxTerm(CAR)])
    assert [one.is_own for one in found.boxes] == [False, True, False]
    assert [one.color for one in found.boxes] == [1, 0, 1]
    assert found.drawn[-1].mid == CAR


def test_all_are_strong_where_the_query_asks_for_none_of_them() -> None:
    assert all(one.is_own for one in drawn_over(box(TREE), box(CAR), own=[BoxTerm(PERSON)]).boxes)


def test_small_boxes_are_drawn_over_large_ones() -> None:
    found = drawn_over(box(sides=(0.4, 0.5, 0.4, 0.5)), box(sides=(0, 1, 0, 1)))
    assert [one.number for one in found.drawn] == [2, 1]


def test_there_are_ten_colors_and_a_label_has_one() -> None:
    found = drawn_over(*(box(f"/m/{number}") for number in range(COLORS + 1)), box("/m/3"))
    assert [one.color for one in found.boxes] == [*range(COLORS), 0, 3]


def test_attributes_are_said_in_words_and_the_styles_that_show_some_are_explained() -> None:
    found = drawn_over(box(group=True, occluded=True, truncated=False, depiction=False))
    (one,) = found.boxes
    assert (one.is_group, one.is_depiction, one.is_truncated) == (True, False, False)
    assert (one.attributes, one.unknown) == ("occluded, group", "inside")
    assert one.words == "Car: occluded, group, 3% of the picture, upper left"
    assert found.legend == (("dashed", "a group of several"),)


def test_boxes_are_counted_by_label() -> None:
    found = drawn_over(box(), box(group=True), box(group=False), box(TREE), box(PERSON, group=True))
    words = {mid: (label.words, label.meaning) for mid, label in found.by_label.items()}
    assert words[CAR] == ("3 boxes, 1 group", "3 boxes of this label, 1 of them around a group")
    assert words[TREE] == ("1 box", "1 box of this label on the picture")
    assert words[PERSON] == ("1 box, 1 group", "1 box of this label, around a group")
    assert found.count == "5 boxes"


@pytest.mark.parametrize(
    ("area", "words"), [(0, "less than 0.01%"), (1, "0.01%"), (48, "0.48%"), (312, "3.1%"), (2135, "21%")]
)
def test_areas_are_said_in_percent(area: int, words: str) -> None:
    assert area_words(area) == f"{words} of the picture"


def test_boxes_of_labels_below_the_querys_are_strong_too() -> None:
    found = drawn_over(box(PERSON), box(CAR), own=[BoxTerm(TREE, below=True)])
    assert [one.is_own for one in found.boxes] == [False, True]


def test_only_boxes_that_a_term_counts_are_strong() -> None:
    found = drawn_over(box(CAR, occluded=False), box(CAR, occluded=True), own=[BoxTerm(CAR).with_attribute("occluded")])
    assert [one.is_own for one in found.boxes] == [False, True]


def test_a_query_asks_for_the_boxes_of_its_box_terms_or_else_of_its_labels() -> None:
    pairs = Query(label=(Term(CAR),), any=(Term(TREE),), without=(Term(PERSON), BoxTerm(PERSON)))
    assert pairs.wanted_boxes == (BoxTerm(CAR), BoxTerm(TREE))
    large = parse_box_term(f"box:{TREE}@0.5-1")
    assert replace(pairs, any=(Term(TREE), large)).wanted_boxes == (large,)


def percents(one: DrawnBox) -> Iterator[float]:
    for text in (one.x, one.y, one.width, one.height, one.right, one.bottom):
        yield float(text.removesuffix("%"))


sides = st.lists(st.floats(0, 1), min_size=4, max_size=4).map(lambda ends: (*sorted(ends[:2]), *sorted(ends[2:])))


@drawn(quick=30, deep=2000)
@given(
    st.lists(sides, min_size=1, max_size=8),
    st.sampled_from([0, 90, 180, 270, None]),
    st.sampled_from([(1024, 768), (768, 1024), (1024, 300), (0, 0)]),
)
def test_names_at_boxes_never_leave_the_picture(
    several: list[tuple[float, float, float, float]], rotation: int | None, size: tuple[int, int]
) -> None:
    shown = Shown(rotation, *size)
    for one in drawn_over(*(box(sides=ends) for ends in several), shown=shown).boxes:
        assert all(0 <= value <= 100 for value in percents(one))
        assert_within(one.plate, size)


def test_names_at_boxes_of_one_place_stand_at_different_corners() -> None:
    found = [one.plate for one in drawn_over(*(box(sides=(0.1, 0.9, 0.2, 0.8)) for _ in range(5))).boxes]
    corners = [(plate.y, plate.is_above, plate.is_end) for plate in found]
    assert corners[:4] == [
        *(("20.00%", True, is_end) for is_end in (False, True)),
        *(("80.00%", False, is_end) for is_end in (False, True)),
    ]
    assert corners[4] == corners[0]  # where there is no room, as it would stand alone
    apart = drawn_over(box(sides=(0.1, 0.3, 0.2, 0.8)), box(sides=(0.6, 0.9, 0.2, 0.8))).boxes
    assert [one.plate.y for one in apart] == ["20.00%", "20.00%"]


def test_labels_keep_the_colors_that_they_have() -> None:
    assert colors_of([TREE, CAR, TREE]) == {TREE: 0, CAR: 1}
    assert colors_of([PERSON, CAR], {CAR: 0, TREE: 1}) == {CAR: 0, TREE: 1, PERSON: 2}
    assert drawn_over(box(CAR), box(TREE), own=[BoxTerm(TREE)]).colors == {TREE: 0, CAR: 1}


def assert_within(plate: Plate, size: tuple[int, int]) -> None:
    """A name's room is within a picture of any size on a screen."""
    x, y, width = (float(text.removesuffix("%")) for text in (plate.x, plate.y, plate.width))
    assert x + width <= 100.01
    assert width >= 49.99
    least = min(320 * size[1] / size[0], 340) if size[0] else 160
    for height_px in (least, 800):
        top = y / 100 * height_px - (PLATE_PX if plate.is_above else 0)
        assert top >= -0.1
        assert top + 20 <= height_px + 0.1
