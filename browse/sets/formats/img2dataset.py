"""A list for img2dataset, which downloads the pictures and compares their MD5: in hex, for it cannot read Base64.

A picture that Flickr replaced by its placeholder so becomes a hash mismatch and not an image. Images without an address
are not in the list.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from browse.sets.formats.output import PARTS, Output
from browse.sets.formats.tables import COMPRESSION, write_parquet
from browse.sets.formats.writer import Plain
from browse.sets.rows import Batch

_RENAMED = {"original_url": "url", "attribution": "caption", "original_md5_hex": "md5"}
_KEPT = ("image_id", "split", "title", "author", "author_url", "license", "license_url", "landing_url")
RUN = """#!/bin/sh
# Downloads the pictures of this set into the folder images, and verifies them. Needs: pip install img2dataset
cd "$(dirname "$0")" || exit 1
exec img2dataset --url_list urls.parquet --input_format parquet --url_col url --caption_col caption \\
    --compute_hash md5 --verify_hash '["md5","md5"]' --save_additional_columns \\
    '["image_id","split","title","author","author_url","license","license_url","landing_url"]' \\
    --resize_mode no --output_format files --output_folder images "$@"
"""


class Img2datasetWriter(Plain):
    """`urls.parquet` and `run.sh`."""

    def write(self, batch: Batch, out: Output) -> None:
        """A part of the list."""
        import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

        named = batch.images.select([*_RENAMED, *_KEPT]).rename_columns([*_RENAMED.values(), *_KEPT])
        found = named.filter(pc.is_valid(named.column("url")))
        write_parquet(out, f"{PARTS}/urls/{batch.number:05d}.parquet", found)

    def finish(self, out: Output) -> None:
        """The list in one file, and the command that uses it."""
        batches = sum(split.batches for split in self.about.splits)
        with out.whole("urls.parquet") as file:
            writer: pq.ParquetWriter | None = None
            for number in range(batches):
                part: pa.Table = pq.read_table(out.folder / PARTS / "urls" / f"{number:05d}.parquet")
                writer = writer or pq.ParquetWriter(file, part.schema, compression=COMPRESSION)
                writer.write_table(part)
            if writer is not None:
                writer.close()
        out.write("run.sh", RUN.encode())
