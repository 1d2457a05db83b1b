"""A change of the code as a value: what is inserted where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Insertion:
    """Text put before a piece of a file; the piece must stand there exactly once."""

    path: str
    before: str
    text: str


@dataclass(frozen=True)
class Change:
    """What somebody does who adds something. most: so many files of production code it may touch."""

    name: str
    most: int
    insertions: tuple[Insertion, ...]

    @property
    def files(self) -> set[str]:
        """The files of production code that it touches."""
        return {one.path for one in self.insertions}

    def apply(self, root: Path) -> None:
        """Make the change in a copy of the project. Raises ValueError where a file no longer has the place."""
        for one in self.insertions:
            path = root / one.path
            text = path.read_text(encoding="utf-8")
            if text.count(one.before) != 1:
                raise ValueError(f"{self.name}: {one.path} has {text.count(one.before)} times {one.before!r}, not once")
            path.write_text(text.replace(one.before, one.text + one.before), encoding="utf-8")
