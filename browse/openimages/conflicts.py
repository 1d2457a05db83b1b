"""Finds the rows that lost a dispute: the run's files are read once more, only where there are any."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from browse.openimages import kinds
from browse.openimages.job import ReadOptions
from browse.openimages.kinds.kind import FileKind, Losers
from browse.openimages.member_rows import open_member
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.readers import Member, members, open_source
from browse.openimages.reading.rejects import Reason, Rejects
from browse.openimages.reading.sources import Source

LosersByKind = Mapping[FileKind[Any], Losers]


def disputes(merge: Preparation) -> LosersByKind:
    """What tells the rows that lost, for each kind of file whose rows differ within the run."""
    found = ((kind, kind.losers(merge)) for kind in kinds.FILE_KINDS)
    return {kind: losers for kind, losers in found if losers is not None}


def losing_rows(sources: list[Source], disputed: LosersByKind, options: ReadOptions) -> Iterator[Rejects]:
    """Every row that differs from what stands, with its file and line, in reading order."""
    for source in sources:
        with open_source(source) as stream, contextlib.closing(members(source, stream)) as found:
            for member in found:
                yield from _in_member(member, disputed, options)


def _in_member(member: Member, disputed: LosersByKind, options: ReadOptions) -> Iterator[Rejects]:
    rows = open_member(member, options)
    if rows.kind is None or rows.kind not in disputed:
        return
    for block in rows.blocks():
        lines, raw = disputed[rows.kind](block, rows.context)
        yield Rejects(member.name, lines, Reason.CONFLICT, raw)
