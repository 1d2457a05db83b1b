"""A few boxes over the small data set, and drawn ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from browse.domain.boxes import Attribute, Box, area_of
from tests.facets.datasets import Dataset
from tests.facets.small import image_id, small_dataset

ATTRIBUTE_WORDS = {"o": Attribute.OCCLUDED, "t": Attribute.TRUNCATED, "g": Attribute.GROUP, "d": Attribute.DEPICTION}

# image: then label, sides in hundredths, attributes: a letter says yes, a capital no, what is missing is unknown
ROWS = """
1 dog:10-60,20-80:oTG  dog:0-5,0-100:  cat:0-100,0-100:OTGDI
2 dog:0-100,0-100:g
4 sea:50-50,10-90:  sea:0-10,0-10:oO
6 dog:0-1,0-1:O
"""


def box_of(text: str) -> Box:
    """A box of a label without its /m/, such as `dog:10-60,20-80:oT`."""
    name, sides, letters = text.split(":")
    x, y = ([f"{int(side) / 100:.2f}" for side in axis.split("-")] for axis in sides.split(","))
    letter_of = {attribute: attribute[0] for attribute in Attribute}
    known = tuple((a, letter in letters) for a, letter in letter_of.items() if {letter, letter.upper()} & {*letters})
    return Box(f"/m/{name}", "xclick", *map(float, (*x, *y)), area_of(*x, *y), known)  # type: ignore[misc]


def boxed_dataset() -> Dataset:
    """The small data set with the boxes of ROWS."""
    rows = (row.split() for row in ROWS.strip().splitlines())
    boxes = {image_id(int(number)): tuple(map(box_of, texts)) for number, *texts in rows}
    return replace(small_dataset(), boxes=boxes)


def _sides(numbers: list[int]) -> list[str]:
    return [f"{number / 1000:.3f}" for number in sorted(numbers)]


SIDES = st.lists(st.integers(0, 1000), min_size=2, max_size=2).map(_sides)
KNOWN = st.dictionaries(st.sampled_from(list(Attribute)), st.booleans()).map(
    lambda known: tuple((attribute, known[attribute]) for attribute in Attribute if attribute in known)
)


def drawn_boxes(mids: list[str]) -> st.SearchStrategy[tuple[Box, ...]]:
    """A few boxes of these labels."""
    return st.lists(
        st.builds(
            lambda mid, source, x, y, known: Box(mid, source, *map(float, (*x, *y)), area_of(*x, *y), known),  # type: ignore[misc]
            st.sampled_from(mids),
            st.sampled_from(["xclick", "activemil"]),
            SIDES,
            SIDES,
            KNOWN,
        ),
        max_size=4,
    ).map(tuple)
