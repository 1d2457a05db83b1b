"""The form in a chip: it sends the whole query, which of its terms it edits, and the ends of its new range."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict

from browse.query.spelling import format_term, parse_pair_term, plain_number
from browse.query.values import ANY_CONFIDENCE, Role, Term

EDIT, LOW, HIGH = "edit", "low", "high"
"""`edit` is ROLE=TERM as it stands in the query; an empty end is 0 or 1."""


def with_term_edited(data: QueryDict) -> QueryDict:
    """The form's data with the edit made, so that only the query's own parameters are left.

    Two empty ends leave the term the query's range; where the query has one, they mean every confidence. What
    cannot be read is left as it is, to be named as a fault.
    """
    role, _, text = data.get(EDIT, "").partition("=")
    if role not in tuple(Role) or text not in data.getlist(role):
        return data
    edited = data.copy()
    low, high = (plain_number(data.get(name, "").strip()) for name in (LOW, HIGH))
    new = _edited(text, low, high, inherits=not data.get("confidence"))
    edited.setlist(role, [new if value == text else value for value in data.getlist(role)])
    for name in (EDIT, LOW, HIGH):
        edited.pop(name, None)
    return edited


def _edited(text: str, low: str, high: str, *, inherits: bool) -> str:
    try:
        term = parse_pair_term(text)
    except ValueError:
        return text
    states = format_term(Term("", states=term.states))
    if not low and not high:
        return format_term(replace(term, confidence=None if inherits else ANY_CONFIDENCE))
    label = format_term(Term(term.mid, below=term.below))
    return f"{label}@{low or '0'}-{high or '1'}{states}"
