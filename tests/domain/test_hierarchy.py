"""Which labels are below which: transitive, with several parents, never by way of a part."""

from __future__ import annotations

from itertools import pairwise

import pytest

from browse.domain.hierarchy import Hierarchy, HierarchyCycleError, HierarchyEdge


def kinds(*pairs: str) -> frozenset[HierarchyEdge]:
    """Edges from "parent child" texts."""
    return frozenset(HierarchyEdge(*pair.split(), False) for pair in pairs)


def test_what_is_below_a_label_is_so_at_any_depth_and_under_each_of_several_parents() -> None:
    found = Hierarchy(kinds("thing animal", "animal bird", "bird owl", "animal pet", "pet parrot", "bird parrot"))
    assert found.below["thing"] == {"animal", "bird", "owl", "pet", "parrot"}
    assert found.below["bird"] == {"owl", "parrot"}
    assert "owl" not in found.below
    assert found.parents["parrot"] == ("bird", "pet")
    assert found.children["animal"] == ("bird", "pet")


def test_a_part_is_not_below_its_whole() -> None:
    found = Hierarchy(kinds("animal dog") | {HierarchyEdge("animal", "tail", True)})
    assert found.below["animal"] == {"dog"}
    assert found.parts == {"animal": ("tail",)}
    assert found.wholes == {"tail": ("animal",)}


@pytest.mark.parametrize("pairs", [("a a",), ("a b", "b a"), ("a b", "b c", "c d", "d b")])
def test_labels_below_one_another_are_an_error_that_names_them(pairs: tuple[str, ...]) -> None:
    with pytest.raises(HierarchyCycleError, match="below one another") as found:
        _ = Hierarchy(kinds(*pairs)).below
    mids = found.value.mids
    assert mids[0] == mids[-1]
    assert all(f"{parent} {child}" in pairs for child, parent in pairwise(mids))


def test_without_edges_there_is_no_hierarchy() -> None:
    assert not Hierarchy()
    assert Hierarchy().below == {}
