"""A member as it is read: its kind, how its rows are written, and its blocks."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa

from browse.openimages.job import ReadOptions
from browse.openimages.kinds.kind import FileKind, MemberContext
from browse.openimages.reading.csv_rows import Block, blocks, first_line_of, records
from browse.openimages.reading.formats import FileFormat, subset_from_path
from browse.openimages.reading.image_keys import looks_decimal
from browse.openimages.reading.readers import Member
from browse.openimages.recognition import recognize_file

_ID = re.compile(r"[0-9a-f]{1,20}")


@dataclass(frozen=True)
class MemberRows:
    """What a member's first line and rows tell of it; `kind` is None and `note` says why where it is not read.

    `first_line` is the first row's; `head` is what was read of the member from there on.
    """

    member: Member
    kind: FileKind[Any] | None
    context: MemberContext
    note: str
    first_line: int
    head: bytes

    def blocks(self) -> Generator[Block]:
        """The rows, once."""
        name, delimiter = self.member.name, self.context.format.delimiter
        return blocks(self.member.stream, self.head, first_line=self.first_line, name=name, delimiter=delimiter)


def open_member(member: Member, options: ReadOptions) -> MemberRows:
    """Begin to read a member."""
    line, rest = first_line_of(member.stream)
    found = recognize_file(line, rest, member.path)
    head = rest if found.format.header_lines else line + b"\n" + rest
    decimal = found.kind is not None and is_decimal(found.format, head)
    subset = subset_from_path(member.path) or options.subset
    context = MemberContext(found.format, decimal, subset, options, member.file)
    return MemberRows(member, found.kind, context, found.note, found.format.header_lines + 1, head)


def is_decimal(found: FileFormat, head: bytes) -> bool:
    """Whether a file's ids are decimal, told by the whole lines that `first_line_of` read beyond its header."""
    if "ImageID" not in found.columns:
        return False
    position = found.columns.index("ImageID")
    whole = head[: head.rfind(b"\n") + 1] or head
    read = (fields for _, _, fields in records(Block(1, whole, found.delimiter), None))
    texts = [fields[position] for fields in islice(read, 10_000) if isinstance(fields, list) and len(fields) > position]
    return looks_decimal(pa.array(filter(_ID.fullmatch, texts), pa.string()))
