"""Relationships in words. Pure; the names of labels come from outside."""

from __future__ import annotations

from collections.abc import Callable

from browse.domain.relationships import ATTRIBUTE_WORD
from browse.query.relation_terms import RelationTerm, Side

ANY_RELATION = "related to"


def relation_in_words(relation: str) -> str:
    """Such as "inside of"."""
    return relation.replace("_", " ")


def relationship_in_words(term: RelationTerm, distinct: Callable[[str], str]) -> str:
    """Such as "Person or anything below on Bench", "anything that is Wooden"."""

    def side(one: Side | None, anything: str) -> str:
        if one is None:
            return anything
        return f"{distinct(one.mid)}{' or anything below' if one.below else ''}"

    is_attribute = term.relation == ATTRIBUTE_WORD
    subject = side(term.subject, "anything")
    object_ = side(term.object, "of any attribute" if is_attribute else "anything")
    if is_attribute and term.object is None:
        return f"{subject} {object_}"
    relation = ANY_RELATION if term.relation is None else relation_in_words(term.relation)
    return f"{subject} {'that is' if is_attribute else relation} {object_}"
