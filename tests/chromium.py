"""The Chromium that browser tests drive."""

from __future__ import annotations

import functools

from tests.debian import program

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
    "--renderer-process-limit=1",  # pages of a context share a process (tests/watched.py)
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the site, and no other host
)
STARTS_WITHIN_MS = 180_000
MISSING = "Browser tests need Chromium: install it, or say where it is: CHROMIUM=/path/to/chromium make test"


@functools.cache
def executable() -> str:
    """Its path. Raises ProgramMissingError."""
    return program(NAMES, PACKAGES, variable="CHROMIUM", missing=MISSING)
