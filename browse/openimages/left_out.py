"""Files that an import does not read, so that none is passed over without a word."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

NO_ENDING = "without an ending"


class LeftOut:
    """Counts files by where they lie and kind: a folder may hold thousands of pictures."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, where: str, name: str) -> None:
        """Count a file of a folder or an archive; `name` is its path in there."""
        kind = _kind_of(name)
        row = {"where": printable(where), "kind": kind, "count": 0, "first": printable(name)}
        self._rows.setdefault((where, kind), row)["count"] += 1

    def rows(self) -> list[dict[str, Any]]:
        """Dictionaries of where, kind (the name's ending), count, and the first one's name."""
        return list(self._rows.values())


def _kind_of(name: str) -> str:
    path = PurePath(name.lower())
    packed = path.suffix == ".gz" and len(path.suffixes) > 1
    return printable("".join(path.suffixes[-2:]) if packed else path.suffix) or NO_ENDING


def printable(text: str) -> str:
    """A file's name as it can be shown and kept: bytes that are no UTF-8 and control characters are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
