"""The images that a query selects, or the first of them: how many annotations, pairs and labels these have."""
# ruff: noqa: S608 - statements are put together from this room's own texts; values go as parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from browse.domain.image_ids import image_id_from_key
from browse.domain.masks import Mask
from browse.domain.narratives import Narrative
from browse.facets.engine import SelectedImages
from browse.facets.reference.boxes import boxes_of
from browse.facets.reference.conditions import Condition, holds_itself, satisfies
from browse.facets.reference.masks import masks_of
from browse.facets.reference.narratives import narratives_of
from browse.facets.reference.points import points_of
from browse.facets.reference.relationships import relationships_of
from browse.facets.reference.tables import Tables
from browse.query.texts import has_caption
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, Query

RULINGS = "SELECT r.image_id, l.mid, r.confidence FROM ruling r JOIN browse_label l ON l.id = r.label_id"


@dataclass(frozen=True)
class SelectedRows(SelectedImages):
    """A set of visible images by their keys, and the query that they come from."""

    tables: Tables
    query: Query
    keys: frozenset[int]

    @property
    def count(self) -> int:
        """How many images these are."""
        return len(self.keys)

    def annotations(self) -> int:
        """Annotations of the data set itself on these images, whatever curators say since."""
        sql = "SELECT a.image_id, COUNT(*) FROM browse_annotation a JOIN chosen c ON c.id = a.image_id GROUP BY 1"
        return sum(number for key, number in self.tables.ask(sql, self.query) if key in self.keys)

    def rulings(self) -> list[tuple[int, str]]:
        """The pairs, as image key and MID, on which curators say yes or no here; ascending."""
        return sorted((key, mid) for key, mid, _ in self.tables.ask(RULINGS, Query()) if key in self.keys)

    def pairs(self) -> int:
        """Pairs that hold a `label` or `any` term; without such terms those in the query's range and states."""
        query, terms = self.query, self.query.wanted_pairs
        if not terms:
            return len(self._pairs(holds_itself(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)))
        found: set[tuple[int, str]] = set()
        for term in terms:
            found |= self._pairs(satisfies(query, term, self.tables.below))
        return len(found)

    def labels(self) -> list[str]:
        """The MIDs of all labels with a pair here, in any state; by code point."""
        return sorted({mid for _, mid in self._pairs(Condition("TRUE"))})

    def boxes(self) -> dict[str, int]:
        """How many boxes that the query asks for, `wanted_boxes`, are here of each label that has any; by MID."""
        terms = self.query.wanted_boxes
        found = (box for boxes in boxes_of(self.tables, [*self.keys]).values() for box in boxes)
        below = cache(self.tables.below)
        counts = Counter(box.mid for box in found if not terms or any(term.counts(box, below) for term in terms))
        return dict(sorted(counts.items()))

    def masks(self) -> dict[str, int]:
        """The same of masks, `wanted_masks`."""
        return dict(sorted(Counter(mask.mid for _, mask in self._masks()).items()))

    def _masks(self) -> list[tuple[int, Mask]]:
        terms = self.query.wanted_masks
        wanted = {one for mid, below in terms for one in (mid, *(self.tables.below(mid) if below else ()))}
        found = ((key, mask) for key, masks in masks_of(self.tables, [*self.keys]).items() for mask in masks)
        return [(key, mask) for key, mask in found if not terms or mask.mid in wanted]

    def relationships(self) -> int:
        """How many relationships that the query asks for, `wanted_relations`, are here."""
        terms, below = self.query.wanted_relations, cache(self.tables.below)
        found = (row for rows in relationships_of(self.tables, [*self.keys]).values() for row in rows)
        triplets = ((row.subject, row.relation, row.object) for row in found)
        return sum(not terms or any(term.asks_for(*triplet, below) for term in terms) for triplet in triplets)

    def points(self) -> int:
        """How many points that the query asks for, `wanted_points`, are here."""
        terms, below = self.query.wanted_points, cache(self.tables.below)
        found = (point for points in points_of(self.tables, [*self.keys]).values() for point in points)
        return sum(not terms or any(term.asks_for(one.mid, one.verdict, below) for term in terms) for one in found)

    def narratives(self) -> int:
        """How many narratives are here whose caption the query asks for; all without `caption`."""
        return len(self._narratives())

    def _narratives(self) -> list[tuple[int, Narrative]]:
        asked = self.query.caption
        found = ((key, one) for key, some in narratives_of(self.tables, [*self.keys]).items() for one in some)
        return [(key, one) for key, one in found if asked is None or has_caption(asked, one.caption)]

    def images_by_mask_file(self) -> list[int]:
        """For each file that masks counted here were read from, and each first digit of their ImageIDs, the first
        image, by database key; ascending.
        """
        return _by_file(self._masks())

    def images_by_narrative_file(self) -> list[int]:
        """The same of narratives."""
        return _by_file(self._narratives())

    def _pairs(self, condition: Condition) -> set[tuple[int, str]]:
        """The pairs of these images, as image key and MID, that satisfy a condition."""
        sql = f"SELECT c.id, p.mid FROM chosen c JOIN pair p ON p.image_id = c.id WHERE {condition.sql}"
        found = self.tables.ask(sql, self.query, condition.parameters)
        return {(key, mid) for key, mid in found if key in self.keys}


def _by_file(rows: Iterable[tuple[int, Mask | Narrative]]) -> list[int]:
    first: dict[tuple[str, str], int] = {}
    for key, row in sorted(rows, key=itemgetter(0)):
        first.setdefault((row.file, image_id_from_key(key)[0]), key)
    return sorted({*first.values()})
