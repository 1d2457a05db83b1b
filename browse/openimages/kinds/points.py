"""Files of points about which raters were asked whether a label holds there (V7)."""

from __future__ import annotations

from browse.models import PointAnnotation
from browse.openimages.kinds.kind import FileKind, MemberContext, rows_of
from browse.openimages.loading.row_tables import POINTS
from browse.openimages.merging.merge_rows import RowMerge
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.parse_points import COLUMNS, DICTIONARIES, TEXT, parse_points
from browse.openimages.reading.parsed import ParsedRows

_ROWS = RowMerge(POINTS)
_TEXT = frozenset({TEXT})


def _parse(block: Block, context: MemberContext) -> ParsedRows:
    return parse_points(rows_of(block, context, DICTIONARIES), decimal=context.decimal)


POINT_KIND = FileKind(
    name="points",
    title="points",
    shapes=(HeaderShape(COLUMNS, _TEXT), HeaderShape(COLUMNS, _TEXT, renames={"LabelName": "Label"})),
    read_order=3,
    parse=_parse,
    keep=_ROWS.keep,
    begin=_ROWS.find,
    merge=_ROWS.merge,
    tables=(PointAnnotation,),
    late_rejects=_ROWS.unknown,
)
