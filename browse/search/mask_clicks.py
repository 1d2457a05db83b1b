"""The clicks that masks were made with: read from the CSV that the masks were imported from."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

_BLOCK_BYTES = 32 << 20
_MOST_BYTES = 1 << 20
"""Of a line; those of the releases have some hundreds."""
_COLUMN, _NAME = "clicks", "maskpath"
_DELIMITERS = ",;\t"
_WIDTH = 16
"""As many bytes as an ImageID has, with which names begin."""


@dataclass(frozen=True)
class _File:
    """A file of masks: its columns, beginnings of names, ascending, and where their lines begin."""

    lines: IO[bytes]
    delimiter: str
    columns: list[str]
    names: npt.NDArray[np.bytes_]
    begins: npt.NDArray[np.int64]

    def row(self, name: str) -> dict[str, str]:
        """The line of the mask whose picture has this name; empty where there is none."""
        low, high = (bisect(self.names, name[:_WIDTH].encode()) for bisect in (bisect_left, bisect_right))
        for begin in self.begins[low:high].tolist():
            self.lines.seek(begin)
            row = dict(zip(self.columns, _fields(_line(self.lines), self.delimiter), strict=False))
            if row.get(_NAME) == name:
                return row
        return {}


class Clicks(ExitStack):
    """Clicks by mask. A file is looked through once, when the first mask of it is asked for, and stays open.

    Takes 24 bytes for each mask of a file, as long as it is held.
    """

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, _File | None] = {}

    def of(self, file: str, name: str) -> str:
        """The clicks of the mask whose picture has this name; empty where it has none, or its file is not there.

        file: the CSV that it was read from, empty where that lay packed.
        """
        try:
            if file not in self._files:
                self._files[file] = None
                self._files[file] = self._opened(file) if file else None
            opened = self._files[file]
            return opened.row(name).get(_COLUMN, "") if opened else ""
        except OSError:
            return ""

    def _opened(self, file: str) -> _File | None:
        """None for what has no clicks."""
        lines = self.enter_context(Path(file).open("rb"))  # noqa: SIM115 -- closed with all others
        header = _line(lines)
        delimiter = max(_DELIMITERS, key=header.count)
        columns = [name.strip().lower() for name in _fields(header, delimiter)]
        if _COLUMN not in columns or columns[0] != _NAME:
            return None
        return _File(lines, delimiter, columns, *_places(lines))


def _line(lines: IO[bytes]) -> str:
    return lines.readline(_MOST_BYTES).decode("utf-8-sig", "replace").rstrip("\r\n")


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _places(lines: IO[bytes]) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.int64]]:
    """What the remaining lines begin with, ascending, and where they begin."""
    begin, rest = lines.tell(), b""
    names, begins = [np.empty(0, f"S{_WIDTH}")], [np.empty(0, np.int64)]
    while block := lines.read(_BLOCK_BYTES):
        data = rest + block
        end = data.rfind(b"\n") + 1
        starts = _line_starts(data[:end])
        names.append(_first_bytes(data, starts))
        begins.append(starts + begin)
        begin, rest = begin + end, data[end:]
    starts = _line_starts(rest)
    first, places = np.concatenate([*names, _first_bytes(rest, starts)]), np.concatenate([*begins, starts + begin])
    order = np.argsort(first, kind="stable")
    return first[order], places[order]


def _line_starts(data: bytes) -> npt.NDArray[np.int64]:
    """Where lines long enough to have a name start."""
    starts = np.concatenate([[0], np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) + 1])
    return starts[np.diff(starts, append=len(data)) >= _WIDTH].astype(np.int64)


def _first_bytes(data: bytes, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.bytes_]:
    """The first bytes of each line."""
    characters = np.frombuffer(data, np.uint8)
    rows: npt.NDArray[np.bytes_] = characters[starts[:, np.newaxis] + np.arange(_WIDTH)].view(f"S{_WIDTH}").ravel()
    return rows
