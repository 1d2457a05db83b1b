"""What an image must satisfy, as SQL: conditions over the tables `i` of images and `p` of pairs."""
# ruff: noqa: S608 - statements are put together from this module's own texts; values go as parameters

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from browse.domain.box_rows import shift_of
from browse.domain.boxes import Attribute
from browse.domain.image_ids import key_from_image_id
from browse.domain.points import VERDICTS
from browse.query.box_terms import NO_LIMIT, BoxTerm
from browse.query.fields import IMAGE_FIELDS
from browse.query.point_terms import PointTerm
from browse.query.relation_terms import RelationTerm
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    LICENSE_CHECKS,
    SUBSETS,
    AnyTerm,
    ConfidenceRange,
    Query,
    State,
    Term,
    TextQuery,
)


@dataclass(frozen=True)
class Condition:
    """A condition, and the parameters in it."""

    sql: str
    parameters: tuple[Any, ...] = ()


LabelsBelow = Callable[[str], Sequence[str]]
"""Finds the MIDs of the labels below one."""
TextKeys = Callable[[TextQuery], Sequence[int]]
"""Finds the keys of the images, hidden ones too, that have a text, or a narrative that has it."""


def conditions(query: Query, having: TextKeys, said: TextKeys, below: LabelsBelow) -> Iterable[Condition]:
    """What an image must satisfy, one by one; `having` says which images have the query's text, `said` its caption."""
    for term in query.label:
        yield holds(query, term, below)
    if query.any:
        terms = [holds(query, term, below) for term in query.any]
        total = " + ".join(f"CASE WHEN {term.sql} THEN 1 ELSE 0 END" for term in terms)
        values = [value for term in terms for value in term.parameters]
        yield Condition(f"({total}) >= %s", (*values, query.min_any))
    for term in query.without:
        held = holds(query, term, below)
        yield Condition(f"NOT {held.sql}", held.parameters)
    if query.needs_a_pair:
        pair = holds_itself(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)
        yield Condition(f"EXISTS (SELECT 1 FROM pair p WHERE p.image_id = i.id AND {pair.sql})", pair.parameters)
    if query.text is not None:
        yield _among_keys(having(query.text))
    if query.caption is not None:
        yield _among_keys(said(query.caption))
    for field in IMAGE_FIELDS:
        if field.name in FIELDS and (values := field.values(query)):
            yield FIELDS[field.name].condition(values)


def _in_subsets(values: Sequence[str]) -> Condition:
    return _one_of("i.subset", [SUBSETS.index(subset) for subset in values])


def _under_licenses(values: Sequence[str]) -> Condition:
    licenses = _one_of("slug", values)
    return Condition(f"i.license_id IN (SELECT id FROM browse_license WHERE {licenses.sql})", licenses.parameters)


def _by_authors(values: Sequence[str]) -> Condition:
    authors = _one_of("key", values)
    return Condition(f"i.author_id IN (SELECT id FROM browse_author WHERE {authors.sql})", authors.parameters)


def _among_keys(keys: Sequence[int]) -> Condition:
    return _one_of("i.id", keys) if keys else Condition("FALSE")


KIND_TABLES = {
    "boxes": "browse_boxannotation",
    "masks": "browse_maskannotation",
    "relationships": "browse_relationshipannotation",
    "points": "browse_pointannotation",
    "narrative": "browse_narrativeannotation",
}
"""The table of each kind of annotation that `has` names."""


def _every_kind(values: Sequence[str]) -> Condition:
    return Condition(" AND ".join(map(_one_kind, values)))


def _one_kind(value: str) -> str:
    there = f"EXISTS (SELECT 1 FROM {KIND_TABLES[value.removeprefix('-')]} b WHERE b.image_id = i.id)"
    return f"NOT {there}" if value.startswith("-") else there


@dataclass(frozen=True)
class FieldInSql:
    """A field of the image itself.

    condition   that the image i has one of some values.
    kept_in     the table and column that hold the values, where the data set must have one that is asked for.
    values      the statement that gives the values which the facet lists; empty without a facet. They are listed in
                ascending order of what it gives, texts by code point.
    said        a value as the field has it, made of what the statement gives.
    """

    condition: Callable[[Sequence[Any]], Condition]
    kept_in: tuple[str, str] | None = None
    values: str = ""
    said: Callable[[Any], Any] = lambda value: value


FIELDS: dict[str, FieldInSql] = {
    "subset": FieldInSql(
        _in_subsets, values="SELECT DISTINCT subset FROM browse_image", said=lambda number: SUBSETS[number]
    ),
    "license": FieldInSql(
        _under_licenses, kept_in=("browse_license", "slug"), values="SELECT DISTINCT slug FROM browse_license"
    ),
    "author": FieldInSql(_by_authors, kept_in=("browse_author", "key")),
    "has": FieldInSql(_every_kind),
    "license_check": FieldInSql(
        lambda values: _one_of("i.license_check", values),
        values=" UNION ALL ".join(f"SELECT {number}" for number in range(len(LICENSE_CHECKS))),
        said=lambda number: LICENSE_CHECKS[number],
    ),
    "id": FieldInSql(lambda values: _among_keys([key_from_image_id(value) for value in values])),
}
"""By the name of their field in `query.fields`."""


def holds(query: Query, term: AnyTerm, below: LabelsBelow) -> Condition:
    """That the image i has a pair, boxes, or a relationship, that a term asks for."""
    if isinstance(term, BoxTerm):
        return _has_boxes(term, below)
    if isinstance(term, RelationTerm):
        return _has_relationship(term, below)
    if isinstance(term, PointTerm):
        return _has_point(term, below)
    pair = satisfies(query, term, below)
    return Condition(f"EXISTS (SELECT 1 FROM pair p WHERE p.image_id = i.id AND {pair.sql})", pair.parameters)


def satisfies(query: Query, term: Term, below: LabelsBelow) -> Condition:
    """That the pair p is one that a term asks for."""
    label = _one_of("p.mid", [term.mid, *(below(term.mid) if term.below else ())])
    pair = holds_itself(query.range_of(term), query.states_of(term))
    return Condition(f"{label.sql} AND {pair.sql}", (*label.parameters, *pair.parameters))


def _has_boxes(term: BoxTerm, below: LabelsBelow) -> Condition:
    box = box_itself(term, below)
    sql = f"(SELECT COUNT(*) FROM browse_boxannotation b WHERE b.image_id = i.id AND {box.sql}) BETWEEN %s AND %s"
    return Condition(sql, (*box.parameters, term.least, term.most or NO_LIMIT))


def _has_relationship(term: RelationTerm, below: LabelsBelow) -> Condition:
    asked = [Condition("r.image_id = i.id")]
    if term.relation is not None:
        asked.append(Condition("r.relation = %s", (term.relation,)))
    for column, side in (("r.subject_id", term.subject), ("r.object_id", term.object)):
        if side is not None:
            label = _one_of("l.mid", [side.mid, *(below(side.mid) if side.below else ())])
            own = f"{column} IN (SELECT l.id FROM browse_label l WHERE {label.sql})"
            asked.append(Condition(own, label.parameters))
    sql = " AND ".join(one.sql for one in asked)
    values = tuple(value for one in asked for value in one.parameters)
    return Condition(f"EXISTS (SELECT 1 FROM browse_relationshipannotation r WHERE {sql})", values)


def _has_point(term: PointTerm, below: LabelsBelow) -> Condition:
    label = _one_of("l.mid", [term.mid, *(below(term.mid) if term.below else ())])
    verdict = _one_of("t.verdict", [place for place, verdict in enumerate(VERDICTS) if verdict in term.verdicts])
    return Condition(
        f"""EXISTS (SELECT 1 FROM browse_pointannotation t JOIN browse_label l ON l.id = t.label_id
            WHERE t.image_id = i.id AND {label.sql} AND {verdict.sql})""",
        (*label.parameters, *verdict.parameters),
    )


def box_itself(term: BoxTerm, below: LabelsBelow) -> Condition:
    """That the box b is one of those that a term counts."""
    asked = [(shift_of(attribute), sorted(term.allowed(attribute))) for attribute in Attribute]
    values = [_one_of(f"((b.attributes >> {shift}) & 3)", allowed) for shift, allowed in asked]
    named = _one_of("l.mid", [term.mid, *(below(term.mid) if term.below else ())])
    label = Condition(f"b.label_id IN (SELECT l.id FROM browse_label l WHERE {named.sql})", named.parameters)
    area = Condition("b.area BETWEEN %s AND %s", (term.inside.low, term.inside.high))
    every = [label, area, *values]
    return Condition(" AND ".join(one.sql for one in every), tuple(value for one in every for value in one.parameters))


def holds_itself(confidence: ConfidenceRange, states: Iterable[State]) -> Condition:
    """That the pair p is within a range and one of these states."""
    among = _one_of("p.state", sorted(states))
    return Condition(
        f"p.confidence BETWEEN %s AND %s AND {among.sql}", (confidence.low, confidence.high, *among.parameters)
    )


def _one_of(column: str, values: Sequence[Any]) -> Condition:
    return Condition(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))
