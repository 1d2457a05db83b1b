"""CSV lines, and free text that spreadsheets cannot take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

Cell = str | int | float

FREE_TEXT = frozenset(
    {
        *("Title", "Author", "AuthorProfileURL", "OriginalURL", "OriginalLandingURL", "Thumbnail300KURL"),
        *("License", "LicenseURL", "SourceURL", "Attribution", "DisplayName", "Source", "By", "Reason"),
        *("TextLabel", "RelationshipLabel"),
    }
)
"""Columns that hold what strangers wrote; in all others stand ids, MD5s, numbers and words of our own."""

MARK = "'"
"""Stands before free text that a spreadsheet would run, and before text that begins with one itself."""
BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know that a file is UTF-8."""
_LINE_END = "\r\n"
_MARKED = ("=", "+", "-", "@", "\t", "\r", "\n", MARK)


def harmless(text: str) -> str:
    """Free text with a leading ' where a spreadsheet would run it, or where it begins with a '. See `as_given`."""
    return MARK + text if text.startswith(_MARKED) else text


def as_given(text: str) -> str:
    """The text that `harmless` made this one of."""
    return text.removeprefix(MARK)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, safe: bool = False) -> Iterator[str]:
    """A header line and a line for each row.

    safe: for spreadsheets, with a byte order mark, and the cells of FREE_TEXT harmless.
    """
    header = csv_lines([columns])
    yield BYTE_ORDER_MARK + next(header) if safe else next(header)
    yield from csv_lines(_harmless_rows(columns, rows) if safe else rows)


def _harmless_rows(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    places = [place for place, name in enumerate(columns) if name in FREE_TEXT]
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = harmless(str(cells[place]))
        yield cells


class _Lines:
    """A file whose `write` gives back what it is told, so that `writerow` gives the line."""

    write = str


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Each row as a line of CSV, quoted where it must be."""
    written = csv.writer(_Lines(), lineterminator=_LINE_END).writerow  # it quotes only line ends that it writes itself
    for row in rows:
        yield written(row).removesuffix(_LINE_END) + "\n"


def decimal_text(share: float) -> str:
    """The shortest decimal text of a number, never with an exponent."""
    text = repr(share)
    return text if "e" not in text else f"{Decimal(text):f}"
