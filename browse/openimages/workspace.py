"""What an import has read so far, kept on disk so that a killed run goes on from its last batch.

A batch is its data files and one JSON entry; the entry's atomic rename commits both. Entries are only
trusted within one boot of the machine: files survive a killed process, but not every loss of power.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.reading.rejects import Rejects, write_rejects

FORMAT = 8
NOT_RECOGNIZED = "not recognized"
"""Stands for the kind of a file that is of none."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass
class Entry:
    """The journal's line for one committed batch: how far its member has come, and what the batch holds.

    `kind` is the name of a file kind, or NOT_RECOGNIZED; `own` is what such a kind notes that no field is for.
    `epoch` is the number of entries with images before it; `mids` and `sources` are those first seen in it.
    `left_out` are an archive's members that are not read; `note` tells why a member is not, or how it is.
    `named` is the place of its source among the paths that a person named, kept with names.
    A member's last batch tells whether its ids are `decimal`, whether its last line has no line end, how many NUL bytes
    it has, and the line of the first.
    """

    member: str
    source: int
    kind: str
    number: int = 0
    next_line: int = 1
    member_done: bool = False
    source_done: bool = False
    rows_read: int = 0
    rejected: int = 0
    skipped: int = 0
    rounded: int = 0
    blocked: int = 0
    images: int = 0
    labels: int = 0
    parked: int = 0
    beyond: int = 0
    epoch: int = 0
    named: int = 0
    note: str = ""
    decimal: bool = False
    open_end: bool = False
    nul_bytes: int = 0
    nul_line: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    mids: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    names: list[tuple[int, str, str, str]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    own: dict[str, Any] = field(default_factory=dict)


class Workspace:
    """A folder that holds one run's batches."""

    def __init__(self, folder: Path, signature: str) -> None:
        """Open the folder for a run; what another run, or an earlier boot, left in it is discarded."""
        self.folder = folder
        self.resumed = self._matches(signature)
        if not self.resumed:
            self.discard()
            folder.mkdir(parents=True)
            self._write_json("run.json", {"id": uuid.uuid4().hex, **self._identity(signature)})
        self.run_id: str = json.loads((folder / "run.json").read_text())["id"]
        self.entries = self._read_entries()

    def discard(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def _identity(self, signature: str) -> dict[str, Any]:
        boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
        return {"format": FORMAT, "signature": signature, "boot": boot}

    def _matches(self, signature: str) -> bool:
        try:
            found = json.loads((self.folder / "run.json").read_text())
        except (OSError, ValueError):
            return False
        return {key: found.get(key) for key in ("format", "signature", "boot")} == self._identity(signature)

    def _read_entries(self) -> list[Entry]:
        return [Entry(**json.loads(path.read_text())) for path in sorted(self.folder.glob("entry-*.json"))]

    def _write_json(self, name: str, value: Any) -> None:
        beside = self.folder / f"{name}.part"
        beside.write_text(json.dumps(value))
        beside.replace(self.folder / name)

    def path(self, name: str, entry: Entry) -> Path:
        """Where one of an entry's data files lies."""
        return self.folder / f"{name}-{entry.number:06d}"

    def commit(self, entry: Entry) -> None:
        """Make the batch count: its files must have been written with `path` for `next_number`."""
        self._write_json(f"entry-{entry.number:06d}.json", asdict(entry))
        self.entries.append(entry)

    def next_number(self) -> int:
        return len(self.entries)

    def write_table(self, name: str, entry: Entry, table: pa.Table) -> None:
        """Keep an Arrow table beside an entry."""
        with pa.OSFile(str(self.path(name, entry)), "wb") as out:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            with pa.ipc.new_file(out, table.schema, options=options) as writer:
                writer.write_table(table)

    def read_table(self, name: str, entry: Entry, columns: list[str] | None = None) -> pa.Table:
        """An Arrow table kept beside an entry, or some of its columns."""
        with pa.OSFile(str(self.path(name, entry)), "rb") as file:
            schema = pa.ipc.open_file(file).schema
            wanted = None if columns is None else [schema.get_field_index(column) for column in columns]
            file.seek(0)
            reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=wanted))
            return reader.read_all().combine_chunks()

    def write_array(self, name: str, entry: Entry, values: npt.NDArray[Any]) -> None:
        """Keep a bare array beside an entry."""
        values.tofile(self.path(name, entry))

    def read_array(self, name: str, entry: Entry, kind: type[np.generic]) -> npt.NDArray[Any]:
        """A bare array kept beside an entry."""
        return np.fromfile(self.path(name, entry), kind)

    def write_rejects(self, entry: Entry, rejects: Iterable[Rejects]) -> None:
        write_rejects(self.path("rejects", entry), rejects, header=False)

    def reject_files(self) -> Iterator[Path]:
        """The entries' rejects, in reading order."""
        for entry in self.entries:
            path = self.path("rejects", entry)
            if path.exists():
                yield path
