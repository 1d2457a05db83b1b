"""When the words of a narrative were said, and where the pointer was: read from the file that it was imported from."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from django.conf import settings

from browse.domain.narratives import Narrative, Timed, TracePoint, Utterance

MOST_BYTES = 8 << 20
"""Of a line; those of the releases have some thirty thousand."""
_MARK = b"\xef\xbb\xbf"
_BROKEN = (ValueError, KeyError, TypeError, RecursionError)


def timed_of(narrative: Narrative, image_id: str) -> Timed | None:
    """A narrative of an image in time; None where its file is not there, or holds another one by now."""
    found = _found(narrative, image_id)
    if found is None:
        return None
    said = found[1]
    try:
        return Timed(
            tuple(map(_utterance, said["timed_caption"])),
            tuple(tuple(map(_point, points)) for points in said["traces"]),
        )
    except _BROKEN:
        return None


def line_of(narrative: Narrative, image_id: str) -> str | None:
    """The line of a narrative of an image, as it was published; None as with `timed_of`."""
    found = _found(narrative, image_id)
    return found[0] if found else None


def has_file(file: str) -> bool:
    """Whether the file that narratives were read from is there; empty where that lay packed or elsewhere."""
    return bool(file) and any(path.is_file() for path in _places(file))


def _found(narrative: Narrative, image_id: str) -> tuple[str, dict[str, Any]] | None:
    """The line of a narrative, and what it says."""
    line = _line(narrative) if narrative.file else b""
    try:
        text = line.removeprefix(_MARK).decode().rstrip("\r\n")
        said = json.loads(text)
        own = (said["image_id"], said["annotator_id"], said["caption"])
    except _BROKEN:
        return None
    return (text, said) if own == (image_id, narrative.annotator, narrative.caption) else None


def _places(file: str) -> list[Path]:
    own = Path(file)
    return [Path(settings.NARRATIVES_DIR) / own.name, own] if settings.NARRATIVES_DIR else [own]


def _line(narrative: Narrative) -> bytes:
    """The line that a narrative stood on; nothing where its file cannot be read."""
    for path in _places(narrative.file):
        try:
            with path.open("rb") as file:
                file.seek(narrative.begin)
                line = file.readline(MOST_BYTES)
                if line.removeprefix(_MARK).startswith(b"{"):
                    return line
                return file.readline(MOST_BYTES)  # the import counted neither a byte order mark nor a first return
        except OSError:
            continue
    return b""


def _utterance(said: dict[str, Any]) -> Utterance:
    text = said["utterance"]
    if not isinstance(text, str):
        raise TypeError("not a text")
    return Utterance(text, _number(said["start_time"]), _number(said["end_time"]))


def _point(said: dict[str, Any]) -> TracePoint:
    return TracePoint(_number(said["x"]), _number(said["y"]), _number(said["t"]))


def _number(value: Any) -> float:
    """Raises TypeError or ValueError for what is none; a whole number stays one, as in the file."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    if not math.isfinite(value):
        raise ValueError("not finite")
    return value
