"""Dictionaries: files that give names to MIDs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from browse.models import Label
from browse.openimages.job import Job
from browse.openimages.kinds.kind import FileKind, MemberContext
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.csv_rows import Block, records
from browse.openimages.reading.formats import FileFormat, Header, HeaderShape, is_mid, matching
from browse.openimages.reading.official_files import ATTRIBUTES, NOT_READ, official_name
from browse.openimages.reading.parse_labels import NAME_COLUMNS, parse_names
from browse.openimages.reading.parsed import ParsedNames
from browse.openimages.reading.rejects import Rejects
from browse.openimages.workspace import Entry

SAMPLE_ROWS = 10_000
"""More rows than a kind needs to be told; a whole dictionary has twice as many."""
ATTRIBUTE_ROWS = 50
"""More than any release has attributes (15)."""
_HEADERS = (NAME_COLUMNS, ("LabelName", "Class"), ("id", "name"))
_SHAPES = tuple(HeaderShape(NAME_COLUMNS, renames=dict(zip(names, NAME_COLUMNS, strict=True))) for names in _HEADERS)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)*|[.,]\d+)(e[+-]?\d+)?%?|nan|null|none|", re.IGNORECASE)


def _match(header: Header) -> FileFormat | None:
    """Also without a header, and as the site's tables of labels, which have counts behind the names."""
    names = header.names
    if len(header.fields) == 2 and is_mid(header.fields[0]):
        return FileFormat(NAME_COLUMNS, header_lines=0, delimiter=header.delimiter)
    if names[:2] == NAME_COLUMNS and len(frozenset(names)) == len(names) > len(NAME_COLUMNS) + 1:
        return FileFormat(names, delimiter=header.delimiter)
    found = (matching(header, [shape]) for shape in _SHAPES)
    return next((one for one in found if one is not None and one.unread not in header.known), None)


def _doubt(found: FileFormat, data: bytes, name: str) -> str:
    """Other files of two columns look much the same."""
    read = (fields for _, _, fields in records(Block(1, data, found.delimiter), len(found.columns)))
    rows = [fields for fields in islice(read, SAMPLE_ROWS) if isinstance(fields, list)]
    mid, word = found.columns.index("LabelName"), found.columns.index("DisplayName")
    pairs = [(fields[mid], fields[word].strip()) for fields in rows]
    official = official_name(name)
    if not official and len(pairs) <= ATTRIBUTE_ROWS and not ATTRIBUTES.isdisjoint(pairs):
        official = "descriptions of attributes"
    if official and found.header_lines == 0:
        return NOT_READ.format(official)
    if pairs and 2 * sum(is_mid(label) for label, _ in pairs) < len(pairs):
        return "its first column has no label MIDs, so it is not a dictionary"
    words = [text for label, text in pairs if text != label]  # a MID in place of its own name is how exports say none
    mids = sum(is_mid(text) for text in words)
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in words)
    if 10 * (mids + numbers) > 9 * len(words):
        what = "MIDs" if mids >= numbers else "numbers"
        return f"its second column has {what}, not names, so it is not a dictionary"
    return ""


def _parse(block: Block, context: MemberContext) -> ParsedNames:
    return parse_names(block, context.format.columns, spreadsheet=context.options.spreadsheet)


def _keep(job: Job, entry: Entry, parts: list[ParsedNames]) -> None:
    entry.named = job.sources[entry.source].named
    entry.names = [name for part in parts for name in part.names]


def _late_rejects(merge: Preparation) -> Iterable[Rejects]:
    return merge.name_counts.conflicts


DICTIONARY = FileKind(
    name="dictionary",
    title="a dictionary",
    shapes=_SHAPES,
    match=_match,
    doubt=_doubt,
    read_order=0,
    parse=_parse,
    keep=_keep,
    merge=Preparation.merge_names,
    tables=(Label,),
    late_rejects=_late_rejects,
)
