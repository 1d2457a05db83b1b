"""Label rows, long and wide, and dictionary rows."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.csv_text import as_given
from browse.openimages.reading.columns import bad_of, column_of, encoded, mask_of
from browse.openimages.reading.csv_rows import BadRow, Block, Rows, raw_rows, records
from browse.openimages.reading.formats import is_mid
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parsed import ParsedLabels, ParsedNames
from browse.openimages.reading.rejects import Reason, text_of
from browse.openimages.reading.texts import clean_text, clean_url
from browse.query.pairs import MACHINE

NAME_COLUMNS = ("LabelName", "DisplayName")
DICTIONARIES = frozenset({"Source", "LabelName", "Confidence"})
_BAD = 255
_HALF = Decimal("0.5")


def hundredths(text: str) -> tuple[int, bool] | None:
    """A confidence in hundredths, rounded half up, and whether rounding changed it; None if not in 0 to 1.

    A number that ends in a point is none: its row was cut off.
    """
    value = share_of(text)
    if value is None:
        return None
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(rounded * 100), rounded != value


def share_of(text: str) -> Decimal | None:
    """A number from 0 to 1; None for any other text, also for one that ends in a point."""
    try:
        value = Decimal(text)
    except (ArithmeticError, ValueError):
        return None
    is_plain = text.isascii() and text == text.strip() and "_" not in text and not text.endswith(".")
    return value if is_plain and value.is_finite() and 0 <= value <= 1 else None


def parse_labels(rows: Rows, *, decimal: bool) -> ParsedLabels:
    """Checked rows of ImageID, Source, LabelName, Confidence.

    A person's confidence says yes from 0.5 on: below it is kept as 0.49 at most, so that rounding never turns it round.
    """
    keys, bad_key = keys_of(column_of(rows, "ImageID"), decimal=decimal)
    labels, mids = encoded(rows, "LabelName")
    sources, names = encoded(rows, "Source")
    levels, texts = encoded(rows, "Confidence")
    values = [hundredths(text) for text in texts]
    codes = np.array([_BAD if value is None else value[0] for value in values] or [_BAD], np.uint8)[levels]
    says_no = mask_of(
        levels, [value == (50, True) and Decimal(text) < _HALF for text, value in zip(texts, values, strict=True)]
    )
    codes[says_no & mask_of(sources, [name != MACHINE for name in names])] = 49
    rounds = np.array([value is not None and value[1] for value in values] or [False])[levels]
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (bad_of(sources, [is_source(name) for name in names]), Reason.SOURCE),
            (bad_of(labels, [is_mid(mid) for mid in mids]), Reason.MID),
            (codes == _BAD, Reason.CONFIDENCE),
        ]
    )
    raw = rows.raw
    if len(good) < len(keys):
        keys, labels, sources, codes, rounds = keys[good], labels[good], sources[good], codes[good], rounds[good]

        def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
            return rows.raw(good[positions])

    return ParsedLabels(
        keys, labels, sources, codes, rows.lines[good], mids, names, raw, rows.bad, int(np.count_nonzero(rounds))
    )


def is_source(name: str) -> bool:
    """Whether a text can name a source of annotations."""
    return 0 < len(name) <= 64 and name.isprintable() and name == name.strip()


def wide_rows(block: Block) -> Rows:
    """V1's first label rows, `id,0.9:/m/05wrt,…`, as one machine row for each label.

    A line without labels gives no row; a cell that is not `confidence:MID` gives one that is rejected.
    """
    cells: list[tuple[str, str, str]] = []
    lines: list[int] = []
    raws: list[bytes] = []
    bad: list[BadRow] = []
    for line, raw, fields in records(block, None):
        if isinstance(fields, Reason):
            bad.append(BadRow(line, fields, text_of(raw)))
            continue
        for cell in fields[1:]:
            confidence, colon, mid = cell.partition(":")
            if not colon:
                bad.append(BadRow(line, Reason.FIELDS, text_of(raw)))
                continue
            cells.append((fields[0], mid, confidence))
            lines.append(line)
            raws.append(raw)
    columns = [pa.array([cell[position] for cell in cells], pa.string()) for position in range(3)]
    source = pa.array([MACHINE] * len(cells), pa.string())
    table = pa.Table.from_arrays(
        [columns[0], source.dictionary_encode(), columns[1].dictionary_encode(), columns[2].dictionary_encode()],
        names=["ImageID", "Source", "LabelName", "Confidence"],
    )
    return Rows(table, np.array(lines, np.int64), raw_rows(raws), bad)


def parse_names(block: Block, columns: tuple[str, ...] = NAME_COLUMNS, *, spreadsheet: bool = False) -> ParsedNames:
    """Dictionary rows: MID and name, of the columns LabelName and DisplayName.

    Names in a table of more columns, as this site writes it, are plain text; in a dictionary HTML entities are
    unescaped.
    `spreadsheet`: a file for spreadsheets, whose names may begin with a ' that is not theirs.
    """
    label, display = columns.index("LabelName"), columns.index("DisplayName")
    clean = clean_text if len(columns) <= len(NAME_COLUMNS) + 1 else clean_url
    names: list[tuple[int, str, str, str]] = []
    bad: list[BadRow] = []
    for line, raw, fields in records(block, len(columns)):
        text = text_of(raw)
        if isinstance(fields, Reason):
            bad.append(BadRow(line, fields, text))
            continue
        mid, name = fields[label], clean(as_given(fields[display]) if spreadsheet else fields[display])
        if not is_mid(mid):
            bad.append(BadRow(line, Reason.MID, text))
        elif not name.strip():
            bad.append(BadRow(line, Reason.NAME, text))
        else:
            names.append((line, mid, name, text))
    return ParsedNames(names, bad)
