"""The tables that every statement sees: annotations, verdicts and hidden images as pairs, and the images chosen."""
# ruff: noqa: S608 - statements are put together from this module's own texts; values go as parameters

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Protocol

from browse.facets.reference.conditions import Condition, conditions
from browse.query.texts import has_caption, has_text
from browse.query.values import Query, TextQuery

HIDDEN = """COALESCE((SELECT h.hidden FROM browse_hiding h WHERE h.image_key = i.id
                    ORDER BY h.at DESC, h.id DESC LIMIT 1), FALSE)"""
_LICENSE_CHECK = """COALESCE((SELECT CASE c.result WHEN 'other' THEN 'differs' ELSE c.result END
                            FROM browse_licensecheck c WHERE c.image_key = i.id
                            ORDER BY c.at DESC, c.id DESC LIMIT 1), 'unchecked')"""
_PAIRS = """
WITH visible AS MATERIALIZED (
    SELECT i.id, i.subset, i.author_id, i.license_id, {license_check} AS license_check
    FROM browse_image i WHERE {corrected} = FALSE OR {hidden} = FALSE
), standing AS MATERIALIZED (
    SELECT v.image_key, v.mid, v.says,
           ROW_NUMBER() OVER (PARTITION BY v.image_key, v.mid ORDER BY v.at DESC, v.id DESC) AS place
    FROM browse_verdict v
    WHERE {ruled} AND v.says <> 'undo' AND NOT EXISTS (SELECT 1 FROM browse_verdict u WHERE u.undoes_id = v.id)
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
)
"""
_CHOSEN = """chosen AS MATERIALIZED (
    SELECT i.id, i.subset, i.author_id, i.license_id FROM visible i WHERE {where}
)"""
_AT_ONCE = 100
"""Queries that one statement counts."""
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


class Tables:
    """A connection's tables, with what curators say or without."""

    def __init__(self, connection: Connection, *, corrected: bool = True, ruled: bool = True) -> None:
        self.connection = connection
        self._corrected = "TRUE" if corrected else "FALSE"
        self._ruled = "TRUE" if corrected and ruled else "FALSE"
        self._texts: dict[TextQuery, list[int]] = {}
        self._captions: dict[TextQuery, list[int]] = {}

    def without_rulings(self) -> Tables:
        """The same without curators' verdicts; what is hidden stays so."""
        return Tables(self.connection, corrected=self._corrected == "TRUE", ruled=False)

    def ask(self, sql: str, query: Query, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement that sees the tables `pair` and `chosen`: all pairs, and the images that match.

        `visible` are all images to be seen, `ruling` the yes and no of curators that count on them.
        """
        chosen = self._all_of(query)
        sql = f"{self._head()}, {_CHOSEN.format(where=chosen.sql)} {sql}"
        return self.rows(sql, (*chosen.parameters, *parameters))

    def counts(self, queries: Iterable[Query]) -> Iterator[int]:
        """How many images match each query, in their order; one statement for many, each of their conditions once."""
        rest = iter(queries)
        while some := [
            [*conditions(query, self._having, self._saying, self.below)] for query in islice(rest, _AT_ONCE)
        ]:
            each = {condition: f"c{place}" for place, condition in enumerate(dict.fromkeys(chain(*some)))}
            columns = "".join(f", {condition.sql} AS {name}" for condition, name in each.items())
            wanted = (" AND ".join(each[condition] for condition in one) or "TRUE" for one in some)
            counted = ", ".join(f"COUNT(*) FILTER (WHERE {which})" for which in wanted)
            values = [value for condition in each for value in condition.parameters]
            sql = f"{self._head()}, holds AS MATERIALIZED (SELECT i.id{columns} FROM visible i)"
            yield from self.rows(f"{sql} SELECT {counted} FROM holds", values)[0]

    def _all_of(self, query: Query) -> Condition:
        """What the image i must satisfy."""
        each = list(conditions(query, self._having, self._saying, self.below))
        return Condition(
            " AND ".join(condition.sql for condition in each) or "TRUE",
            tuple(value for condition in each for value in condition.parameters),
        )

    def _head(self) -> str:
        return _PAIRS.format(
            binary=_COLLATIONS[self.connection.vendor],
            corrected=self._corrected,
            ruled=self._ruled,
            hidden=HIDDEN,
            license_check=_LICENSE_CHECK if self._corrected == "TRUE" else "'unchecked'",
        )

    def _having(self, text: TextQuery) -> list[int]:
        """The images that have a text, as Python tells it; a request asks for one text again and again."""
        if text not in self._texts:
            sql = """SELECT i.id, i.title, COALESCE(i.author_name, a.name, '')
                     FROM browse_image i LEFT JOIN browse_author a ON a.id = i.author_id"""
            self._texts = {text: [key for key, title, name in self.rows(sql) if has_text(text, title, name)]}
        return self._texts[text]

    def _saying(self, text: TextQuery) -> list[int]:
        """The images with a narrative that has a text, likewise."""
        if text not in self._captions:
            rows = self.rows("SELECT image_id, caption FROM browse_narrativeannotation")
            self._captions = {text: sorted({key for key, caption in rows if has_caption(text, caption)})}
        return self._captions[text]

    def below(self, mid: str) -> list[str]:
        """The MIDs of all labels below one, by code point."""
        return self.hierarchy().get(mid, [])

    def hierarchy(self) -> dict[str, list[str]]:
        """For each label, by MID, that has others below it all of these, by code point."""
        steps = self.rows("SELECT parent, child FROM browse_hierarchyrow WHERE NOT is_part")
        labels = {mid for (mid,) in self.rows("SELECT mid FROM browse_label")} if steps else set()
        below = {mid: sorted(_below(mid, steps) & labels) for mid in labels}
        return {mid: found for mid, found in below.items() if found}

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as it stands."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    def has(self, table: str, column: str, value: str) -> bool:
        """Whether a table has a text in a column; the database holds neither NUL nor half a surrogate pair."""
        if "\0" in value or any(0xD800 <= ord(char) < 0xE000 for char in value):
            return False
        return bool(self.rows(f"SELECT 1 FROM {table} WHERE {column} = %s LIMIT 1", [value]))


def _below(mid: str, steps: list[tuple[Any, ...]]) -> set[str]:
    found, waiting = set[str](), [mid]
    while waiting:
        upper = waiting.pop()
        further = {child for parent, child in steps if parent == upper} - found
        found |= further
        waiting += further
    return found
