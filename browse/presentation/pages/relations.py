"""The page of relationships: subject, relation and object of each kind, each cell a link to its images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from browse.domain.plural import counted
from browse.presentation.parts.addresses import images_address, page_address, path_of
from browse.presentation.parts.counts import Count
from browse.presentation.parts.names import Names
from browse.presentation.parts.pager import pager
from browse.presentation.parts.values import Link
from browse.query.relation_terms import RelationTerm, Side
from browse.query.relation_words import relation_in_words
from browse.query.values import Query
from browse.search.relations import RelationTable

ROWS_A_PAGE = 100


@dataclass(frozen=True)
class RelationRow:
    """One kind of relationship: links to the images of its parts, and of all of it."""

    subject: Link
    relation: Link
    object: Link
    count: Count


def relations_context(table: RelationTable, names: Names, *, page: int) -> dict[str, Any]:
    """What the template takes."""
    first = (page - 1) * ROWS_A_PAGE
    steps = pager(
        page=page,
        count=len(table.triplets),
        per_page=ROWS_A_PAGE,
        href=lambda number: _address(table.relation, page=number),
        action=path_of("relations"),
        kept=[("relation", table.relation)] if table.relation else [],
    )
    return {
        "has_relations": bool(table.relations),
        "count": counted(len(table.triplets), "kind of relationship", "kinds of relationships"),
        "scopes": [
            Link(_address(None), "All", current=table.relation is None),
            *(Link(_address(one), relation_in_words(one), current=one == table.relation) for one in table.relations),
        ],
        "rows": [_row(*one, names) for one in table.triplets[first : first + ROWS_A_PAGE]],
        "pager": steps,
        "first_href": _address(table.relation),
    }


def _row(triplet: tuple[str, str, str], count: int, names: Names) -> RelationRow:
    subject, relation, object_ = triplet

    def link(term: RelationTerm, text: str) -> Link:
        return Link(images_address(Query(label=(term,))), text)

    whole = RelationTerm(Side(subject), relation, Side(object_))
    return RelationRow(
        subject=link(RelationTerm(subject=whole.subject), names.distinct(subject)),
        relation=link(RelationTerm(relation=relation), relation_in_words(relation)),
        object=link(RelationTerm(object=whole.object), names.distinct(object_)),
        count=Count(count, images_address(Query(label=(whole,)))),
    )


def _address(relation: str | None, *, page: int = 1) -> str:
    given = {"relation": relation, "page": str(page) if page > 1 else None}
    return page_address("relations", **{name: value for name, value in given.items() if value})
