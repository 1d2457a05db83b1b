"""How many images match queries that differ by one value, how many have each label, and whose they are."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import ALL, pair_in
from browse.facets.clickhouse.generation import listed
from browse.facets.clickhouse.images import Images
from browse.facets.index.classes import LEVELS
from browse.query.values import Query

MORE_AUTHORS = 1000
"""So many authors of each shard are looked at beyond those wanted, to find the first of all."""
Counts = npt.NDArray[np.int64]


def count(images: Images) -> int:
    """How many images match."""
    return sum(int(n) for (n,) in images.ask_rows(f"SELECT count() AS n FROM {images.matching()}"))


def is_all(query: Query) -> bool:
    """Whether every image matches."""
    return query == Query(sort=query.sort, seed=query.seed)


def label_counts(images: Images, further: str = ALL) -> Counts:
    """int64[labels]: images with a pair of each label in the query's range and states."""
    sql = f"""SELECT l AS label, count() AS n FROM {images.matching(["labels", "classes"], further=further)}
              ARRAY JOIN labels AS l, classes AS c WHERE {pair_in("c", images.query)} GROUP BY l"""
    return _summed(images, sql, len(images.changes.generation.labels))


def group_counts(images: Images) -> Counts:
    """int64[labels]: images with such a pair of each label that has others below it, or of one of these."""
    generation = images.changes.generation
    offsets, above = generation.below.groups_of
    flat = f"CAST([{listed(above)}] AS Array(UInt16))"
    starts = f"CAST([{listed(offsets)}] AS Array(UInt32))"
    of_label = f"arraySlice({flat}, {starts}[l + 1] + 1, {starts}[l + 2] - {starts}[l + 1])"
    wanted = f"arrayFilter((l, c) -> {pair_in('c', images.query)}, labels, classes)"
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
    return [(words[number], n) for number, n in largest(_summed(images, sql, len(words)), None)]


def _summed(images: Images, sql: str, size: int) -> Counts:
    total = np.zeros(size, np.int64)
    for found in images.ask(sql).values():
        np.add.at(total, found["label"].to_numpy(), found["n"].to_numpy().astype(np.int64))
    return total


def largest(total: Counts, top: int | None) -> list[tuple[int, int]]:
    """(place, count) of counts above 0, largest first, ties by place."""
    least = 0
    if top is not None and 0 < top < len(total):
        least = max(least, int(np.partition(total, -top)[-top]) - 1)  # ties of the last one are there
    places = np.flatnonzero(total > least)
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
    total = _by_author(images, head) if top is None else _best(images, head, top)
    return named(changes, sorted(total.items(), key=lambda one: (-one[1], one[0]))[:top], deadline)


def by_author(images: Images, further: str = ALL) -> Counts:
    """int64[authors + 1]: images by each author, in the numbers of the tables."""
    sql = f"SELECT author AS label, count() AS n FROM {images.matching(['author'], further=further)} GROUP BY author"
    return _summed(images, sql, images.changes.generation.author_counts.shape[1])


def named(changes: Changes, counted: Sequence[tuple[int, int]], deadline: float | None) -> list[tuple[str, int, int]]:
    """(key, row id, images) of authors by number."""
    names = changes.generation.authors((number for number, _ in counted), deadline)
    return [(*names[number], n) for number, n in counted]


def _best(images: Images, head: str, top: int) -> dict[int, int]:
    """The authors that may be among the first by number of images, each with all of them.

    Each shard gives its first. If these cannot settle it, they give a bound for those that can be among the first.
    """
    size = top + MORE_AUTHORS
    found = images.ask(f"{head} ORDER BY n DESC, author LIMIT {size}").values()
    first = [dict(zip(table["author"].to_pylist(), table["n"].to_pylist(), strict=True)) for table in found]
    total = Counter[int]()
    for each in first:
        total.update(each)
    least = sorted(total.values(), reverse=True)[top - 1] if len(total) >= top > 0 else 1
    unseen = [min(each.values()) if len(each) == size else 0 for each in first]
    most = {author: sum(each.get(author, rest) for each, rest in zip(first, unseen, strict=True)) for author in total}
    sure = {author: n for author, n in total.items() if most[author] >= least}
    if sum(unseen) < least and all(most[author] == n for author, n in sure.items()):
        return sure
    can_be = _by_author(images, f"{head} HAVING n >= {-(-least // len(first))}")
    inner = head.removesuffix(" GROUP BY author")
    return _by_author(images, f"{inner} WHERE author IN ({listed(can_be)}) GROUP BY author") if can_be else {}


def _by_author(images: Images, sql: str) -> dict[int, int]:
    total: dict[int, int] = {}
    for author, n in images.ask_rows(sql):
        total[int(author)] = total.get(int(author), 0) + int(n)
    return total


def level_of(value: str) -> str:
    """The confidence of a class, in hundredths."""
    return f"toInt64(({value} - 1) % {LEVELS})"
