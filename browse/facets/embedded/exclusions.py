"""The facets of states and confidences of queries that only exclude labels, so that a pair of any other label will do.

Each value asks for its own set, of the images with any pair of it. Those that a term excludes by a pair of that value
are among them, and the table of combinations tells how many these are: no term's images are listed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from browse.facets.embedded.cross_table import CrossTable
from browse.facets.embedded.kernels import Bitset
from browse.facets.embedded.selection import Selector
from browse.query.values import Query, Term

Value = TypeVar("Value")


def counts_by_exclusion(
    table: CrossTable,
    filters: Bitset | None,
    variants: Mapping[Value, Query],
    replaced: str,
    tabled: Callable[[CrossTable], Mapping[Value, int]],
) -> dict[Value, int] | None:
    """The counts of variants of the table's query that all need a pair of their own range and states.

    replaced: what differs in them, which varies what a term excludes that has no such condition of its own. tabled: the
    counts of a table's images for which each variant's terms hold. Nothing where a term that varies excludes by other
    pairs than such as are needed.
    """
    selector, query = table.selector, table.query
    steady = tuple(term for _, term in query.pair_terms if getattr(term, replaced) is not None)
    varying = [term for _, term in query.pair_terms if term not in steady]
    if varying and (query.needs_a_pair or not _exclude_by_own_pairs(selector, varying, variants)):
        return None
    rest = replace(query, without=steady)
    terms = selector.terms(rest, needs_a_pair=False)
    base = filters if terms is None else selector.both(terms, filters)
    before, after = tabled(replace(table, query=rest)), tabled(table)
    found = {}
    for value, variant in variants.items():
        having = selector.count_with_pair(selector.pair_mask(variant), base)
        found[value] = having - (before[value] - after[value])
    return found


def _exclude_by_own_pairs(selector: Selector, terms: list[Term], variants: Mapping[Value, Query]) -> bool:
    """Whether terms exclude by pairs alone that are such as each variant needs."""
    return not any(
        (selector.mask(variant, term) & ~selector.pair_mask(variant)).any()
        for variant in variants.values()
        for term in terms
    )
