"""Image rows: columns by name, checked and brought into one schema."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parsed import IMAGE_SCHEMA, ParsedImages
from browse.openimages.reading.rejects import Reason
from browse.openimages.reading.texts import clean_texts, clean_urls
from browse.query.values import SUBSETS

URL_COLUMNS = {
    "OriginalURL": "original_url",
    "OriginalLandingURL": "landing_url",
    "License": "license",
    "AuthorProfileURL": "author_url",
    "Thumbnail300KURL": "thumbnail_url",
}
TEXT_COLUMNS = {"Author": "author", "Title": "title"}
DICTIONARIES = frozenset({"Subset", "License", "Rotation"})
_ROTATION = re.compile(r"(0|90|180|270)(\.0+)?")
_SIZE = r"^([0-9]{1,18}(\.0+)?)?$"
"""Programs that know whole numbers with gaps only as fractions write 1000.0."""
_USUAL_ADDRESS = r"^https?://((c|farm)[0-9]{1,2}|live)\.staticflickr\.com/[A-Za-z0-9_./?=-]*$"
_MD5 = r"^([A-Za-z0-9+/]{21}[AQgw]==)?$"

Mask = npt.NDArray[np.bool_]


def parse_images(
    rows: Rows, *, subset: str | None, decimal: bool, may_fetch: Callable[[str], bool] | None = None
) -> ParsedImages:
    """Checked image rows; `subset` is for files without a Subset column.

    `may_fetch` says whether pictures may come from an address; rows where not are counted and kept.
    """
    table = rows.table
    keys, bad_key = keys_of(_text(table, "ImageID"), decimal=decimal)
    subsets, bad_subset, no_subset = _subsets(table, subset)
    sizes, bad_size = _sizes(table)
    rotations, bad_rotation = _rotations(table)
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (no_subset, Reason.NO_SUBSET),
            (bad_subset, Reason.SUBSET),
            (bad_size, Reason.SIZE),
            (_bad_md5(table), Reason.MD5),
            (bad_rotation, Reason.ROTATION),
        ]
    )
    columns: dict[str, pa.Array] = {
        "key": pa.array(keys),
        "subset": pa.array(subsets),
        "original_size": sizes,
        "rotation": rotations,
        "original_md5": _given(table, "OriginalMD5"),
    }
    columns |= {ours: clean_urls(_given(table, theirs)) for theirs, ours in URL_COLUMNS.items()}
    columns |= {ours: clean_texts(_given(table, theirs)) for theirs, ours in TEXT_COLUMNS.items()}
    whole = pa.Table.from_arrays([columns[name].cast(kind) for name, kind in _types()], schema=IMAGE_SCHEMA)
    if len(good) < len(whole):
        whole = whole.take(pa.array(good))
    return ParsedImages(whole, rows.lines[good], rows.bad, _blocked(whole, may_fetch))


def _blocked(table: pa.Table, may_fetch: Callable[[str], bool] | None) -> int:
    """Rows with a picture's address that nothing will be fetched from; the usual ones are known at a glance."""
    if may_fetch is None:
        return 0
    blocked = np.zeros(len(table), np.bool_)
    for name in ("original_url", "thumbnail_url"):
        column = pc.fill_null(table.column(name), "")
        usual = pc.or_(pc.equal(column, ""), pc.match_substring_regex(column, _USUAL_ADDRESS))
        for row in np.flatnonzero(~usual.to_numpy()):
            blocked[row] |= not may_fetch(column[row].as_py())
    return int(np.count_nonzero(blocked))


def _types() -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in IMAGE_SCHEMA]


def _text(table: pa.Table, name: str) -> pa.Array:
    """The column as text; empty throughout where the file has none."""
    if name not in table.column_names:
        return pa.array([""], pa.string()).take(pa.array(np.zeros(table.num_rows, np.int64)))
    column = table.column(name).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _given(table: pa.Table, name: str) -> pa.Array:
    """The column as text; null throughout where the file has none."""
    return _text(table, name) if name in table.column_names else pa.nulls(table.num_rows, pa.string())


def _codes(table: pa.Table, name: str, values: dict[str, int]) -> npt.NDArray[np.int16]:
    """Each text's value, -1 where it has none."""
    column = _text(table, name).dictionary_encode()
    code = np.array([values.get(text, -1) for text in column.dictionary.to_pylist()] or [-1], np.int16)
    found: npt.NDArray[np.int16] = code[column.indices.to_numpy(zero_copy_only=False)]
    return found


def _subsets(table: pa.Table, subset: str | None) -> tuple[npt.NDArray[np.int16], Mask, Mask]:
    if "Subset" in table.column_names:
        codes = _codes(table, "Subset", {name: code for code, name in enumerate(SUBSETS)} | {"": -2})
        if subset:
            codes[codes == -2] = SUBSETS.index(subset)
    else:
        codes = np.full(table.num_rows, SUBSETS.index(subset) if subset else -2, np.int16)
    return codes, codes == -1, codes == -2


def _sizes(table: pa.Table) -> tuple[pa.Array, Mask]:
    text = _text(table, "OriginalSize")
    bad = ~pc.match_substring_regex(text, _SIZE).to_numpy(zero_copy_only=False)
    usable = pc.if_else(pc.or_(pa.array(bad), pc.equal(text, "")), pa.scalar(None, pa.string()), text)
    return pc.replace_substring_regex(usable, r"\.0+$", "").cast(pa.int64()), bad


def _bad_md5(table: pa.Table) -> Mask:
    matches: Mask = pc.match_substring_regex(_text(table, "OriginalMD5"), _MD5).to_numpy(zero_copy_only=False)
    return ~matches


def _rotations(table: pa.Table) -> tuple[pa.Array, Mask]:
    """Degrees; null where empty or nan, as for photos that were gone when it was collected."""
    column = _text(table, "Rotation").dictionary_encode()
    degrees = []
    for text in column.dictionary.to_pylist():
        found = _ROTATION.fullmatch(text)
        degrees.append(int(found[1]) if found else -2 if text.lower() in ("", "nan") else -1)
    codes = np.array(degrees or [-2], np.int16)[column.indices.to_numpy(zero_copy_only=False)]
    return pa.array(codes, mask=codes < 0), codes == -1
