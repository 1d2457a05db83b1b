"""The area of a box, from its text."""

from __future__ import annotations

import pytest

from browse.domain.boxes import Attribute, Box, area_of


@pytest.mark.parametrize(
    ("sides", "area"),
    [
        (("0", "1", "0", "1"), 10_000),
        (("0.25", "0.5", "0", "0.5"), 1_250),
        (("0", "0.0001", "0", "0.5"), 1),  # half of a ten-thousandth counts as one
        (("0", "0.0001", "0", "0.499999"), 0),
        (("0.1", "0.4", "0.2", "0.7"), 1_500),  # 0.4 - 0.1 is no float
        (("0.012345", "0.012345", "0", "1"), 0),
    ],
)
def test_area_is_exact(sides: tuple[str, str, str, str], area: int) -> None:
    assert area_of(*sides) == area


def test_an_unknown_attribute_is_neither() -> None:
    box = Box("/m/01g317", "xclick", 0, 1, 0, 1, 10_000, ((Attribute.GROUP, True), (Attribute.INSIDE, False)))
    assert box.has(Attribute.GROUP) is True
    assert box.has(Attribute.INSIDE) is False
    assert box.has(Attribute.OCCLUDED) is None
