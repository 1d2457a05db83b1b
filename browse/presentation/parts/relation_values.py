"""The relations of a result as values of a facet."""

from __future__ import annotations

from browse.presentation.parts.addresses import Links
from browse.presentation.parts.values import Value, share_of
from browse.query.edits import add_term
from browse.query.relation_terms import RelationTerm
from browse.query.relation_words import relation_in_words
from browse.query.values import Role
from browse.search import FacetCounts

SHOWN_RELATIONS = 14


def relation_values(links: Links, counts: FacetCounts) -> list[Value]:
    """The largest relations, each to be added with any subject and object; those asked for are left out."""
    query, largest = links.request.query, max((count for _, count in counts.relations), default=0)
    shown = [(word, n) for word, n in counts.relations if RelationTerm(relation=word) not in query.label]
    return [
        Value(
            id=f"relation-{word}",
            text=relation_in_words(word),
            count=count,
            share=share_of(count, largest),
            href="" if query.is_full else links.to(add_term(query, Role.LABEL, RelationTerm(relation=word))),
        )
        for word, count in shown[:SHOWN_RELATIONS]
    ]
