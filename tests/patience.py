"""How long tests wait for what comes soon, on however busy a machine."""

from __future__ import annotations

import time

PATIENCE_S = 60.0


def soon() -> float:
    """A deadline, in time.monotonic, that nothing is late for."""
    return time.monotonic() + PATIENCE_S
