"""The reference engine: query.md said again as SQL over annotations, verdicts and hidden images. Slow, obvious, right.

Every facet value but a label or an author is counted by asking the query that choosing it leads to.
"""
# ruff: noqa: S608 - statements are put together from this module's own texts; values go as parameters

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from browse.facets.engine import FacetCounts, PageOfImages, QueryTimeoutError, TermFacet, UnknownValueError
from browse.query.links import replace_term
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    STATES,
    SUBSETS,
    ConfidenceRange,
    Query,
    Role,
    Sort,
    State,
    Term,
)

_U64 = (1 << 64) - 1

_PAIRS = """
WITH visible AS MATERIALIZED (
    SELECT i.id, i.subset, i.author_id, i.license_id FROM browse_image i
    WHERE COALESCE((SELECT h.hidden FROM browse_hiding h WHERE h.image_key = i.id
                    ORDER BY h.at DESC, h.id DESC LIMIT 1), FALSE) = FALSE
), standing AS MATERIALIZED (
    SELECT v.image_key, v.mid, v.says,
           ROW_NUMBER() OVER (PARTITION BY v.image_key, v.mid ORDER BY v.at DESC, v.id DESC) AS place
    FROM browse_verdict v
    WHERE v.says <> 'undo' AND NOT EXISTS (SELECT 1 FROM browse_verdict u WHERE u.undoes_id = v.id)
), ruling AS MATERIALIZED (
    SELECT i.id AS image_id, l.id AS label_id, CASE v.says WHEN 'yes' THEN 100 ELSE 0 END AS confidence
    FROM standing v JOIN visible i ON i.id = v.image_key JOIN browse_label l ON l.mid = v.mid
    WHERE v.place = 1 AND v.says <> 'unsure'
), said AS MATERIALIZED (
    SELECT a.image_id, a.label_id, s.name AS source, a.confidence
    FROM browse_annotation a JOIN browse_source s ON s.id = a.source_id JOIN visible i ON i.id = a.image_id
    WHERE s.name <> 'curator' OR NOT EXISTS
          (SELECT 1 FROM ruling r WHERE r.image_id = a.image_id AND r.label_id = a.label_id)
    UNION ALL
    SELECT image_id, label_id, 'curator', confidence FROM ruling
), word AS MATERIALIZED (
    SELECT image_id, label_id, source, confidence,
           CASE source WHEN 'curator' THEN 0 WHEN 'verification' THEN 1 WHEN 'human' THEN 2
                       WHEN 'crowdsource-verification' THEN 3 ELSE 4 END AS authority
    FROM said
), human AS MATERIALIZED (
    SELECT image_id, label_id, CASE WHEN confidence >= 50 THEN 1 ELSE 0 END AS yes,
           ROW_NUMBER() OVER (PARTITION BY image_id, label_id ORDER BY authority, source COLLATE {binary}) AS place
    FROM word WHERE source <> 'machine'
), known AS MATERIALIZED (
    SELECT DISTINCT image_id, label_id FROM word
), pair AS MATERIALIZED (
    SELECT k.image_id, l.mid, COALESCE(m.confidence, 100 * h.yes) AS confidence,
           CASE WHEN m.confidence IS NULL AND h.yes = 1 THEN 'missed' WHEN m.confidence IS NULL THEN 'absent'
                WHEN h.yes = 1 THEN 'confirmed' WHEN h.yes = 0 THEN 'rejected' ELSE 'unverified' END AS state
    FROM known k JOIN browse_label l ON l.id = k.label_id
    LEFT JOIN word m ON m.image_id = k.image_id AND m.label_id = k.label_id AND m.source = 'machine'
    LEFT JOIN human h ON h.image_id = k.image_id AND h.label_id = k.label_id AND h.place = 1
), chosen AS MATERIALIZED (
    SELECT i.id, i.subset, i.author_id, i.license_id FROM visible i WHERE {where}
)
"""
_COLLATIONS = {"postgresql": '"C"', "sqlite": "BINARY"}


class _Cursor(Protocol):
    def __enter__(self) -> _Cursor: ...
    def __exit__(self, *error: object) -> None: ...
    def execute(self, sql: str, parameters: Sequence[Any] = ...) -> object: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Connection(Protocol):
    """As much of a Django database connection as is needed."""

    vendor: str

    def cursor(self) -> _Cursor: ...


@dataclass(frozen=True)
class _Condition:
    sql: str
    parameters: tuple[Any, ...] = ()


class ReferenceEngine:
    """Answers from the tables, by statements that say what query.md says."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        self._check(query, deadline)
        return int(self._ask("SELECT COUNT(*) FROM chosen", query)[0][0])

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """Page `number`, from 1, of `size` images; empty after the last."""
        self._check(query, deadline)
        keys = self._in_order(query)
        start = (number - 1) * size
        return PageOfImages(len(keys), keys[start : start + size])

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets of a query."""
        self._check(query, deadline)

        def count(variant: Query) -> int:
            return self.count(variant, deadline=deadline)

        levels = [ConfidenceRange(c, c) for (c,) in self._ask("SELECT DISTINCT confidence FROM pair ORDER BY 1", query)]
        return FacetCounts(
            count=count(query),
            labels=self._labels(query)[:top],
            authors=self._authors(replace(query, author=None))[:top_authors],
            subsets={name: count(replace(query, subsets=frozenset({name}))) for name in self._subsets()},
            licenses={slug: count(replace(query, licenses=frozenset({slug}))) for slug in self._licenses()},
            states={state: count(replace(query, states=frozenset({state}))) for state in STATES},
            confidence={level.low: count(replace(query, confidence=level)) for level in levels},
            terms=[_term_facet(query, role, term, levels, count) for role, term in query.terms],
        )

    def _labels(self, query: Query) -> list[tuple[str, int]]:
        pair = _holds_itself(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)
        sql = f"SELECT p.mid, COUNT(*) FROM chosen c JOIN pair p ON p.image_id = c.id AND {pair.sql} GROUP BY p.mid"
        return _ranked((mid, count) for mid, count in self._ask(sql, query, pair.parameters))

    def _authors(self, query: Query) -> list[tuple[str, int, int]]:
        sql = "SELECT a.key, COUNT(*) FROM chosen c JOIN browse_author a ON a.id = c.author_id GROUP BY a.key"
        ids = dict(self._ask("SELECT key, MIN(id) FROM browse_author GROUP BY key", query))
        return [(key, ids[key], count) for key, count in _ranked(self._ask(sql, query))]

    def _subsets(self) -> list[str]:
        found = self._ask("SELECT DISTINCT subset FROM visible ORDER BY 1", Query())
        return [SUBSETS[subset] for (subset,) in found]

    def _licenses(self) -> list[str]:
        return sorted(slug for (slug,) in self._ask("SELECT DISTINCT slug FROM browse_license", Query()))

    def _in_order(self, query: Query) -> list[int]:
        if query.sort is Sort.CONFIDENCE:
            sql = "SELECT c.id, p.confidence FROM chosen c JOIN pair p ON p.image_id = c.id AND p.mid = %s"
            found = self._ask(sql, query, (query.label[0].mid,))
            return [key for key, _ in sorted(found, key=lambda row: (-row[1], row[0]))]
        keys = [key for (key,) in self._ask("SELECT id FROM chosen ORDER BY id", query)]
        if query.sort is Sort.RANDOM:
            salt = mix(query.seed or 0)
            keys.sort(key=lambda key: mix((key + (1 << 63)) ^ salt))
        return keys

    def _ask(self, sql: str, query: Query, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement that sees the tables `pair` and `chosen`: all pairs, and the images that match."""
        where = list(_conditions(query))
        head = _PAIRS.format(
            binary=_COLLATIONS[self._connection.vendor],
            where=" AND ".join(condition.sql for condition in where) or "TRUE",
        )
        values = [value for condition in where for value in condition.parameters]
        with self._connection.cursor() as cursor:
            cursor.execute(head + sql, [*values, *parameters])
            return cursor.fetchall()

    def _check(self, query: Query, deadline: float | None) -> None:
        if deadline is not None and time.monotonic() > deadline:
            raise QueryTimeoutError
        for role, term in query.terms:
            self._must_have("browse_label", "mid", role, term.mid)
        for slug in sorted(query.licenses):
            self._must_have("browse_license", "slug", "license", slug)
        if query.author is not None:
            self._must_have("browse_author", "key", "author", query.author)

    def _must_have(self, table: str, column: str, parameter: str, value: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s LIMIT 1", [value])
            if not cursor.fetchall():
                raise UnknownValueError(parameter, value)


def mix(word: int) -> int:
    """The output function of splitmix64, on unsigned 64-bit numbers."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _U64
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _U64
    return word ^ (word >> 31)


def _conditions(query: Query) -> Iterable[_Condition]:
    """What an image must satisfy, one by one."""
    for term in query.label:
        yield _holds(query, term)
    if query.any:
        terms = [_holds(query, term) for term in query.any]
        total = " + ".join(f"CASE WHEN {term.sql} THEN 1 ELSE 0 END" for term in terms)
        values = [value for term in terms for value in term.parameters]
        yield _Condition(f"({total}) >= %s", (*values, query.min_any))
    for term in query.without:
        holds = _holds(query, term)
        yield _Condition(f"NOT {holds.sql}", holds.parameters)
    if query.needs_a_pair:
        pair = _holds_itself(query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES)
        yield _Condition(f"EXISTS (SELECT 1 FROM pair p WHERE p.image_id = i.id AND {pair.sql})", pair.parameters)
    if query.subsets:
        yield _one_of("i.subset", [SUBSETS.index(subset) for subset in query.subsets if subset in SUBSETS] or [-1])
    if query.licenses:
        licenses = _one_of("slug", sorted(query.licenses))
        yield _Condition(f"i.license_id IN (SELECT id FROM browse_license WHERE {licenses.sql})", licenses.parameters)
    if query.author is not None:
        yield _Condition("i.author_id IN (SELECT id FROM browse_author WHERE key = %s)", (query.author,))


def _holds(query: Query, term: Term) -> _Condition:
    pair = _holds_itself(query.range_of(term), query.states_of(term))
    sql = f"EXISTS (SELECT 1 FROM pair p WHERE p.image_id = i.id AND p.mid = %s AND {pair.sql})"
    return _Condition(sql, (term.mid, *pair.parameters))


def _holds_itself(confidence: ConfidenceRange, states: Iterable[State]) -> _Condition:
    """That the pair p is within a range and one of these states."""
    among = _one_of("p.state", sorted(states))
    return _Condition(
        f"p.confidence BETWEEN %s AND %s AND {among.sql}", (confidence.low, confidence.high, *among.parameters)
    )


def _one_of(column: str, values: Sequence[Any]) -> _Condition:
    return _Condition(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _ranked(counts: Iterable[tuple[Any, ...]]) -> list[tuple[str, int]]:
    return sorted(((value, count) for value, count in counts), key=lambda pair: (-pair[1], pair[0]))


def _term_facet(
    query: Query, role: Role, term: Term, levels: list[ConfidenceRange], count: Callable[[Query], int]
) -> TermFacet:
    def with_instead(new: Term) -> int:
        return count(replace_term(query, role, term, new))

    return TermFacet(
        role=role,
        term=term,
        confidence={level.low: with_instead(replace(term, confidence=level)) for level in levels},
        states={state: with_instead(replace(term, states=frozenset({state}))) for state in STATES},
    )
