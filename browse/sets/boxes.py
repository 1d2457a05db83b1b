"""The boxes of a set: which of its images' boxes a recipe wants, as columns, as a table, and their hash.

Sides are the files' own, of the stored picture; sets with rendered pictures have boxes of these, which are turned the
right way up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_places import turned
from browse.domain.box_rows import NO, UNKNOWN, YES, shift_of
from browse.domain.boxes import Attribute
from browse.facets.candidates import BoxColumns
from browse.query.box_terms import BoxTerm
from browse.sets.recipe import Boxes

BOX_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("image_id", "mid", "source")),
        *((name, pa.float64()) for name in ("x_min", "x_max", "y_min", "y_max", "area")),
        *((attribute.value, pa.bool_()) for attribute in Attribute),
    ]
)
"""A row a box; sides and area are shares of the picture, and an attribute that nobody knows is null."""
SIDES = ("x_min", "x_max", "y_min", "y_max")
_CODES = np.arange(1 << 2 * len(Attribute))
_TURNS = (90, 180, 270)


@dataclass(frozen=True)
class BoxRule:
    """Which boxes are wanted. is_asked: bool[labels], of all the engine's labels."""

    is_asked: npt.NDArray[np.bool_]
    wanted: Boxes

    def wants(self, columns: BoxColumns) -> npt.NDArray[np.bool_]:
        """Which of these boxes are wanted."""
        allowed = _allowed(self.wanted.attributes)[columns.attributes]
        wanted: npt.NDArray[np.bool_] = self.is_asked[columns.labels] & allowed & (columns.areas >= self.wanted.area)
        return wanted

    def of(self, columns: BoxColumns) -> BoxColumns:
        """The boxes that are wanted."""
        return columns.only(self.wants(columns))


def _allowed(words: frozenset[str]) -> npt.NDArray[np.bool_]:
    """bool[packed attributes]: which have what is asked for."""
    term, fine = BoxTerm("").with_attributes(words), np.ones(len(_CODES), np.bool_)
    for attribute in Attribute:
        fine &= np.isin(_CODES >> shift_of(attribute) & 3, [*term.allowed(attribute)])
    return fine


def box_table(columns: BoxColumns, ids: pa.Array, mids: list[str], rotations: npt.NDArray[np.int64] | None) -> pa.Table:
    """Boxes as a table of BOX_SCHEMA. ids: of the images that own them; mids: of all labels.

    rotations: of each of these images, to which its boxes are turned; None where boxes stay as they are.
    """
    corners = columns.corners if rotations is None else _upright(columns, rotations)
    arrays = [
        ids.take(pa.array(columns.owners)),
        _named(mids, columns.labels),
        _named([*columns.source_names], columns.sources),
        *(pa.array(corners[:, side]) for side in range(4)),
        pa.array(columns.areas / 10_000),
        *(_attribute(columns, attribute) for attribute in Attribute),
    ]
    return pa.Table.from_arrays(arrays, schema=BOX_SCHEMA)


def _named(names: list[str], numbers: npt.NDArray[np.int64]) -> pa.Array:
    used, place = np.unique(numbers, return_inverse=True)
    return pa.array([names[number] for number in used.tolist()], pa.string()).take(pa.array(place.reshape(-1)))


def _attribute(columns: BoxColumns, attribute: Attribute) -> pa.Array:
    values = columns.attributes >> shift_of(attribute) & 3
    return pa.array(values == YES, pa.bool_(), mask=values == UNKNOWN)


def _upright(columns: BoxColumns, rotations: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    corners, of_box = columns.corners.copy(), rotations[columns.owners]
    for rotation in _TURNS:
        mine = of_box == rotation
        corners[mine] = turned(columns.corners[mine], rotation)
    return corners


def box_lines(columns: BoxColumns, ids: pa.Array, mids: list[str]) -> bytes:
    """The lines `image_id,mid,source,x_min,x_max,y_min,y_max,attributes` that the hash of boxes is made of, in order.

    Sides are shortest decimals of float64; attributes are one digit each: 0 no, 1 yes, 2 unknown.
    """
    if not len(columns):
        return b""
    table = box_table(columns, ids, mids, None)
    texts = [table.column(name).to_pylist() for name in ("image_id", "mid", "source", *SIDES)]
    codes = [_DIGITS[code] for code in columns.attributes.tolist()]
    lines = (
        f"{image_id},{mid},{source},{left!r},{right!r},{top!r},{bottom!r},{code}\n"
        for image_id, mid, source, left, right, top, bottom, code in zip(*texts, codes, strict=True)
    )
    return "".join(lines).encode()


def corner_and_size(box: Mapping[str, Any]) -> list[float]:
    """A box's left and upper side, its width and its height, without digits of rounding. box: of BOX_SCHEMA."""
    width, height = box["x_max"] - box["x_min"], box["y_max"] - box["y_min"]
    return [box["x_min"], box["y_min"], round(width, 15), round(height, 15)]


def _digits(code: int) -> str:
    return "".join(str({NO: 0, YES: 1}.get(code >> shift_of(attribute) & 3, 2)) for attribute in Attribute)


_DIGITS = [_digits(code) for code in _CODES.tolist()]
