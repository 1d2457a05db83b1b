"""A disk that is full, in words: which one, how many bytes were wanted, and how many are free."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

LEAST_FREE_BYTES = 1024**3
"""With less free space a site is about to be in trouble."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_WORDS = re.compile(
    r"disk is full|no space left on device|disk quota exceeded|\d+ requested and \d+ written", re.IGNORECASE
)
"""How SQLite, PostgreSQL, Arrow, and numpy say so where they give no number."""


def is_full(error: BaseException) -> bool:
    """Whether this error, of the system or a database, says that a disk is full."""
    return getattr(error, "errno", None) in _FULL or _WORDS.search(str(error)) is not None


def disk_full(place: Path, wanted: int, *, about: bool = False) -> str:
    """What to say of the full disk that holds a place, or will; `about` where the bytes wanted are estimated."""
    return f"the disk of {place} is full: {'about ' * about}{wanted:,} bytes wanted, {free_bytes(place):,} free"


def free_bytes(place: Path) -> int:
    """What is free on the disk that holds a place, or will."""
    there = next(path for path in (place, *place.parents) if path.exists())
    return shutil.disk_usage(there).free
