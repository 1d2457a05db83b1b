"""How many images match queries that differ by one value, how many have each label, and whose they are."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import pair_in
from browse.facets.clickhouse.generation import listed
from browse.facets.clickhouse.images import Images
from browse.facets.index.classes import LEVELS
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES, Query

Counts = npt.NDArray[np.int64]


def counts(images: Images, queries: Sequence[Query]) -> list[int]:
    """How many images match each of some queries, which all are about the same images.

    Shards count together those that are alike in all conditions of these queries. The sums over them are made here:
    planning so many of them takes a server longer than counting.
    """
    places: dict[str, int] = {}
    wanted = [[places.setdefault(one, len(places)) for one in images.conditions.of(query)] for query in queries]
    rows, atoms = images.rows(), ", ".join(images.conditions.atoms.values())
    cells = f"SELECT {atoms or '1 AS one'}, count() AS n FROM {rows} GROUP BY {atoms or 'one'}"
    holds = f"CAST([{', '.join(places)}] AS Array(UInt8))"
    sql = f"SELECT holds, sum(n) AS n FROM (SELECT {holds} AS holds, n FROM ({cells})) GROUP BY holds"
    found = [table for table in images.ask(sql).values() if table.num_rows]
    numbers = np.concatenate([np.empty(0, np.int64), *(table["n"].to_numpy().astype(np.int64) for table in found)])
    flat = [chunk.flatten().to_numpy() for table in found for chunk in table["holds"].chunks]
    matrix = np.concatenate([np.empty(0, np.uint8), *flat]).reshape(len(numbers), len(places)).astype(np.bool_)
    return [int(numbers[matrix[:, each].all(axis=1)].sum()) for each in wanted]


def count(images: Images) -> int:
    """How many images match."""
    return sum(int(n) for (n,) in images.ask_rows(f"SELECT count() AS n FROM {images.matching()}"))


def is_all(query: Query) -> bool:
    """Whether every image matches."""
    return query == Query(sort=query.sort, seed=query.seed)


def label_counts(changes: Changes, query: Query, deadline: float | None) -> Counts:
    """int64[labels]: images with a pair of each label in the query's range and states."""
    if is_all(query):
        counted = changes.label_counts
        mask = counted.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES)
        total: Counts = counted.counts[:, :, mask].sum(axis=(1, 2), dtype=np.int64)
        return total
    images = Images(changes, query, deadline)
    sql = f"""SELECT l AS label, count() AS n FROM {images.matching(["labels", "classes"])}
              ARRAY JOIN labels AS l, classes AS c WHERE {pair_in("c", query)} GROUP BY l"""
    return _summed(images, sql, len(changes.generation.labels))


def group_counts(changes: Changes, query: Query, deadline: float | None) -> Counts:
    """int64[labels]: images with such a pair of each label that has others below it, or of one of these."""
    images, generation = Images(changes, query, deadline), changes.generation
    offsets, above = generation.below.groups_of
    flat = f"CAST([{listed(above)}] AS Array(UInt16))"
    starts = f"CAST([{listed(offsets)}] AS Array(UInt32))"
    of_label = f"arraySlice({flat}, {starts}[l + 1] + 1, {starts}[l + 2] - {starts}[l + 1])"
    wanted = f"arrayFilter((l, c) -> {pair_in('c', query)}, labels, classes)"
    groups = f"arrayDistinct(arrayFlatten(arrayMap(l -> {of_label}, {wanted})))"
    sql = f"""SELECT g AS label, count() AS n FROM {images.matching(["labels", "classes"])}
              ARRAY JOIN {groups} AS g GROUP BY g"""
    return _summed(images, sql, len(generation.labels))


def box_label_counts(changes: Changes, query: Query, deadline: float | None) -> Counts:
    """int64[labels]: images with a box of each label."""
    images = Images(changes, query, deadline)
    sql = f"""SELECT l AS label, count() AS n FROM {images.matching(["box_labels"])}
              ARRAY JOIN arrayDistinct(box_labels) AS l GROUP BY l"""
    return _summed(images, sql, len(changes.generation.labels))


def relation_counts(changes: Changes, query: Query, deadline: float | None) -> list[tuple[str, int]]:
    """Images with each relation, largest first, ties by word."""
    images = Images(changes, query, deadline)
    sql = f"""SELECT r AS label, count() AS n FROM {images.matching(["relation_words"])}
              ARRAY JOIN arrayDistinct(relation_words) AS r GROUP BY r"""
    words = changes.generation.relations
    total = _summed(images, sql, len(words))
    return [(words[number], n) for number, n in largest(total, None)]


def _summed(images: Images, sql: str, size: int) -> Counts:
    total = np.zeros(size, np.int64)
    for found in images.ask(sql).values():
        np.add.at(total, found["label"].to_numpy(), found["n"].to_numpy().astype(np.int64))
    return total


def largest(total: Counts, top: int | None) -> list[tuple[int, int]]:
    """(place, count) of counts above 0, largest first, ties by place."""
    places = np.flatnonzero(total > 0)
    order = places[np.argsort(-total[places], kind="stable")][:top]
    return [(int(place), int(total[place])) for place in order]


def authors(
    changes: Changes, query: Query, top: int | None, deadline: float | None, *, among: Iterable[int] | None = None
) -> list[tuple[str, int, int]]:
    """(key, row id, images) of the authors of a query but for its own choice of authors; exact, largest first.

    Of many authors only those are sent that can be among the first: each shard's own best give a bound.
    """
    images = Images(changes, replace(query, authors=frozenset()), deadline)
    chosen = "author > 0" if among is None else f"author IN ({listed(among)})"
    head = f"SELECT author, count() AS n FROM {images.matching(['author'], further=chosen)} GROUP BY author"
    if top is None:
        total = _by_author(images, head)
    else:
        first = _by_author(images, f"{head} ORDER BY n DESC, author LIMIT {top}")
        bound = sorted(first.values(), reverse=True)[top - 1] if len(first) >= top > 0 else 1
        least = -(-bound // len(changes.generation.places))
        total = _by_author(images, f"{head} HAVING n >= {least}")
        if least > 1 and total:
            rest = f"author IN ({listed(total)})"
            sql = f"SELECT author, count() AS n FROM {images.matching(['author'], further=rest)} GROUP BY author"
            total = _by_author(images, sql)
    best = sorted(total.items(), key=lambda one: (-one[1], one[0]))[:top]
    names = changes.generation.authors((number for number, _ in best), deadline)
    return [(*names[number], n) for number, n in best]


def _by_author(images: Images, sql: str) -> dict[int, int]:
    total: dict[int, int] = {}
    for author, n in images.ask_rows(sql):
        total[int(author)] = total.get(int(author), 0) + int(n)
    return total


def level_of(value: str) -> str:
    """The confidence of a class, in hundredths."""
    return f"toInt64(({value} - 1) % {LEVELS})"
