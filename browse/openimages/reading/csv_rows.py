"""CSV in blocks of whole records: fast with Arrow, and exact to the line where anything is odd.

A block that Arrow parses into as many rows as it has lines, all with the right number of fields and valid
UTF-8, is taken as it is. Of any other block the lines that are not plain are read again record by record, so that
just the bad rows are rejected, each with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.containers import ByteStream
from browse.openimages.reading.image_keys import pieces, text_bytes
from browse.openimages.reading.rejects import Reason, text_of, texts_of

BLOCK_BYTES = 8 << 20
MAX_LINE_BYTES = 64 << 20
MAX_RECORD_LINES = 100
"""A quoted field may hold line breaks, but no longer than this; then its quote counts as unbalanced."""

_SENTINEL = "end"

Raw = Callable[[npt.NDArray[np.int64]], pa.Array]

csv.field_size_limit(2 * MAX_LINE_BYTES)


@dataclass(frozen=True)
class Block:
    """Whole lines of a file; `first_line` counts from 1, `begin` bytes from the first row."""

    first_line: int
    data: bytes
    delimiter: str = ","
    begin: int = 0

    @cached_property
    def breaks(self) -> int:
        """How many line breaks it has."""
        return occurrences(self.data, b"\n")


def occurrences(data: bytes | memoryview, character: bytes) -> int:
    """How often an ASCII character stands there; a third of the time that bytes.count takes, and others may run."""
    characters = np.frombuffer(data, np.uint8)
    return sum(int(np.count_nonzero(piece == ord(character))) for _, piece in pieces(characters))


class BadRow(NamedTuple):
    """A record that cannot be taken."""

    line: int
    reason: Reason
    row: str


@dataclass
class Rows:
    """Records of one block with the right number of fields: text columns by name, and each one's line.

    `raw` gives the bytes of those at some positions, as a binary column.
    """

    table: pa.Table
    lines: npt.NDArray[np.int64]
    raw: Raw
    bad: list[BadRow] = field(default_factory=list)

    def keep(self, problems: list[tuple[npt.NDArray[np.bool_], Reason]]) -> npt.NDArray[np.int64]:
        """Positions of the rows without a problem; every other row is bad, for the first that holds."""
        good = np.ones(len(self.lines), np.bool_)
        for mask, reason in problems:
            found = np.flatnonzero(mask & good)
            if len(found):
                self.bad += map(BadRow, self.lines[found].tolist(), repeat(reason), texts_of(self.raw(found)))
                good[found] = False
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


def blocks(stream: ByteStream, rest: bytes, *, first_line: int, name: str, delimiter: str = ",") -> Generator[Block]:
    """The remaining lines in blocks that end with a record's end, wherever quotes allow to tell."""
    line, begin = first_line, 0
    while True:
        chunk = stream.read(BLOCK_BYTES)
        if not chunk:
            break
        rest = rest + chunk if rest else chunk
        cut = _record_end(rest)
        if cut == 0 and len(rest) > MAX_LINE_BYTES:
            raise ImportProblemError(f"{name}, line {line}: a line of more than {MAX_LINE_BYTES >> 20} MiB")
        if cut:
            block = Block(line, rest[:cut], delimiter, begin)
            yield block
            line += block.breaks
            begin += cut
            rest = rest[cut:]
    if rest:
        yield Block(line, rest, delimiter, begin)


def _record_end(data: bytes) -> int:
    """Where to cut: behind the last line break that no open quote spans, else behind the last line break."""
    last = data.rfind(b"\n") + 1
    cut = last
    odd = occurrences(memoryview(data)[:cut], b'"') % 2 == 1
    for _ in range(MAX_RECORD_LINES):
        if not odd or cut == 0:
            return cut or last
        previous = data.rfind(b"\n", 0, cut - 1) + 1
        odd ^= data.count(b'"', previous, cut) % 2 == 1
        cut = previous
    return last


def read_rows(block: Block, columns: tuple[str, ...], dictionaries: frozenset[str] = frozenset()) -> Rows:
    """The block's records; columns named in `dictionaries` come dictionary-encoded."""
    table = _fast(block, columns, dictionaries)
    if table is not None:
        lines = np.arange(block.first_line, block.first_line + table.num_rows, dtype=np.int64)
        return Rows(table, lines, _Lines(block.data).take)
    return _beside_odd_lines(block, columns, dictionaries) or _exact([block], columns, dictionaries)


def _beside_odd_lines(block: Block, columns: tuple[str, ...], dictionaries: frozenset[str]) -> Rows | None:
    """The block's records, plain lines read at once and all others one by one; None where most are not plain."""
    lines = _Lines(block.data)
    plain = lines.plain(len(columns), block.delimiter)
    if plain.mean() < 0.5:
        return None
    some = lines.whole(np.flatnonzero(plain))
    table = _fast(Block(block.first_line, some, block.delimiter), columns, dictionaries)
    if table is None:
        return None
    edges = np.flatnonzero(np.diff(~plain, prepend=False, append=False)).reshape(-1, 2)
    starts = lines.starts[edges].tolist()
    runs = zip((block.first_line + edges[:, 0]).tolist(), starts, strict=True)
    rest = (Block(line, block.data[a:b], block.delimiter) for line, (a, b) in runs)
    others = _exact(rest, columns, dictionaries)
    numbers = np.concatenate([block.first_line + np.flatnonzero(plain), others.lines])
    order = np.argsort(numbers)
    whole = pa.concat_tables([table, others.table]).unify_dictionaries().take(pa.array(order)).combine_chunks()

    def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
        rows = [_Lines(some).take(np.arange(table.num_rows)), others.raw(np.arange(len(others.lines)))]
        return pa.concat_arrays(rows).take(pa.array(order[positions]))

    return Rows(whole, numbers[order], raw, others.bad)


class _Lines:
    """The lines of a block, which are looked for once, when some are asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def plain(self, width: int, delimiter: str) -> npt.NDArray[np.bool_]:
        """Which lines hold so many fields for sure: ASCII without quotes, and within no record of several lines."""
        characters = np.frombuffer(self._data, np.uint8)
        returns = _places(characters, b"\r")
        inner = returns[characters[np.minimum(returns + 1, len(characters) - 1)] != ord("\n")]
        quotes = self._count(_places(characters, b'"'))
        strange = self._count(np.flatnonzero(characters >= 0x80)) + self._count(inner) + quotes
        plain: npt.NDArray[np.bool_] = strange == 0
        plain &= self._count(_places(characters, delimiter.encode())) == width - 1
        odd = np.flatnonzero(quotes % 2)
        near = np.flatnonzero(np.diff(odd) <= MAX_RECORD_LINES)
        opened = np.zeros(len(plain) + 1, np.int64)
        np.add.at(opened, odd[near], 1)
        np.add.at(opened, odd[near + 1], -1)
        plain &= np.cumsum(opened)[:-1] == 0
        return plain

    def _count(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How many of these places, in order, are in each line."""
        counts: npt.NDArray[np.int64] = np.diff(np.searchsorted(places, self.starts))
        return counts

    def whole(self, rows: npt.NDArray[np.int64]) -> bytes:
        """These lines with their ends, together."""
        buffers = [None, pa.py_buffer(self.starts.astype(np.int32)), pa.py_buffer(self._data)]
        lines = pa.Array.from_buffers(pa.binary(), len(self.starts) - 1, buffers).take(pa.array(rows))
        return text_bytes(lines)[1].tobytes()

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each line starts, and where the last one ends."""
        ends = _places(np.frombuffer(self._data, np.uint8), b"\n") + 1
        rest = [] if self._data.endswith(b"\n") else [len(self._data)]
        return np.concatenate([[0], ends, rest]).astype(np.int64)

    def take(self, rows: npt.NDArray[np.int64]) -> pa.Array:
        """The bytes of these lines, without their ends."""
        return self._pieces.take(pa.array(rows * 2))

    @cached_property
    def _pieces(self) -> pa.Array:
        """Each line and its end in turn, in place."""
        characters = np.frombuffer(self._data, np.uint8)
        offsets = np.zeros(2 * len(self.starts) - 1, np.int32)
        offsets[::2] = self.starts
        ends = self.starts[1:] - (characters[self.starts[1:] - 1] == ord("\n"))
        offsets[1::2] = ends - ((ends > 0) & (characters[ends - 1] == ord("\r")))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self._data)]
        return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def raw_rows(raws: list[bytes]) -> Raw:
    """What gives the bytes of records that are held one by one."""
    return lambda rows: pa.array([raws[row] for row in rows], pa.binary())


def _fast(block: Block, columns: tuple[str, ...], dictionaries: frozenset[str]) -> pa.Table | None:
    """The block as Arrow reads it, or None where a row would be dropped, joined or misread."""
    data = block.data
    # to Arrow a carriage return alone is a line's end too, and may make up for a blank line
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    try:
        _check_utf8(data)
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(column_names=list(columns), use_threads=False, block_size=len(data) + 1),
            parse_options=arrow_csv.ParseOptions(delimiter=block.delimiter),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: _type(name in dictionaries) for name in columns},
                check_utf8=False,
                strings_can_be_null=False,
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = block.breaks + (not data.endswith(b"\n"))
    last_line = data[data.rfind(b"\n", 0, -1) + 1 :].rstrip(b"\r\n")
    # a quote that opens in the last line and never closes is all that Arrow would let pass
    if table.num_rows != lines or isinstance(parse_record(last_line, len(columns), block.delimiter), Reason):
        return None
    return table.combine_chunks() if _quotes_enclose_fields(data, block.delimiter) else None


def _check_utf8(data: bytes) -> None:
    """Raise pa.ArrowInvalid where it is not UTF-8; told of all at once, as field by field takes ten times as long."""
    ends = pa.py_buffer(np.array([0, len(data)], np.int64))
    pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)


def _quotes_enclose_fields(data: bytes, delimiter: str) -> bool:
    """Whether every line has an even number of quotes, which stand at the ends of fields or together."""
    if b'"' not in data:
        return True
    characters = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", np.uint8)
    quotes = _places(characters, b'"')
    if (np.searchsorted(quotes, _places(characters, b"\n")) % 2).any():
        return False
    before, after = characters[quotes[0::2] - 1], characters[quotes[1::2] + 1]  # the last one, a line end, is before 0
    # a quote stands there where two together are one of the text
    return bool(_are(before, f'{delimiter}\n"').all() and _are(after, f'{delimiter}\r\n"').all())


def _places(characters: npt.NDArray[np.uint8], character: bytes) -> npt.NDArray[np.int64]:
    """Where an ASCII character stands, ascending."""
    found = (np.flatnonzero(piece == ord(character)) + start for start, piece in pieces(characters))
    return np.concatenate([np.empty(0, np.int64), *found])


def _are(characters: npt.NDArray[np.uint8], signs: str) -> npt.NDArray[np.bool_]:
    """Which of these characters are among some signs."""
    table = np.zeros(256, np.bool_)
    table[[ord(sign) for sign in signs]] = True
    found: npt.NDArray[np.bool_] = table[characters]
    return found


def _type(dictionary: bool) -> pa.DataType:
    return pa.dictionary(pa.int32(), pa.string()) if dictionary else pa.string()


def _exact(found: Iterable[Block], columns: tuple[str, ...], dictionaries: frozenset[str]) -> Rows:
    """Blocks read record by record."""
    rows: list[list[str]] = []
    lines: list[int] = []
    raws: list[bytes] = []
    bad: list[BadRow] = []
    for line, raw, fields in chain.from_iterable(records(block, len(columns)) for block in found):
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
    return Rows(table, np.array(lines, np.int64), raw_rows(raws), bad)


def records(block: Block, width: int | None) -> Iterator[tuple[int, bytes, list[str] | Reason]]:
    """Each record's line, its bytes, and its fields, `width` of them where given, or why it has none.

    Blank lines are no records.
    """
    lines = block.data.split(b"\n")
    position = 0
    while position < len(lines):
        raw, fields, used = _record(lines, position, width, block.delimiter)
        if raw:
            yield block.first_line + position, raw, fields
        position += used


def _record(lines: list[bytes], start: int, width: int | None, delimiter: str) -> tuple[bytes, list[str] | Reason, int]:
    """The record that starts at a line, its fields, and how many lines it spans.

    Lines are joined only where together they read as one whole record; an unbalanced quote never takes
    the good lines behind it away.
    """
    raw = lines[start].removesuffix(b"\r")
    if raw.count(b'"') % 2 == 0:
        return raw, parse_record(raw, width, delimiter), 1
    for end in range(start + 1, min(start + MAX_RECORD_LINES, len(lines))):
        if lines[end].count(b'"') % 2:
            joined = b"\n".join(lines[start : end + 1]).removesuffix(b"\r")
            fields = parse_record(joined, width, delimiter)
            if not isinstance(fields, Reason):
                return joined, fields, end - start + 1
            break
    return raw, Reason.QUOTE, 1


def parse_record(raw: bytes, width: int | None = None, delimiter: str = ",") -> list[str] | Reason:
    """A record's fields, `width` of them where given, or why it cannot be read.

    A quoted field ends at a delimiter: text behind its quote would be glued to it, and quotes behind backslashes lost.
    """
    if raw.count(b'"') % 2:
        return Reason.QUOTE
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return Reason.UTF8
    plain = raw and b'"' not in raw and b"\r" not in raw
    # splitting takes a fifth of the time
    parsed = [text.split(delimiter)] if plain else _parsed(text, delimiter, strict=True)
    if parsed is None:
        return Reason.QUOTE if _parsed(text, delimiter, strict=False) is None else Reason.BEHIND_QUOTE
    if len(parsed) != 1 or (width is not None and len(parsed[0]) != width):
        return Reason.FIELDS
    return parsed[0]


def _parsed(text: str, delimiter: str, *, strict: bool) -> list[list[str]] | None:
    """The records of a text, or None where a quote is still open: it would take the line behind it along."""
    try:
        *parsed, last = csv.reader(io.StringIO(f"{text}\n{_SENTINEL}", newline=""), strict=strict, delimiter=delimiter)
    except csv.Error:
        return None
    return parsed if last == [_SENTINEL] else None
