"""The arrays of a benchmark's data set, out of its DuckDB tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts

SOURCES = ["human", "machine"]


def read_arrays(path: Path, folder: Path) -> DatasetArrays:
    """Arrays of the database that `peer.make_database` made; the largest is kept as a file in `folder` and mapped."""
    with duckdb.connect(str(path), read_only=True) as database:
        images = database.execute(
            f"SELECT l.id, i.subset, i.author, {_half(1)} AS high, {_half(17)} AS low"
            " FROM listed l JOIN images i USING (image) ORDER BY i.image"
        ).fetchnumpy()
        authors = database.execute("SELECT key, name FROM authors ORDER BY author").fetchall()
        titles = _texts(database, "SELECT title FROM listed ORDER BY image")
        others = "FROM listed l JOIN images i USING (image) JOIN authors a USING (author) WHERE l.name <> a.name"
        credited = database.execute(f"SELECT i.image {others} ORDER BY i.image").fetchnumpy()["image"]
        credited_names = _texts(database, f"SELECT l.name {others} ORDER BY i.image")
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
        titles=titles,
        author_names=Texts.of(name for _, name in authors),
        credited=credited.astype(np.uint32),
        credited_names=credited_names,
        license_slugs=["cc-by-2.0"],
        author_keys=Texts.of(key for key, _ in authors),
        author_ids=np.arange(1, len(authors) + 1, dtype=np.int32),
        label_mids=mids,
        sources=SOURCES,
        annotations=annotations,
    )


def _texts(database: duckdb.DuckDBPyConnection, sql: str) -> Texts:
    """A column of texts, read in pieces."""
    data, ends, end = [], [], 0
    cursor = database.execute(sql)
    while rows := cursor.fetchmany(100_000):
        part = Texts.of(text for (text,) in rows)
        data.append(part.data)
        ends.append(part.ends + end)
        end += len(part.data)
    return Texts(np.concatenate([np.empty(0, np.uint8), *data]), np.concatenate([np.empty(0, np.int64), *ends]))


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
    few = int(np.searchsorted(arrays.credited, images))
    names, keys = _listed(arrays.author_names), _listed(arrays.author_keys)
    there, authors = np.unique(arrays.authors[:images], return_inverse=True)
    return replace(
        arrays,
        image_keys=arrays.image_keys[:images],
        subsets=arrays.subsets[:images],
        licenses=arrays.licenses[:images],
        authors=authors.astype(np.uint32),
        md5=arrays.md5[:images],
        author_keys=Texts.of(keys[number] for number in there),
        author_ids=arrays.author_ids[there],
        photos=arrays.photos[:images],
        titles=arrays.titles.first(images),
        author_names=Texts.of(names[number] for number in there),
        credited=arrays.credited[:few],
        credited_names=arrays.credited_names.first(few),
        annotations=arrays.annotations[:end],
    )


def _listed(texts: Texts) -> list[str]:
    starts = [0, *texts.ends[:-1].tolist()]
    data = texts.data.tobytes()
    return [data[start:stop].decode() for start, stop in zip(starts, texts.ends.tolist(), strict=True)]
