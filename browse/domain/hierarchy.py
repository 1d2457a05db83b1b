"""The hierarchy of labels: which label is a kind of which, and which is a part of which. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple


class HierarchyEdge(NamedTuple):
    """One step of the hierarchy, by MIDs: the child is a kind of its parent, or a part of it."""

    parent: str
    child: str
    is_part: bool


class HierarchyCycleError(ValueError):
    """Labels that are each below the next, the first of which is named again at the end."""

    def __init__(self, mids: list[str]) -> None:
        super().__init__(f"these labels are below one another: {', '.join(mids)}")
        self.mids = mids


@dataclass(frozen=True)
class Hierarchy:
    """All edges of a data set. A label may have several parents; parts say nothing of what is below what.

    MIDs need not be those of labels. Lists of MIDs are by code point.
    """

    edges: frozenset[HierarchyEdge] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.edges)

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """For each MID with kinds directly below it these."""
        return _grouped((edge.parent, edge.child) for edge in self.edges if not edge.is_part)

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """For each MID that is a kind of others those directly above it."""
        return _grouped((edge.child, edge.parent) for edge in self.edges if not edge.is_part)

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """For each MID with parts these."""
        return _grouped((edge.parent, edge.child) for edge in self.edges if edge.is_part)

    @cached_property
    def wholes(self) -> Mapping[str, tuple[str, ...]]:
        """For each MID that is a part of others these."""
        return _grouped((edge.child, edge.parent) for edge in self.edges if edge.is_part)

    @cached_property
    def below(self) -> Mapping[str, frozenset[str]]:
        """For each MID with kinds below it all of these, at any depth. Raises HierarchyCycleError."""
        try:
            order = [*TopologicalSorter(self.children).static_order()]
        except CycleError as error:
            raise HierarchyCycleError(error.args[1]) from None
        found: dict[str, frozenset[str]] = {}
        for mid in order:
            if mid in self.children:
                found[mid] = frozenset(self.children[mid]).union(*(found.get(one, ()) for one in self.children[mid]))
        return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: tuple(sorted(found[key])) for key in sorted(found)}
