"""A few relationships over the small data set, and drawn ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from browse.domain.relationships import Relationship, Sides
from tests.facets.datasets import Dataset
from tests.facets.small import image_id, small_dataset

BOX, OTHER = Sides(0.1, 0.5, 0.25, 0.75), Sides(0.4, 0.9, 0.0, 1.0)
ROWS = """
1 dog~on~cat dog~on~cat dog~is~sea
2 cat~on~dog
4 sea~under~dog dog~at~sea
6 dog~is~sea
"""


def relationship(text: str) -> Relationship:
    """A relationship of labels without their /m/."""
    subject, relation, object_ = text.split("~")
    return Relationship(f"/m/{subject}", relation, f"/m/{object_}", BOX, BOX if relation == "is" else OTHER)


def related_dataset() -> Dataset:
    """The small data set with the relationships of ROWS, where dogs and cats are animals."""
    rows = (row.split() for row in ROWS.strip().splitlines())
    relationships = {image_id(int(number)): tuple(map(relationship, texts)) for number, *texts in rows}
    hierarchy = (("/m/sea", "/m/dog", False), ("/m/sea", "/m/cat", False))
    return replace(small_dataset(), relationships=relationships, hierarchy=hierarchy)


SIDES = st.lists(st.integers(0, 1000).map(lambda n: n / 1000), min_size=4, max_size=4).map(
    lambda four: Sides(*sorted(four[:2]), *sorted(four[2:]))
)


def drawn_relationships(mids: list[str]) -> st.SearchStrategy[tuple[Relationship, ...]]:
    """A few relationships of these labels."""
    labels = st.sampled_from(mids)
    one = st.builds(Relationship, labels, st.sampled_from(["is", "on", "at"]), labels, SIDES, SIDES)
    return st.lists(one, max_size=4).map(tuple)
