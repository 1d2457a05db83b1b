"""Rows of files that were written for spreadsheets, with their texts as they were before."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from browse.domain.csv_text import FREE_TEXT, MARK
from browse.openimages.reading.csv_rows import Rows


def texts_as_given(rows: Rows) -> Rows:
    """The rows with one leading ' taken off the cells of columns of free text: what `spreadsheets.harmless` put there.

    Dictionary-encoded columns stay so.
    """
    table = rows.table
    for place, name in enumerate(table.column_names):
        if name in FREE_TEXT:
            table = table.set_column(place, name, _unmarked(table.column(name)))
    return replace(rows, table=table.combine_chunks())


def _unmarked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    encoded = pa.types.is_dictionary(column.type)
    plain = column.cast(pa.string()) if encoded else column
    given = pc.if_else(pc.starts_with(plain, MARK), pc.utf8_slice_codeunits(plain, 1), plain)
    return given.dictionary_encode().unify_dictionaries() if encoded else given
