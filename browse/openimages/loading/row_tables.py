"""How packed rows of images stand in their tables: columns and fields, written and read. Free of Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import shortest
from browse.domain.masks import MASK_ROW
from browse.domain.narratives import NARRATIVE_ROW
from browse.domain.points import POINT_ROW, VERDICTS
from browse.domain.relationships import RELATIONSHIP_ROW

PackedRows = npt.NDArray[np.void]


class Holds(StrEnum):
    """What a column holds: a label, a source, a text of the kind's own, a share of the picture, or a number, small
    or not.
    """

    LABEL = "label"
    SOURCE = "source"
    WORD = "word"
    SHARE = "share"
    NUMBER = "number"
    LARGE = "large"


@dataclass(frozen=True)
class Column:
    """A column of a table: which field of a packed row it is, and which place of a field that has several values."""

    name: str
    field: str
    holds: Holds
    place: int | None = None

    def of(self, rows: PackedRows) -> npt.NDArray[Any]:
        """Its values in packed rows, numbers for texts; to be read or written."""
        return rows[self.field] if self.place is None else rows[self.field][:, self.place]


@dataclass(frozen=True)
class Numbering:
    """What the numbers in packed rows stand for: row ids of labels and sources, texts."""

    labels: npt.NDArray[np.int32]
    sources: npt.NDArray[np.int32]
    words: Sequence[str] = ()


@dataclass(frozen=True)
class RowTable:
    """A kind of rows that belong to images.

    name     of the kind's files, such as "relationships", and of its rows in DatasetArrays.
    texts    of the kind's own texts there.
    table    of the database, without its prefix.
    dtype    a packed row; `image` is the image's number, `number` its place among the image's rows.
    columns  all but the image and the number.
    untold   fields that rows are not told by: of two that differ in these alone one is kept.
    """

    name: str
    texts: str
    table: str
    dtype: np.dtype[np.void]
    columns: tuple[Column, ...]
    untold: tuple[str, ...] = ()

    def fields_of(self, holds: Holds) -> tuple[str, ...]:
        """The fields whose columns hold such a thing."""
        return tuple(dict.fromkeys(column.field for column in self.columns if column.holds is holds))

    @property
    def word_columns(self) -> list[str]:
        """The columns that hold texts of the kind's own."""
        return [column.name for column in self.columns if column.holds is Holds.WORD]

    def none(self) -> PackedRows:
        """No rows."""
        return np.empty(0, self.dtype)

    def unpacked(self, rows: PackedRows, image_keys: npt.NDArray[np.int64], numbering: Numbering) -> pa.Table:
        """Packed rows as the table has them."""
        values = {column.name: _written(column, rows, numbering) for column in self.columns}
        return pa.table({"image_id": image_keys[rows["image"]], "number": rows["number"].astype(np.int16), **values})

    def packed(
        self,
        rows: Iterable[Sequence[Any]],
        image_keys: npt.NDArray[np.int64],
        number_of: Mapping[Holds, Mapping[Any, int]],
    ) -> PackedRows:
        """Rows of the table (image, number, columns), packed. number_of: of label and source ids, and of texts."""
        image, number, *columns = zip(*rows, strict=True)
        packed = np.zeros(len(image), self.dtype)
        packed["image"] = np.searchsorted(image_keys, np.array(image, np.int64))
        packed["number"] = number
        for column, values in zip(self.columns, columns, strict=True):
            numbers = number_of.get(column.holds)
            column.of(packed)[:] = values if numbers is None else [numbers[value] for value in values]
        return packed


def _written(column: Column, rows: PackedRows, numbering: Numbering) -> Any:
    values = column.of(rows)
    match column.holds:
        case Holds.LABEL:
            return numbering.labels[values]
        case Holds.SOURCE:
            return numbering.sources[values]
        case Holds.WORD:
            return pa.array(numbering.words, pa.string()).take(pa.array(values))
        case Holds.SHARE:
            return shortest(np.ascontiguousarray(values))
        case Holds.NUMBER:
            return values.astype(np.int16)
        case Holds.LARGE:
            return values.astype(np.int64)


SIDES = ("x_min", "x_max", "y_min", "y_max")
RELATIONSHIPS = RowTable(
    "relationships",
    "relation_words",
    "relationshipannotation",
    RELATIONSHIP_ROW,
    (
        Column("subject_id", "subject", Holds.LABEL),
        Column("relation", "relation", Holds.WORD),
        Column("object_id", "object", Holds.LABEL),
        *(Column(f"subject_{side}", "corners", Holds.SHARE, place) for place, side in enumerate(SIDES)),
        *(Column(f"object_{side}", "corners", Holds.SHARE, place) for place, side in enumerate(SIDES, 4)),
    ),
)
POINTS = RowTable(
    "points",
    "point_texts",
    "pointannotation",
    POINT_ROW,
    (
        Column("label_id", "label", Holds.LABEL),
        Column("source_id", "source", Holds.SOURCE),
        Column("text", "text", Holds.WORD),
        Column("verdict", "verdict", Holds.NUMBER),
        *(Column(f"{verdict}_votes", "votes", Holds.NUMBER, place) for place, verdict in enumerate(VERDICTS)),
        *(Column(axis, "place", Holds.SHARE, place) for place, axis in enumerate("xy")),
    ),
)
MASKS = RowTable(
    "masks",
    "mask_files",
    "maskannotation",
    MASK_ROW,
    (
        Column("label_id", "label", Holds.LABEL),
        Column("file", "file", Holds.WORD),
        *(Column(name, name, Holds.LARGE) for name in ("box_id", "iou")),
        *(Column(side, "corners", Holds.SHARE, place) for place, side in enumerate(SIDES)),
    ),
    untold=("file",),
)
NARRATIVES = RowTable(
    "narratives",
    "narrative_texts",
    "narrativeannotation",
    NARRATIVE_ROW,
    (
        Column("annotator", "annotator", Holds.NUMBER),
        *(Column(name, name, Holds.WORD) for name in ("caption", "recording", "file")),
        Column("begin", "begin", Holds.LARGE),
    ),
    untold=("file", "begin"),
)
ROW_TABLES = (RELATIONSHIPS, POINTS, MASKS, NARRATIVES)


def words_file(table: RowTable) -> str:
    """Where a merge leaves the texts of a kind's own: a JSON list, by the numbers of its prepared file."""
    return f"{table.name}_words.json"
