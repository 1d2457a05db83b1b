"""CSV lines, and free text that spreadsheets cannot take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_QUOTED = ',"\n\r'
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
    yield csv_header(columns, safe=safe)
    yield from csv_rows(columns, rows, safe=safe)


def csv_rows(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, safe: bool = False) -> Iterator[str]:
    """A line for each row; safe: as in `csv_text`."""
    return csv_lines(_harmless_rows(columns, rows) if safe else rows)


def csv_header(columns: Sequence[str], *, safe: bool = False) -> str:
    """The header line; safe: as in `csv_text`."""
    header = next(csv_lines([columns]))
    return BYTE_ORDER_MARK + header if safe else header


def csv_columns(columns: Mapping[str, Sequence[str]], *, safe: bool = False) -> str:
    """The lines of several columns of text, by name: what `csv_text` has below its header, in a third of the time."""
    given = columns.items()
    cells = [quoted_cells([*map(harmless, texts)] if safe and name in FREE_TEXT else texts) for name, texts in given]
    return "\n".join([*map(",".join, zip(*cells, strict=True)), ""])


def quoted_cells(texts: Sequence[str]) -> Sequence[str]:
    """Texts as the cells of one column among others. Most columns have none that must be quoted."""
    whole = "".join(texts)
    if not any(character in whole for character in _QUOTED):
        return texts
    return [_in_quotes(text) if "," in text or '"' in text or "\n" in text or "\r" in text else text for text in texts]


def _in_quotes(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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


def csv_lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Each row as a line of CSV, quoted where it must be."""
    quoted = csv.writer(_Lines(), lineterminator=_LINE_END).writerow  # it quotes only line ends that it writes itself
    for row in rows:
        try:
            line = ",".join(row)  # type: ignore[arg-type]  # in a fourth of the time that csv takes
        except TypeError:  # there are numbers
            line = ""
        if not line or line.count(",") >= len(row) or '"' in line or "\n" in line or "\r" in line:
            line = quoted(row).removesuffix(_LINE_END)
        yield line + "\n"


def decimal_text(share: float) -> str:
    """The shortest decimal text of a number, never with an exponent."""
    text = repr(share)
    return text if "e" not in text else f"{Decimal(text):f}"
