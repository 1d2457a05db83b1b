"""The images whose labels are most like those of one: sums in whole numbers on the shards, exact to the millionth."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from browse.domain.likeness import MILLION, label_weights
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.conditions import pair_in
from browse.facets.clickhouse.facets import Facets
from browse.facets.clickhouse.generation import key_table, listed
from browse.facets.clickhouse.images import Images
from browse.query.values import Query, Term


def most_alike(
    changes: Changes, key: int, without: Collection[int], top: int, deadline: float | None
) -> list[tuple[int, int]]:
    """(database key, likeness in millionths) of the images most like one, largest first, ties by ImageID."""
    own = _own_labels(changes, key, deadline)
    squares = label_weights(changes.images, Facets(changes, [Query()], deadline).labels()).astype(np.int64) ** 2
    own = [label for label in own if squares[label]]
    if not own:
        return []
    mids = changes.generation.labels
    images = Images(changes, Query(any=tuple(Term(mids[label]) for label in own)), deadline)
    weights = f"CAST([{listed(squares)}] AS Array(Int64))"
    wanted = f"arrayFilter((l, c) -> {pair_in('c', Query())}, labels, classes)"
    total = f"arraySum(l -> {weights}[l + 1], {wanted})"
    common = f"arraySum(l -> if(l IN ({listed(own)}), {weights}[l + 1], 0), {wanted})"
    others = f"key NOT IN ({listed(sorted({key, *without}))})"
    both = f"""SELECT key, toInt256({total}) * {int(squares[own].sum())} AS product, {common} AS common
               FROM {images.matching(["key", "labels", "classes"], further=others)}"""
    cosine = "common / sqrt(greatest(toFloat64(product), 1))"
    near = f"""SELECT key, product, toInt256(common) * {2 * MILLION} AS twice,
               toInt256(round({MILLION} * {cosine})) AS near FROM ({both}) WHERE common > 0"""
    square = "(2 * {0} - 1) * (2 * {0} - 1) * product <= twice * twice"
    exact = f"multiIf({square.format('(near + 1)')}, near + 1, {square.format('near')}, near, near - 1)"
    sql = f"""SELECT key, toInt64({exact}) AS like FROM ({near}) WHERE like > 0 ORDER BY like DESC, key LIMIT {top}"""
    rows = [(int(other), int(like)) for other, like in images.ask_rows(sql)]
    return sorted(rows, key=lambda one: (-one[1], one[0]))[:top]


def _own_labels(changes: Changes, key: int, deadline: float | None) -> list[int]:
    """The labels that an image has in default states."""
    images = Images(changes, Query(), deadline, within=key_table("chosen", [key]))
    wanted = f"arrayFilter((l, c) -> {pair_in('c', Query())}, labels, classes)"
    rows = images.ask_rows(f"SELECT {wanted} AS own FROM {images.matching(['labels', 'classes'])}")
    return [int(label) for (own,) in rows for label in own]
