"""What parsing one block gives, ready to be counted and kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import BoxRows
from browse.openimages.reading.csv_rows import BadRow, Raw

IMAGE_SCHEMA = pa.schema(
    [
        ("key", pa.int64()),
        ("subset", pa.int16()),
        ("original_url", pa.string()),
        ("landing_url", pa.string()),
        ("license", pa.string()),
        ("author_url", pa.string()),
        ("author", pa.string()),
        ("title", pa.string()),
        ("original_size", pa.int64()),
        ("original_md5", pa.string()),
        ("thumbnail_url", pa.string()),
        ("rotation", pa.int16()),
    ]
)
"""An image row as it is compared and kept; columns that its file lacks are null throughout."""


@dataclass
class ParsedImages:
    """Image rows of one block in IMAGE_SCHEMA, `lines` beside them; rows_read = len(table) + len(bad).

    `blocked` counts rows with a picture's address that nothing is fetched from.
    """

    table: pa.Table
    lines: npt.NDArray[np.int64]
    bad: list[BadRow]
    blocked: int = 0

    @property
    def rows_read(self) -> int:
        return int(self.table.num_rows) + len(self.bad)


@dataclass
class ParsedLabels:
    """Label rows of one block.

    keys         int64: image keys.
    labels       int32: index into mids.
    sources      int32: index into source_names.
    confidences  uint8, hundredths.
    lines        int64: each row's line.
    raw          gives the bytes of the rows at some positions, as a binary column.
    rounded      how many confidences were rounded to hundredths.
    """

    keys: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int32]
    sources: npt.NDArray[np.int32]
    confidences: npt.NDArray[np.uint8]
    lines: npt.NDArray[np.int64]
    mids: list[str]
    source_names: list[str]
    raw: Raw
    bad: list[BadRow]
    rounded: int

    @property
    def rows_read(self) -> int:
        return len(self.keys) + len(self.bad)


@dataclass
class ParsedBoxes:
    """Box rows of one block.

    keys     int64: image keys.
    labels   int32: index into mids.
    sources  int32: index into source_names.
    boxes    BOX_ROW without image, number, label and source, which are 0.
    lines    int64: each row's line.
    raw      gives the bytes of the rows at some positions, as a binary column.
    rounded  how many rows have a coordinate that float32 does not give back, or a click that millionths do not.
    """

    keys: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int32]
    sources: npt.NDArray[np.int32]
    boxes: BoxRows
    lines: npt.NDArray[np.int64]
    mids: list[str]
    source_names: list[str]
    raw: Raw
    bad: list[BadRow]
    rounded: int

    @property
    def rows_read(self) -> int:
        return len(self.keys) + len(self.bad)


@dataclass
class ParsedRows:
    """Rows of one block of a kind that belongs to images.

    keys     int64: image keys.
    rows     packed, without image, number, and what is a text.
    texts    for each field that numbers texts each row's place among some texts, and these.
    lines    int64: each row's line.
    raw      gives the bytes of the rows at some positions, as a binary column.
    rounded  how many rows have a coordinate that float32 does not give back.
    """

    keys: npt.NDArray[np.int64]
    rows: npt.NDArray[np.void]
    texts: dict[str, tuple[npt.NDArray[np.int32], list[str]]]
    lines: npt.NDArray[np.int64]
    raw: Raw
    bad: list[BadRow]
    rounded: int

    @property
    def rows_read(self) -> int:
        return len(self.keys) + len(self.bad)


@dataclass
class ParsedNames:
    """Dictionary rows of one block: (line, MID, name, raw row)."""

    names: list[tuple[int, str, str, str]]
    bad: list[BadRow]

    @property
    def rows_read(self) -> int:
        return len(self.names) + len(self.bad)
