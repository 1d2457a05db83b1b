"""The pictures in a set's folder, and the journal of what came of each: whatever is killed, none is fetched twice.

A picture is written beside its place; a line of the journal then commits it, and it is put into place. The first line
says which pictures these are; a journal of others counts for nothing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from browse.sets.recipe import Pictures

FOLDER = "data"
ENDING = ".jpg"
JOURNAL = ".pictures.jsonl"
LIST = "pictures.csv"
"""The file of a finished set that says what pictures it has; without those that are missing."""
COLUMNS = ("image_id", "file_name", "bytes", "sha256", "width", "height")


@dataclass(frozen=True, slots=True)
class Landed:
    """A picture that is there: its bytes, their SHA-256, and its size in pixels, the right way up; 0 if not known."""

    bytes: int
    sha256: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that is not to be had: one of `selection.PICTURE_REASONS`, and what happened in words."""

    reason: str
    detail: str


def file_name(image_id: str) -> str:
    """The picture of an image, within a set's folder."""
    return f"{FOLDER}/{image_id}{ENDING}"


def is_picture(name: str) -> bool:
    """Whether a file of a set, by its name, is a picture or the journal of pictures."""
    return name == JOURNAL or (name.startswith(f"{FOLDER}/") and name.endswith(ENDING))


class PictureFolder:
    """The pictures below a folder. landed, missing: by ImageID. Many threads may keep pictures at once."""

    def __init__(self, folder: Path, wanted: Pictures) -> None:
        """Go on with what is there of these pictures, and remove all others."""
        self._folder = folder
        self._head = {"pictures": wanted.values}
        self._lock = threading.Lock()
        self.landed: dict[str, Landed] = {}
        self.missing: dict[str, Missing] = {}
        (folder / FOLDER).mkdir(exist_ok=True)
        self._read()
        self._tidy()

    def keep(self, image_id: str, data: bytes, *, width: int | None, height: int | None) -> None:
        """Put a picture into the folder. Raises OSError."""
        landed = Landed(len(data), hashlib.sha256(data).hexdigest(), width or 0, height or 0)
        beside = self._beside(image_id)
        beside.write_bytes(data)
        with self._lock:
            self._note({"id": image_id, **asdict(landed)})
            beside.replace(self._path(image_id))
            self.landed[image_id] = landed

    def miss(self, image_id: str, missing: Missing) -> None:
        """Note that a picture is not to be had."""
        with self._lock:
            self._note({"id": image_id, **asdict(missing)})
            self.missing[image_id] = missing

    def forget_missing(self) -> list[str]:
        """Have those asked for again that were not to be had; which they are."""
        found = [*self.missing]
        self.missing = {}
        self._rewrite()
        return found

    def only(self, image_ids: Collection[str]) -> None:
        """Remove the pictures of all other images, such as those that were taken down since."""
        wanted = {*image_ids}
        if self.landed.keys() <= wanted and self.missing.keys() <= wanted:
            return
        self.landed = {name: one for name, one in self.landed.items() if name in wanted}
        self.missing = {name: one for name, one in self.missing.items() if name in wanted}
        self._rewrite()
        self._tidy()

    def read(self, image_id: str) -> bytes:
        """A picture's bytes."""
        return self._path(image_id).read_bytes()

    def sums(self) -> dict[str, str]:
        """The SHA-256 of each picture by its file's name, by ImageID."""
        return {file_name(image_id): one.sha256 for image_id, one in sorted(self.landed.items())}

    def rows(self, folder: str = f"{FOLDER}/") -> Iterator[tuple[Any, ...]]:
        """Rows of COLUMNS, by ImageID. folder: where their files will be, empty for within other files."""
        for image_id, one in sorted(self.landed.items()):
            yield image_id, f"{folder}{image_id}{ENDING}", one.bytes, one.sha256, one.width, one.height

    def _read(self) -> None:
        for line in self._lines():
            image_id = line.pop("id")
            if "reason" in line:
                self.missing[image_id] = Missing(**line)
            elif self._is_there(image_id, line["bytes"]):
                self.landed[image_id] = Landed(**line)
                self.missing.pop(image_id, None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The whole lines of the journal, which is cut behind them or begun anew."""
        journal = self._folder / JOURNAL
        with journal.open("r+b" if journal.exists() else "w+b") as file:
            if _parsed(file.readline()) != self._head:
                file.seek(0)
                file.truncate()
                file.write(_line(self._head))
                return
            end = file.tell()
            while (line := _parsed(file.readline())) is not None:
                yield line
                end = file.tell()
            file.truncate(end)

    def _is_there(self, image_id: str, size: int) -> bool:
        """Whether a picture of the journal is in its place; one that was killed just before is put there."""
        beside, path = self._beside(image_id), self._path(image_id)
        if not path.exists() and beside.exists() and beside.stat().st_size == size:
            beside.replace(path)
        return path.exists() and path.stat().st_size == size

    def _tidy(self) -> None:
        """Remove pictures that no line of the journal is about."""
        for path in (self._folder / FOLDER).iterdir():
            name = path.name.removesuffix(".part")
            is_kept = path.name == name and name.removesuffix(ENDING) in self.landed
            if name.endswith(ENDING) and not is_kept:
                path.unlink()

    def _rewrite(self) -> None:
        beside = self._folder / f"{JOURNAL}.part"
        with beside.open("wb") as file:
            file.write(_line(self._head))
            _write_all(file, self.landed)
            _write_all(file, self.missing)
        beside.replace(self._folder / JOURNAL)

    def _note(self, line: dict[str, Any]) -> None:
        with (self._folder / JOURNAL).open("ab") as file:
            file.write(_line(line))

    def _path(self, image_id: str) -> Path:
        return self._folder / file_name(image_id)

    def _beside(self, image_id: str) -> Path:
        return self._folder / f"{file_name(image_id)}.part"


def take_over(before: Path, folder: Path, wanted: Pictures, within: Iterable[tuple[str, bytes]]) -> None:
    """Move the pictures of a finished set into a folder where it is built again. May be killed and done again.

    within: name and bytes of pictures that are in other files of the set.
    """
    with (before / LIST).open(encoding="utf-8", newline="") as file:
        rows = [
            (row["image_id"], Landed(int(row["bytes"]), row["sha256"], int(row["width"]), int(row["height"])))
            for row in csv.DictReader(file)
        ]
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    beside = folder / f"{JOURNAL}.part"
    with beside.open("wb") as journal:
        journal.write(_line({"pictures": wanted.values}))
        _write_all(journal, dict(rows))
    beside.replace(folder / JOURNAL)
    for name, data in within:
        (folder / FOLDER / name).write_bytes(data)
    for path in (before / FOLDER).glob(f"*{ENDING}"):
        path.replace(folder / FOLDER / path.name)


def _write_all(file: BinaryIO, found: dict[str, Landed] | dict[str, Missing]) -> None:
    file.writelines(_line({"id": image_id, **asdict(one)}) for image_id, one in found.items())


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parsed(line: bytes) -> Any:
    """What a whole line says; None for one that was cut."""
    try:
        return json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
