"""Headers and columns: what names a file's columns have, and whether they are of a shape that is wanted.

MIDs, subsets and fields of one line are told here too, for all kinds of files.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from browse.query.values import SUBSETS

_MID = re.compile(r"/[a-z]/[0-9a-z_]{1,60}")
_LONGEST_MID = 63


def is_mid(text: str) -> bool:
    """Whether a text can be the MID of a label."""
    return len(text) <= _LONGEST_MID and _is_mid(text)


@lru_cache(1 << 16)
def _is_mid(text: str) -> bool:
    """Kept, since nearly all labels of a data set stand in every block of its rows."""
    return _MID.fullmatch(text) is not None


DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class HeaderShape:
    """Columns that a header needs, those that it may have, and other names for them."""

    required: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    renames: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """All names that a column may have."""
        return self.optional.union(self.required, self.renames)


@dataclass(frozen=True)
class Header:
    """A file's first line: its fields, the columns that they name, and what separates them.

    `known` are the names of columns of any kind.
    """

    fields: tuple[str, ...]
    names: tuple[str, ...]
    delimiter: str
    known: frozenset[str]


@dataclass(frozen=True)
class FileFormat:
    """Column names in file order, how many lines to skip before the first row, and what separates fields.

    `unread` is the name of the one column that is passed over, if there is one; it stands in `columns` too.
    """

    columns: tuple[str, ...] = ()
    header_lines: int = 1
    delimiter: str = ","
    unread: str | None = None


def matching(header: Header, shapes: Iterable[HeaderShape]) -> FileFormat | None:
    """The format of a file whose header is of one of these shapes; one column more than a shape has is passed over."""
    for shape in shapes:
        columns = tuple(shape.renames.get(name, name) for name in header.names)
        present = frozenset(columns)
        extra = present.difference(shape.required, shape.optional)
        if len(present) == len(columns) and present.issuperset(shape.required) and len(extra) <= 1:
            return FileFormat(columns, delimiter=header.delimiter, unread=next(iter(extra), None))
    return None


def column_name(field: str, spellings: Mapping[str, str]) -> str:
    """The column that a header's field names: as `spellings` has it by its case-folded name, else as it is."""
    return spellings.get("".join(field.split()).casefold(), field.strip())


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of one line, none where they cannot be told."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def subset_from_path(name: str) -> str | None:
    """The subset that the nearest enclosing folder is named for, if any."""
    for part in reversed(PurePosixPath(name.replace("\\", "/")).parts[:-1]):
        if part.lower() in SUBSETS:
            return part.lower()
    return None
