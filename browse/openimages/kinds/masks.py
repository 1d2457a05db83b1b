"""Files of segmentation masks (V5 and later)."""

from __future__ import annotations

from browse.models import MaskAnnotation
from browse.openimages.kinds.kind import FileKind, MemberContext, rows_of
from browse.openimages.loading.row_tables import MASKS
from browse.openimages.merging.merge_rows import RowMerge
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.parse_masks import COLUMNS, DICTIONARIES, FURTHER, parse_masks
from browse.openimages.reading.parsed import ParsedRows

_ROWS = RowMerge(MASKS)


def _parse(block: Block, context: MemberContext) -> ParsedRows:
    return parse_masks(rows_of(block, context, DICTIONARIES), context.file)


MASK_KIND = FileKind(
    name="masks",
    title="masks",
    shapes=(HeaderShape(COLUMNS, FURTHER),),
    read_order=3,
    parse=_parse,
    keep=_ROWS.keep,
    begin=_ROWS.find,
    merge=_ROWS.merge,
    tables=(MaskAnnotation,),
    late_rejects=_ROWS.unknown,
)
