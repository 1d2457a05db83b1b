"""Label rows, long and wide, and dictionary rows."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.csv_rows import BadRow, Block, Rows, records
from browse.openimages.formats import MID
from browse.openimages.image_keys import keys_of
from browse.openimages.parsed import ParsedLabels, ParsedNames
from browse.openimages.rejects import Reason, text_of
from browse.openimages.texts import clean_text

DICTIONARIES = frozenset({"Source", "LabelName", "Confidence"})
_BAD = 255


def hundredths(text: str) -> tuple[int, bool] | None:
    """A confidence in hundredths, rounded half up, and whether rounding changed it; None if not in 0 to 1."""
    try:
        value = Decimal(text)
    except (ArithmeticError, ValueError):
        return None
    is_plain = text.isascii() and text == text.strip() and "_" not in text
    if not is_plain or not value.is_finite() or not 0 <= value <= 1:
        return None
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return int(rounded * 100), rounded != value


def parse_labels(rows: Rows, *, decimal: bool) -> ParsedLabels:
    """Checked rows of ImageID, Source, LabelName, Confidence."""
    keys, bad_key = keys_of(_column(rows, "ImageID"), decimal=decimal)
    labels, mids = _encoded(rows, "LabelName")
    sources, names = _encoded(rows, "Source")
    levels, texts = _encoded(rows, "Confidence")
    values = [hundredths(text) for text in texts]
    codes = np.array([_BAD if value is None else value[0] for value in values] or [_BAD], np.uint8)[levels]
    rounds = np.array([value is not None and value[1] for value in values] or [False])[levels]
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (_mask(sources, [not is_source(name) for name in names]), Reason.SOURCE),
            (_mask(labels, [not MID.fullmatch(mid) for mid in mids]), Reason.MID),
            (codes == _BAD, Reason.CONFIDENCE),
        ]
    )
    raw = rows.raw
    if len(good) < len(keys):
        keys, labels, sources, codes, rounds = keys[good], labels[good], sources[good], codes[good], rounds[good]

        def raw(position: int) -> str:
            return rows.raw(int(good[position]))

    return ParsedLabels(
        keys, labels, sources, codes, rows.lines[good], mids, names, raw, rows.bad, int(np.count_nonzero(rounds))
    )


def is_source(name: str) -> bool:
    """Whether a text can name a source of annotations."""
    return 0 < len(name) <= 64 and name.isprintable() and name == name.strip()


def _column(rows: Rows, name: str) -> pa.Array:
    column = rows.table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column


def _encoded(rows: Rows, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
    column = _column(rows, name)
    return column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist()


def _mask(codes: npt.NDArray[np.int32], flags: list[bool]) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = np.array(flags or [False], np.bool_)[codes]
    return mask


def wide_rows(block: Block) -> Rows:
    """V1's first label rows, `id,0.9:/m/05wrt,…`, as one machine row for each label.

    A line without labels gives no row; a cell that is not `confidence:MID` gives one that is rejected.
    """
    cells: list[tuple[str, str, str]] = []
    lines: list[int] = []
    raws: list[str] = []
    bad: list[BadRow] = []
    for line, raw, fields in records(block, None):
        text = text_of(raw)
        if isinstance(fields, Reason):
            bad.append(BadRow(line, fields, text))
            continue
        for cell in fields[1:]:
            confidence, colon, mid = cell.partition(":")
            if not colon:
                bad.append(BadRow(line, Reason.FIELDS, text))
                continue
            cells.append((fields[0], mid, confidence))
            lines.append(line)
            raws.append(text)
    columns = [pa.array([cell[position] for cell in cells], pa.string()) for position in range(3)]
    source = pa.array(["machine"] * len(cells), pa.string())
    table = pa.Table.from_arrays(
        [columns[0], source.dictionary_encode(), columns[1].dictionary_encode(), columns[2].dictionary_encode()],
        names=["ImageID", "Source", "LabelName", "Confidence"],
    )
    return Rows(table, np.array(lines, np.int64), raws.__getitem__, bad)


def parse_names(block: Block) -> ParsedNames:
    """Dictionary rows: MID and name."""
    names: list[tuple[int, str, str, str]] = []
    bad: list[BadRow] = []
    for line, raw, fields in records(block, 2):
        text = text_of(raw)
        if isinstance(fields, Reason):
            bad.append(BadRow(line, fields, text))
            continue
        mid, name = fields[0], clean_text(fields[1])
        if not MID.fullmatch(mid):
            bad.append(BadRow(line, Reason.MID, text))
        elif not name.strip():
            bad.append(BadRow(line, Reason.NAME, text))
        else:
            names.append((line, mid, name, text))
    return ParsedNames(names, bad)
