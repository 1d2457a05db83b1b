"""The process that fills shadow tables: started by an import, which reads its progress and its last words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]


def start(job: Path) -> subprocess.Popen[str]:
    """Run bulk_load on a job file; what it writes is read from `stdout` and `stderr`."""
    command = [sys.executable, "-m", "browse.openimages.loading.bulk_load", str(job)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
