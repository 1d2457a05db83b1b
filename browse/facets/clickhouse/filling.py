"""Fills the shards with an index generation: beside the others, renamed when all is there, old ones dropped."""
# ruff: noqa: S608 - statements are put together from this room's own names

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings

from browse.domain.text_words import words as words_of
from browse.facets.clickhouse.alike import HEAD
from browse.facets.clickhouse.schema import BUILDING, PREFIX, database, fill_post, rows_in, tables
from browse.facets.clickhouse.shards import Shards
from browse.facets.errors import EngineUnavailableError
from browse.facets.index.layout import MANIFEST
from browse.facets.index.open_index import Index
from browse.facets.index.store import open_index
from browse.facets.index.text_tables import TextTable
from browse.query.values import SUBSETS

Figures = npt.NDArray[Any]
Report = Callable[[str, int, int], None]

IMAGES = 100_000
"""Images sent at a time."""
WORDS = 1_000_000
"""Rows of words sent at a time."""
MOST_ALIKE = 1 << 20
"""Rows of images that are alike; a data set with more is counted by the servers."""
WHOLE = (
    *("label_text", "label_text_offsets", "license_text", "license_text_offsets", "below_offsets", "below_labels"),
    *("label_counts", "labels_per_image", "source_counts", "author_sizes", "source_text", "source_text_offsets"),
    *("partner_totals", "partner_offsets", "partner_labels", "partner_images", "duplicate_offsets"),
    *("box_source_text", "box_source_text_offsets", "relation_text", "relation_text_offsets"),
    *("point_source_text", "point_source_text_offsets"),
)
"""Files of the index that every shard has a copy of."""


class Filling:
    """The shards that settings name, as something that generations are stored in."""

    def __init__(self) -> None:
        self._shards = Shards(settings.CLICKHOUSE_SHARDS)

    def store(self, index_dir: Path, name: str, report: Report) -> None:
        """Put a generation that was built into the shards, whole or not at all. Raises EngineUnavailableError."""
        db, building = database(name), database(name, BUILDING)
        if self._has(db):
            return
        index = open_index(index_dir, name)
        try:
            self._shards.run_everywhere(f"DROP DATABASE IF EXISTS {building} SYNC")
            self._shards.run_everywhere(f"DROP DATABASE IF EXISTS {db} SYNC")  # of a run that broke off at the end
            bounds = [index.images * place // len(self._shards) for place in range(len(self._shards) + 1)]
            figures = {**_alike(index), "author_counts": _author_counts(index)}
            for place in range(len(self._shards)):
                _Shard(self._shards, place, index, building, bounds, figures).fill(report)
            self._shards.run_everywhere(f"RENAME DATABASE {building} TO {db}")
        finally:
            index.close()

    def remove(self, keep: set[str]) -> None:
        """Drop all generations but these, and what broken-off runs left. Raises EngineUnavailableError."""
        kept = {database(name) for name in keep}
        for place in range(len(self._shards)):
            for found in self._shards.each_replica(place, _DATABASES):
                for db in found["name"].to_pylist():
                    if db not in kept:
                        self._shards.run_everywhere(f"DROP DATABASE IF EXISTS {db} SYNC", place)

    def _has(self, db: str) -> bool:
        """Whether every replica of every shard has a generation whole, in its place."""
        for place in range(len(self._shards)):
            for found in self._shards.each_replica(place, _DATABASES):
                if db not in found["name"].to_pylist():
                    return False
            told = "count() AS place, any(shards) AS shards, any(lines) AS lines"
            sql = f"SELECT {told}, {rows_in(db)}.1 AS there FROM {db}.shard"
            for found in self._shards.each_replica(place, sql):
                (row,) = found.to_pylist()
                if (row["place"], row["shards"], row["lines"]) != (place + 1, len(self._shards), row["there"]):
                    return False
        return True


_DATABASES = f"SELECT name FROM system.databases WHERE startsWith(name, '{PREFIX}')"


class _Shard:
    """One shard's part of a generation: the images from a number to before another."""

    def __init__(
        self, shards: Shards, place: int, index: Index, db: str, bounds: list[int], figures: Mapping[str, Figures]
    ) -> None:
        self._shards, self._place, self._index, self._db, self._bounds = shards, place, index, db, bounds
        self._figures = figures

    def fill(self, report: Report) -> None:
        index, (first, last) = self._index, self._bounds[self._place : self._place + 2]
        for sql in tables(self._db):
            self._shards.run_everywhere(sql, self._place)
        pairs = 0
        for low in range(first, last, IMAGES):
            high = min(low + IMAGES, last)
            self._insert("img", image_rows(index, low, high))
            pairs += int(index.pair_offsets[high]) - int(index.pair_offsets[low])
            report("fill shards", high, index.images)
        if last > first:
            self._shards.run_everywhere(fill_post(self._db), self._place)
            self._shards.run_everywhere(f"OPTIMIZE TABLE {self._db}.post FINAL", self._place)
        self._fill_lists(first, last)
        self._check("img", last - first)
        self._check("post", pairs)
        (lines,) = {found["n"][0].as_py() for found in self._ask(f"SELECT {rows_in(self._db)}.1 AS n")}
        here: int = self._place + 1
        rows: dict[str, list[int]] = {"shards": [len(self._shards)] * here, "lines": [lines + here] * here}
        self._insert("shard", pa.table(rows))

    def _fill_lists(self, first: int, last: int) -> None:
        index = self._index
        for name in ("title", "credited"):
            for found, images in _words(index, name):
                here = (images >= first) & (images < last)
                if here.any():
                    rows = {"word": found.filter(pa.array(here)), "key": index.image_keys[images[here]]}
                    self._insert("word", pa.table({"place": pa.array([name] * int(here.sum())), **rows}))
        for found, authors in _words(index, "author"):
            self._insert("author_word", pa.table({"word": found, "author": authors + np.uint32(1)}))
        credited = index.credited_images[(index.credited_images >= first) & (index.credited_images < last)]
        self._insert("credited", pa.table({"key": index.image_keys[credited]}))
        for table, column, values, images in (
            ("photo", "photo", index.photo_ids, index.photo_images),
            ("md5", "head", index.md5_heads, index.md5_images),
        ):
            here = (images >= first) & (images < last)
            self._insert(table, pa.table({column: np.asarray(values)[here], "key": index.image_keys[images[here]]}))
        self._fill_authors()
        self._fill_whole()

    def _fill_authors(self) -> None:
        index = self._index
        numbers = np.arange(1, len(index.authors) + 1, dtype=np.uint32)
        sizes = np.diff(index.author_offsets).astype(np.uint32)
        for low in range(0, len(numbers), WORDS):
            here = slice(low, low + WORDS)
            keys, ids = pa.array(index.authors[here], pa.string()), np.asarray(index.author_ids[here])
            rows = pa.table({"number": numbers[here], "key": keys, "id": ids, "images": sizes[here]})
            self._insert("author", rows)

    def _fill_whole(self) -> None:
        index, arrays = self._index, {name: np.asarray(self._index.arrays[name]) for name in WHOLE}
        arrays |= {**self._figures}
        twins = np.asarray(index.duplicate_images)
        arrays["duplicate_keys"] = np.asarray(index.image_keys[twins])
        arrays["duplicate_subsets"] = _subsets(index, twins)
        arrays["shard_keys"] = np.array(
            [int(index.image_keys[low]) if low < index.images else (1 << 63) - 1 for low in self._bounds[:-1]], np.int64
        )
        arrays["kinds"] = np.array(
            [len(one) > 0 for one in (index.boxes, index.masks, index.relationships, index.points, index.narratives)]
        ).astype(np.uint8)
        arrays["manifest"] = np.frombuffer((index.folder / MANIFEST).read_bytes(), np.uint8)
        rows = {
            "name": pa.array([*arrays]),
            "dtype": pa.array([array.dtype.str for array in arrays.values()]),
            "data": pa.array([array.tobytes() for array in arrays.values()], pa.binary()),
        }
        self._insert("whole", pa.table(rows))

    def _insert(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self._shards.insert(self._place, f"{self._db}.{table}", rows)

    def _ask(self, sql: str) -> list[pa.Table]:
        return self._shards.each_replica(self._place, sql)

    def _check(self, table: str, expected: int) -> None:
        for found in self._ask(f"SELECT count() AS n FROM {self._db}.{table}"):
            if found["n"][0].as_py() != expected:
                raise EngineUnavailableError(f"shard {self._place + 1}", f"{table} took {found['n'][0]} of {expected}")


def _words(index: Index, name: str) -> Iterator[tuple[pa.Array, npt.NDArray[np.uint32]]]:
    """Words of titles, of authors' usual names, or of others that are credited, with who has them."""
    arrays = index.arrays
    sizes, places = np.diff(arrays[f"{name}_word_offsets"]), arrays[f"{name}_word_places"]
    texts = pa.array([*TextTable(arrays[f"{name}_word_text"], arrays[f"{name}_word_text_offsets"])], pa.string())
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    for low in range(0, len(numbers), WORDS):
        here = slice(low, low + WORDS)
        yield texts.take(pa.array(numbers[here])), np.asarray(places[here])


def _subsets(index: Index, images: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """The place among SUBSETS of each image."""
    found = np.zeros(len(images), np.uint8)
    for place, name in enumerate(SUBSETS):
        found[index.is_in_set(images, index.subset_set(name))] = place
    return found


def _licenses(index: Index, images: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    found = np.zeros(len(images), np.uint16)
    for number, slug in enumerate(index.licenses):
        found[index.is_in_set(images, index.license_set(slug))] = number
    return found


def _kinds(index: Index, low: int, high: int) -> npt.NDArray[np.uint8]:
    """Of each image a bit for each of KINDS that it has."""
    found = np.zeros(high - low, np.uint8)
    tables_ = (index.boxes, index.masks, index.relationships, index.points, index.narratives)
    for place, offsets in enumerate(one.offsets for one in tables_):
        found |= (_Ragged(offsets, low, high).sizes > 0).astype(np.uint8) << np.uint8(place)
    return found


def _alike(index: Index) -> dict[str, Figures]:
    """How many images there are of each subset, kinds, license and set of classes, as `Alike` reads it."""
    rows, counts = np.empty((0, HEAD + -(-len(index.classes) // 8)), np.uint8), np.empty(0, np.int64)
    for low in range(0, index.images, IMAGES):
        images = np.arange(low, min(low + IMAGES, index.images), dtype=np.uint32)
        pairs = _Ragged(index.pair_offsets, low, low + len(images))
        held = np.zeros((len(images), len(index.classes)), np.bool_)
        held[np.repeat(images - low, pairs.sizes), index.pair_classes[pairs.rows]] = True
        licenses = _licenses(index, images).astype("<u2").view(np.uint8).reshape(-1, 2)
        more = [_subsets(index, images), _kinds(index, low, low + len(images)), licenses, np.packbits(held, axis=1)]
        rows = np.vstack([rows, np.column_stack(more)])
        counts = np.append(counts, np.ones(len(images), np.int64))
        as_bytes = np.ascontiguousarray(rows).view(f"V{rows.shape[1]}").ravel()
        _, first, of = np.unique(as_bytes, return_index=True, return_inverse=True)
        rows, counts = rows[first], np.bincount(of, counts).astype(np.int64)
        if len(rows) > MOST_ALIKE:
            return {"alike_rows": rows[:0], "alike_counts": counts[:0]}
    return {"alike_rows": rows, "alike_counts": counts}


def _author_counts(index: Index) -> npt.NDArray[np.uint32]:
    """uint32[subsets, authors + 1]: images by subset and author, as numbered in the tables."""
    authors = len(index.authors) + 1
    counts = np.zeros(len(SUBSETS) * authors, np.uint32)
    for low in range(0, index.images, WORDS):
        images = np.arange(low, min(low + WORDS, index.images), dtype=np.uint32)
        theirs = np.asarray(index.image_authors[images]) + np.uint32(1)
        places = _subsets(index, images).astype(np.int64) * authors + theirs
        counts += np.bincount(places, minlength=len(counts)).astype(np.uint32)
    return counts.reshape(len(SUBSETS), authors)


def image_rows(index: Index, low: int, high: int) -> pa.Table:
    """The rows of `img` of the images from a number to before another."""
    images = np.arange(low, high, dtype=np.uint32)
    raw = np.asarray(index.classes.raw).astype(np.uint16) + np.uint16(1)
    pairs = _Ragged(index.pair_offsets, low, high)
    columns: dict[str, Any] = {
        "key": np.asarray(index.image_keys[low:high]),
        "subset": _subsets(index, images),
        "license": _licenses(index, images),
        "author": np.asarray(index.image_authors[low:high]) + np.uint32(1),
        "annotations": np.asarray(index.annotation_counts[low:high]),
        "kinds": _kinds(index, low, high),
        "labels": pairs.of(index.pair_labels),
        "classes": pairs.listed(raw[np.asarray(index.pair_classes[pairs.rows])]),
    }
    for further in (_boxes, _relationships, _points, _masks, _narratives):
        columns |= further(index, low, high)
    return pa.table(columns)


class _Ragged:
    """Where the rows of some images stand in tables by image; nowhere where the tables are empty."""

    def __init__(self, offsets: npt.NDArray[Any], low: int, high: int) -> None:
        here = np.zeros(high - low + 1, np.int64) if not len(offsets) else np.asarray(offsets[low : high + 1])
        self._ends = here.astype(np.int64) - int(here[0])
        self.rows = slice(int(here[0]), int(here[-1]))

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many rows each image has."""
        return np.diff(self._ends)

    def of(self, column: npt.NDArray[Any]) -> pa.ListArray:
        return self.listed(np.asarray(column[self.rows]))

    def listed(self, values: Any, *, each: int = 1) -> pa.ListArray:
        """Values of these rows, `each` of them a row, as a list for each image."""
        flat = pa.array(values.ravel()) if isinstance(values, np.ndarray) else values
        return pa.ListArray.from_arrays(pa.array((self._ends * each).astype(np.int32)), flat)

    def taken(self, texts: Any, numbers: npt.NDArray[Any]) -> pa.ListArray:
        """Texts by their numbers."""
        wanted = np.asarray(numbers[self.rows])
        return self.listed(pa.array([texts[place] for place in wanted.tolist()], pa.string()))


def _boxes(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = _Ragged(index.boxes.offsets, low, high), index.boxes
    return {
        "box_labels": rows.of(tables_.labels),
        "box_sources": rows.of(tables_.source_numbers),
        "box_attributes": rows.of(tables_.attributes),
        "box_areas": rows.of(tables_.areas),
        "box_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=4),
    }


def _relationships(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = _Ragged(index.relationships.offsets, low, high), index.relationships
    return {
        "relation_subjects": rows.of(tables_.subjects),
        "relation_words": rows.of(tables_.relation_numbers),
        "relation_objects": rows.of(tables_.objects),
        "relation_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=8),
    }


def _points(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = _Ragged(index.points.offsets, low, high), index.points
    return {
        "point_labels": rows.of(tables_.labels),
        "point_sources": rows.of(tables_.source_numbers),
        "point_verdicts": rows.of(tables_.verdicts),
        "point_votes": rows.listed(np.asarray(tables_.votes[rows.rows]), each=3),
        "point_texts": rows.taken(tables_.texts, tables_.text_numbers),
        "point_places": rows.listed(np.asarray(tables_.places[rows.rows]), each=2),
    }


def _masks(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = _Ragged(index.masks.offsets, low, high), index.masks
    return {
        "mask_labels": rows.of(tables_.labels),
        "mask_files": rows.taken(tables_.files, tables_.file_numbers),
        "mask_box_ids": rows.of(tables_.box_ids),
        "mask_ious": rows.of(tables_.ious),
        "mask_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=4),
    }


def _narratives(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = _Ragged(index.narratives.offsets, low, high), index.narratives
    here = range(rows.rows.start, rows.rows.stop)
    captions = [tables_.captions[place] for place in here]
    return {
        "narrative_annotators": rows.of(tables_.annotators),
        "narrative_captions": rows.listed(pa.array(captions, pa.string())),
        "narrative_recordings": rows.listed(pa.array([tables_.recordings[place] for place in here], pa.string())),
        "narrative_files": rows.taken(tables_.files, tables_.file_numbers),
        "narrative_begins": rows.of(tables_.begins),
        "narrative_words": rows.listed(pa.array([words_of(text) for text in captions], pa.list_(pa.string()))),
    }
