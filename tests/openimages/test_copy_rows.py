"""Rows for PostgreSQL's COPY."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from browse.openimages.loading import bulk_load, shadow_tables
from browse.openimages.loading.copy_rows import binary_rows
from tests.postgres import ON_POSTGRESQL

SCHEMA = pa.schema(
    [
        *(("a", pa.int64()), ("b", pa.int32()), ("c", pa.int16()), ("d", pa.float64()), ("e", pa.bool_())),
        *(("f", pa.string()), ("g", pa.binary()), ("h", pa.int64()), ("i", pa.int16()), ("j", pa.int32())),
    ]
)
PACKINGS = ("q", "i", "h", "d", "?", None, None, "q", "h", "i")


def whole(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


ROWS = st.lists(
    st.tuples(
        *(whole(64), whole(32), whole(16), st.floats(allow_nan=False), st.booleans()),
        *(st.none() | st.text(), st.none() | st.binary(), st.none() | whole(64), st.none() | whole(16), whole(32)),
    ),
    max_size=6,
)


def one_by_one(row: tuple[object, ...]) -> Iterator[bytes]:
    """A row as the documentation of COPY says."""
    yield struct.pack("!h", len(row))
    for value, packing in zip(row, PACKINGS, strict=True):
        if value is None:
            yield struct.pack("!i", -1)
            continue
        data = value.encode() if isinstance(value, str) else value
        data = struct.pack(f"!{packing}", data) if packing else data
        assert isinstance(data, bytes)
        yield struct.pack("!i", len(data)) + data


@given(rows=ROWS)
def test_rows_are_written_as_the_documentation_says(rows: list[tuple[object, ...]]) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=SCHEMA)
    assert bytes(binary_rows(table)) == b"".join(part for row in rows for part in one_by_one(row))
    assert bytes(binary_rows(table.slice(1))) == b"".join(part for row in rows[1:] for part in one_by_one(row))


def test_rows_of_numbers_alone_are_written_too() -> None:
    table = pa.table({"a": pa.array([1, 2], pa.int16())})
    assert bytes(binary_rows(table)) == bytes.fromhex("0001 00000002 0001  0001 00000002 0002")


@pytest.mark.skipif(not ON_POSTGRESQL, reason="PostgreSQL alone has COPY")
@pytest.mark.django_db(transaction=True)
class TestInPostgreSQL:
    """Tables as the loading process fills them."""

    @pytest.fixture
    def job(self, tmp_path: Path) -> Iterator[bulk_load.Job]:
        shadow_tables.start("12345678", ["source"])
        tables = {"source": shadow_tables.shadow_name("source")}
        keys = {table: shadow_tables.completion(name, "12345678") for name, table in tables.items()}
        uri = shadow_tables.postgresql_uri()
        yield bulk_load.Job(os.getppid(), uri, "postgresql", "12345678", str(tmp_path), tables, keys)
        shadow_tables.clear()

    def fill(self, job: bulk_load.Job, *names: str) -> None:
        table = pa.table({"id": pa.array(range(len(names)), pa.int32()), "name": pa.array(names, pa.string())})
        path = str(Path(job.folder, "source-000000.arrow"))
        with pa.OSFile(path, "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)
        Path(job.folder, "source.ready").touch()
        bulk_load._fill_postgresql(job)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def test_a_full_table_has_its_rows_frozen_and_its_keys(self, job: bulk_load.Job) -> None:
        self.fill(job, "machine", "ver\u00efficateur, 'x'")
        assert self.ask(f"SELECT * FROM {job.tables['source']}") == [(0, "machine"), (1, "ver\u00efficateur, 'x'")]
        kinds = f"SELECT contype::text FROM pg_constraint WHERE conrelid = '{job.tables['source']}'::regclass"
        assert {kind for (kind,) in self.ask(kinds)} >= {"p", "u"}
        assert self.ask("SELECT rows FROM browse_importprogress") == [(2,)]
        frozen = f"SELECT relallvisible = relpages FROM pg_class WHERE oid = '{job.tables['source']}'::regclass"
        assert self.ask(frozen) == [(True,)]

    def test_a_table_that_is_full_is_not_filled_again(self, job: bulk_load.Job) -> None:
        self.fill(job, "machine")
        self.fill(job, "machine", "more")
        assert self.ask(f"SELECT count(*) FROM {job.tables['source']}") == [(1,)]

    def test_an_empty_one_is_completed_as_often_as_is_asked(self, job: bulk_load.Job) -> None:
        self.fill(job)
        self.fill(job)
        assert self.ask(f"SELECT count(*) FROM {job.tables['source']}") == [(0,)]

    def test_one_that_fails_is_left_empty(self, job: bulk_load.Job) -> None:
        with pytest.raises(psycopg.errors.UniqueViolation):
            self.fill(job, "machine", "machine")
        assert self.ask(f"SELECT count(*) FROM {job.tables['source']}") == [(0,)]
        self.fill(job, "machine", "another")
        assert self.ask(f"SELECT count(*) FROM {job.tables['source']}") == [(2,)]
