"""Sites of several checkouts over one data folder, to be measured in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.ports import reserved_port

OWN = {"staticfiles", "generated", "thumbnails", "metrics"}
"""Folders that each checkout fills for itself."""
STARTS_WITHIN_S = 120
GUNICORN = ("-m", "gunicorn", "--config", "python:viewer.gunicorn", "viewer.wsgi")


def linked(data: Path, folder: Path) -> Path:
    """A data folder with links to database and index of this one, and room for a checkout's own assets."""
    folder.mkdir(parents=True)
    for path in data.iterdir():
        if path.name not in OWN and path.suffix not in (".log", ".sqlite3-wal", ".sqlite3-shm"):
            (folder / path.name).symlink_to(path)
    return folder


@contextmanager
def served(checkout: Path, data: Path, settings: dict[str, str]) -> Iterator[str]:
    """A checkout's site over a data folder while the block runs; gives its base URL. Assets are collected first."""
    port = reserved_port()
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH", "TMPDIR") if name in os.environ}
    own = {
        "DJANGO_SETTINGS_MODULE": "viewer.settings",
        "OPENIMAGES_DATA_DIR": str(data),
        "QUERY_DEADLINE_S": "30",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    environment = kept | own | settings
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=checkout, env=environment, check=True)
    with (data / "gunicorn.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, *GUNICORN], cwd=checkout, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield _ready(server, f"http://127.0.0.1:{port}", data / "gunicorn.log")
        finally:
            server.terminate()
            server.wait(timeout=60)


def _ready(server: subprocess.Popen[bytes], base: str, log: Path) -> str:
    give_up = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up and server.poll() is None:
        try:
            httpx.get(f"{base}/robots.txt", timeout=5, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return base
    raise SystemExit(f"The server does not answer:\n{log.read_text(errors='replace')[-3000:]}")
