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
    if not narrative.file:
        return None
    line = _line(narrative)
    try:
        said = json.loads(line)
        own = (said["image_id"], said["annotator_id"], said["caption"])
        if own != (image_id, narrative.annotator, narrative.caption):
            return None
        return Timed(
            tuple(map(_utterance, said["timed_caption"])),
            tuple(tuple(map(_point, points)) for points in said["traces"]),
        )
    except _BROKEN:
        return None


def _line(narrative: Narrative) -> bytes:
    """The line that a narrative stood on; nothing where its file cannot be read."""
    own = Path(narrative.file)
    places = [Path(settings.NARRATIVES_DIR) / own.name, own] if settings.NARRATIVES_DIR else [own]
    for path in places:
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
