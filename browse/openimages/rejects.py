"""Rows that an import cannot take: why, where, and the row as it was."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Reason(StrEnum):
    """Why a row was rejected."""

    FIELDS = "wrong number of fields"
    UTF8 = "invalid UTF-8"
    QUOTE = "unbalanced quote"
    IMAGE_ID = "bad ImageID"
    SUBSET = "unknown subset"
    NO_SUBSET = "no subset"
    SIZE = "OriginalSize not a whole number"
    MD5 = "OriginalMD5 not base64 of 16 bytes"
    ROTATION = "Rotation not 0, 90, 180 or 270"
    MID = "bad label MID"
    NAME = "label without a name"
    SOURCE = "bad source"
    CONFIDENCE = "confidence not a number in 0 to 1"
    UNKNOWN_IMAGE = "unknown image"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Reject:
    """One rejected row. `row` is its text; bytes that are not UTF-8 stand in it as lone surrogates."""

    file: str
    line: int
    reason: Reason
    row: str


def text_of(raw: bytes) -> str:
    """A row's bytes as text from which the very bytes can be had back."""
    return raw.decode("utf-8", errors="surrogateescape")


def write_rejects(path: Path, rejects: Iterable[Reject], *, header: bool) -> int:
    """Write rejects as CSV (source file, line, reason, row); returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out)
        if header:
            writer.writerow(["source_file", "line", "reason", "row"])
        for reject in rejects:
            writer.writerow([reject.file, reject.line, reject.reason.value, reject.row])
            count += 1
    return count
