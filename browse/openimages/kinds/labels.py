"""Files of label rows: one for each annotation, or V1's first ones, one for each image."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.models import Annotation, Source
from browse.openimages.job import Job
from browse.openimages.kinds.kind import FileKind, Losers, MemberContext, rows_of
from browse.openimages.merging.numbering import parked_rows
from browse.openimages.merging.prepare import DisputedAnnotations, Preparation
from browse.openimages.reading.csv_rows import Block, Rows
from browse.openimages.reading.formats import FileFormat, Header, HeaderShape
from browse.openimages.reading.parse_labels import DICTIONARIES, parse_labels, wide_rows
from browse.openimages.reading.parsed import ParsedLabels
from browse.openimages.workspace import Entry

COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")
_WIDE = HeaderShape(("ImageID", "Confidence:Labels..."))


def _match_wide(header: Header) -> FileFormat | None:
    return FileFormat(header.names, delimiter=header.delimiter) if header.names == _WIDE.required else None


def _rows(block: Block, context: MemberContext) -> Rows:
    wide = context.format.columns == _WIDE.required
    return wide_rows(block) if wide else rows_of(block, context, DICTIONARIES)


def _parse(block: Block, context: MemberContext) -> ParsedLabels:
    return parse_labels(_rows(block, context), decimal=context.decimal)


def _keep(job: Job, entry: Entry, parts: list[ParsedLabels]) -> None:
    packed = [np.empty(0, np.uint64)]
    parked: list[pa.Table] = []
    job.known.refresh()
    entry.epoch = job.known.epoch
    for part in parts:
        images, known = job.known.number(part.keys)
        packed.append(job.books.packed(entry, images, part, known))
        entry.rounded += part.rounded
        unknown = ~known & ~job.known.is_beyond(part.keys)
        entry.skipped += int(np.count_nonzero(~known & ~unknown))
        if unknown.any():
            parked.append(parked_rows(part, np.flatnonzero(unknown), with_raw=not job.options.known_images_only))
    rows = np.concatenate(packed)
    entry.labels = len(rows)
    job.workspace.write_array("labels", entry, rows)
    if parked:
        table = pa.concat_tables(parked).unify_dictionaries().combine_chunks()
        entry.parked = table.num_rows
        job.workspace.write_table("parked", entry, table)


def _losers(merge: Preparation) -> Losers | None:
    disputed = merge.disputed_annotations()
    return partial(_losing_rows, disputed) if len(disputed.packed) and len(disputed.keys) else None


def _losing_rows(
    disputed: DisputedAnnotations, block: Block, context: MemberContext
) -> tuple[npt.NDArray[np.int64], pa.Array]:
    labels = _parse(block, context)
    positions = _differing(labels, disputed)
    return labels.lines[positions], labels.raw(positions)


def _differing(rows: ParsedLabels, disputed: DisputedAnnotations) -> npt.NDArray[np.int64]:
    if not len(rows.keys):
        return np.empty(0, np.int64)
    places = np.minimum(np.searchsorted(disputed.keys, rows.keys), len(disputed.keys) - 1)
    known = disputed.keys[places] == rows.keys
    label = np.array([disputed.label_numbers.get(mid, 0) for mid in rows.mids] or [0], np.uint64)[rows.labels]
    source = np.array([disputed.source_numbers.get(n, 0) for n in rows.source_names] or [0], np.uint64)[rows.sources]
    pair = places.astype(np.uint64) << np.uint64(24) | label << np.uint64(8) | source
    standing = np.sort(disputed.packed)
    at = np.minimum(np.searchsorted(standing >> np.uint64(8), pair), len(standing) - 1)
    same_pair = known & ((standing[at] >> np.uint64(8)) == pair)
    return np.flatnonzero(same_pair & ((standing[at] & np.uint64(0xFF)) != rows.confidences))


LABELS = FileKind(
    name="labels",
    title="image-level labels",
    shapes=(HeaderShape(COLUMNS), HeaderShape(COLUMNS, renames={"Label": "LabelName"})),
    read_order=2,
    parse=_parse,
    keep=_keep,
    merge=Preparation.merge_annotations,
    tables=(Source, Annotation),
    late_rejects=Preparation.unknown_rows,
    losers=_losers,
)
WIDE_LABELS = FileKind(
    name="wide labels",
    shapes=(_WIDE,),
    match=_match_wide,
    read_order=2,
    parse=_parse,
    keep=_keep,
    merge=Preparation.merge_annotations,
    tables=LABELS.tables,
    losers=_losers,
)
