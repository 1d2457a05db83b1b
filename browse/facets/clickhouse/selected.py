"""The images that a query selects, or the first of them: how many annotations, pairs and labels these have."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from browse.facets.clickhouse import ordering
from browse.facets.clickhouse.annotations import CHOSEN
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import ALL, any_of, both, captioned, pair_in
from browse.facets.clickhouse.counting import count
from browse.facets.clickhouse.generation import key_table
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.shards import SentTable
from browse.query.values import Query


@dataclass(frozen=True)
class Selected:
    """A set of visible images, `count` of them; first: their keys, where these are not all that match."""

    count: int
    changes: Changes
    query: Query
    deadline: float | None
    first: SentTable | None = None

    @classmethod
    def of(cls, changes: Changes, query: Query, limit: int | None, deadline: float | None) -> Selected:
        """The images of a query, or as many as `limit` says of them, the first in the query's order."""
        found = count(Images(changes, query, deadline))
        if limit is None or found <= limit:
            return cls(found, changes, query, deadline)
        _, keys = ordering.page(Images(changes, query, deadline), query, 0, limit)
        return cls(limit, changes, query, deadline, key_table(CHOSEN, keys))

    def annotations(self) -> int:
        """Annotations of the data set itself on these images, whatever curators say since."""
        return self._sum("sum(annotations)", ["annotations"])

    def rulings(self) -> list[tuple[int, str]]:
        """The pairs, as image key and MID, on which curators say yes or no here; ascending."""
        said = self.changes.by_image
        if not said:
            return []
        here = self._ruled(key_table("ruled", sorted(said)))
        labels = self.changes.generation.labels
        return sorted((key, labels[label]) for key in here for label in said[key])

    def _ruled(self, ruled: SentTable) -> list[int]:
        """Those of some images that are here."""
        images = self._images()
        sql = f"SELECT key FROM {images.matching(['key'], further='key IN (SELECT key FROM ruled)')}"
        generation = self.changes.generation
        rows = generation.rows(sql, self.deadline, tables=lambda place: [*images.tables(place), ruled])
        return [key for (key,) in rows]

    def pairs(self) -> int:
        """Pairs that hold a `label` or `any` term; without such terms those in the query's range and states."""
        conditions, query = self._images().conditions, self.query
        wanted = [
            both([conditions.among("l", term.mid, below=term.below), pair_in("c", query, term)])
            for term in query.wanted_pairs
        ] or [pair_in("c", query)]
        asked = " OR ".join(f"({one})" for one in wanted)
        return self._sum(f"sum(arrayCount((l, c) -> {asked}, labels, classes))", ["labels", "classes"])

    def labels(self) -> list[str]:
        """The MIDs of all labels with a pair here, in any state; by code point."""
        rows = self._ask("groupUniqArrayArray(labels) AS found", ["labels"])
        return [self.changes.generation.labels[label] for label in sorted({one for (some,) in rows for one in some})]

    def boxes(self) -> dict[str, int]:
        """How many boxes that the query asks for, `wanted_boxes`, are here of each label that has any; by MID."""
        images, columns = self._images(), ["box_labels", "box_areas", "box_attributes"]
        counted = images.conditions.any_box(self.query.wanted_boxes)
        sql = f"""SELECT l AS label, count() AS n FROM {images.matching(columns)}
                  ARRAY JOIN box_labels AS l, box_areas AS a, box_attributes AS t WHERE {counted} GROUP BY l"""
        return self._by_mid(images.ask_rows(sql))

    def masks(self) -> dict[str, int]:
        """The same of masks, `wanted_masks`."""
        images = self._images()
        sql = f"""SELECT l AS label, count() AS n FROM {images.matching(["mask_labels"])}
                  ARRAY JOIN mask_labels AS l WHERE {self._mask("l", images)} GROUP BY l"""
        return self._by_mid(images.ask_rows(sql))

    def relationships(self) -> int:
        """How many relationships that the query asks for, `wanted_relations`, are here."""
        asked = any_of(map(self._images().conditions.relationship, self.query.wanted_relations))
        columns = ["relation_subjects", "relation_words", "relation_objects"]
        return self._sum(f"sum(arrayCount((s, r, o) -> {asked}, {', '.join(columns)}))", columns)

    def points(self) -> int:
        """How many points that the query asks for, `wanted_points`, are here."""
        asked = any_of(map(self._images().conditions.point, self.query.wanted_points))
        columns = ["point_labels", "point_verdicts"]
        return self._sum(f"sum(arrayCount((l, v) -> {asked}, {', '.join(columns)}))", columns)

    def narratives(self) -> int:
        """How many narratives are here whose caption the query asks for; all without `caption`."""
        return self._sum(f"sum(arrayCount(ws -> {self._narrative}, narrative_words))", ["narrative_words"])

    @property
    def _narrative(self) -> str:
        """Whether the query asks for a narrative, of the words `ws`."""
        return ALL if self.query.caption is None else captioned(self.query.caption)

    def images_by_mask_file(self) -> list[int]:
        """For each file that masks counted here were read from, and each first digit of their ImageIDs, the first
        image, by database key; ascending.
        """
        images = self._images()
        return _by_file(images, "mask_files", "mask_labels AS l", self._mask("l", images))

    def images_by_narrative_file(self) -> list[int]:
        """The same of narratives."""
        return _by_file(self._images(), "narrative_files", "narrative_words AS ws", self._narrative)

    def _mask(self, label: str, images: Images) -> str:
        """Whether the query asks for a mask of a label."""
        return any_of(images.conditions.among(label, mid, below=below) for mid, below in self.query.wanted_masks)

    def _by_mid(self, rows: Iterable[tuple[int, int]]) -> dict[str, int]:
        total: dict[int, int] = {}
        for label, n in rows:
            total[label] = total.get(label, 0) + int(n)
        return {self.changes.generation.labels[label]: total[label] for label in sorted(total)}

    def _images(self) -> Images:
        return Images(self.changes, self.query, self.deadline, within=self.first)

    def _sum(self, what: str, columns: Sequence[str]) -> int:
        return sum(int(n) for (n,) in self._ask(f"{what} AS n", columns))

    def _ask(self, what: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        images = self._images()
        return images.ask_rows(f"SELECT {what} FROM {images.matching(columns)}")


def _by_file(images: Images, files: str, others: str, asked: str) -> list[int]:
    """The first image of each file and first digit. others: the column, with its name, that is asked about."""
    matching = images.matching(["key", files, others.partition(" ")[0]])
    sql = f"""SELECT f AS file, bitShiftRight(key, 60) AS digit, min(key) AS first FROM {matching}
              ARRAY JOIN {files} AS f, {others} WHERE {asked} GROUP BY file, digit"""
    found: dict[tuple[str, int], int] = {}
    for file, digit, key in images.ask_rows(sql):
        found[file, digit] = min(key, found.get((file, digit), key))
    return sorted({*found.values()})
