"""Titles and authors' names of images, collected for the index while their rows go by."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.domain.texts import Texts
from browse.openimages.reading.image_keys import text_bytes

TEXT, ENDS = "_text", "_ends"
"""End the names of the two files of a column of texts: their UTF-8, and int64, where each of them ends."""
CREDITED = "credited"
"""The file of the numbers, uint32, of images credited to another name than their author's usual one."""

OpenFile = Callable[[str], BinaryIO]
"""Opens the file of a name for writing."""


class TextFiles:
    """A column of texts in the making, in two files."""

    def __init__(self, name: str, open_file: OpenFile) -> None:
        self._text, self._ends = open_file(name + TEXT), open_file(name + ENDS)
        self._end = 0

    def append(self, column: pa.Array) -> None:
        """Write these texts, none of them null, after the ones before."""
        offsets, data = text_bytes(column)
        self._text.write(data.data)
        self._ends.write((offsets[1:].astype(np.int64) + self._end).data)
        self._end += len(data)

    def close(self) -> None:
        """Close the files."""
        self._text.close()
        self._ends.close()


class ImageTexts:
    """Collects titles, and names that differ from what an author is usually called.

    usual: names by author number. open_file: where `titles`, `credited`, `credited_names` and `author_names` go.
    """

    def __init__(self, usual: pa.Array, open_file: OpenFile) -> None:
        self._usual = pa.concat_arrays([usual, pa.array([""], pa.string())])
        self._titles, self._names = TextFiles("titles", open_file), TextFiles("credited_names", open_file)
        self._credited = open_file(CREDITED)
        self._count = 0
        self._authors = TextFiles("author_names", open_file)
        self._authors.append(usual)

    def take_in(self, titles: pa.Array, names: pa.Array, authors: npt.NDArray[np.uint32]) -> None:
        """The next images: titles, names of their authors, and these by number; a number beyond all is nobody's."""
        self._titles.append(pc.fill_null(titles, ""))
        names = pc.fill_null(names, "")
        usual = self._usual.take(pa.array(np.minimum(authors, len(self._usual) - 1)))
        others = np.flatnonzero(pc.not_equal(names, usual).to_numpy(zero_copy_only=False))
        self._credited.write((others + self._count).astype(np.uint32).data)
        self._names.append(pa.concat_arrays([names.take(pa.array(others))]))
        self._count += len(titles)

    def close(self) -> None:
        """Close the files."""
        for files in (self._titles, self._names, self._authors, self._credited):
            files.close()


def texts_of(column: pa.Array) -> Texts:
    """The texts of a column, none of them null."""
    offsets, data = text_bytes(column)
    return Texts(data, offsets[1:].astype(np.int64))


def usual_names(names: pa.Array, row_ids: npt.NDArray[np.int32], wanted: npt.NDArray[np.int32]) -> pa.Array:
    """Of authors' names, and the ids of their rows, those of these rows."""
    order = np.argsort(row_ids)
    places = order[np.searchsorted(row_ids, wanted, sorter=order)]
    return pc.fill_null(names.take(pa.array(places, pa.int64())), "")
