"""What a full disk is told by, and what is said of it."""

import errno
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from browse.domain.disk_space import disk_full, is_full

FULL = Path("/dev/full")


def by_file() -> None:
    FULL.write_bytes(b"x")


def by_array() -> None:
    np.zeros(100_000).tofile(FULL)


def by_arrow() -> None:
    with pa.OSFile(str(FULL), "wb") as out:
        out.write(b"x")


def by_sqlite() -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("PRAGMA max_page_count = 3")
        database.execute("CREATE TABLE one (text)")
        database.execute("INSERT INTO one VALUES (?)", ["x" * 100_000])


@pytest.mark.skipif(not FULL.exists(), reason="This system has no /dev/full.")
@pytest.mark.parametrize("write", [by_file, by_array, by_arrow, by_sqlite])
def test_a_full_disk_is_told_whoever_writes(write: Callable[[], None]) -> None:
    with pytest.raises((OSError, sqlite3.Error)) as raised:
        write()
    assert is_full(raised.value)


@pytest.mark.parametrize(
    "error", [OSError(errno.EACCES, "Permission denied"), ValueError("no such row"), sqlite3.Error("locked")]
)
def test_other_errors_are_no_full_disk(error: Exception) -> None:
    assert not is_full(error)


def test_it_is_said_how_much_was_wanted_and_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9 - 4096, 4096))
    place = tmp_path / "not" / "there"
    assert disk_full(place, 1_234_567) == f"the disk of {place} is full: 1,234,567 bytes wanted, 4,096 free"
    assert "about 5 bytes wanted" in disk_full(place, 5, about=True)
