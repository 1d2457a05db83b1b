"""Whether the picture hosts answer at all just now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from browse.thumbnails.errors import HostDownError

STALLED_AFTER_S = 1.0


class StallDetector:
    """Watches the downloads of this process.

    They are stalled when one runs for long and no host has answered since it began: then waiting helps nobody.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: list[float] = []
        self._answered = float("-inf")
        self._watching_since = clock()

    @contextmanager
    def download(self) -> Iterator[None]:
        """Around a download. Any answer is a sign of life, also that the picture is gone."""
        begun = self._clock()
        with self._lock:
            self._begun.append(begun)
        answered = True
        try:
            yield
        except HostDownError:
            answered = False
            raise
        finally:
            with self._lock:
                self._begun.remove(begun)
                if answered:
                    self._answered = self._clock()

    @property
    def is_stalled(self) -> bool:
        """Whether nothing moves."""
        with self._lock:
            oldest = min(self._begun, default=None)
            return oldest is not None and self._clock() - oldest > STALLED_AFTER_S and self._answered < oldest

    @property
    def silent_s(self) -> float:
        """How long no host has answered, seconds."""
        with self._lock:
            return self._clock() - max(self._answered, self._watching_since)
