"""Where boxes lie in a picture once it is the right way up."""

from __future__ import annotations

import pytest

from browse.domain.box_places import WHOLE, Place, place_of, place_words, with_padding
from browse.domain.boxes import Box

BOX = Box("/m/01g317", "xclick", x_min=0.1, x_max=0.4, y_min=0.2, y_max=0.25, area=150)


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        (None, Place(left=0.1, right=0.4, top=0.2, bottom=0.25)),
        (0, Place(left=0.1, right=0.4, top=0.2, bottom=0.25)),
        # counter-clockwise by 90°, the right side becomes the top, and the top the left side
        (90, Place(left=0.2, right=0.25, top=0.6, bottom=0.9)),
        (180, Place(left=0.6, right=0.9, top=0.75, bottom=0.8)),
        (270, Place(left=0.75, right=0.8, top=0.1, bottom=0.4)),
    ],
)
def test_a_box_is_turned_with_its_picture(rotation: int | None, expected: Place) -> None:
    found = place_of(BOX, rotation)
    for side in ("left", "right", "top", "bottom"):
        assert getattr(found, side) == pytest.approx(getattr(expected, side))


def test_a_rotation_that_is_no_quarter_turn_turns_nothing() -> None:
    assert place_of(BOX, 45) == place_of(BOX, 0)


def test_what_reaches_beyond_the_picture_ends_at_its_edge() -> None:
    box = Box("/m/01g317", "xclick", x_min=-0.01, x_max=1.02, y_min=0.5, y_max=1.5, area=10_000)
    assert place_of(box, 0) == Place(left=0, right=1, top=0.5, bottom=1)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(0.0, 0.2, 0.0, 0.2), "upper left"),
        (Place(0.4, 0.6, 0.0, 0.2), "top"),
        (Place(0.8, 1.0, 0.4, 0.6), "right"),
        (Place(0.8, 1.0, 0.9, 1.0), "lower right"),
        (WHOLE, "center"),
    ],
)
def test_where_a_box_lies_is_said_in_words(place: Place, words: str) -> None:
    assert place_words(place) == words


def test_padding_is_a_share_of_the_box_and_stays_in_the_picture() -> None:
    padded = with_padding(Place(left=0.05, right=0.45, top=0.5, bottom=0.98), 0.2)
    assert [padded.left, padded.right, padded.top, padded.bottom] == pytest.approx([0, 0.53, 0.404, 1])
