"""The images whose labels are most like those of one image, each compared by itself."""
# ruff: noqa: S608 - statements are put together from this room's own texts; values go as parameters

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from browse.domain.likeness import label_weights, likeness
from browse.facets.reference.tables import Tables
from browse.query.values import DEFAULT_STATES, Query


@dataclass(frozen=True)
class Weights:
    """What labels weigh among so many images; counts: for each MID those of `label=MID`."""

    images: int
    counts: Mapping[str, int]

    def square(self, mid: str) -> int:
        """The squared weight of a label."""
        return int(label_weights(self.images, self.counts[mid])) ** 2


def most_alike(tables: Tables, key: int, without: Collection[int], weights: Weights) -> list[tuple[int, int]]:
    """(database key, likeness in millionths) of all others that share a label; largest first, ties by ImageID."""
    states = ", ".join(f"'{state}'" for state in DEFAULT_STATES)
    labels: dict[int, dict[str, int]] = {}
    for image, mid in tables.ask(f"SELECT p.image_id, p.mid FROM pair p WHERE p.state IN ({states})", Query()):
        labels.setdefault(image, {})[mid] = weights.square(mid)
    own = labels.get(key, {})
    found = []
    for other, squares in labels.items():
        common = 0 if other in without else sum(square for mid, square in squares.items() if mid in own)
        like = likeness(common, sum(own.values()), sum(squares.values())) if common else 0
        found += [(other, like)] if like else []
    return sorted(found, key=lambda one: (-one[1], one[0]))
