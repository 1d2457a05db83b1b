"""Localized narratives: one JSON object a line, of which all but the trace and its times is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.image_ids import IMAGE_ID
from browse.domain.narratives import MOST_CHARACTERS, NARRATIVE_ROW
from browse.openimages.reading.csv_rows import BadRow, Block, raw_rows
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parsed import ParsedRows
from browse.openimages.reading.rejects import Reason, text_of

MOST_ANNOTATORS = 32_767
_RECORDING = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_./-]{0,200}\.ogg")


class _Row(NamedTuple):
    line: int
    begin: int
    raw: bytes
    image_id: str
    annotator: int
    caption: str
    recording: str


def parse_narratives(block: Block, file: str) -> ParsedRows:
    """Checked rows; file: where the lines lie as they are, or nothing."""
    good: list[_Row] = []
    bad: list[BadRow] = []
    for line, begin, raw in _lines(block):
        row = _row(line, begin, raw)
        if isinstance(row, Reason):
            bad.append(BadRow(line, row, text_of(raw)))
        else:
            good.append(row)
    packed = np.zeros(len(good), NARRATIVE_ROW)
    packed["annotator"] = [row.annotator for row in good]
    packed["begin"] = [row.begin if file else 0 for row in good]
    texts = {
        "caption": _numbered([row.caption for row in good]),
        "recording": _numbered([row.recording for row in good]),
        "file": _numbered([file] * len(good)),
    }
    keys, _ = keys_of(pa.array([row.image_id for row in good], pa.string()), decimal=False)
    lines = np.array([row.line for row in good], np.int64)
    return ParsedRows(keys, packed, texts, lines, raw_rows([row.raw for row in good]), bad, 0)


def _lines(block: Block) -> Iterator[tuple[int, int, bytes]]:
    """Each line that is not blank: its number, where it begins in the file, and its bytes."""
    begin = block.begin
    for line, data in enumerate(block.data.split(b"\n"), block.first_line):
        if data.strip():
            yield line, begin, data.removesuffix(b"\r")
        begin += len(data) + 1


def _row(line: int, begin: int, raw: bytes) -> _Row | Reason:
    """What a line holds, or why it cannot be taken."""
    try:
        said: Any = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Reason.UTF8
    except (ValueError, RecursionError):
        return Reason.JSON
    if wrong := _wrong(said):
        return wrong
    recording = said.get("voice_recording")
    is_name = isinstance(recording, str) and _RECORDING.fullmatch(recording) and ".." not in recording
    name = str(recording) if is_name else ""
    return _Row(line, begin, raw, said["image_id"], said["annotator_id"], said["caption"], name)


def _wrong(said: Any) -> Reason | None:
    """Why an object is no narrative."""
    if not isinstance(said, dict):
        return Reason.JSON
    image_id, annotator, caption = said.get("image_id"), said.get("annotator_id"), said.get("caption")
    if not isinstance(image_id, str) or not IMAGE_ID.fullmatch(image_id):
        return Reason.IMAGE_ID
    if type(annotator) is not int or not 0 <= annotator <= MOST_ANNOTATORS:
        return Reason.ANNOTATOR
    if not isinstance(caption, str) or not 0 < len(caption.strip()) <= len(caption) <= MOST_CHARACTERS:
        return Reason.CAPTION
    return None if "\0" not in caption and _is_whole(caption) else Reason.CAPTION


def _is_whole(text: str) -> bool:
    """Whether no character is half a surrogate pair."""
    return not any(0xD800 <= ord(char) < 0xE000 for char in text)


def _numbered(texts: list[str]) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Each text's place among the distinct ones, and these."""
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.array([numbers[text] for text in texts], np.int32), [*numbers]
