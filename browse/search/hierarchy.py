"""The hierarchy of labels in one version of the data set, with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from browse.domain.hierarchy import Hierarchy, HierarchyEdge
from browse.models import HierarchyRow
from browse.search.labels import find_labels
from browse.search.snapshot import Snapshot


@dataclass(frozen=True)
class LabelTree:
    """The hierarchy and what is counted in it.

    counts   of `label=MID`, for every label; MIDs of the hierarchy that are no label's are not among them.
    groups   of `label=MID*`, for every label that has others below it.
    found    the labels that a text finds; None without a text.
    """

    hierarchy: Hierarchy
    counts: Mapping[str, int]
    groups: Mapping[str, int]
    found: frozenset[str] | None


@dataclass(frozen=True)
class Relatives:
    """What stands directly above and below one label, by MID; `count` is that of `label=MID*`, None without any below.

    Only labels of the data set are named.
    """

    parents: tuple[str, ...]
    children: tuple[str, ...]
    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    count: int | None


def label_tree_of(snapshot: Snapshot, text: str | None) -> LabelTree | None:
    """The whole hierarchy, and what a text finds in it; None where the data set has none."""
    if not snapshot.engine.has_hierarchy:
        return None
    found = None if text is None else frozenset(label.mid for label in find_labels(snapshot, text))
    engine = snapshot.engine
    return LabelTree(_hierarchy_of(snapshot), engine.label_counts(), engine.group_counts(), found)


def relatives_of(snapshot: Snapshot, mid: str) -> Relatives | None:
    """What is directly above and below a label, and its parts; None where the hierarchy does not have it."""
    engine = snapshot.engine
    hierarchy = _hierarchy_of(snapshot) if engine.has_hierarchy else Hierarchy()
    if all(mid not in (edge.parent, edge.child) for edge in hierarchy.edges):
        return None

    def beside(steps: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(one for one in steps.get(mid, ()) if engine.has_label(one))

    return Relatives(
        beside(hierarchy.parents),
        beside(hierarchy.children),
        beside(hierarchy.wholes),
        beside(hierarchy.parts),
        engine.group_counts().get(mid),
    )


def _hierarchy_of(snapshot: Snapshot) -> Hierarchy:
    return _read(snapshot.engine.generation)


@lru_cache(maxsize=2)
def _read(generation: str) -> Hierarchy:
    """The rows of the tables that belong to a generation, by which they are kept. One query."""
    rows = HierarchyRow.objects.values_list("parent", "child", "is_part")
    return Hierarchy(frozenset(HierarchyEdge(*row) for row in rows))
