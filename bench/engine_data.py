"""The arrays of a benchmark's data set, out of its DuckDB tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from browse.arrays import DatasetArrays

SOURCES = ["human", "machine"]


def read_arrays(path: Path, folder: Path) -> DatasetArrays:
    """Arrays of the database that `peer.make_database` made; the largest is kept as a file in `folder` and mapped."""
    with duckdb.connect(str(path), read_only=True) as database:
        images = database.execute(
            f"SELECT l.id, i.subset, i.author, {_half(1)} AS high, {_half(17)} AS low"
            " FROM listed l JOIN images i USING (image) ORDER BY i.image"
        ).fetchnumpy()
        authors = [key for (key,) in database.execute("SELECT key FROM authors ORDER BY author").fetchall()]
        mids = [mid for (mid,) in database.execute("SELECT mid FROM labels ORDER BY label").fetchall()]
        annotations = _annotations(database, folder / "annotations.npy")
    ids = images["id"].astype(np.uint64)
    return DatasetArrays(
        image_keys=(ids ^ np.uint64(1 << 63)).view(np.int64),
        subsets=images["subset"].astype(np.uint8),
        licenses=np.zeros(len(ids), np.uint16),
        authors=images["author"].astype(np.uint32),
        md5=np.stack([images["high"], images["low"]], axis=1).astype(">u8").view("S16").reshape(-1),
        photos=np.arange(1, len(ids) + 1, dtype=np.uint64),
        license_slugs=["cc-by-2.0"],
        author_keys=authors,
        author_ids=np.arange(1, len(authors) + 1, dtype=np.int32),
        label_mids=mids,
        label_ids=np.arange(1, len(mids) + 1, dtype=np.int32),
        sources=SOURCES,
        annotations=annotations,
    )


def _half(start: int) -> str:
    """SQL for eight bytes of an MD5, from a hex digit on, as a number."""
    return f"('0x' || substr(hex(from_base64(l.md5)), {start}, 16))::UBIGINT"


def _annotations(database: duckdb.DuckDBPyConnection, path: Path) -> np.ndarray:
    if not path.exists():
        words = database.execute(
            "SELECT (image::UBIGINT << 32) | (label::UBIGINT << 16) | ((source = 'machine')::UBIGINT << 8)"
            " | confidence::UBIGINT AS word FROM pairs"
        ).fetchnumpy()["word"]
        words.sort()
        np.save(path, words)
        del words
    return np.load(path, mmap_mode="r")


def first_images(arrays: DatasetArrays, images: int) -> DatasetArrays:
    """The data set of the first so many images: ids are random, so they are like all of them."""
    end = np.searchsorted(arrays.annotations, np.uint64(images << 32))
    there, authors = np.unique(arrays.authors[:images], return_inverse=True)
    return replace(
        arrays,
        image_keys=arrays.image_keys[:images],
        subsets=arrays.subsets[:images],
        licenses=arrays.licenses[:images],
        authors=authors.astype(np.uint32),
        md5=arrays.md5[:images],
        author_keys=[arrays.author_keys[number] for number in there],
        author_ids=arrays.author_ids[there],
        annotations=arrays.annotations[:end],
    )
