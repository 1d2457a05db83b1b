"""Programs whose N-th write, fsync or rename fails or kills them; see nth_call.c. On Linux with a C compiler."""

from __future__ import annotations

import errno
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.forked import ROOT

KILL = 0
SOURCE = Path(__file__).with_name("nth_call.c")


@dataclass(frozen=True)
class Fault:
    """What happens at the `at`-th of these calls: an errno, or KILL. Every later one fails too where it `goes_on`."""

    calls: str
    at: int
    error: int = KILL
    goes_on: bool = False

    def __str__(self) -> str:
        name = "KILL" if self.error == KILL else errno.errorcode[self.error]
        return f"{name} at call {self.at}{' and after' if self.goes_on else ''} of {self.calls}"


def compiled(folder: Path) -> Path:
    """The library to preload. Raises AssertionError where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "these tests need a C compiler: apt install gcc"
    library = folder / "nth_call.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


def run(
    library: Path, folder: Path, fault: Fault, environment: dict[str, str], *arguments: str | Path
) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run manage.py with this fault for what lies below the folder; how many such calls there were."""
    counter = library.with_suffix(".count")
    counter.write_bytes(bytes(8))
    faults = {
        "LD_PRELOAD": str(library),
        "FAULT_FOLDER": str(folder),
        "FAULT_CALLS": fault.calls,
        "FAULT_COUNTER": str(counter),
        "FAULT_AT": str(fault.at),
        "FAULT_ERRNO": str(fault.error),
        "FAULT_ON": str(int(fault.goes_on)),
    }
    command = [sys.executable, "manage.py", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment | faults, capture_output=True, text=True, errors="replace", check=False
    )
    return done, struct.unpack("q", counter.read_bytes())[0]
