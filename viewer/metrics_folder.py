"""The folder where worker processes keep what they count, to be added up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from browse.domain.disk_space import disk_full, is_full

ROOM_BYTES = 1 << 20
"""What all processes count at first. They map it: where there is no room for that, Linux kills them."""


def gather_metrics() -> None:
    """Empty it, and have what counts from now on do so there; nothing where that was done, or nothing is counted.

    What counts finds out when it is loaded, so this comes before. Raises ImproperlyConfigured.
    """
    folder = Path(settings.METRICS_DIR)
    if not settings.METRICS or os.environ.get("PROMETHEUS_MULTIPROC_DIR") == str(folder):
        return
    try:
        _make(folder)
    except OSError as error:
        reason = disk_full(folder.parent, ROOM_BYTES, about=True) if is_full(error) else error.strerror
        raise ImproperlyConfigured(f"METRICS: nothing can be counted in {folder}: {reason}.") from error
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _make(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    room = folder / "room"
    try:
        room.write_bytes(bytes(ROOM_BYTES))
    finally:
        room.unlink(missing_ok=True)
