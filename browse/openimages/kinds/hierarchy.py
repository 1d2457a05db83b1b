"""Files of the label hierarchy. Imports add to it; only --replace begins a new one."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from browse.domain.hierarchy import Hierarchy, HierarchyCycleError, HierarchyEdge
from browse.models import HierarchyRow
from browse.openimages.errors import ImportProblemError
from browse.openimages.job import Job
from browse.openimages.kinds.kind import FileKind, MemberContext
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.csv_rows import BadRow, Block
from browse.openimages.reading.formats import FileFormat, Header
from browse.openimages.reading.parse_hierarchy import parse_hierarchy, why_no_hierarchy
from browse.openimages.workspace import Entry

MAX_BYTES = 64 << 20
"""The releases' largest has 89,038."""


@dataclass
class DocumentPart:
    """Bytes of a document, whose rows are counted once it is whole."""

    data: bytes
    bad: list[BadRow] = field(default_factory=list)
    rows_read: int = 0


@dataclass
class HierarchyCounts:
    """Steps from a label to one directly below it, by outcome."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


def _match(header: Header) -> FileFormat | None:
    return FileFormat(header_lines=0) if header.fields[:1] and header.fields[0].lstrip()[:1] in ("{", "[") else None


def _doubt(found: FileFormat, data: bytes, name: str) -> str:
    return why_no_hierarchy(data)


def _parse(block: Block, context: MemberContext) -> DocumentPart:
    return DocumentPart(block.data)


def _keep(job: Job, entry: Entry, parts: list[DocumentPart]) -> None:
    data = b"".join(part.data for part in parts)
    if len(data) > MAX_BYTES:
        raise ImportProblemError(f"{entry.member}: a hierarchy of more than {MAX_BYTES >> 20} MiB")
    try:
        edges = parse_hierarchy(data)
    except ValueError as error:
        raise ImportProblemError(f"{entry.member}: {error}") from None
    entry.own["edges"] = [list(edge) for edge in edges]
    entry.rows_read = len(edges)
    entry.open_end = False  # a document tells by itself where it ends


def _merge(merge: Preparation) -> None:
    old = {HierarchyEdge(parent, child, bool(part)) for parent, child, part in merge.fetch(_EXISTING)}
    files = [entry for entry in merge.workspace.entries if entry.own.get("edges")]
    read = [HierarchyEdge(*edge) for entry in files for edge in entry.own["edges"]]
    edges = sorted(old.union(read))
    hierarchy = Hierarchy(frozenset(edges))
    try:
        _ = hierarchy.below
    except HierarchyCycleError as error:
        raise ImportProblemError(f"{', '.join(entry.member for entry in files)}: {error}") from None
    inserted = len(edges) - len(old)
    if files:
        merge.counts["hierarchy"] = HierarchyCounts(inserted=inserted, unchanged=len(read) - inserted)
        named = {mid for edge in read for mid in (edge.parent, edge.child)}
        merge.result.hierarchy_unknown = sorted(named.difference(merge.label_mids))
    merge.hierarchy = hierarchy.edges
    if edges and (inserted or merge.fresh):
        merge.save_table("hierarchyrow", 0, _table(edges))
        merge.result.tables["hierarchyrow"] = len(edges)


_EXISTING = "SELECT parent, child, is_part FROM browse_hierarchyrow"


def _table(edges: list[HierarchyEdge]) -> pa.Table:
    columns = zip(HierarchyEdge._fields, zip(*edges, strict=True), strict=True)
    kinds = {"is_part": pa.bool_()}
    return pa.table({name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns})


HIERARCHY = FileKind(
    name="hierarchy",
    shapes=(),
    match=_match,
    doubt=_doubt,
    read_order=3,
    parse=_parse,
    keep=_keep,
    merge=_merge,
    tables=(HierarchyRow,),
)
