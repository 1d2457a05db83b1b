"""The rows of images that the database holds, packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from browse.openimages.loading.fetching import fetch, fetch_all
from browse.openimages.loading.row_tables import Holds, PackedRows, RowTable


def table_name(table: RowTable) -> str:
    """The name of its table in the database."""
    return f"browse_{table.table}"


def words_in(table: RowTable, stored_in: str) -> list[str]:
    """The texts of a kind's own that the database has, by code point."""
    return sorted(
        {
            word
            for column in table.word_columns
            for (word,) in fetch_all(f"SELECT DISTINCT {column} FROM {stored_in}")  # noqa: S608 - own names
        }
    )


def packed_rows(
    table: RowTable,
    keys: npt.NDArray[np.int64],
    labels: Mapping[int, int],
    sources: Mapping[int, int],
    words: Sequence[str],
    stored_in: str,
) -> Iterator[PackedRows]:
    """All rows by image and place, packed by the numbers given for images (sorted keys), ids and texts."""
    places = {word: place for place, word in enumerate(words)}
    number_of: dict[Holds, Mapping[Any, int]] = {Holds.LABEL: labels, Holds.SOURCE: sources, Holds.WORD: places}
    columns = ", ".join(["image_id", "number", *(column.name for column in table.columns)])
    for rows in fetch(f"SELECT {columns} FROM {stored_in} ORDER BY image_id, number"):  # noqa: S608 - own names
        yield table.packed(rows, keys, number_of)


def spooled_rows(
    table: RowTable,
    keys: npt.NDArray[np.int64],
    labels: Mapping[int, int],
    sources: Mapping[int, int],
    words: Sequence[str],
    stored_in: str,
) -> PackedRows:
    """The same in one array, kept in a file that vanishes with the process."""
    with TemporaryFile(dir=settings.DATA_DIR) as file:
        for rows in packed_rows(table, keys, labels, sources, words, stored_in):
            rows.tofile(file)
        file.flush()
        return np.memmap(file, table.dtype, "r") if file.tell() else table.none()
