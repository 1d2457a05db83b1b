"""CSV in blocks of whole records: fast with Arrow, and exact to the line where anything is odd.

A block that Arrow parses into as many rows as it has lines, all with the right number of fields and valid
UTF-8, is taken as it is. Any other block is read again record by record, so that just the bad rows are
rejected, each with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from browse.openimages.errors import ImportProblemError
from browse.openimages.readers import ByteStream
from browse.openimages.rejects import Reason, text_of

BLOCK_BYTES = 8 << 20
MAX_LINE_BYTES = 64 << 20
MAX_RECORD_LINES = 100
"""A quoted field may hold line breaks, but no longer than this; then its quote counts as unbalanced."""

_SENTINEL = "end"

csv.field_size_limit(2 * MAX_LINE_BYTES)


@dataclass(frozen=True)
class Block:
    """Whole lines of a file; `first_line` counts from 1."""

    first_line: int
    data: bytes


@dataclass
class BadRow:
    """A record that cannot be taken."""

    line: int
    reason: Reason
    row: str


@dataclass
class Rows:
    """Records of one block with the right number of fields: text columns by name, and each one's line."""

    table: pa.Table
    lines: npt.NDArray[np.int64]
    raw: Callable[[int], str]
    bad: list[BadRow] = field(default_factory=list)

    def keep(self, problems: list[tuple[npt.NDArray[np.bool_], Reason]]) -> npt.NDArray[np.int64]:
        """Positions of the rows without a problem; every other row is bad, for the first that holds."""
        good = np.ones(len(self.lines), np.bool_)
        for mask, reason in problems:
            for index in np.flatnonzero(mask & good):
                self.bad.append(BadRow(int(self.lines[index]), reason, self.raw(int(index))))
            good &= ~mask
        return np.flatnonzero(good)


def first_line_of(stream: ByteStream) -> tuple[bytes, bytes]:
    """The first line without its end and without a byte order mark, and what was read beyond it."""
    head = stream.read(BLOCK_BYTES)
    while b"\n" not in head:
        more = stream.read(BLOCK_BYTES)
        if not more or len(head) > MAX_LINE_BYTES:
            break
        head += more
    line, _, rest = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    return line.removesuffix(b"\r"), rest


def blocks(stream: ByteStream, rest: bytes, *, first_line: int, name: str) -> Generator[Block]:
    """The remaining lines in blocks that end with a record's end, wherever quotes allow to tell."""
    line = first_line
    while True:
        chunk = stream.read(BLOCK_BYTES)
        if not chunk:
            break
        rest = rest + chunk if rest else chunk
        cut = _record_end(rest)
        if cut == 0 and len(rest) > MAX_LINE_BYTES:
            raise ImportProblemError(f"{name}, line {line}: a line of more than {MAX_LINE_BYTES >> 20} MiB")
        if cut:
            yield Block(line, rest[:cut])
            line += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
    if rest:
        yield Block(line, rest)


def _record_end(data: bytes) -> int:
    """Where to cut: behind the last line break that no open quote spans, else behind the last line break."""
    last = data.rfind(b"\n") + 1
    cut = last
    odd = data.count(b'"', 0, cut) % 2 == 1
    for _ in range(MAX_RECORD_LINES):
        if not odd or cut == 0:
            return cut or last
        previous = data.rfind(b"\n", 0, cut - 1) + 1
        odd ^= data.count(b'"', previous, cut) % 2 == 1
        cut = previous
    return last


def read_rows(block: Block, columns: tuple[str, ...], dictionaries: frozenset[str] = frozenset()) -> Rows:
    """The block's records; columns named in `dictionaries` come dictionary-encoded."""
    table = _fast(block.data, columns, dictionaries)
    if table is None:
        return _exact(block, columns, dictionaries)
    lines = np.arange(block.first_line, block.first_line + table.num_rows, dtype=np.int64)
    return Rows(table, lines, lambda index: _line_text(block.data, index))


def _line_text(data: bytes, index: int) -> str:
    breaks = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    start = int(breaks[index - 1]) + 1 if index else 0
    end = int(breaks[index]) if index < len(breaks) else len(data)
    return text_of(data[start:end].removesuffix(b"\r"))


def _fast(data: bytes, columns: tuple[str, ...], dictionaries: frozenset[str]) -> pa.Table | None:
    """The block as Arrow reads it, or None where a row would be dropped, joined or misread."""
    if data.count(b"\r") != data.count(b"\r\n"):  # to Arrow each is a line's end, and may make up for a blank line
        return None
    try:
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=arrow_csv.ReadOptions(column_names=list(columns), use_threads=False, block_size=len(data) + 1),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: _type(name in dictionaries) for name in columns},
                strings_can_be_null=False,
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    last_line = data[data.rfind(b"\n", 0, -1) + 1 :].rstrip(b"\r\n")
    # a quote that opens in the last line and never closes is all that Arrow would let pass
    if table.num_rows != lines or isinstance(parse_record(last_line, len(columns)), Reason):
        return None
    return table.combine_chunks() if _quotes_pair_up(data) else None


def _quotes_pair_up(data: bytes) -> bool:
    """Whether every line has an even number of quotes."""
    if b'"' not in data:
        return True
    characters = np.frombuffer(data, np.uint8)
    breaks = np.append(np.flatnonzero(characters == ord("\n")), len(data))
    before = np.searchsorted(np.flatnonzero(characters == ord('"')), breaks)
    return not bool((before % 2).any())


def _type(dictionary: bool) -> pa.DataType:
    return pa.dictionary(pa.int32(), pa.string()) if dictionary else pa.string()


def _exact(block: Block, columns: tuple[str, ...], dictionaries: frozenset[str]) -> Rows:
    rows: list[list[str]] = []
    lines: list[int] = []
    raws: list[bytes] = []
    bad: list[BadRow] = []
    for line, raw, fields in records(block, len(columns)):
        if isinstance(fields, Reason):
            bad.append(BadRow(line, fields, text_of(raw)))
            continue
        rows.append(fields)
        lines.append(line)
        raws.append(raw)
    arrays = []
    for position, name in enumerate(columns):
        texts = pa.array([row[position] for row in rows], pa.string())
        arrays.append(texts.dictionary_encode() if name in dictionaries else texts)
    table = pa.Table.from_arrays(arrays, names=list(columns))
    return Rows(table, np.array(lines, np.int64), lambda index: text_of(raws[index]), bad)


def records(block: Block, width: int | None) -> Iterator[tuple[int, bytes, list[str] | Reason]]:
    """Each record's line, its bytes, and its fields, `width` of them where given, or why it has none.

    Blank lines are no records.
    """
    lines = block.data.split(b"\n")
    position = 0
    while position < len(lines):
        raw, fields, used = _record(lines, position, width)
        if raw:
            yield block.first_line + position, raw, fields
        position += used


def _record(lines: list[bytes], start: int, width: int | None) -> tuple[bytes, list[str] | Reason, int]:
    """The record that starts at a line, its fields, and how many lines it spans.

    Lines are joined only where together they read as one whole record; an unbalanced quote never takes
    the good lines behind it away.
    """
    raw = lines[start].removesuffix(b"\r")
    if raw.count(b'"') % 2 == 0:
        return raw, parse_record(raw, width), 1
    for end in range(start + 1, min(start + MAX_RECORD_LINES, len(lines))):
        if lines[end].count(b'"') % 2:
            joined = b"\n".join(lines[start : end + 1]).removesuffix(b"\r")
            fields = parse_record(joined, width, strict=True)
            if not isinstance(fields, Reason):
                return joined, fields, end - start + 1
            break
    return raw, Reason.QUOTE, 1


def parse_record(raw: bytes, width: int | None = None, *, strict: bool = False) -> list[str] | Reason:
    """A record's fields, `width` of them where given, or why it cannot be read.

    `strict` wants each quoted field to end at a comma; otherwise it is as lenient as Arrow within a line.
    """
    if raw.count(b'"') % 2:
        return Reason.QUOTE
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Reason.UTF8
    # a quote that is still open would take the line behind it along
    try:
        *parsed, last = csv.reader(io.StringIO(f"{text}\n{_SENTINEL}", newline=""), strict=strict)
    except csv.Error:
        return Reason.QUOTE
    if last != [_SENTINEL]:
        return Reason.QUOTE
    if len(parsed) != 1 or (width is not None and len(parsed[0]) != width):
        return Reason.FIELDS
    return parsed[0]
