"""The labels below one, found step by step."""

from __future__ import annotations

from functools import cache

from tests.facets.datasets import Dataset


def with_below(dataset: Dataset, mid: str) -> set[str]:
    """A label and the labels of the data set below it, found step by step."""
    return _with_below(dataset.hierarchy, mid) & {*dataset.mids}


@cache
def _with_below(hierarchy: tuple[tuple[str, str, bool], ...], mid: str) -> set[str]:
    found = {mid}
    for _ in hierarchy:
        found |= {lower for upper, lower, is_part in hierarchy if upper in found and not is_part}
    return found
