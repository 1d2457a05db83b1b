"""Finds the Chromium that browser tests drive, or installs it where that can be done without asking."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import time

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
"""The same browser without windows: about half the work a page."""
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCKED, LOCK_SECONDS = "Could not get lock", 600
MISSING = "Browser tests need Chromium: install it, or say where it is: CHROMIUM=/path/to/chromium make test"


class ChromiumMissingError(Exception):
    """There is no Chromium and it cannot be installed."""


@functools.cache
def executable() -> str:
    """Path of Chromium: CHROMIUM, else from PATH, else Debian's package installed now (as root)."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise ChromiumMissingError(f"CHROMIUM={named} is not a program that can be run.")
        return named
    found = _on_path()
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _on_path()
    if not found:
        raise ChromiumMissingError(MISSING)
    return found


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _install() -> None:
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = _apt(command)
        if done.returncode:
            raise ChromiumMissingError(f"{MISSING}\napt-get {command[0]} failed:\n{done.stderr[-2000:]}")


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
