"""The table of relationships: which things stand in which relation, on how many images."""

from __future__ import annotations

from dataclasses import dataclass

from browse.facets.engine import Triplet
from browse.query.relation_terms import RelationTerm
from browse.query.values import Query
from browse.search.snapshot import Snapshot

TripletCount = tuple[Triplet, int]


@dataclass(frozen=True)
class RelationTable:
    """All triplets, or those of one relation, with the images of each: the most images first."""

    relations: tuple[str, ...]
    relation: str | None
    triplets: list[TripletCount]


def relation_table_of(snapshot: Snapshot, relation: str | None) -> RelationTable:
    """The triplets of one relation, or of all; empty where the data set has no relationships."""
    engine = snapshot.engine
    found = [one for one in engine.triplet_counts() if relation in (None, one[0][1])]
    return RelationTable(tuple(engine.relations), relation, found)


def triplets_for(snapshot: Snapshot, query: Query) -> list[TripletCount]:
    """All triplets of the data set, where a query asks for a relationship; else none."""
    asks = any(isinstance(term, RelationTerm) for _, term in query.terms)
    return snapshot.engine.triplet_counts() if asks else []
