"""Files of localized narratives (V6): one JSON object a line."""

from __future__ import annotations

from browse.models import NarrativeAnnotation
from browse.openimages.kinds.kind import FileKind, MemberContext
from browse.openimages.loading.row_tables import NARRATIVES
from browse.openimages.merging.merge_rows import RowMerge
from browse.openimages.reading.csv_rows import Block
from browse.openimages.reading.formats import FileFormat, Header
from browse.openimages.reading.parse_narratives import parse_narratives
from browse.openimages.reading.parsed import ParsedRows

_ROWS = RowMerge(NARRATIVES)
_WITHOUT_TRACE = (
    "narratives without their traces; the files of localized narratives have these captions as well, and are read"
)


def _match(header: Header) -> FileFormat | None:
    names = [field.partition(":")[0].strip(' {"') for field in header.fields[:8]]
    is_object = bool(header.fields) and header.fields[0].lstrip().startswith("{")
    return FileFormat(header_lines=0) if is_object and {"image_id", "annotator_id"} <= {*names} else None


def _doubt(found: FileFormat, data: bytes, name: str) -> str:
    return "" if b'"timed_caption"' in data.partition(b"\n")[0] else _WITHOUT_TRACE


def _parse(block: Block, context: MemberContext) -> ParsedRows:
    return parse_narratives(block, context.file)


NARRATIVE_KIND = FileKind(
    name="narratives",
    shapes=(),
    match=_match,
    doubt=_doubt,
    read_order=3,
    parse=_parse,
    keep=_ROWS.keep,
    begin=_ROWS.find,
    merge=_ROWS.merge,
    tables=(NarrativeAnnotation,),
    late_rejects=_ROWS.unknown,
)
