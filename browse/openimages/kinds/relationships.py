"""Files of relationships between boxes, and of attributes of one box, whose relation is `is`."""

from __future__ import annotations

from browse.models import RelationshipAnnotation
from browse.openimages.kinds.kind import FileKind, MemberContext, rows_of
from browse.openimages.loading.row_tables import RELATIONSHIPS
from browse.openimages.merging.merge_rows import RowMerge
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.parse_relationships import COLUMNS, DICTIONARIES, parse_relationships
from browse.openimages.reading.parsed import ParsedRows

_ROWS = RowMerge(RELATIONSHIPS)


def _parse(block: Block, context: MemberContext) -> ParsedRows:
    return parse_relationships(rows_of(block, context, DICTIONARIES), decimal=context.decimal)


RELATIONSHIP_KIND = FileKind(
    name="relationships",
    title="relationships",
    shapes=(HeaderShape(COLUMNS), HeaderShape(COLUMNS, renames={"RelationLabel": "RelationshipLabel"})),
    read_order=3,
    parse=_parse,
    keep=_ROWS.keep,
    begin=_ROWS.find,
    merge=_ROWS.merge,
    tables=(RelationshipAnnotation,),
    late_rejects=_ROWS.unknown,
)
