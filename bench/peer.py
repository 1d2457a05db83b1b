"""The same questions to DuckDB, over tables laid out and sorted as it likes best.

Images and labels are small integers. Pairs lie in two tables, one sorted by label and one by image. Each image has its
pair classes as bits of one integer, so that "some pair in this range and state" needs no join. Every count of a query,
but for the labels and authors, comes out of one pass with conditional aggregates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from browse.facets.engine import FacetCounts, PageOfImages, TermFacet
from browse.query.edits import replace_term
from browse.query.values import (
    ANY_CONFIDENCE,
    DEFAULT_STATES,
    STATES,
    SUBSETS,
    ConfidenceRange,
    Query,
    Sort,
    State,
    Term,
)

THREADS = 2

_IMAGES = """
CREATE TABLE listed AS
SELECT row_number() OVER (ORDER BY id) - 1 AS image, * FROM (
    SELECT ('0x' || ImageID)::UBIGINT AS id, Subset AS subset, AuthorProfileURL AS profile, OriginalMD5 AS md5,
           coalesce(Title, '') AS title, coalesce(Author, '') AS name
    FROM read_csv('{data}/images_2016_08/*/images.csv', all_varchar = true))
ORDER BY id;
CREATE TABLE authors AS
SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS author, key, name FROM (
    SELECT regexp_extract(profile, '/people/([^/]+)', 1) AS key, min(name) AS name FROM listed GROUP BY key);
"""
_LABELS = """
CREATE TABLE words AS
SELECT ('0x' || ImageID)::UBIGINT AS id, LabelName AS mid, Source AS source,
       round(Confidence::DOUBLE * 100)::UTINYINT AS confidence
FROM read_csv('{data}/*_ann_2016_08/*/labels.csv', all_varchar = true);
CREATE TABLE labels AS
SELECT (row_number() OVER (ORDER BY mid) - 1)::USMALLINT AS label, mid FROM (
    SELECT mid FROM words UNION SELECT column0 FROM read_csv('{data}/dict.csv', header = false, all_varchar = true));
CREATE TABLE pairs AS
SELECT l.image::INTEGER AS image, m.label, m.source, m.confidence
FROM (SELECT id, b.label, source, confidence FROM words JOIN labels b USING (mid)) m JOIN listed l USING (id);
DROP TABLE words;
"""
_MERGED = """
CREATE TABLE by_label AS
SELECT image, label, coalesce(machine, human)::UTINYINT AS confidence,
       CASE WHEN machine IS NULL THEN CASE WHEN human >= 50 THEN 3 ELSE 4 END
            WHEN human IS NULL THEN 2 WHEN human >= 50 THEN 0 ELSE 1 END::UTINYINT AS state
FROM (SELECT image, label, max(confidence) FILTER (source = 'machine') AS machine,
             max(confidence) FILTER (source = 'human') AS human FROM pairs GROUP BY image, label)
ORDER BY label, image;
CREATE TABLE by_image AS SELECT * FROM by_label ORDER BY image, label;
CREATE TABLE classes AS
SELECT (row_number() OVER (ORDER BY state, confidence) - 1)::INTEGER AS class, state, confidence
FROM (SELECT DISTINCT state, confidence FROM by_label);
CREATE TABLE images AS
SELECT l.image::INTEGER AS image, list_position({subsets}, l.subset)::UTINYINT - 1 AS subset, a.author,
       coalesce(c.bits, 0)::UBIGINT AS bits
FROM listed l JOIN authors a ON a.key = regexp_extract(l.profile, '/people/([^/]+)', 1)
LEFT JOIN (SELECT image, bit_or(1::UBIGINT << class) AS bits
           FROM by_image JOIN classes USING (state, confidence) GROUP BY image) c ON c.image = l.image
ORDER BY l.image;
"""


def make_database(data: Path, path: Path) -> None:
    """Read a data set's CSV files into a new database. At full scale: some minutes."""
    building = path.with_suffix(".building")
    building.unlink(missing_ok=True)
    with duckdb.connect(str(building)) as database:
        database.execute(f"SET threads = {THREADS}; SET memory_limit = '8GB'; SET preserve_insertion_order = true")
        for script in (_IMAGES, _LABELS, _MERGED):
            database.execute(script.format(data=data, subsets=[*SUBSETS]))
        if database.execute("SELECT count(*) > 64 FROM classes").fetchone() == (True,):
            raise SystemExit("more classes of pairs than an integer has bits")
    building.rename(path)


@dataclass(frozen=True)
class _Class:
    number: int
    state: State
    confidence: int


class PeerEngine:
    """An engine on DuckDB. Licenses are left out: the benchmark's data set has one."""

    def __init__(self, path: Path) -> None:
        self._database = duckdb.connect(str(path), read_only=True)
        self._database.execute(f"SET threads = {THREADS}")
        self.labels = {mid: label for label, mid in self._rows("SELECT label, mid FROM labels")}
        self._mids = {label: mid for mid, label in self.labels.items()}
        self._authors = [key for (key,) in self._rows("SELECT key FROM authors ORDER BY author")]
        self._classes = [
            _Class(number, STATES[state], confidence)
            for number, state, confidence in self._rows("SELECT class, state, confidence FROM classes ORDER BY 1")
        ]
        self._levels = sorted({one.confidence for one in self._classes})
        self._subsets = [SUBSETS[s] for (s,) in self._rows("SELECT DISTINCT subset FROM images ORDER BY 1")]

    def count(self, query: Query, *, deadline: float | None = None) -> int:
        """How many images match."""
        return int(self._rows(f"{self._with(query)} SELECT count(*) FROM chosen")[0][0])

    def page(self, query: Query, *, number: int, size: int, deadline: float | None = None) -> PageOfImages:
        """The page, with images' numbers as keys, by ImageID."""
        if query.sort is not Sort.IMAGE_ID:
            raise ValueError("only by ImageID")
        self._choose(query)
        count = int(self._rows("SELECT count(*) FROM found")[0][0])
        keys = self._rows(f"SELECT image FROM found ORDER BY image LIMIT {size} OFFSET {(number - 1) * size}")
        return PageOfImages(count, [key for (key,) in keys])

    def facets(
        self, query: Query, *, top: int | None = 50, top_authors: int | None = 10, deadline: float | None = None
    ) -> FacetCounts:
        """All facets but licenses."""
        self._choose(query)
        variants = dict(self._variants(query))
        counts = dict(zip(variants, self._count_all(query, list(variants.values())), strict=True))
        return FacetCounts(
            count=counts["all"],
            labels=self._labels(query, top),
            authors=self._author_counts(query, top_authors),
            values={
                "subsets": {name: counts["subset", name] for name in self._subsets},
                "states": {state: counts["state", state] for state in STATES},
                "confidence": {level: counts["level", level] for level in self._levels},
            },
            terms=[
                TermFacet(
                    role=role,
                    term=term,
                    confidence={level: counts[role, term, level] for level in self._levels},
                    states={state: counts[role, term, state] for state in STATES},
                )
                for role, term in query.terms
            ],
        )

    def _rows(self, sql: str) -> list[tuple]:
        return self._database.execute(sql).fetchall()

    def _variants(self, query: Query) -> Iterator[tuple[object, Query]]:
        yield "all", query
        for name in self._subsets:
            yield ("subset", name), replace(query, subsets=frozenset({name}))
        for state in STATES:
            yield ("state", state), replace(query, states=frozenset({state}))
        for level in self._levels:
            yield ("level", level), replace(query, confidence=ConfidenceRange(level, level))
        for role, term in query.terms:
            for state in STATES:
                new = replace(term, states=frozenset({state}))
                yield (role, term, state), replace_term(query, role, term, new)
            for level in self._levels:
                new = replace(term, confidence=ConfidenceRange(level, level))
                yield (role, term, level), replace_term(query, role, term, new)

    def _choose(self, query: Query) -> None:
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE found AS {self._with(query)} SELECT image FROM chosen")

    def _with(self, query: Query) -> str:
        return f"WITH wide AS ({self._wide(query)}), chosen AS (SELECT * FROM wide WHERE {self._holds(query)})"

    def _wide(self, query: Query) -> str:
        """For each image that may match its subset and bits, and state s and confidence c of each label asked for."""
        labels = sorted({self.labels[term.mid] for _, term in query.terms})
        if not labels:
            return "SELECT * FROM images"
        columns = ", ".join(
            f"max(state) FILTER (label = {n}) AS s{n}, max(confidence) FILTER (label = {n}) AS c{n}" for n in labels
        )
        among = ", ".join(map(str, labels))
        terms = f"SELECT image, {columns} FROM by_label WHERE label IN ({among}) GROUP BY image"
        join = "JOIN" if query.label or query.any else "LEFT JOIN"
        return f"SELECT * FROM images {join} ({terms}) USING (image)"

    def _holds(self, query: Query) -> str:
        """The condition that a row of `wide` matches."""
        parts = ["true"]
        parts += [self._term(query, term) for term in query.label]
        if query.any:
            parts.append(
                " + ".join(f"{self._term(query, term)}::INTEGER" for term in query.any) + f" >= {query.min_any}"
            )
        parts += [f"NOT {self._term(query, term)}" for term in query.without]
        if query.needs_a_pair:
            parts.append(f"bits & {self._bits(query)}::UBIGINT <> 0")
        if query.subsets:
            parts.append(f"subset IN ({', '.join(str(SUBSETS.index(subset)) for subset in query.subsets)})")
        return " AND ".join(f"({part})" for part in parts)

    def _term(self, query: Query, term: Term) -> str:
        inside, n = query.range_of(term), self.labels[term.mid]
        states = ", ".join(str(STATES.index(state)) for state in sorted(query.states_of(term)))
        return f"coalesce(c{n} BETWEEN {inside.low} AND {inside.high} AND s{n} IN ({states}), false)"

    def _bits(self, query: Query) -> int:
        inside, states = query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES
        return sum(1 << one.number for one in self._classes if one.confidence in inside and one.state in states)

    def _count_all(self, query: Query, variants: list[Query]) -> list[int]:
        counts = ", ".join(f"count(*) FILTER ({self._holds(variant)})" for variant in variants)
        return [int(count) for count in self._rows(f"SELECT {counts} FROM ({self._wide(query)})")[0]]

    def _labels(self, query: Query, top: int | None) -> list[tuple[str, int]]:
        inside, states = query.confidence or ANY_CONFIDENCE, query.states or DEFAULT_STATES
        among = ", ".join(str(STATES.index(state)) for state in states)
        rows = self._rows(
            f"SELECT label, count(*) AS n FROM by_image SEMI JOIN found USING (image)"
            f" WHERE confidence BETWEEN {inside.low} AND {inside.high} AND state IN ({among})"
            f" GROUP BY label ORDER BY n DESC, label {_limit(top)}"
        )
        return [(self._mids[label], int(n)) for label, n in rows]

    def _author_counts(self, query: Query, top: int | None) -> list[tuple[str, int, int]]:
        if query.author is not None:
            raise ValueError("no author")
        rows = self._rows(
            "SELECT author, count(*) AS n FROM images SEMI JOIN found USING (image)"
            f" GROUP BY author ORDER BY n DESC, author {_limit(top)}"
        )
        return [(self._authors[author], author + 1, int(n)) for author, n in rows]


def _limit(top: int | None) -> str:
    return "" if top is None else f"LIMIT {top}"
