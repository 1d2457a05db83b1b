"""Image rows as the database keeps them: authors and licenses by row id, and the same for the index."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.domain.dataset_arrays import NO_AUTHOR
from browse.openimages.merging.image_texts import ImageTexts, TextFiles, usual_names
from browse.openimages.merging.text_places import TextPlaces
from browse.openimages.reading.texts import md5_bytes, photo_ids
from browse.rights import license_from_url

_TEXTS = ("title", "original_url", "landing_url", "original_md5", "thumbnail_url")
OF_ROWS: dict[str, tuple[Any, Callable[[pa.Table], npt.NDArray[Any]]]] = {
    "subsets": (np.uint8, lambda rows: rows["subset"].to_numpy()),
    "md5": ("S16", lambda rows: md5_bytes(rows["original_md5"].combine_chunks())),
    "photos": (
        np.uint64,
        lambda rows: photo_ids(rows["landing_url"].combine_chunks(), rows["original_url"].combine_chunks()),
    ),
}
"""What DatasetArrays holds of each image's own row: element type, and how it is made of rows of IMAGE_SCHEMA."""
ARRAYS = {"licenses": np.uint16, "authors": np.uint32, **{name: kind for name, (kind, _) in OF_ROWS.items()}}
"""Per image, beside image_keys: what DatasetArrays holds."""

HAS_ROTATIONS = "has_rotations"
"""A file of this name is there where the rotation of any image is known."""


class FinalImages:
    """Turns merged rows into rows of the Image table, and collects what the index needs of them."""

    def __init__(self, authors: pa.Table, licenses: dict[str, int], folder: Path) -> None:
        """`authors` are the Author table's rows, `licenses` the License table's ids by URL.

        What the index needs goes into `folder`, one file for each of ARRAYS and the names and texts beside.
        """
        self._places = TextPlaces(authors["profile_url"].combine_chunks())
        self._names = authors["name"].combine_chunks()
        self._author_ids = authors["id"].to_numpy()
        self._licenses = licenses
        keys, author_ids, self._author_number = author_numbers(authors["key"].combine_chunks(), self._author_ids)
        slugs = sorted({license_from_url(url).slug for url in licenses})
        self._slug_number = {url: slugs.index(license_from_url(url).slug) for url in licenses}
        author_ids.tofile(folder / "author_ids")
        with contextlib.closing(TextFiles("author_keys", lambda name: (folder / name).open("wb"))) as file:
            file.append(keys)
        (folder / "license_slugs").write_text("\n".join(slugs), encoding="utf-8")
        self._files = {name: (folder / name).open("wb") for name in ARRAYS}
        usual = usual_names(self._names, self._author_ids, author_ids)
        self._image_texts = ImageTexts(usual, lambda name: (folder / name).open("wb"))
        self._rotations = folder / HAS_ROTATIONS
        self.count = 0

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._image_texts.close()

    def take_in(self, table: pa.Table) -> pa.Table:
        """Rows of IMAGE_SCHEMA as rows of the Image table."""
        at = self._places.of(pc.fill_null(table["author_url"].combine_chunks(), ""))
        known = at >= 0
        name = pc.fill_null(table["author"].combine_chunks(), "")
        usual = self._names.take(pa.array(at, mask=~known))
        licenses = _encoded(table, "license")
        self._collect(table, licenses, known, at)
        own_name = pc.fill_null(pc.not_equal(name, usual), True)
        author_id = self._author_ids[at] if len(self._author_ids) else np.zeros(len(at), np.int32)
        columns = {
            "id": table["key"],
            "subset": table["subset"],
            "author_id": pa.array(author_id, pa.int32(), mask=~known),
            "author_name": pc.if_else(own_name, name, pa.scalar(None, pa.string())),
            "license_id": pa.array(_by_code(licenses, self._licenses), pa.int32()),
            **{column: pc.fill_null(table[column], "") for column in _TEXTS},
            "original_size": table["original_size"],
            "rotation": table["rotation"],
        }
        return pa.table(columns)

    def _collect(
        self, table: pa.Table, licenses: pa.Array, known: npt.NDArray[np.bool_], at: npt.NDArray[np.int64]
    ) -> None:
        numbers = self._author_number[at] if len(self._author_number) else np.zeros(len(at), np.uint32)
        columns = {
            "licenses": _by_code(licenses, self._slug_number),
            "authors": np.where(known, numbers, NO_AUTHOR),
            **{name: make(table) for name, (_, make) in OF_ROWS.items()},
        }
        for name, kind in ARRAYS.items():
            self._files[name].write(columns[name].astype(kind).data)
        titles, names = (table[name].combine_chunks() for name in ("title", "author"))
        self._image_texts.take_in(titles, names, columns["authors"].astype(np.uint32))
        if table["rotation"].null_count < len(table):
            self._rotations.touch()
        self.count += len(table)


def _encoded(table: pa.Table, name: str) -> pa.DictionaryArray:
    return pc.fill_null(table[name].combine_chunks(), "").dictionary_encode()


def _by_code(column: pa.DictionaryArray, values: dict[str, int]) -> npt.NDArray[np.int64]:
    table = np.array([values[text] for text in column.dictionary.to_pylist()] or [0], np.int64)
    found: npt.NDArray[np.int64] = table[column.indices.to_numpy(zero_copy_only=False)]
    return found


def author_numbers(
    keys: pa.Array, row_ids: npt.NDArray[np.int32]
) -> tuple[pa.Array, npt.NDArray[np.int32], npt.NDArray[np.uint32]]:
    """Of authors' keys and row ids: distinct keys in order, the smallest row id with each, and each row's number."""
    codes = keys.dictionary_encode()
    order = pc.sort_indices(codes.dictionary)
    distinct = codes.dictionary.take(order)
    rank = np.empty(len(distinct), np.uint32)
    rank[order.to_numpy()] = np.arange(len(distinct), dtype=np.uint32)
    numbers = rank[codes.indices.to_numpy(zero_copy_only=False)]
    ids = np.full(len(distinct), np.iinfo(np.int32).max, np.int32)
    np.minimum.at(ids, numbers, row_ids)
    return distinct, ids, numbers
