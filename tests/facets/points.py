"""A few points over the small data set, and drawn ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from browse.domain.points import VERDICTS, Point, PointVerdict
from tests.facets.datasets import Dataset
from tests.facets.small import image_id, small_dataset

ROWS = """
1 dog:yes dog:no cat:unsure
2 dog:no dog:no
4 sea:yes
6 cat:yes
"""


def point(text: str) -> Point:
    """A point of a label without its /m/, such as `dog:yes`."""
    name, verdict = text.split(":")
    return Point(f"/m/{name}", "ih", 0.25, 0.409956, PointVerdict(verdict), (3, 1, 0), "hind leg" * (name == "cat"))


def pointed_dataset() -> Dataset:
    """The small data set with the points of ROWS, where dogs and cats stand below the sea."""
    rows = (row.split() for row in ROWS.strip().splitlines())
    points = {image_id(int(number)): tuple(map(point, texts)) for number, *texts in rows}
    hierarchy = (("/m/sea", "/m/dog", False), ("/m/sea", "/m/cat", False))
    return replace(small_dataset(), points=points, hierarchy=hierarchy)


def drawn_points(mids: list[str]) -> st.SearchStrategy[tuple[Point, ...]]:
    """A few points of these labels."""
    share, votes = st.integers(0, 1000).map(lambda n: n / 1000), st.integers(0, 9)
    one = st.builds(
        Point,
        st.sampled_from(mids),
        st.sampled_from(["ih", "cc"]),
        share,
        share,
        st.sampled_from(VERDICTS),
        st.tuples(votes, votes, votes),
        st.sampled_from(["", "hind leg", "é, x"]),
    )
    return st.lists(one, max_size=4).map(tuple)
