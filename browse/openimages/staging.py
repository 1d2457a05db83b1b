"""Reads every source once and keeps what it holds in the workspace, batch by batch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np

from browse.openimages import kinds
from browse.openimages.errors import ImportProblemError
from browse.openimages.job import Job, Progress
from browse.openimages.kinds.kind import FileKind, MemberContext, Parsed
from browse.openimages.member_rows import MemberRows, open_member
from browse.openimages.pipeline import map_ordered, read_ahead
from browse.openimages.reading.csv_rows import BadRow, Block, first_line_of
from browse.openimages.reading.readers import Consumed, Member, members, open_source
from browse.openimages.reading.rejects import Rejects, bytes_of
from browse.openimages.reading.skipped_files import SkippedFiles
from browse.openimages.reading.sources import Source
from browse.openimages.recognition import recognize_file
from browse.openimages.workspace import NOT_RECOGNIZED, Entry

WORKERS = 2


def read_sources(job: Job) -> None:
    """Read what the workspace does not hold yet. Raises ImportProblemError."""
    job.books.replay(job.workspace.entries)
    finished = {entry.source for entry in job.workspace.entries if entry.source_done}
    for index in _order(job.sources):
        if index not in finished:
            _read_source(job, index)


def _order(sources: list[Source]) -> list[int]:
    """By what each source's first member is, files of no kind last; else sorted by location."""
    last = 1 + max(kind.read_order for kind in kinds.FILE_KINDS)
    first = [_first_kind(source) for source in sources]
    rank = [last if kind is None else kind.read_order for kind in first]
    return sorted(range(len(sources)), key=lambda index: (rank[index], sources[index].location))


def _first_kind(source: Source) -> FileKind[Any] | None:
    with open_source(source) as stream, contextlib.closing(members(source, stream)) as found:
        for member in found:
            line, rest = first_line_of(member.stream)
            return recognize_file(line, rest, member.path).kind
    return None


def _read_source(job: Job, index: int) -> None:
    source = job.sources[index]
    done = {entry.member for entry in job.workspace.entries if entry.source == index and entry.member_done}
    seen: set[str] = set()
    consumed, left_out = Consumed(), SkippedFiles()
    with open_source(source, consumed) as stream, contextlib.closing(members(source, stream, left_out)) as found:
        for member in found:
            if member.name in seen:
                raise ImportProblemError(f"{member.name}: appears twice in the archive")
            seen.add(member.name)
            if member.name not in done:
                _read_member(job, index, member, consumed)
    end = Entry(source.shown, index, NOT_RECOGNIZED, source_done=True, left_out=left_out.rows())
    end.number = job.workspace.next_number()
    job.workspace.commit(end)


def _read_member(job: Job, index: int, member: Member, consumed: Consumed) -> None:
    rows = open_member(member, job.options)
    if rows.kind is None:
        entry = Entry(member.name, index, NOT_RECOGNIZED, number=job.workspace.next_number(), note=rows.note)
        entry.member_done = True
        job.workspace.commit(entry)
        return
    before = [e.next_line for e in job.workspace.entries if (e.source, e.member) == (index, member.name)]
    start = max([rows.first_line, *before])
    seen = _Seen(member.name, job.progress, job.sources[index].size, consumed)
    parse = partial(_parse, rows.kind, rows.context)
    stream = _from_line(seen.to_the_end(rows.blocks()), start)
    with contextlib.closing(read_ahead(stream, 2)) as ahead:
        _commit_batches(job, index, rows, map_ordered(parse, ahead, workers=WORKERS), start, seen)


class _Seen:
    """Tells how far a member has come, and by the bytes read of its source how far it goes; notes what it is like."""

    def __init__(self, member: str, progress: Progress, size: int, consumed: Consumed) -> None:
        self.member, self._progress, self._size, self._consumed = member, progress, size, consumed
        self._begin = consumed.count
        self.open_end = False
        self.nul_bytes = self.nul_line = 0

    def to_the_end(self, found: Iterator[Block]) -> Iterator[Block]:
        """The same blocks; notes whether the last one ends without a line end, and NUL bytes, which no text has."""
        for block in found:
            self.open_end = not block.data.endswith(b"\n")
            if b"\0" in block.data:  # a tenth of the time that counting takes
                before = block.data.count(b"\n", 0, block.data.index(b"\0"))
                self.nul_line = self.nul_line or block.first_line + before
                self.nul_bytes += block.data.count(b"\0")
            yield block

    def rows(self, count: int) -> None:
        read = self._consumed.count - self._begin
        total = count * (self._size - self._begin) // read if read and self._size > self._begin else 0
        self._progress(self.member, count, max(total, count) if total else 0)


def _from_line(found: Iterator[Block], start: int) -> Iterator[Block]:
    """The blocks from a line on."""
    for block in found:
        count = block.breaks
        if block.first_line >= start:
            yield block
        elif block.first_line + count > start:
            cut = 0
            for _ in range(start - block.first_line):
                cut = block.data.index(b"\n", cut) + 1
            yield Block(start, block.data[cut:], block.delimiter, block.begin + cut)


def _parse(kind: FileKind[Any], context: MemberContext, block: Block) -> tuple[int, Parsed]:
    """The line after a block, and what it holds."""
    following = block.first_line + block.breaks + (not block.data.endswith(b"\n"))
    return following, kind.parse(block, context)


def _rows_read(job: Job, index: int, member: str) -> int:
    """How many rows of a source's member the batches before hold; addresses that differ in queries are shown alike."""
    return sum(entry.rows_read for entry in job.workspace.entries if (entry.source, entry.member) == (index, member))


def _commit_batches(
    job: Job, index: int, rows: MemberRows, parsed: Iterator[tuple[int, Parsed]], start: int, seen: _Seen
) -> None:
    assert rows.kind is not None
    kind = rows.kind
    waiting: list[Parsed] = []
    total, following = _rows_read(job, index, seen.member), start
    for following, block in parsed:
        waiting.append(block)
        total += block.rows_read
        seen.rows(total)
        if sum(part.rows_read for part in waiting) >= kind.batch_rows:
            _commit(job, kind, Entry(seen.member, index, kind.name, next_line=following), waiting)
            waiting = []
    end = Entry(seen.member, index, kind.name, next_line=following, member_done=True, note=rows.note)
    end.decimal, end.open_end = rows.context.decimal, seen.open_end
    end.nul_bytes, end.nul_line = seen.nul_bytes, seen.nul_line
    _commit(job, kind, end, waiting)


def _commit(job: Job, kind: FileKind[Any], entry: Entry, parts: list[Parsed]) -> None:
    entry.number = job.workspace.next_number()
    entry.rows_read = sum(part.rows_read for part in parts)
    _keep_rejects(job, entry, [row for part in parts for row in part.bad])
    kind.keep(job, entry, parts)
    job.workspace.commit(entry)


def _keep_rejects(job: Job, entry: Entry, bad: list[BadRow]) -> None:
    entry.rejected = len(bad)
    if bad:
        lines, reasons, rows = zip(*sorted(bad, key=itemgetter(0)), strict=True)
        rejects = Rejects(entry.member, np.array(lines, np.int64), list(reasons), bytes_of(rows))
        entry.reasons = {reason.value: count for reason, count in rejects.by_reason().items()}
        job.workspace.write_rejects(entry, [rejects])
