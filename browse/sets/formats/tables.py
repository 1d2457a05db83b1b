"""The two tables of a set, images and pairs, as CSV and as Parquet."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from browse.sets.formats.output import Output
from browse.sets.formats.writer import Plain
from browse.sets.rows import Batch

COMPRESSION = "zstd"


class CsvWriter(Plain):
    """`images.csv` and `pairs.csv`; what is null is an empty cell."""

    def write(self, batch: Batch, out: Output) -> None:
        """The rows of a batch, behind the header where it is the first."""
        for name, table in (("images.csv", batch.images), ("pairs.csv", batch.pair_table)):
            header = (",".join(table.column_names) + "\n").encode() if batch.number == 0 else b""
            out.append(name, header + csv_bytes(table))


class ParquetWriter(Plain):
    """`images/*.parquet` and `pairs/*.parquet`, a file for each batch."""

    def write(self, batch: Batch, out: Output) -> None:
        """A file of each table."""
        for name, table in (("images", batch.images), ("pairs", batch.pair_table)):
            write_parquet(out, f"{name}/{batch.number:05d}.parquet", table)


def csv_bytes(table: pa.Table) -> bytes:
    """A table's rows as CSV, without a header; texts are quoted, so that an empty one is not null."""
    sink = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(table, sink, options)
    return sink.getvalue()


def write_parquet(out: Output, name: str, table: pa.Table) -> None:
    """A table as a Parquet file, whole."""
    with out.whole(name) as file:
        pq.write_table(table, file, compression=COMPRESSION)
