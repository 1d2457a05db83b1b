"""Fills shadow tables from prepared files, in a process of its own.

    python -m browse.openimages.loading.bulk_load JOB.json

The driver brings its own SQLite library, and two of those on one file in one process lose writes; so this
process never opens the database any other way, and the importing process leaves the file alone meanwhile.
In SQLite each batch, in PostgreSQL each table commits together with the record of it in the progress table. It writes
`what rows` lines to standard output.
"""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_clicks import ClickWords, have_clicks
from browse.domain.box_rows import BOX_ROW, shortest
from browse.openimages.loading.handover import PROGRESS_TABLE, READY, mapped_keys
from browse.openimages.loading.memory import share_memory
from browse.openimages.loading.row_tables import ROW_TABLES, Numbering, RowTable, words_file

PACKED_ROWS = 1_000_000
STATEMENT_VALUES = 500
"""So many values at most are inserted by one statement of SQLite, which takes 32,766."""
_PARENT_DEATH = 1


@dataclass(frozen=True)
class Job:
    """What to load: `tables` maps a prepared name to its shadow table, in order; `parent` is the importing process.

    The importing process may still be preparing them; it says of each when it is complete. `keys` are the statements
    that complete a full shadow table.
    """

    parent: int
    uri: str
    vendor: str
    run: str
    folder: str
    tables: dict[str, str]
    keys: dict[str, list[str]]


def main(path: str) -> None:
    """Load every table of a job file."""
    job = Job(**json.loads(Path(path).read_text()))
    die_with(job.parent)
    share_memory()
    (_fill_or_tell if job.vendor == "postgresql" else _fill_sqlite)(job)


def _fill_sqlite(job: Job) -> None:
    from browse.openimages.loading import sqlite_load  # noqa: PLC0415 - a driver takes a tenth of a second

    with sqlite_load.connect(job.uri) as connection:
        for name, table in job.tables.items():
            load_table(connection, job, name, table)


def _fill_or_tell(job: Job) -> None:
    """Fill PostgreSQL, or end with the server's words."""
    import psycopg  # noqa: PLC0415 - of this database alone, and takes long

    try:
        _fill_postgresql(job)
    except psycopg.Error as error:
        raise SystemExit(error.diag.message_primary or str(error)) from error


def _fill_postgresql(job: Job) -> None:
    from browse.openimages.loading import postgresql_load  # noqa: PLC0415 - as SQLite's

    with postgresql_load.connect(job.uri) as connection:
        for name, table in job.tables.items():
            if _progress(connection, job, table):
                continue
            rows = postgresql_load.copy_rows(connection, table, _batches(job, name, 0), partial(_tell, job, name))
            _tell(job, f"keys of {name}", 0)
            postgresql_load.complete(connection, job.keys[table])
            _note_progress(connection, table, rows)
            stop_without(job.parent)
            connection.commit()


def die_with(parent: int) -> None:
    """Have the kernel end this process with its parent, and end now where that is gone already.

    Only Linux can; elsewhere each batch asks before it is committed.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(_PARENT_DEATH, signal.SIGKILL)
    stop_without(parent)


def stop_without(parent: int) -> None:
    """Raise SystemExit where the importing process is gone: another one may have begun."""
    if os.getppid() != parent:
        raise SystemExit(f"the import (process {parent}) has ended")


def load_table(connection: Any, job: Job, name: str, table: str) -> None:
    """Append the rows that SQLite's table does not have yet, as they become ready."""
    done = _progress(connection, job, table)
    for batch in _batches(job, name, done):
        connection.append(table, _insert_many(connection, table, batch) if name in PACKED else batch)
        done += batch.num_rows
        _note_progress(connection, table, done)
        stop_without(job.parent)
        connection.commit()
        _tell(job, name, done)


def _tell(job: Job, what: str, rows: int) -> None:
    stop_without(job.parent)
    sys.stdout.write(f"{what} {rows}\n")
    sys.stdout.flush()


def _insert_many(connection: Any, table: str, batch: pa.Table) -> pa.Table:
    """Insert rows in statements of many; the few that are left over.

    Within a statement SQLite keeps its place in the table's tree, which takes little more than half the time.
    """
    at_once = STATEMENT_VALUES // batch.num_columns
    whole = batch.num_rows - batch.num_rows % at_once
    if not whole:
        return batch
    names = ", ".join(f'"{name}"' for name in batch.column_names)
    row = f"({', '.join('?' * batch.num_columns)})"
    places = [pa.array(np.arange(first, whole, at_once)) for first in range(at_once)]
    values = [column.take(rows) for rows in places for column in batch.columns]
    statements = pa.Table.from_arrays(values, names=[str(number) for number in range(len(values))])
    # FAIL, as what is inserted is undone with the whole batch: SQLite keeps no copies of pages to undo a statement.
    connection.execute_many(f"INSERT OR FAIL INTO {table} ({names}) VALUES {', '.join([row] * at_once)}", statements)
    return batch.slice(whole)


def _progress(connection: Any, job: Job, table: str) -> int:
    progress = f"SELECT rows FROM {PROGRESS_TABLE} WHERE \"table\" = '{table}' AND run = '{job.run}'"
    found = connection.execute(progress).fetchone()
    connection.rollback()
    if found is None:
        raise SystemExit(f"{table}: no progress row for run {job.run}")
    return int(found[0])


def _note_progress(connection: Any, table: str, rows: int) -> None:
    connection.execute(f"UPDATE {PROGRESS_TABLE} SET rows = {rows} WHERE \"table\" = '{table}'")


def _batches(job: Job, name: str, done: int) -> Iterator[pa.Table]:
    """The table's rows without those already loaded."""
    return PACKED[name](job, done) if name in PACKED else _parts(job, name, done)


def _rows_as_written(job: Job, name: str, file: Path, dtype: npt.DTypeLike, done: int) -> Iterator[npt.NDArray[Any]]:
    """Rows of a table's packed file, many at a time, from `done` on; while it is written, what is there of it."""
    size = np.dtype(dtype).itemsize
    while True:
        is_whole = _is_ready(job, name)  # asked before how long it is
        rows = file.stat().st_size // size - done if file.exists() else 0
        if is_whole and rows <= 0:
            return
        if is_whole or rows >= PACKED_ROWS:
            found: npt.NDArray[Any] = np.fromfile(file, dtype, min(rows, PACKED_ROWS), offset=done * size)
            done += len(found)
            yield found
        else:
            _wait(job)


def _wait_for(job: Job, name: str) -> None:
    """Wait until a table is complete."""
    while not _is_ready(job, name):
        _wait(job)


def _is_ready(job: Job, name: str) -> bool:
    return Path(job.folder, name + READY).exists()


def _wait(job: Job) -> None:
    stop_without(job.parent)
    time.sleep(0.1)


def _files(job: Job, name: str) -> Iterator[Path]:
    """The table's prepared files, as they come."""
    for number in itertools.count():
        path = Path(job.folder, f"{name}-{number:06d}.arrow")
        while not path.exists():
            if _is_ready(job, name) and not path.exists():
                return
            _wait(job)
        yield path


def _parts(job: Job, name: str, done: int) -> Iterator[pa.Table]:
    """The table's prepared files in pieces, without the rows already loaded."""
    seen = 0
    for path in _files(job, name):
        with pa.OSFile(str(path), "rb") as file:
            reader = pa.ipc.open_file(file)
            for index in range(reader.num_record_batches):
                batch = reader.get_batch(index)
                skip = min(max(0, done - seen), batch.num_rows)
                seen += batch.num_rows
                if skip < batch.num_rows:
                    yield pa.Table.from_batches([batch.slice(skip)])


def _annotations(job: Job, done: int) -> Iterator[pa.Table]:
    """Packed annotations as rows of the Annotation table; they are loaded while others are merged."""
    _wait_for(job, "source")
    folder = Path(job.folder)
    keys = mapped_keys(folder / "image_keys")
    labels = np.fromfile(folder / "label_ids", np.int32)
    sources = np.fromfile(folder / "source_ids", np.int32)
    for packed in _rows_as_written(job, "annotation", folder / "annotations", np.uint64, done):
        yield pa.table(
            {
                "image_id": keys[packed >> np.uint64(32)],
                "label_id": labels[(packed >> np.uint64(16)) & np.uint64(0xFFFF)],
                "source_id": sources[(packed >> np.uint64(8)) & np.uint64(0xFF)],
                "confidence": (packed & np.uint64(0xFF)).astype(np.int16),
            }
        )


def _boxes(job: Job, done: int) -> Iterator[pa.Table]:
    """Packed boxes as rows of the BoxAnnotation table."""
    _wait_for(job, "boxannotation")
    folder = Path(job.folder)
    keys = mapped_keys(folder / "image_keys")
    labels = np.fromfile(folder / "label_ids", np.int32)
    sources = np.fromfile(folder / "source_ids", np.int32)
    for rows in _rows_as_written(job, "boxannotation", folder / "boxes", BOX_ROW, done):
        corners = shortest(rows["corners"])
        yield pa.table(
            {
                "image_id": keys[rows["image"]],
                "number": rows["number"].astype(np.int16),
                "label_id": labels[rows["label"]],
                "source_id": sources[rows["source"]],
                **{name: corners[:, place] for place, name in enumerate(("x_min", "x_max", "y_min", "y_max"))},
                "area": rows["area"].astype(np.int16),
                "attributes": rows["attributes"].astype(np.int16),
                "clicks": _clicks(rows["clicks"]),
            }
        )


def _clicks(words: ClickWords) -> pa.Array:
    """The bytes of packed clicks, null where there are none."""
    known = have_clicks(words)
    lengths = np.where(known, words.shape[1] * words.itemsize, 0)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    valid = np.packbits(known, bitorder="little").tobytes()
    buffers = [pa.py_buffer(valid), pa.py_buffer(offsets.tobytes()), pa.py_buffer(words[known].tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(words), buffers)


def _rows(table: RowTable) -> Callable[[Job, int], Iterator[pa.Table]]:
    """Packed rows of a table as it has them."""

    def batches(job: Job, done: int) -> Iterator[pa.Table]:
        _wait_for(job, table.table)
        folder = Path(job.folder)
        keys = mapped_keys(folder / "image_keys")
        labels, sources = (np.fromfile(folder / name, np.int32) for name in ("label_ids", "source_ids"))
        numbering = Numbering(labels, sources, json.loads((folder / words_file(table)).read_text()))
        for rows in _rows_as_written(job, table.table, folder / table.name, table.dtype, done):
            yield table.unpacked(rows, keys, numbering)

    return batches


PACKED = {"annotation": _annotations, "boxannotation": _boxes, **{table.table: _rows(table) for table in ROW_TABLES}}
"""What is read of one packed file; other tables are prepared as they are loaded."""

if __name__ == "__main__":
    main(sys.argv[1])
