"""Files that an import does not read, so that none is passed over without a word."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from browse.openimages.reading.containers import container_of

NO_ENDING = "without an ending"
HIDDEN = "hidden"

_OFFICIAL = (
    (re.compile(r"masks.*\.zip$"), "mask pictures, which pages read out of this file while it stays here"),
    (
        re.compile(r"^[0-9a-f]{16}_[mg][0-9a-z_]+_[0-9a-f]{8}\.png$"),
        "mask pictures, which are read out of the zips alone",
    ),
    (re.compile(r"miap_images.*\.lst$"), "MIAP image lists, which this version does not read"),
)


class SkippedFiles:
    """Counts files by where they lie and kind: a folder may hold thousands of pictures."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(self, where: str, name: str) -> None:
        """Count a file of a folder or an archive; `name` is its path in there."""
        kind = _kind_of(name)
        row = {"where": printable(where), "kind": kind, "count": 0, "first": printable(name)}
        alone = name if kind == HIDDEN and container_of(name) else ""
        self._rows.setdefault((where, kind, alone), row)["count"] += 1

    def rows(self) -> list[dict[str, Any]]:
        """Dictionaries of where, kind, count, and the first one's name.

        A kind is the names' ending, with what such a file is in the releases, or HIDDEN. Each hidden file that would
        be read if it were not has a row of its own.
        """
        return list(self._rows.values())


def is_hidden(name: str) -> bool:
    """Whether a path within a folder or archive is of a file that a system or an editor keeps for itself."""
    parts = (part for part in name.replace("\\", "/").split("/") if part not in (".", ".."))
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)


def _kind_of(name: str) -> str:
    if is_hidden(name):
        return HIDDEN
    path = PurePath(name.lower())
    packed = path.suffix == ".gz" and len(path.suffixes) > 1
    ending = printable("".join(path.suffixes[-2:]) if packed else path.suffix) or NO_ENDING
    official = next((what for pattern, what in _OFFICIAL if pattern.search(path.name)), "")
    return f"{ending} ({official})" if official else ending


def printable(text: str) -> str:
    """A file's name as it can be shown and kept: bytes that are no UTF-8 and control characters are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
