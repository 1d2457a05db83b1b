"""Which pairs differ between a set and one that was built again: named, but for those of images taken down since."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from browse.domain.image_ids import image_id_from_key
from browse.models.curation import all_hidings
from browse.sets.manifest import row_differences
from browse.sets.rows import PAIR_SCHEMA

MOST_NAMED = 10


def differing_pairs(before: Path, now: Path) -> list[str]:
    """The first pairs that the sets in two folders do not have alike, in words; none where one has no table of them."""
    tables = _pairs_in(before), _pairs_in(now)
    if tables[0] is None or tables[1] is None:
        return []
    hidden = [image_id_from_key(key) for key, is_hidden in all_hidings().items() if is_hidden]
    return row_differences(*tables, unnamed=hidden, most=MOST_NAMED)


def _pairs_in(folder: Path) -> pa.Table | None:
    if (folder / "pairs").is_dir():
        return pq.read_table(folder / "pairs")
    if (folder / "pairs.csv").is_file():
        options = pyarrow.csv.ConvertOptions(column_types=PAIR_SCHEMA, strings_can_be_null=True)
        return pyarrow.csv.read_csv(folder / "pairs.csv", convert_options=options)
    return None
