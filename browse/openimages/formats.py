"""Which file is which, told by its header and not by its name.

Every revision of V1 and the later releases: images of 7, 8, 10, 11 and 12 columns, label rows with
`LabelName` or `Label`, V1's first wide label rows, dictionaries with and without a header.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

MID = re.compile(r"/[a-z]/[0-9a-z_]{1,60}")
SUBSETS = ("train", "validation", "test")

_IMAGE_REQUIRED = frozenset(
    {"ImageID", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL", "Author", "Title"}
)
_IMAGE_OPTIONAL = frozenset({"Subset", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"})
_LABELS = (
    frozenset({"ImageID", "Source", "LabelName", "Confidence"}),
    frozenset({"ImageID", "Source", "Label", "Confidence"}),
)
_WIDE = ("ImageID", "Confidence:Labels...")
_DICTIONARY_HEADERS = (("LabelName", "DisplayName"), ("LabelName", "Class"), ("id", "name"))


class FileKind(StrEnum):
    """What a file holds."""

    IMAGES = "images"
    LABELS = "labels"
    WIDE_LABELS = "wide labels"
    DICTIONARY = "dictionary"
    UNKNOWN = "not recognised"


@dataclass(frozen=True)
class FileFormat:
    """Kind, column names in file order, and how many lines to skip before the first row."""

    kind: FileKind
    columns: tuple[str, ...] = ()
    header_lines: int = 1


def recognise(first_line: str) -> FileFormat:
    """The format of a file by its first line, without line end. Unknown headers give FileKind.UNKNOWN."""
    fields = tuple(_fields(first_line))
    names = frozenset(fields)
    if len(names) == len(fields):
        if names >= _IMAGE_REQUIRED and names <= _IMAGE_REQUIRED | _IMAGE_OPTIONAL:
            return FileFormat(FileKind.IMAGES, fields)
        if names in _LABELS:
            return FileFormat(FileKind.LABELS, tuple("LabelName" if name == "Label" else name for name in fields))
        if fields == _WIDE:
            return FileFormat(FileKind.WIDE_LABELS, fields)
    if fields in _DICTIONARY_HEADERS:
        return FileFormat(FileKind.DICTIONARY, ("LabelName", "DisplayName"))
    if len(fields) == 2 and MID.fullmatch(fields[0]):
        return FileFormat(FileKind.DICTIONARY, ("LabelName", "DisplayName"), header_lines=0)
    return FileFormat(FileKind.UNKNOWN, fields)


def _fields(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def subset_from_path(name: str) -> str | None:
    """The subset that the nearest enclosing folder is named for, if any."""
    for part in reversed(PurePosixPath(name.replace("\\", "/")).parts[:-1]):
        if part.lower() in SUBSETS:
            return part.lower()
    return None
