"""An application for tests of the worker alone: it sleeps as long as the path says, /0.25, and counts requests.

`/held` writes a file `begun-N` into the data folder, and waits there for a file `go`.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_asked = itertools.count(1)


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    asked, path = next(_asked), environ["PATH_INFO"]
    if path == "/held":
        _hold(asked)
    elif path != "/healthz":
        time.sleep(float(path.rpartition("/")[2]))
    headers = [("Content-Type", "text/plain"), ("Content-Length", "4"), ("Asked", str(asked))]
    start_response("200 OK", headers)
    return [b"done"]


def _hold(number: int) -> None:
    folder = Path(os.environ["OPENIMAGES_DATA_DIR"])
    (folder / f"begun-{number}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
