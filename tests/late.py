"""The site's application, answering late, so that tests show what they do not wait for (tests/live.py).

LATE_MS        how much later, drawn for each answer: from and to, as in 0-400
LATE_FETCH_MS  the same for what scripts ask for
LATE_SEED      another one draws other delays
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable
from typing import Any

from viewer.wsgi import application as prompt

_drawn = random.Random(os.environ.get("LATE_SEED", "0"))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What a WSGI server calls."""
    is_fetch = environ.get("HTTP_SEC_FETCH_DEST") == "empty"
    span = (is_fetch and os.environ.get("LATE_FETCH_MS")) or os.environ.get("LATE_MS") or "0-0"
    low, high = map(float, span.split("-"))
    time.sleep(_drawn.uniform(low, high) / 1000)
    return prompt(environ, start_response)
