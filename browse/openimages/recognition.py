"""Which kind a file is by its header, first rows and name, not by its name alone; and why, where it is not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from browse.openimages import kinds
from browse.openimages.kinds.images import COLUMNS as IMAGE_COLUMNS
from browse.openimages.kinds.kind import FileKind
from browse.openimages.kinds.labels import COLUMNS as LABEL_COLUMNS
from browse.openimages.reading.formats import (
    DELIMITERS,
    FileFormat,
    Header,
    HeaderShape,
    column_name,
    fields_of,
    is_mid,
    matching,
)
from browse.openimages.reading.official_files import NOT_READ, official_by_columns, official_name
from browse.openimages.reading.skipped_files import printable

MAX_NAME, MAX_NAMES = 80, 100
"""Characters of a name, and names of a header, that a reason is told from."""
NUL_BLOCK = bytes(16)
"""In no text of any encoding; in UTF-16 every other byte is NUL."""

_IMAGE_ID = re.compile(r"[0-9a-fA-F]{16}")
_SEPARATORS = {";": "`;`", "\t": "tabs", "|": "`|`"}
Kinds = tuple[FileKind[Any], ...]


@dataclass(frozen=True)
class Recognized:
    """A file's kind and format, and beside it why it is not read, or in which unusual way it is; else nothing.

    `kind` is None where the file is of none.
    """

    kind: FileKind[Any] | None
    format: FileFormat
    note: str = ""


def recognize_file(line: bytes, rest: bytes, name: str) -> Recognized:
    """What a file holds. `line` and `rest` are what `first_line_of` gives, `name` its path or address."""
    text = line.decode("utf-8", errors="replace")
    found = recognize(text)
    if found.kind is None:
        return Recognized(None, found.format, _why(line, text, rest, name))
    if found.kind.doubt is not None:
        rows = rest if found.format.header_lines else line + b"\n" + rest
        if doubt := found.kind.doubt(found.format, rows, name):
            return Recognized(None, FileFormat(found.format.columns), doubt)
    return Recognized(found.kind, found.format, _as_read(found.format))


def recognize(first_line: str) -> Recognized:
    """The kind and format of a file by its first line, without line end.

    Names are known whatever their case and the blanks around them; one column more than a kind has is passed over.
    """
    spellings = _spellings(kinds.FILE_KINDS)
    known = frozenset(spellings.values())
    for delimiter in DELIMITERS:
        fields = tuple(fields_of(first_line, delimiter))
        header = Header(fields, tuple(column_name(field, spellings) for field in fields), delimiter, known)
        for kind in kinds.FILE_KINDS:
            found = kind.match(header) if kind.match else matching(header, kind.shapes)
            if found is not None:
                return Recognized(kind, found)
    return Recognized(None, FileFormat(tuple(fields_of(first_line, ","))))


@cache
def _spellings(known: Kinds) -> Mapping[str, str]:
    """The names of all kinds' columns as the releases write them, by the same in small letters."""
    return {name.casefold(): name for kind in known for shape in kind.shapes for name in shape.names}


def _as_read(found: FileFormat) -> str:
    notes = []
    if found.delimiter != ",":
        notes.append(f"fields separated by {_SEPARATORS[found.delimiter]}")
    if found.unread is not None:
        named = f"column `{printable(found.unread)}`" if found.unread else "a column without a name"
        notes.append(f"{named} ignored")
    return ", ".join(notes)


def _why(line: bytes, text: str, rest: bytes, name: str) -> str:
    """Why a file with an unknown first line is not read."""
    if not line.strip() and not rest.strip():
        return "empty"
    if b"\0" in line:
        return _why_nul(line)
    if "\ufffd" in text:
        return "its first line is not UTF-8"
    if "\r" in text:
        return "its lines seem to end with carriage returns alone; save it with line feeds"
    delimiter = max((",", *_SEPARATORS), key=lambda sign: _known_names(fields_of(text, sign)))
    fields = [field.strip()[:MAX_NAME] for field in fields_of(text, delimiter)][:MAX_NAMES]
    why = official_by_columns(fields) or _by_rows(fields, name) or _by_columns(_names(fields))
    if delimiter == ",":
        return why
    separated = f"its fields seem to be separated by {_SEPARATORS[delimiter]}"
    return f"{separated}; {why}" if why else separated


def _why_nul(line: bytes) -> str:
    if NUL_BLOCK in line:
        return "it begins with a block of NUL bytes, as a damaged copy does; get the file again"
    half = line.count(b"\0") * 3 >= len(line)
    return "it seems to be UTF-16 without a byte order mark; save it as UTF-8" if half else "not text"


def _names(fields: list[str]) -> list[str]:
    spellings = _spellings(kinds.FILE_KINDS)
    return [column_name(field, spellings) for field in fields]


def _titled_shapes() -> list[tuple[str, HeaderShape]]:
    """What a message calls a kind, and the header that it goes by."""
    return [(kind.title, kind.shapes[0]) for kind in kinds.FILE_KINDS if kind.title]


def _known_names(fields: list[str]) -> int:
    wanted = {name for _, shape in _titled_shapes() for name in shape.required}
    return len(wanted.intersection(_names(fields)))


def _by_rows(fields: list[str], name: str) -> str:
    """What a file without a header seems to hold."""
    mids = [is_mid(field) for field in fields]
    if len(fields) == 3 and mids == [True, True, False]:
        return NOT_READ.format("relationship triplets")
    if len(fields) == 2 and fields[0] == fields[1] and official_name(name):
        return NOT_READ.format(official_name(name))
    if mids == [True]:
        return NOT_READ.format("a list of labels")
    if len(fields) == 4 and _IMAGE_ID.fullmatch(fields[0]):
        return f"it has no header; expected `{','.join(LABEL_COLUMNS)}` as its first line"
    if len(fields) >= len(IMAGE_COLUMNS) and _IMAGE_ID.fullmatch(fields[0]):
        return "it has no header; expected the column names as its first line"
    return ""


def _by_columns(names: list[str]) -> str:
    """What a header lacks to be of the kind that it is nearest to; nothing where its names are right."""
    for name in names:
        if name and names.count(name) > 1:
            return f"its header names `{printable(name)}` twice"
    compared = [(what, shape, _counterparts(names, shape.required)) for what, shape in _titled_shapes()]
    what, shape, meant = max(compared, key=lambda one: (len(one[2]) / len(one[1].required), len(one[1].required)))
    required = shape.required
    if 2 * len(meant) < len(required):
        shown = printable(",".join(names))
        return f"unknown header: {shown if len(shown) <= 80 else shown[:79] + '…'}"
    said = []
    for wanted in required:
        if wanted not in meant:
            said.append(f"is missing `{wanted}`")
        elif meant[wanted] != wanted:
            said.append(f"has `{printable(meant[wanted])}`, expected `{wanted}`")
    spare = [name for name in names if name not in meant.values() and name not in shape.optional]
    if not said and len(spare) > 1:
        said.append("has more than one unknown column: " + ", ".join(f"`{printable(name)}`" for name in spare))
    return f"{'; '.join(said)} ({what})" if said else ""


def _counterparts(names: list[str], required: tuple[str, ...]) -> dict[str, str]:
    """The name that may be meant for each column that a kind needs, each name for one; columns without one left out."""
    meant = {wanted: wanted for wanted in required if wanted in names}
    for wanted in required:
        near = _near(wanted, [name for name in names if name not in meant.values()])
        if wanted not in meant and near:
            meant[wanted] = near
    return meant


def _near(wanted: str, names: list[str]) -> str:
    """The name that may be meant, nothing where there is none."""
    spelt = {re.sub(r"[\W_]", "", name).casefold(): name for name in names if name}
    return next((spelt[near] for near in get_close_matches(wanted.casefold(), spelt, 1)), "")
