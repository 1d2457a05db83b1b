"""Temporary files of tests in memory, where a file system is: tests make files by the hundred thousand."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path("/dev/shm")
ROOM = 4 << 30
"""What the fullest run takes, several times over."""


def keep_files_in_memory() -> None:
    """Have this process, and those that it starts, make temporary files there. Who sets TMPDIR has them elsewhere."""
    if "TMPDIR" not in os.environ and os.access(FOLDER, os.W_OK) and shutil.disk_usage(FOLDER).free > ROOM:
        os.environ["TMPDIR"] = str(FOLDER)
        tempfile.tempdir = None
