"""Reads every source once and keeps what it holds in the workspace, batch by batch."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa

from browse.openimages.books import Books, parked_rows
from browse.openimages.csv_rows import BadRow, Block, blocks, first_line_of, read_rows, records
from browse.openimages.errors import ImportProblemError
from browse.openimages.formats import FileFormat, FileKind, recognise, subset_from_path
from browse.openimages.image_keys import looks_decimal
from browse.openimages.known_images import KnownImages
from browse.openimages.left_out import LeftOut
from browse.openimages.parse_images import DICTIONARIES as IMAGE_DICTIONARIES
from browse.openimages.parse_images import parse_images
from browse.openimages.parse_labels import DICTIONARIES as LABEL_DICTIONARIES
from browse.openimages.parse_labels import parse_labels, parse_names, wide_rows
from browse.openimages.parsed import IMAGE_SCHEMA, ParsedImages, ParsedLabels, ParsedNames
from browse.openimages.pipeline import map_ordered, read_ahead
from browse.openimages.readers import Consumed, Member, members, open_source
from browse.openimages.rejects import Reject
from browse.openimages.sources import Source
from browse.openimages.workspace import Entry, Workspace

Parsed = ParsedImages | ParsedLabels | ParsedNames
Progress = Callable[[str, int, int], None]
"""Told (member, rows read of it so far, rows it seems to have or 0)."""

IMAGE_BATCH_ROWS = 200_000
LABEL_BATCH_ROWS = 1_000_000
WORKERS = 2
_ID = re.compile(r"[0-9a-f]{1,20}")


@dataclass(frozen=True)
class ReadOptions:
    """How to read: the subset of files that name none, how many images of each subset to take, and which
    addresses pictures may be fetched from.
    """

    subset: str | None = None
    limit: int | None = None
    may_fetch: Callable[[str], bool] | None = None


@dataclass
class Job:
    """All that one run reads with."""

    workspace: Workspace
    sources: list[Source]
    options: ReadOptions
    known: KnownImages
    books: Books
    progress: Progress


def read_sources(job: Job) -> None:
    """Read what the workspace does not hold yet. Raises ImportProblemError."""
    job.books.replay(job.workspace.entries)
    finished = {entry.source for entry in job.workspace.entries if entry.source_done}
    for index in _order(job.sources):
        if index not in finished:
            _read_source(job, index)


def _order(sources: list[Source]) -> list[int]:
    """Names first, then images, then labels, told by each source's first member; else sorted by location."""
    rank = {FileKind.DICTIONARY: 0, FileKind.IMAGES: 1, FileKind.LABELS: 2, FileKind.WIDE_LABELS: 2}
    kinds = [_first_kind(source) for source in sources]
    return sorted(range(len(sources)), key=lambda index: (rank.get(kinds[index], 3), sources[index].location))


def _first_kind(source: Source) -> FileKind:
    with open_source(source) as stream, contextlib.closing(members(source, stream)) as found:
        for member in found:
            line, _ = first_line_of(member.stream)
            return recognise(line.decode("utf-8", errors="replace")).kind
    return FileKind.UNKNOWN


def _read_source(job: Job, index: int) -> None:
    source = job.sources[index]
    done = {entry.member for entry in job.workspace.entries if entry.source == index and entry.member_done}
    seen: set[str] = set()
    consumed, left_out = Consumed(), LeftOut()
    with open_source(source, consumed) as stream, contextlib.closing(members(source, stream, left_out)) as found:
        for member in found:
            if member.name in seen:
                raise ImportProblemError(f"{member.name}: stands twice in the archive")
            seen.add(member.name)
            if member.name not in done:
                _read_member(job, index, member, consumed)
    end = Entry(source.shown, index, FileKind.UNKNOWN, source_done=True, left_out=left_out.rows())
    end.number = job.workspace.next_number()
    job.workspace.commit(end)


def _read_member(job: Job, index: int, member: Member, consumed: Consumed) -> None:
    line, rest = first_line_of(member.stream)
    found = recognise(line.decode("utf-8", errors="replace"))
    if found.kind is FileKind.UNKNOWN:
        job.workspace.commit(
            Entry(member.name, index, found.kind, number=job.workspace.next_number(), member_done=True)
        )
        return
    if found.header_lines == 0:
        rest = line + b"\n" + rest
    start = max([found.header_lines + 1, *(e.next_line for e in job.workspace.entries if e.member == member.name)])
    stream = _from_line(blocks(member.stream, rest, first_line=found.header_lines + 1, name=member.name), start)
    parse = _parser(job, member, found, decimal=is_decimal(found, rest))
    seen = _Seen(member.name, job.progress, job.sources[index].size, consumed)
    with contextlib.closing(read_ahead(stream, 2)) as ahead:
        _commit_batches(job, index, found.kind, map_ordered(parse, ahead, workers=WORKERS), start, seen)


class _Seen:
    """Tells how far a member has come, and by the bytes read of its source how far it goes."""

    def __init__(self, member: str, progress: Progress, size: int, consumed: Consumed) -> None:
        self.member, self._progress, self._size, self._consumed = member, progress, size, consumed
        self._begin = consumed.count

    def rows(self, count: int) -> None:
        read = self._consumed.count - self._begin
        total = count * (self._size - self._begin) // read if read and self._size > self._begin else 0
        self._progress(self.member, count, max(total, count) if total else 0)


def _from_line(found: Iterator[Block], start: int) -> Iterator[Block]:
    """The blocks from a line on."""
    for block in found:
        count = block.data.count(b"\n")
        if block.first_line >= start:
            yield block
        elif block.first_line + count > start:
            cut = 0
            for _ in range(start - block.first_line):
                cut = block.data.index(b"\n", cut) + 1
            yield Block(start, block.data[cut:])


def is_decimal(found: FileFormat, head: bytes) -> bool:
    """Whether a file's ids are decimal, told by what `first_line_of` read beyond its header."""
    if "ImageID" not in found.columns:
        return False
    position = found.columns.index("ImageID")
    read = (fields for _, _, fields in records(Block(1, head), None))
    texts = [fields[position] for fields in islice(read, 10_000) if isinstance(fields, list) and len(fields) > position]
    return looks_decimal(pa.array(filter(_ID.fullmatch, texts), pa.string()))


def _parser(job: Job, member: Member, found: FileFormat, *, decimal: bool) -> Callable[[Block], tuple[int, Parsed]]:
    """What turns a block into (the line after it, what it holds)."""
    subset = subset_from_path(member.path) or job.options.subset
    if found.kind in (FileKind.LABELS, FileKind.WIDE_LABELS):
        job.known.refresh()

    def parse(block: Block) -> tuple[int, Parsed]:
        following = block.first_line + block.data.count(b"\n") + (not block.data.endswith(b"\n"))
        if found.kind is FileKind.DICTIONARY:
            return following, parse_names(block)
        if found.kind is FileKind.WIDE_LABELS:
            return following, parse_labels(wide_rows(block), decimal=decimal)
        if found.kind is FileKind.IMAGES:
            rows = read_rows(block, found.columns, IMAGE_DICTIONARIES & set(found.columns))
            images = parse_images(rows, subset=subset, decimal=decimal, may_fetch=job.options.may_fetch)
            return following, images
        rows = read_rows(block, found.columns, LABEL_DICTIONARIES)
        return following, parse_labels(rows, decimal=decimal)

    return parse


def _commit_batches(
    job: Job, index: int, kind: FileKind, parsed: Iterator[tuple[int, Parsed]], start: int, seen: _Seen
) -> None:
    batch_rows = IMAGE_BATCH_ROWS if kind is FileKind.IMAGES else LABEL_BATCH_ROWS
    waiting: list[Parsed] = []
    total, following = sum(e.rows_read for e in job.workspace.entries if e.member == seen.member), start
    for following, block in parsed:
        waiting.append(block)
        total += block.rows_read
        seen.rows(total)
        if sum(part.rows_read for part in waiting) >= batch_rows:
            _commit(job, Entry(seen.member, index, kind, next_line=following), waiting)
            waiting = []
    _commit(job, Entry(seen.member, index, kind, next_line=following, member_done=True), waiting)


def _commit(job: Job, entry: Entry, parts: list[Parsed]) -> None:
    entry.number = job.workspace.next_number()
    entry.rows_read = sum(part.rows_read for part in parts)
    bad = [row for part in parts for row in part.bad]
    _keep_rejects(job, entry, bad)
    if entry.kind is FileKind.IMAGES:
        _keep_images(job, entry, [part for part in parts if isinstance(part, ParsedImages)])
    elif entry.kind is FileKind.DICTIONARY:
        entry.names = [name for part in parts if isinstance(part, ParsedNames) for name in part.names]
    else:
        _keep_labels(job, entry, [part for part in parts if isinstance(part, ParsedLabels)])
    job.workspace.commit(entry)


def _keep_rejects(job: Job, entry: Entry, bad: list[BadRow]) -> None:
    entry.rejected = len(bad)
    entry.reasons = dict(Counter(row.reason.value for row in bad))
    if bad:
        rows = sorted(bad, key=lambda row: row.line)
        job.workspace.write_rejects(entry, (Reject(entry.member, row.line, row.reason, row.row) for row in rows))


def _keep_images(job: Job, entry: Entry, parts: list[ParsedImages]) -> None:
    table = pa.concat_tables([IMAGE_SCHEMA.empty_table(), *(part.table for part in parts)]).combine_chunks()
    if job.options.limit is not None:
        table = _limited(job, entry, table)
    entry.images = table.num_rows
    entry.blocked = sum(part.blocked for part in parts)
    job.workspace.write_table("images", entry, table)
    job.workspace.write_array("keys", entry, table.column("key").to_numpy())


def _limited(job: Job, entry: Entry, table: pa.Table) -> pa.Table:
    """The first images of each subset, as many as --limit says; the others are skipped and remembered.

    Further rows for an image that this run took already are kept; what the database holds makes no difference.
    """
    taken = Counter[str]()
    for earlier in job.workspace.entries:
        taken.update(earlier.taken)
    keys, subsets = table.column("key").to_numpy(), table.column("subset").to_numpy()
    job.known.refresh()
    again = job.known.is_of_run(keys)
    keep = again.copy()
    for subset in np.unique(subsets):
        rows = np.flatnonzero((subsets == subset) & ~again)
        _, first = np.unique(keys[rows], return_index=True)
        chosen = rows[np.sort(first)[: max(0, (job.options.limit or 0) - taken[str(subset)])]]
        entry.taken[str(subset)] = len(chosen)
        keep |= np.isin(keys, keys[chosen])
    entry.skipped = entry.beyond = int(np.count_nonzero(~keep))
    if entry.beyond:
        job.workspace.write_array("beyond", entry, keys[~keep])
    return table.take(pa.array(np.flatnonzero(keep)))


def _keep_labels(job: Job, entry: Entry, parts: list[ParsedLabels]) -> None:
    packed = [np.empty(0, np.uint64)]
    parked: list[pa.Table] = []
    entry.epoch = job.known.epoch
    for part in parts:
        images, known = job.known.number(part.keys)
        packed.append(job.books.packed(entry, images, part, known))
        entry.rounded += part.rounded
        unknown = ~known & ~job.known.is_beyond(part.keys)
        entry.skipped += int(np.count_nonzero(~known & ~unknown))
        if unknown.any():
            parked.append(parked_rows(part, np.flatnonzero(unknown)))
    rows = np.concatenate(packed)
    entry.labels = len(rows)
    job.workspace.write_array("labels", entry, rows)
    if parked:
        table = pa.concat_tables(parked).unify_dictionaries().combine_chunks()
        entry.parked = table.num_rows
        job.workspace.write_table("parked", entry, table)
