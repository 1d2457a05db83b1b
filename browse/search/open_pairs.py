"""What waits for a decision: pairs on which people differ, and pairs of which the last word is unsure.

Of each person the newest word on a pair counts: a verdict that is not undone, or an opinion in a task. What was said
before a decision or an adopted answer is settled by it. Pairs are read page by page from behind a place, and counted:
each page costs the same, however far behind it is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.dateparse import parse_datetime

from browse.domain.agreement import ADOPTED, DECISION
from browse.domain.image_ids import image_id_from_key
from browse.models import Opinion, Verdict
from browse.models.curation import Ruling, only_effective
from browse.search.agreement import COLUMNS, Row, Word
from browse.search.blind import askable_items, current_reader
from browse.search.tasks import chunks


@dataclass(frozen=True)
class OpenPair:
    """A pair that waits for a decision. words: the newest of each person, oldest first; last: when the newest came."""

    image_key: int
    mid: str
    last: dt.datetime
    words: tuple[Word, ...] = ()

    @property
    def image_id(self) -> str:
        """The ImageID."""
        return image_id_from_key(self.image_key)


@dataclass(frozen=True)
class Place:
    """Behind which pair a page begins: the moment of its newest word, its image and its label."""

    last: dt.datetime
    image_key: int
    mid: str


@dataclass(frozen=True)
class OpenPairs:
    """One page of a queue, the newest first. count: of the whole queue; has_more: whether others follow."""

    pairs: list[OpenPair]
    count: int
    has_more: bool


def conflicts(*, mid: str | None = None, after: Place | None = None, size: int) -> OpenPairs:
    """Pairs on which one says yes and another no, of all who spoke since the last decision, and that decision."""
    return _page(_DIFFERING, mid, after, size)


def unsure_pairs(*, mid: str | None = None, after: Place | None = None, size: int) -> OpenPairs:
    """Pairs whose last word is unsure, and not as a decision."""
    return _page(_UNSURE, mid, after, size)


_DIFFERING = "MAX(CASE n.says WHEN 'yes' THEN 1 ELSE 0 END) + MAX(CASE n.says WHEN 'no' THEN 1 ELSE 0 END) = 2"
_UNSURE = """MAX(CASE n.says WHEN 'unsure' THEN n.at ELSE NULL END) = MAX(n.at)
    AND (MAX(s.at) IS NULL OR MAX(n.at) > MAX(s.at))"""
_NEWEST = {
    # Beside a MAX, SQLite gives the other columns of the row that has it.
    "sqlite": 'SELECT image_key, mid, "by", says, MAX(at) AS at FROM said GROUP BY image_key, mid, "by"',
    "postgresql": """SELECT DISTINCT ON (image_key, mid, "by") image_key, mid, "by", says, at FROM said
        ORDER BY image_key, mid, "by", at DESC""",
}
"""Each person's newest word on each pair."""
_QUEUE = """
WITH said AS (
    SELECT v.image_key, v.mid, v."by", v.says, v.at, v.why FROM browse_verdict v
        WHERE v.says <> 'undo' {mid} AND NOT EXISTS (SELECT 1 FROM browse_verdict u WHERE u.undoes_id = v.id)
    UNION ALL
    SELECT o.image_key, o.mid, o."by", o.says, o.at, o.why FROM browse_opinion o WHERE 1 = 1 {mid} {unasked}
), settled AS (
    SELECT image_key, mid, MAX(at) AS at FROM said WHERE why LIKE %s OR why LIKE %s GROUP BY image_key, mid
), newest AS (
    {newest}
), listed AS (
    SELECT n.image_key, n.mid, MAX(n.at) AS last
    FROM newest n LEFT JOIN settled s ON s.image_key = n.image_key AND s.mid = n.mid
    WHERE (s.at IS NULL OR n.at >= s.at) {unseen} GROUP BY n.image_key, n.mid HAVING {holds}
), waiting AS MATERIALIZED (
    SELECT w.image_key, w.mid, w.last FROM listed w
    WHERE EXISTS (SELECT 1 FROM browse_image i WHERE i.id = w.image_key)
        AND EXISTS (SELECT 1 FROM browse_label l WHERE l.mid = w.mid)
        AND NOT COALESCE((SELECT h.hidden FROM browse_hiding h WHERE h.image_key = w.image_key
            ORDER BY h.at DESC, h.id DESC LIMIT 1), FALSE)
)
SELECT counted.number, page.image_key, page.mid, page.last
FROM (SELECT COUNT(*) AS number FROM waiting) AS counted
LEFT JOIN (SELECT * FROM waiting {behind} ORDER BY last DESC, image_key, mid LIMIT %s) AS page ON 1 = 1
ORDER BY page.last DESC, page.image_key, page.mid
"""
_BEHIND = "WHERE last < %s OR (last = %s AND (image_key > %s OR (image_key = %s AND mid > %s)))"
_UNSEEN = " AND NOT (n.image_key = %s AND n.mid = %s)"


def _page(holds: str, mid: str | None, after: Place | None, size: int) -> OpenPairs:
    """One page. Some five queries, and more where tasks may end early.

    Without what who reads has before them in a task, and without opinions on what tasks may still ask them about.
    """
    unseen, (unasked, items) = sorted(current_reader().asked), _unasked()
    text = _QUEUE.format(
        newest=_NEWEST[connection.vendor],
        holds=holds,
        mid="AND mid = %s" if mid is not None else "",
        unasked=unasked,
        unseen=_UNSEEN * len(unseen),
        behind=_BEHIND if after else "",
    )
    label = [] if mid is None else [mid]
    hidden = [value for pair in unseen for value in pair]
    parameters = [*label, *label, *items, f"{DECISION}%", f"{ADOPTED}%", *hidden, *_bounds(after), size + 1]
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        rows = cursor.fetchall()
    found = [OpenPair(key, label_mid, _moment(last)) for _, key, label_mid, last in rows if key is not None]
    words = _words_on([(pair.image_key, pair.mid) for pair in found[:size]])
    pairs = [OpenPair(one.image_key, one.mid, one.last, words[one.image_key, one.mid]) for one in found[:size]]
    return OpenPairs(pairs, rows[0][0], len(found) > size)


def _unasked() -> tuple[str, tuple[Any, ...]]:
    """The condition on opinions that who reads may see, with its parameters."""
    name = current_reader().name
    try:
        text, items = askable_items(name).query.sql_with_params() if name else ("", ())
    except EmptyResultSet:  # no task is open to them
        return "", ()
    return (f"AND o.item_id NOT IN ({text})", items) if text else ("", ())


def _bounds(after: Place | None) -> list[Any]:
    if after is None:
        return []
    last = connection.ops.adapt_datetimefield_value(after.last)
    return [last, last, after.image_key, after.image_key, after.mid]


def _moment(value: Any) -> dt.datetime:
    """A moment as a database gives it: SQLite as text, without the zone, which is UTC."""
    if isinstance(value, dt.datetime):
        return value
    read = parse_datetime(value)
    assert read is not None
    return read.replace(tzinfo=dt.UTC)


def _words_on(pairs: list[Ruling]) -> dict[Ruling, tuple[Word, ...]]:
    """Each person's newest word on some pairs, decisions among them, oldest first. Two queries for each 500 images."""
    newest: dict[Ruling, dict[str, Word]] = {pair: {} for pair in pairs}
    reader = current_reader()
    unasked = askable_items(reader.name) if reader.name and pairs else []
    for some in chunks(sorted({key for key, _ in pairs})):
        verdicts = only_effective(Verdict.objects.filter(image_key__in=some).in_order()).values_list(*COLUMNS)
        opinions = Opinion.objects.filter(image_key__in=some).exclude(item__in=unasked).in_order()
        rows: list[Row] = [*verdicts, *opinions.values_list(*COLUMNS)]
        for key, mid, by, says, at, why in sorted(rows, key=lambda row: row[4]):
            if (key, mid) in newest:
                newest[key, mid].pop(by, None)
                newest[key, mid][by] = Word(by, says, at, why)
    return {pair: tuple(words.values()) for pair, words in newest.items()}
