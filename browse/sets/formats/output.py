"""The folder that a set is written into: files that grow batch by batch, and files that are written as a whole.

Whatever is killed, the journal says how far each growing file had come when the last batch was complete; it is cut
there and goes on, so the bytes are the same as without the interruption.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

JOURNAL = ".journal.json"
LOCK = ".lock"
PARTS = ".parts"
"""Folder of what writers put together at the end."""
_PIECE = 1 << 20


@dataclass
class Output:
    """A set's folder. identity: what the set depends on; a journal of another one counts for nothing.

    batches: how many are complete; lengths: of growing files then. keeps: whether a file, by its name, stays when all
    begins anew.
    """

    folder: Path
    identity: str
    batches: int = 0
    lengths: dict[str, int] = field(default_factory=dict)
    keeps: Callable[[str], bool] = lambda name: False

    def recover(self) -> None:
        """Go on from where the journal says, or begin with an empty folder."""
        try:
            journal = json.loads((self.folder / JOURNAL).read_text())
        except (OSError, ValueError):
            journal = {}
        if journal.get("identity") == self.identity:
            self.batches, self.lengths = journal["batches"], journal["lengths"]
        else:
            self._clear()
            self.batches, self.lengths = 0, {}
            self.commit(0)

    def commit(self, batches: int) -> None:
        """Note that so many batches are complete."""
        self.batches = batches
        content = {"identity": self.identity, "batches": batches, "lengths": self.lengths}
        with self.whole(JOURNAL) as out:
            out.write(json.dumps(content).encode())

    def append(self, name: str, data: bytes) -> None:
        """Write behind what a growing file had when the last batch was complete, or since."""
        path = self._made(name)
        with path.open("r+b" if path.exists() else "w+b") as out:
            out.truncate(self.lengths.get(name, 0))
            out.seek(0, os.SEEK_END)
            out.write(data)
            self.lengths[name] = out.tell()

    @contextmanager
    def whole(self, name: str) -> Iterator[BinaryIO]:
        """A file that is there complete, or not at all."""
        path = self._made(name)
        beside = path.with_name(f"{path.name}.part")
        with beside.open("wb") as out:
            yield out
            out.flush()
        beside.replace(path)

    def write(self, name: str, data: bytes) -> None:
        """A whole file of these bytes."""
        with self.whole(name) as out:
            out.write(data)

    def join(self, name: str, pieces: Iterable[bytes | str]) -> None:
        """A whole file of bytes and of parts, which are given by name and may be missing."""
        with self.whole(name) as out:
            for piece in pieces:
                if isinstance(piece, bytes):
                    out.write(piece)
                elif (self.folder / PARTS / piece).exists():
                    with (self.folder / PARTS / piece).open("rb") as part:
                        shutil.copyfileobj(part, out, _PIECE)

    def append_part(self, name: str, data: bytes) -> None:
        """As `append`, to a part."""
        self.append(f"{PARTS}/{name}", data)

    def files(self) -> list[str]:
        """The names of the set's files, sorted."""
        found = (path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
        return sorted(name for name in found if not name.startswith(".") and not name.endswith(".part"))

    def sha256(self, name: str) -> str:
        """The SHA-256 of a file, 64 hex digits."""
        with (self.folder / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def size(self, name: str) -> int:
        """A file's bytes."""
        return (self.folder / name).stat().st_size

    def clean(self) -> None:
        """Remove what only the building needed."""
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        for path in (*self.folder.rglob("*.part"), self.folder / JOURNAL):
            path.unlink(missing_ok=True)

    def _made(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _clear(self) -> None:
        for path in sorted(self.folder.rglob("*"), reverse=True):  # what is in a folder before the folder
            name = path.relative_to(self.folder).as_posix()
            if path.is_dir():
                with suppress(OSError):  # one with files that stay
                    path.rmdir()
            elif name != LOCK and not self.keeps(name):
                path.unlink()


def json_bytes(value: Any) -> bytes:
    """A JSON value as a file has it: readable, and the same for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def json_line(value: Any) -> bytes:
    """A JSON value on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
