"""The sample, drawn by a process beside a new installation's first start: loading Django leaves a core idle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from browse.domain.held_data import MARK


class EarlySample:
    """A process that writes so many images into a folder, from now on. What it says of faults is for nobody."""

    def __init__(self, folder: Path, images: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "browse.sample", str(folder), str(images)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is for the process that waits
        )

    def is_whole(self) -> bool:
        """Whether all files are there, once the process has ended."""
        from browse.sample.__main__ import FINISHED  # noqa: PLC0415 - loads what draws

        assert self._process.stdout
        return self._process.stdout.read() == FINISHED

    def stop(self) -> None:
        """Have it end, if it has not."""
        assert self._process.stdout
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def is_new(settings: Any) -> bool:
    """Whether this installation holds nothing yet, as its files tell; never where a server has the database."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return False
    return not any(Path(place).exists() for place in (database["NAME"], settings.SAMPLE_DIR, settings.DATA_DIR / MARK))
