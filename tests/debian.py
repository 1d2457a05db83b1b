"""Programs that tests drive: found on the path, or installed from Debian where that can be done without asking."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence

LOCKED, LOCK_SECONDS = "Could not get lock", 600


class ProgramMissingError(Exception):
    """There is no such program and it cannot be installed."""


def program(names: Sequence[str], packages: Sequence[str], *, variable: str, missing: str) -> str:
    """Path of a program: an environment variable's, else from PATH, else of packages installed now (as root).

    Raises ProgramMissingError, with `missing` as what is said.
    """
    named = os.environ.get(variable)
    if named:
        if not shutil.which(named):
            raise ProgramMissingError(f"{variable}={named} is not a program that can be run.")
        return named
    found = _on_path(names)
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(packages, missing)
        found = _on_path(names)
    if not found:
        raise ProgramMissingError(missing)
    return found


def _on_path(names: Sequence[str]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _install(packages: Sequence[str], missing: str) -> None:
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = _apt(command)
        if done.returncode:
            raise ProgramMissingError(f"{missing}\napt-get {command[0]} failed:\n{done.stderr[-2000:]}")


def _apt(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run apt-get, waiting for another one that holds its locks, such as the installation of another test process."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    until = time.monotonic() + LOCK_SECONDS
    while True:
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if not done.returncode or LOCKED not in done.stderr or time.monotonic() > until:
            return done
        time.sleep(1)
