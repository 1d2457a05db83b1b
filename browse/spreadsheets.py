"""CSV lines, and free text that spreadsheets cannot take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

_FORMULA_STARTS = ("=", "+", "-", "@", "\t")


def harmless(text: str) -> str:
    """Free text with a leading ' where a spreadsheet would run it. Not for identifiers, MD5s and numbers."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(rows: Iterable[Iterable[str | int | float]]) -> Iterator[str]:
    """Each row as a line of CSV, quoted where it must be."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # it quotes only those line ends that it writes itself
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue().removesuffix("\r\n") + "\n"
        buffer.seek(0)
        buffer.truncate()
