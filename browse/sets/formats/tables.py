"""The tables of a set, images, pairs and boxes, as CSV and as Parquet."""

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
    """`images.csv`, `pairs.csv`, and `boxes.csv` in sets with boxes; what is null is an empty cell."""

    def write(self, batch: Batch, out: Output) -> None:
        """The rows of a batch, behind the header where it is the first."""
        for name, table in tables_of(batch).items():
            header = (",".join(table.column_names) + "\n").encode() if batch.number == 0 else b""
            out.append(f"{name}.csv", header + csv_bytes(table))


class ParquetWriter(Plain):
    """`images/*.parquet`, `pairs/*.parquet`, and `boxes/*.parquet` in sets with boxes, a file for each batch."""

    def write(self, batch: Batch, out: Output) -> None:
        """A file of each table."""
        for name, table in tables_of(batch).items():
            write_parquet(out, f"{name}/{batch.number:05d}.parquet", table)


def tables_of(batch: Batch) -> dict[str, pa.Table]:
    """The tables of a batch by their names; boxes are there in sets with boxes."""
    boxes = {} if batch.boxes is None else {"boxes": batch.boxes}
    return {"images": batch.images, "pairs": batch.pair_table, **boxes}


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
