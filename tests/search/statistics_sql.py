"""The numbers of human versus machine and of the statistics out of CSV files alone, by SQL in DuckDB.

Files in the layout of Open Images V1, well-formed, each annotation once, one human source.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

_TABLES = """
CREATE TABLE images AS SELECT ImageID AS id, Subset AS subset, AuthorProfileURL AS author, OriginalMD5 AS md5
FROM read_csv('{folder}/images_2016_08/*/images.csv', all_varchar = true, header = true, quote = '"', escape = '"');
CREATE TABLE annotations AS
SELECT a.ImageID AS id, i.subset, a.LabelName AS mid, a.Source AS source,
       round(a.Confidence::DECIMAL(9, 4) * 100)::INTEGER AS hundredths
FROM read_csv('{folder}/*_ann_2016_08/*/labels.csv', all_varchar = true, header = true) a
JOIN images i ON i.id = a.ImageID;
CREATE TABLE labels AS
SELECT DISTINCT mid FROM (
    SELECT mid FROM annotations
    UNION ALL SELECT column0 FROM read_csv('{folder}/dict.csv', header = false, all_varchar = true));
CREATE TABLE pairs AS
SELECT id, any_value(subset) AS subset, mid,
       max(hundredths) FILTER (source = 'machine') AS machine,
       max(hundredths) FILTER (source <> 'machine') >= 50 AS human
FROM annotations GROUP BY id, mid;
CREATE TABLE stated AS
SELECT *, CASE WHEN machine IS NULL THEN if(human, 'missed', 'absent')
               WHEN human IS NULL THEN 'unverified' ELSE if(human, 'confirmed', 'rejected') END AS state
FROM pairs;
CREATE TABLE standing AS SELECT id, subset, mid FROM stated WHERE state IN ('confirmed', 'unverified', 'missed');
CREATE TABLE sizes AS SELECT mid, count(*) AS n FROM standing GROUP BY mid;
"""
_WILSON_LOW = """
(({yes} / {n} + 3.841458820694124 / (2 * {n})
  - 1.959963984540054 * sqrt({yes} / {n} * (1 - {yes} / {n}) / {n} + 3.841458820694124 / (4.0 * {n} * {n})))
 / (1 + 3.841458820694124 / {n}))
"""
_LOW = _WILSON_LOW.format(yes="count(*) FILTER (human)", n="nullif(count(human), 0)")
_HIGH = f"1 - {_WILSON_LOW.format(yes='count(*) FILTER (NOT human)', n='nullif(count(human), 0)')}"
_SEVEN = f"""count(*), count(*) FILTER (human), count(*) FILTER (NOT human),
(count(*) FILTER (human)) / nullif(count(human), 0), count(human) / nullif(count(*), 0), {_LOW}, {_HIGH}"""

Rows = list[tuple[Any, ...]]


class Oracle:
    """Answers about a folder of files. Confidences are hundredths, subset None is all."""

    def __init__(self, folder: Path) -> None:
        self._database = duckdb.connect()
        self._database.execute("SET threads = 1")
        self._database.execute(_TABLES.format(folder=folder))

    def rows(self, sql: str) -> Rows:
        """The rows of a statement."""
        return self._database.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """The one number of a statement."""
        return int(self.rows(sql)[0][0])

    def levels(self, subset: str | None) -> Rows:
        """(MID or None for all, confidence, machine, yes, no, precision, coverage, precision_low, precision_high)."""
        return self.rows(
            f"SELECT mid, machine, {_SEVEN} FROM pairs WHERE machine IS NOT NULL AND {_within(subset)}"
            " GROUP BY GROUPING SETS ((machine), (mid, machine))"
        )

    def at_least(self, subset: str | None) -> Rows:
        """(MID or None for all, confidence, machine, yes, no, ...) of pairs with that confidence or a higher one."""
        return self.rows(
            f"SELECT p.mid, l.machine, {_SEVEN} FROM pairs p"
            f" JOIN (SELECT DISTINCT machine FROM pairs WHERE machine IS NOT NULL) l ON p.machine >= l.machine"
            f" WHERE {_within(subset)} GROUP BY GROUPING SETS ((l.machine), (p.mid, l.machine))"
        )

    def states(self, subset: str | None) -> Rows:
        """(MID or None for all, state, pairs, images)."""
        return self.rows(
            f"SELECT mid, state, count(*), count(DISTINCT id) FROM stated WHERE {_within(subset)}"
            " GROUP BY GROUPING SETS ((state), (mid, state))"
        )

    def cells(self, subset: str | None) -> Rows:
        """(confidence, state, pairs, images) of pairs that the machine gave."""
        return self.rows(
            "SELECT machine, state, count(*), count(DISTINCT id) FROM stated"
            f" WHERE machine IS NOT NULL AND {_within(subset)} GROUP BY machine, state"
        )

    def judged(self, subset: str | None) -> tuple[int, int]:
        """Pairs and images with a human verdict."""
        sql = f"SELECT count(*), count(DISTINCT id) FROM pairs WHERE human IS NOT NULL AND {_within(subset)}"
        pairs, images = self.rows(sql)[0]
        return pairs, images

    def frequencies(self) -> Rows:
        """(MID, images, train, validation, test, in any state, of them train, trainable, yes, no) of every label."""
        return self.rows("""
SELECT l.mid, coalesce(s.n, 0), coalesce(s.train, 0), coalesce(s.validation, 0), coalesce(s.test, 0),
       coalesce(a.n, 0), coalesce(a.train, 0), coalesce(a.train >= 20 AND a.validation >= 50, false),
       coalesce(a.yes, 0), coalesce(a.no, 0)
FROM labels l
LEFT JOIN (SELECT mid, count(*) AS n, count(*) FILTER (subset = 'train') AS train,
                  count(*) FILTER (subset = 'validation') AS validation, count(*) FILTER (subset = 'test') AS test
           FROM standing GROUP BY mid) s USING (mid)
LEFT JOIN (SELECT mid, count(*) AS n, count(*) FILTER (subset = 'train') AS train,
                  count(*) FILTER (subset = 'validation') AS validation, count(*) FILTER (state = 'confirmed') AS yes,
                  count(*) FILTER (state = 'rejected') AS no
           FROM stated GROUP BY mid) a USING (mid)
ORDER BY 2 DESC, 1""")

    def co_occurring_labels(self) -> Rows:
        """(MID, other, images with both, lift, bound) of every two labels that stand on one image."""
        low = _WILSON_LOW.format(yes="n_ab", n="n_a")
        return self.rows(f"""
WITH together AS (SELECT a.mid, b.mid AS other, count(*) AS n_ab FROM standing a JOIN standing b USING (id)
                  WHERE a.mid <> b.mid GROUP BY ALL),
     counted AS (SELECT t.*, x.n AS n_a, y.n / (SELECT count(*) FROM images) AS share
                 FROM together t JOIN sizes x ON x.mid = t.mid JOIN sizes y ON y.mid = t.other)
SELECT mid, other, n_ab, n_ab / n_a / share, {low} / share FROM counted""")

    def disagreeing(self, mid: str | None = None, subset: str | None = None) -> Rows:
        """(ImageID, strength in hundredths) on one label or all, the strongest first."""
        label = "true" if mid is None else f"mid = '{mid}'"
        return self.rows(f"""
SELECT id, sum(if(state = 'rejected', machine, 50))::INTEGER AS strength FROM stated
WHERE state IN ('rejected', 'missed') AND {label} AND {_within(subset)}
GROUP BY id HAVING strength > 0 ORDER BY strength DESC, id""")

    def disputed(self, subset: str | None) -> Rows:
        """(MID, images on which human and machine disagree about it), the most first."""
        return self.rows(f"""
SELECT mid, count(*) FROM stated
WHERE (state = 'missed' OR state = 'rejected' AND machine > 0) AND {_within(subset)}
GROUP BY mid ORDER BY count(*) DESC, mid""")

    def labels_per_image(self, subset: str | None) -> Rows:
        """(labels, images)."""
        return self.rows(f"""
SELECT n, count(*) FROM (SELECT i.id, count(s.mid) AS n FROM images i LEFT JOIN standing s USING (id)
                         WHERE {_within(subset).replace("subset", "i.subset")} GROUP BY i.id)
GROUP BY n ORDER BY n""")

    def confidences(self, subset: str | None) -> Rows:
        """(source, confidence, annotations)."""
        return self.rows(
            f"SELECT source, hundredths, count(*) FROM annotations WHERE {_within(subset)} GROUP BY ALL ORDER BY ALL"
        )

    def author_sizes(self) -> Rows:
        """(images, authors with so many)."""
        return self.rows("""
SELECT n, count(*) FROM (SELECT regexp_extract(author, '/people/([^/]+)', 1) AS key, count(*) AS n
                         FROM images WHERE author <> '' GROUP BY key) GROUP BY n ORDER BY n""")

    def duplicates(self) -> Rows:
        """(MD5, images, subsets, one of them) of each group, by the first ImageID."""
        return self.rows("""
SELECT md5, count(*), count(DISTINCT subset), any_value(subset) FROM images WHERE md5 <> ''
GROUP BY md5 HAVING count(*) > 1 ORDER BY min(id)""")


def _within(subset: str | None) -> str:
    return "true" if subset is None else f"subset = '{subset}'"
