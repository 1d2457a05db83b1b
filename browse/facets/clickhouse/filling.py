"""Fills the shards with an index generation: beside the others, renamed when all is there, old ones dropped."""
# ruff: noqa: S608 - statements are put together from this room's own names

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.conf import settings

from browse.facets.clickhouse.figures import Figures, figures_of, label_sizes
from browse.facets.clickhouse.image_rows import image_rows, subsets_of
from browse.facets.clickhouse.label_totals import portions
from browse.facets.clickhouse.schema import BUILDING, PREFIX, database, fill_beside, fill_post, is_ours, rows_in, tables
from browse.facets.clickhouse.shards import Shards
from browse.facets.errors import EngineUnavailableError
from browse.facets.index.layout import MANIFEST
from browse.facets.index.open_index import Index
from browse.facets.index.store import open_index
from browse.facets.index.text_tables import TextTable

Report = Callable[[str, int, int], None]

IMAGES = 100_000
"""Images sent at a time."""
WORDS = 1_000_000
"""Rows of words sent at a time."""
PAIRS = 1_000_000
"""Pairs whose images' other pairs are counted at a time."""
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
            figures = figures_of(index)
            progress = _Progress(report)
            shards = [
                _Shard(self._shards, place, index, building, bounds, figures, progress)
                for place in range(len(self._shards))
            ]
            with ThreadPoolExecutor(len(shards), "filling") as threads, progress.stopped_at_the_end():
                ended, _ = wait([threads.submit(shard.fill) for shard in shards], return_when=FIRST_EXCEPTION)
                for filled in ended:
                    filled.result()
            self._shards.run_everywhere(f"RENAME DATABASE {building} TO {db}")
        finally:
            index.close()

    def remove(self, keep: set[str]) -> None:
        """Drop all generations but these, and what broken-off runs left. Raises EngineUnavailableError."""
        kept = {database(name) for name in keep}
        for place in range(len(self._shards)):
            for found in self._shards.each_replica(place, _DATABASES):
                for db in found["name"].to_pylist():
                    if is_ours(db) and db not in kept:
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


class _StoppedError(Exception):
    """Another shard could not be filled, or somebody stopped it all."""


class _Progress:
    """How far all shards together are, which are filled at once, and whether they are to go on."""

    def __init__(self, report: Report) -> None:
        self._report, self._lock = report, threading.Lock()
        self._done: dict[str, int] = {}
        self._is_stopped = threading.Event()

    @contextmanager
    def stopped_at_the_end(self) -> Iterator[None]:
        """Whatever goes on after this has ended goes no further."""
        try:
            yield
        finally:
            self._is_stopped.set()

    def may_go_on(self) -> None:
        """Asked before each statement. Raises _StoppedError."""
        if self._is_stopped.is_set():
            raise _StoppedError

    def add(self, what: str, more: int, total: int) -> None:
        """So much more of the total is done."""
        with self._lock:
            self._done[what] = self._done.get(what, 0) + more
            self._report(what, self._done[what], total)


class _Shard:
    """One shard's part of a generation: the images from a number to before another."""

    def __init__(
        self,
        shards: Shards,
        place: int,
        index: Index,
        db: str,
        bounds: list[int],
        figures: Mapping[str, Figures],
        progress: _Progress,
    ) -> None:
        self._shards, self._place, self._index, self._db, self._bounds = shards, place, index, db, bounds
        self._figures, self._progress = figures, progress

    def fill(self) -> None:
        """Make the tables and put in all that belongs there."""
        index, (first, last) = self._index, self._bounds[self._place : self._place + 2]
        for sql in tables(self._db):
            self._run(sql)
        pairs = 0
        for low in range(first, last, IMAGES):
            high = min(low + IMAGES, last)
            self._insert("img", image_rows(index, low, high))
            pairs += int(index.pair_offsets[high]) - int(index.pair_offsets[low])
            self._progress.add("fill shards", high - low, index.images)
        if last > first:
            self._run(fill_post(self._db))
            self._run(f"OPTIMIZE TABLE {self._db}.post FINAL")
            self._fill_beside()
        self._fill_lists(first, last)
        self._check("img", last - first)
        self._check("post", pairs)
        (lines,) = {found["n"][0].as_py() for found in self._ask(f"SELECT {rows_in(self._db)}.1 AS n")}
        here: int = self._place + 1
        rows: dict[str, list[int]] = {"shards": [len(self._shards)] * here, "lines": [lines + here] * here}
        self._insert("shard", pa.table(rows))

    def _fill_beside(self) -> None:
        labels, sizes = self._figures["total_labels"], label_sizes(self._index)
        for some in portions(labels, sizes, PAIRS):
            self._run(fill_beside(self._db, some))
            self._progress.add("count labels beside others", len(some), len(labels) * len(self._shards))
        self._run(f"OPTIMIZE TABLE {self._db}.beside FINAL")

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
        arrays["duplicate_subsets"] = subsets_of(index, twins)
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

    def _run(self, sql: str) -> None:
        self._progress.may_go_on()
        self._shards.run_everywhere(sql, self._place)

    def _insert(self, table: str, rows: pa.Table) -> None:
        self._progress.may_go_on()
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
