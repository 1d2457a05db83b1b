"""The table of relationships: which things stand in which relation, on how many images."""

from __future__ import annotations

from dataclasses import dataclass

from browse.facets.engine import Triplet
from browse.search.snapshot import Snapshot


@dataclass(frozen=True)
class RelationTable:
    """All triplets, or those of one relation, with the images of each: the most images first."""

    relations: tuple[str, ...]
    relation: str | None
    triplets: list[tuple[Triplet, int]]


def relation_table_of(snapshot: Snapshot, relation: str | None) -> RelationTable:
    """The triplets of one relation, or of all; empty where the data set has no relationships."""
    engine = snapshot.engine
    found = [one for one in engine.triplet_counts() if relation in (None, one[0][1])]
    return RelationTable(tuple(engine.relations), relation, found)
