"""Attaches the database of an installation to DuckDB and asks it what SQLite itself is asked, through the views.

    python ask_sqlite.py DATABASE

It needs duckdb and duckdb-extension-sqlite-scanner, and nothing of this project.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

QUESTIONS = (
    "SELECT COUNT(*) FROM {0}oi_images",
    "SELECT subset, COUNT(*) FROM {0}oi_images GROUP BY subset ORDER BY subset",
    "SELECT source, COUNT(*), ROUND(SUM(confidence), 2) FROM {0}oi_labels GROUP BY source ORDER BY source",
    """SELECT d.label_display_name, COUNT(*) FROM {0}oi_labels l
    JOIN {0}oi_dict d ON d.label_name = l.label_name JOIN {0}oi_images i ON i.image_id = l.image_id
    WHERE l.confidence >= 0.8 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20""",
)


def main() -> None:
    """Compare, and say what differs."""
    import duckdb

    path = Path(sys.argv[1]).resolve()
    extension = next(
        Path(sys.prefix).glob("lib/python*/site-packages/duckdb_extension_sqlite_scanner/**/*.duckdb_extension")
    )
    with duckdb.connect() as duck, closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as lite:
        duck.execute(f"LOAD '{extension}'")
        duck.execute(f"ATTACH '{path}' AS site (TYPE sqlite, READ_ONLY)")
        differ = 0
        for question in QUESTIONS:
            found, wanted = (
                duck.execute(question.format("site.")).fetchall(),
                lite.execute(question.format("")).fetchall(),
            )
            differ += found != wanted
            print(f"{'differs' if found != wanted else 'equal'}: {found[:2]} {question.format('')[:60]}")
    raise SystemExit(differ)


if __name__ == "__main__":
    main()
