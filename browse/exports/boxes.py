"""The boxes that a query asks for, row by row, and as CSV in the releases' own layout, which an import takes again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from browse.domain.box_clicks import CLICK_COLUMNS, CLICK_VALUES, click_shares
from browse.domain.box_rows import NO, UNKNOWN, YES, shift_of, unpacked
from browse.domain.boxes import Attribute, Box
from browse.domain.csv_text import decimal_text
from browse.domain.image_ids import image_id_from_key
from browse.exports.downloads import csv_batches
from browse.exports.matches import BATCH, Matches
from browse.models import BoxAnnotation
from browse.models.keys import one_of, rows_of

BOX_COLUMNS = (
    *("ImageID", "Source", "LabelName", "Confidence", "XMin", "XMax", "YMin", "YMax"),
    *("IsOccluded", "IsTruncated", "IsGroupOf", "IsDepiction", "IsInside"),
)
_FIELDS = (
    *("image_id", "number", "label_id", "source_id", "x_min", "x_max", "y_min", "y_max"),
    *("area", "attributes"),
)
_CONFIDENCE = "1"
"""Every box was drawn or checked by a person."""
_NO_CLICKS = ("-1",) * CLICK_VALUES
_TEXTS = {YES: "1", NO: "0", UNKNOWN: "-1"}


@dataclass(frozen=True)
class ExportedBox:
    """A box with its number among all of its image, from 1, and its attributes as `box_rows.packed` has them.

    packed_clicks: as `box_clicks` has them; None where it has none, or nobody asked.
    """

    number: int
    box: Box
    code: int
    packed_clicks: bytes | None = None

    @property
    def attributes(self) -> tuple[str, ...]:
        """Its attributes as the files have them: 1, 0 and -1."""
        return _ATTRIBUTE_TEXTS[self.code]

    @property
    def clicks(self) -> tuple[str, ...]:
        """Its extreme clicks as the files have them: -1 where it was not drawn by clicks."""
        return _NO_CLICKS if self.packed_clicks is None else (*map(decimal_text, click_shares(self.packed_clicks)),)


def _attribute_texts(code: int) -> tuple[str, ...]:
    return tuple(_TEXTS.get(code >> shift_of(attribute) & 3, "-1") for attribute in Attribute)


_CODES = 1 << 2 * len(Attribute)
_ATTRIBUTE_TEXTS = [_attribute_texts(code) for code in range(_CODES)]
_ATTRIBUTES = [unpacked(code) for code in range(_CODES)]


def boxes_by_image(
    matches: Matches, *, with_clicks: bool = False
) -> Iterator[tuple[int, dict[int, list[ExportedBox]]]]:
    """For some images at a time: how many images come before them, and by key the boxes of those that have any.

    Boxes are those that the query asks for, in file order; images in the query's order, without those hidden meanwhile.
    Raises SearchError.
    """
    read, before = _reader(matches, (*_FIELDS, "clicks") if with_clicks else _FIELDS), 0
    for keys in matches.batches(first=BATCH):  # COCO numbers its images by batch
        found, kept = matches.read(keys, partial(read, keys))
        shown = frozenset(kept)
        yield before, {key: found[key] if key in shown else [] for key in keys if key in found}
        before += len(keys)


def _reader(matches: Matches, fields: Sequence[str]) -> Callable[[list[int]], dict[int, list[ExportedBox]]]:
    names, terms, below = matches.names, matches.query.wanted_boxes, cache(lambda mid: frozenset(matches.below(mid)))

    def read(keys: list[int]) -> dict[int, list[ExportedBox]]:
        rows = BoxAnnotation.objects.filter(image_id__in=one_of(keys)).order_by("image_id", "number")
        given = rows_of(rows.values_list(*fields))
        found: dict[int, list[ExportedBox]] = {}
        for key, number, label, source, x_min, x_max, y_min, y_max, area, code, *clicks in given:
            mid, said = names.labels[label][0], _ATTRIBUTES[code]
            box = Box(mid, names.sources[source], x_min, x_max, y_min, y_max, area, said)
            if not terms or any(term.counts(box, below) for term in terms):
                found.setdefault(key, []).append(ExportedBox(number + 1, box, code, *clicks))
        return found

    return read


def boxes_csv(matches: Matches, *, safe: bool = False) -> Iterator[str]:
    """The header of V4 and later, and a line for each box of the images, in the query's order. Raises SearchError.

    Where the data set has the extreme clicks of any box, the header of train in V6 and later.
    """
    columns = (*BOX_COLUMNS, *CLICK_COLUMNS) if matches.has_clicks else BOX_COLUMNS
    batches = boxes_by_image(matches, with_clicks=matches.has_clicks)
    rows = (_rows(by_key, with_clicks=matches.has_clicks) for _, by_key in batches)
    return csv_batches(columns, rows, safe=safe)


def _rows(by_key: dict[int, list[ExportedBox]], *, with_clicks: bool) -> Iterator[tuple[str, ...]]:
    for key, boxes in by_key.items():
        image_id = image_id_from_key(key)
        for one in boxes:
            cells = _cells(image_id, one)
            yield (*cells, *one.clicks) if with_clicks else cells


def _cells(image_id: str, one: ExportedBox) -> tuple[str, ...]:
    box = one.box
    sides = (decimal_text(side) for side in (box.x_min, box.x_max, box.y_min, box.y_max))
    return (image_id, box.source, box.mid, _CONFIDENCE, *sides, *one.attributes)


def class_names(matches: Matches, mids: list[str]) -> list[str]:
    """What these labels are called, each differently: its name, with the MID behind it where others have that too."""
    called = [matches.names.by_mid[mid] for mid in mids]
    repeated = {name for name in called if called.count(name) > 1}
    return [f"{name} ({mid})" if name in repeated else name for mid, name in zip(mids, called, strict=True)]


def box_values(box: Box) -> dict[str, Any]:
    """What else a box says, as JSON has it: its source, and its attributes, null where unknown."""
    return {"source": box.source, **{attribute.value: box.has(attribute) for attribute in Attribute}}
