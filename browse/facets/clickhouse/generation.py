"""One generation as the shards have it: names and figures of the whole data set, and statements that are checked."""
# ruff: noqa: S608 - statements are put together from this room's own names

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.facets.clickhouse.alike import Alike
from browse.facets.clickhouse.label_totals import NAMES, LabelTotals
from browse.facets.clickhouse.schema import BASE, database, rows_in
from browse.facets.clickhouse.shards import SentTable, ShardError, Shards
from browse.facets.embedded.statistics import LabelCounts
from browse.facets.errors import EngineUnavailableError, GenerationMissingError
from browse.facets.index.classes import PairClasses
from browse.facets.index.labels_below import LabelsBelow
from browse.facets.index.layout import generation_name
from browse.facets.index.text_tables import TextTable
from browse.query.values import KINDS, SUBSETS

Tables = Callable[[int], Iterable[SentTable]]
"""The tables that go along to a shard, by its place."""
_SAMPLE_KEYS = 5000
"""Authors whose numbers are remembered."""


def nothing_sent(place: int) -> Iterable[SentTable]:
    """No tables go along."""
    return ()


@dataclass(frozen=True)
class ImageRow:
    """An image as it was built. pairs: classes by label, both as the tables have them."""

    key: int
    subset: int
    license: int
    author: int
    annotations: int
    kinds: int
    pairs: Mapping[int, int]


class Generation:
    """What is asked of the shards, all of one generation. Threads may share one."""

    def __init__(self, shards: Shards, name: str) -> None:
        """Raises EngineUnavailableError, or GenerationMissingError where a shard does not have it whole."""
        self.name, self.db, self._shards = name, database(name), shards
        self._rows: dict[int, ImageRow | None] = {}
        self._authors: dict[str, tuple[int, int] | None] = {}
        self._names: dict[int, tuple[str, int]] = {}
        self._writing = threading.Lock()
        self._lines = self._read_lines()
        self._whole = self._read_whole()
        manifest = bytes(self.whole("manifest"))
        if generation_name(manifest) != name:
            raise GenerationMissingError(Path(self.db), "is not what its name says")
        self.manifest: dict[str, Any] = json.loads(manifest)
        self.images: int = self.manifest["images"]
        self.labels = [*self.texts("label")]
        self.licenses = [*self.texts("license")]
        self.relations = [*self.texts("relation")]
        self.label_numbers = {mid: number for number, mid in enumerate(self.labels)}
        self.license_numbers = {slug: number for number, slug in enumerate(self.licenses)}
        self.below = LabelsBelow(self.whole("below_offsets"), self.whole("below_labels"))
        self.kinds = {kind: bool(has) for kind, has in zip(KINDS, self.whole("kinds").tolist(), strict=True)}
        self.bounds: list[int] = self.whole("shard_keys").tolist()

    def _read_lines(self) -> dict[int, int]:
        """How many rows each shard has, by place. One that has another's place, or less than all, is refused."""
        sql = f"""SELECT toInt64(count()) - 1 AS place, any(shards) AS shards, any(lines) AS lines,
                  {rows_in(self.db)}.1 AS there FROM {self.db}.shard"""
        lines = {}
        for place in range(len(self._shards)):
            row = self._opened(place, sql)
            if (row["place"], row["shards"]) != (place, len(self._shards)):
                fault = f"is shard {row['place'] + 1} of {row['shards']} there, not {place + 1} of {len(self._shards)}"
                raise GenerationMissingError(Path(self.db), f"{fault}; CLICKHOUSE_SHARDS names them in another order")
            if row["lines"] != row["there"]:
                fault = f"has {row['there']} rows of {row['lines']} on shard {place + 1}"
                raise GenerationMissingError(Path(self.db), fault)
            lines[place] = row["lines"]
        return lines

    def _opened(self, place: int, sql: str) -> dict[str, Any]:
        """What a shard answers that may not have the generation."""

        def ask(until: float) -> pa.Table:
            return self._shards.ask(place, sql, until, (), lambda found: None)

        try:
            row: dict[str, Any] = self._shards.ask_each({place: ask}, None)[place].to_pylist()[0]
        except EngineUnavailableError as error:
            raise GenerationMissingError(Path(self.db), f"cannot be read: {error}") from error
        if row["place"] < 0:
            raise GenerationMissingError(Path(self.db), f"has no rows on shard {place + 1}")
        return row

    def _read_whole(self) -> dict[str, npt.NDArray[Any]]:
        sql = f"SELECT name, dtype, data FROM {self.db}.whole"
        found = self.ask(sql, only=[0], binary=True)[0]
        rows = zip(*(found[name].to_pylist() for name in ("name", "dtype", "data")), strict=True)
        return {_text(name): np.frombuffer(data, _text(dtype)) for name, dtype, data in rows}

    @property
    def places(self) -> range:
        """The places of all shards."""
        return range(len(self._shards))

    def ask(
        self,
        sql: str,
        deadline: float | None = None,
        *,
        tables: Tables = nothing_sent,
        only: Sequence[int] | None = None,
        binary: bool = False,
    ) -> dict[int, pa.Table]:
        """What each shard, or each of some, answers to a statement, by place.

        With each answer comes how many rows the shard has now; one that is not whole is thrown away. Raises
        EngineUnavailableError, and QueryTimeoutError.
        """
        checked = _with_check(sql, self.db, binary=binary)
        asked = {
            place: self._one(place, checked, tuple(tables(place))) for place in (self.places if only is None else only)
        }
        found = self._shards.ask_each(asked, deadline)
        return {place: table.drop_columns(["state_"]) for place, table in found.items()}

    def _one(self, place: int, sql: str, tables: Sequence[SentTable]) -> Callable[[float], pa.Table]:
        def check(found: pa.Table) -> None:
            lines, at = found["state_"][0].as_py().values()
            if (lines, at) != (self._lines[place], place + 1):
                raise ShardError(f"has {lines} rows of {self._lines[place]} as shard {at}")

        state = _with_check("SELECT 1 AS one", self.db)
        return lambda until: self._shards.ask(place, sql, until, tables, check, if_empty=state)

    def rows(self, sql: str, deadline: float | None = None, **options: Any) -> list[tuple[Any, ...]]:
        """The rows of all shards' answers, one shard's after the other's."""
        found = self.ask(sql, deadline, **options)
        return [row for place in sorted(found) for row in rows_of(found[place])]

    def whole(self, name: str) -> npt.NDArray[Any]:
        """One of the arrays of the whole data set."""
        return self._whole[name]

    def texts(self, name: str) -> TextTable:
        """One of the lists of names."""
        return TextTable(self.whole(f"{name}_text"), self.whole(f"{name}_text_offsets"))

    @cached_property
    def classes(self) -> PairClasses:
        """The classes that occur."""
        return PairClasses(np.array(self.manifest["classes"], np.uint16))

    @cached_property
    def alike(self) -> Alike | None:
        """All images as they were built, by what facets ask of all images; None where nothing of it was laid."""
        counts = self.whole("alike_counts")
        if not len(counts):
            return None
        return Alike.of(self.whole("alike_rows"), counts, self.classes)

    @cached_property
    def label_totals(self) -> LabelTotals:
        """Totals of the labels that have them, as they were built."""
        cells = self.whole("total_cells").reshape(-1, 1 + len(NAMES))
        return LabelTotals(self.whole("total_labels"), cells)

    @property
    def author_counts(self) -> npt.NDArray[np.uint32]:
        """uint32[subsets, authors + 1]: images as they were built, by subset and author."""
        return self.whole("author_counts").reshape(len(SUBSETS), -1)

    @cached_property
    def label_counts(self) -> LabelCounts:
        """Pairs by label, subset and class as they were built."""
        shape = (len(self.labels), len(SUBSETS), len(self.classes))
        return LabelCounts(self.classes, self.whole("label_counts").reshape(shape))

    @cached_property
    def label_sizes(self) -> npt.NDArray[np.int64]:
        """int64[labels]: pairs of each in any state, as they were built."""
        sizes: npt.NDArray[np.int64] = self.label_counts.counts.sum(axis=(1, 2), dtype=np.int64)
        return sizes

    def author(self, key: str, deadline: float | None = None) -> tuple[int, int] | None:
        """The number of an author, from 1, and the row id; None where there is none of this key."""
        if key in self._authors:
            return self._authors[key]
        try:
            wanted = literal(key)
        except UnicodeEncodeError:
            return None
        found = self.rows(f"SELECT number, id FROM {self.db}.author WHERE key = {wanted}", deadline, only=[0])
        with self._writing:
            if len(self._authors) > _SAMPLE_KEYS:
                self._authors = {}
            self._authors[key] = (int(found[0][0]), int(found[0][1])) if found else None
            return self._authors[key]

    def authors(self, numbers: Iterable[int], deadline: float | None = None) -> dict[int, tuple[str, int]]:
        """Key and row id of authors by their numbers."""
        wanted = [*numbers]
        known = {number: self._names[number] for number in wanted if number in self._names}
        if len(known) < len(wanted):
            missing = listed(number for number in wanted if number not in known)
            sql = f"SELECT number, key, id FROM {self.db}.author WHERE number IN ({missing})"
            found = {int(number): (key, int(row)) for number, key, row in self.rows(sql, deadline, only=[0])}
            known |= found
            with self._writing:
                self._names = found if len(self._names) > _SAMPLE_KEYS else self._names | found
        return known

    def image_rows(self, keys: Iterable[int], deadline: float | None = None) -> dict[int, ImageRow]:
        """Images as they were built, by key; those that there are not are left out. They are remembered."""
        missing = [key for key in keys if key not in self._rows]
        if missing:
            sent = key_table("wanted", missing)
            sql = f"SELECT {', '.join(BASE)} FROM {self.db}.img WHERE key IN (SELECT key FROM wanted)"
            found = {}
            rows = self.rows(sql, deadline, tables=lambda place: [sent])
            for key, subset, license_, author, annotations, kinds, labels, classes in rows:
                pairs = dict(zip(labels, classes, strict=True))
                found[key] = ImageRow(key, subset, license_, author, annotations, kinds, pairs)
            with self._writing:
                self._rows |= {key: found.get(key) for key in missing}
        return {key: row for key in keys if (row := self._rows[key]) is not None}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _with_check(sql: str, db: str, *, binary: bool = False) -> str:
    """A statement that tells with each row how many rows the shard has, and which it is."""
    checked = sql.strip().replace("SELECT ", f"SELECT {rows_in(db)} AS state_, ", 1)
    return f"{checked} SETTINGS output_format_arrow_string_as_string = 0" if binary else checked


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """The rows of a table."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_rows else []


def key_table(name: str, keys: Sequence[int] | npt.NDArray[np.int64]) -> SentTable:
    """Images by key, to go along with a statement."""
    return SentTable.of(name, "key Int64", pa.table({"key": pa.array(np.asarray(keys, np.int64))}))


def literal(text: str) -> str:
    """A text in a statement. Raises UnicodeEncodeError for what no database holds."""
    text.encode()
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0") + "'"


def listed(values: Iterable[Any]) -> str:
    """Numbers in a statement."""
    return ", ".join(str(int(value)) for value in values)
