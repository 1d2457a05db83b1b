"""Files of bounding boxes: 8 columns (V3), 13 (V4 and later), or 21, with extreme clicks (train, V6 and later)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_clicks import CLICK_COLUMNS
from browse.domain.box_rows import BOX_ROW, no_boxes
from browse.models import BoxAnnotation
from browse.openimages.job import Job, ReadOptions
from browse.openimages.kinds.kind import FileKind, MemberContext, rows_of
from browse.openimages.merging.merge_boxes import BOXES, KEYS, PARKED, find_boxes, merge_boxes, unknown_boxes
from browse.openimages.merging.numbering import named_rows
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.parse_boxes import ATTRIBUTES, DICTIONARIES, SIDES, parse_boxes
from browse.openimages.reading.parsed import ParsedBoxes
from browse.openimages.workspace import Entry

COLUMNS = ("ImageID", "Source", "LabelName", "Confidence", *SIDES)


def _parse(block: Block, context: MemberContext) -> ParsedBoxes:
    return parse_boxes(rows_of(block, context, DICTIONARIES), decimal=context.decimal)


def _keep(job: Job, entry: Entry, parts: list[ParsedBoxes]) -> None:
    """Rows whose image is known by now, and apart from them those that wait for one, with their places among these."""
    job.known.refresh()
    kept, keys, parked = [no_boxes()], [np.empty(0, np.int64)], []
    count = 0
    for part in parts:
        known = job.known.number(part.keys)[1]
        unknown = ~known & ~job.known.is_beyond(part.keys)
        rows = part.boxes[known]
        rows["label"], rows["source"] = job.books.numbers(entry, part, known)
        kept.append(rows)
        keys.append(part.keys[known])
        entry.skipped += int(np.count_nonzero(~known & ~unknown))
        if unknown.any():
            places = count + np.cumsum(known)
            parked.append(_parked(part, np.flatnonzero(unknown), places, job.options))
        count += len(rows)
    job.workspace.write_array(BOXES, entry, np.concatenate(kept))
    job.workspace.write_array(KEYS, entry, np.concatenate(keys))
    entry.own = {BOXES: count, "coordinates_rounded": sum(part.rounded for part in parts)}
    if parked:
        table = pa.concat_tables(parked).unify_dictionaries().combine_chunks()
        entry.own[PARKED] = table.num_rows
        job.workspace.write_table(PARKED, entry, table)


def _parked(
    part: ParsedBoxes, rows: npt.NDArray[np.int64], places: npt.NDArray[np.int64], options: ReadOptions
) -> pa.Table:
    """Rows that wait; places: before which of the entry's rows with an image each row of the part belongs."""
    table = named_rows(part, rows, with_raw=not options.known_images_only)
    packed = pa.py_buffer(part.boxes[rows].tobytes())
    boxes = pa.Array.from_buffers(pa.binary(BOX_ROW.itemsize), len(rows), [None, packed])
    return table.append_column("place", pa.array(places[rows], pa.int64())).append_column("box", boxes)


BOX_KIND = FileKind(
    name="boxes",
    title="boxes",
    shapes=(
        HeaderShape(COLUMNS, frozenset(ATTRIBUTES)),
        HeaderShape((*COLUMNS, *CLICK_COLUMNS), frozenset(ATTRIBUTES)),
    ),
    read_order=3,
    parse=_parse,
    keep=_keep,
    begin=find_boxes,
    merge=merge_boxes,
    tables=(BoxAnnotation,),
    late_rejects=unknown_boxes,
)
