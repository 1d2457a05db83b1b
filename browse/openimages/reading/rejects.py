"""Rows that an import cannot take: why, where, and the row as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.openimages.reading.image_keys import text_bytes


class Reason(StrEnum):
    """Why a row was rejected."""

    FIELDS = "wrong number of fields"
    UTF8 = "invalid UTF-8"
    QUOTE = "unbalanced quote"
    BEHIND_QUOTE = "text after a closing quote"
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
    COORDINATE = "coordinate not a number in 0 to 1"
    CORNERS = "XMin above XMax or YMin above YMax"
    RELATION = "relationship not one word"
    VERDICT = "EstimatedYesNo not yes, no or unsure"
    VOTES = "votes not whole numbers up to 9999"
    MASK = "MaskPath not ImageID_label_BoxID.png of its row"
    IOU = "PredictedIoU not a number in 0 to 1"
    JSON = "not a JSON object"
    ANNOTATOR = "annotator_id not a whole number up to 32767"
    CAPTION = "caption not a text of 1 to 20,000 characters"
    ATTRIBUTE = "attribute not -1, 0 or 1"
    CLICKS = "XClick1X to XClick4Y neither all numbers in 0 to 1 nor all -1"
    UNKNOWN_IMAGE = "unknown image"
    CONFLICT = "conflict"


HINTS = {
    Reason.NO_SUBSET: "--subset names one",
    Reason.UNKNOWN_IMAGE: "--known-images-only skips rows that name unknown images",
}
"""What to do about a reason, where an option helps."""


def with_hint(reason: str) -> str:
    """The reason in words, with what to do about it."""
    hint = HINTS.get(Reason(reason))
    return f"{reason} ({hint})" if hint else reason


@dataclass(frozen=True)
class Rejects:
    """Rejected rows of one file: each one's line, why (one reason, or each one's), and its bytes as a binary column."""

    file: str
    lines: npt.NDArray[np.int64]
    reasons: Reason | list[Reason]
    rows: pa.Array

    def by_reason(self) -> Counter[Reason]:
        """How many there are for each reason."""
        return Counter(self.reasons if isinstance(self.reasons, list) else {self.reasons: len(self.lines)})

    def csv(self) -> pa.ChunkedArray | pa.Array:
        """Each as a CSV record with its line end, in bytes."""
        if isinstance(self.reasons, list):
            reasons = pa.array([_in_csv(reason) for reason in self.reasons], pa.string())
        else:
            reasons = pa.scalar(_in_csv(self.reasons))
        return pc.binary_join_element_wise(
            pa.scalar(_quoted(self.file.encode("utf-8", errors="surrogateescape"))),
            pa.array(self.lines).cast(pa.string()).cast(pa.binary()),
            reasons.cast(pa.binary()),
            pc.binary_join_element_wise(b'"', pc.replace_substring(self.rows, b'"', b'""'), b'"', b""),
            b",",
        )


def _in_csv(reason: Reason) -> str:
    return f'"{reason.value}"' if "," in reason.value else reason.value


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b'"', b'""') + b'"'


def text_of(raw: bytes) -> str:
    """A row's bytes as text from which the very bytes can be had back."""
    return raw.decode("utf-8", errors="surrogateescape")


def texts_of(rows: pa.Array) -> list[str]:
    """`text_of` of each value of a binary column."""
    offsets, data = text_bytes(rows)
    whole = data.tobytes()
    return [text_of(whole[start:end]) for start, end in pairwise(offsets.tolist())]


def bytes_of(rows: Iterable[str]) -> pa.Array:
    """A binary column of what `text_of` made texts of."""
    return pa.array([row.encode("utf-8", errors="surrogateescape") for row in rows], pa.binary())


def one_reject(file: str, line: int, reason: Reason, row: str) -> Rejects:
    """A single rejected row, by its text."""
    return Rejects(file, np.array([line], np.int64), reason, bytes_of([row]))


def write_rejects(path: Path, rejects: Iterable[Rejects], *, header: bool) -> None:
    """Write rejects as CSV: source file, line, reason, row."""
    with path.open("wb") as out:
        if header:
            out.write(b"source_file,line,reason,row\r\n")
        for some in rejects:
            if len(some.lines):
                records = pc.binary_join_element_wise(some.csv(), b"", b"\r\n")
                out.write(text_bytes(records)[1].data)
