"""Hosts that are left alone for a while: down, or asking for a pause."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from browse.domain.file_modes import SENT_FOLDER, make_folder
from browse.thumbnails.errors import HostPausedError

FAILURES_OF_HOST = 3
FAILURES_OF_SITE = 6
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 600.0
_PROBE_S = 10.0


@dataclass
class _Record:
    failures: int = 0
    pauses: int = 0
    paused_until: float = 0.0
    is_on_probe: bool = False


class Breaker:
    """Counts failures in a row per host and per site, and pauses either.

    A pause that ends lets one try through first. Pauses are shared between processes as empty files whose time of
    change lies in the future; where these cannot be written each process keeps its own.
    """

    def __init__(self, folder: Path | None, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def check(self, host: str) -> None:
        """Raises HostPausedError while the host or its site is paused."""
        now = self._clock()
        with self._lock:
            for name in (host, _site(host)):
                until = max(self._record(name).paused_until, self._shared_pause(name))
                if until > now:
                    raise HostPausedError(f"{host} is not asked for now.", retry_after_s=until - now)
            for name in (host, _site(host)):
                if self._record(name).pauses:
                    self._pause(name, now + _PROBE_S)
                    self._record(name).is_on_probe = True

    def succeeded(self, host: str) -> None:
        """The host answered."""
        with self._lock:
            for name in (host, _site(host)):
                record = self._record(name)
                record.failures = 0
                if record.pauses:
                    record.pauses = 0
                    record.is_on_probe = False
                    self._pause(name, 0.0)

    def failed(self, host: str) -> None:
        """The host did not answer, or answered that it is in trouble."""
        with self._lock:
            self._count_failure(host, FAILURES_OF_HOST)
            self._count_failure(_site(host), FAILURES_OF_SITE)

    def pause(self, host: str, seconds: float) -> None:
        """The host asked for a pause; that is no failure."""
        with self._lock:
            self._pause(host, self._clock() + seconds)

    def _count_failure(self, name: str, allowed: int) -> None:
        """Pause after enough failures in a row or a failed probe; stragglers of a paused host change nothing."""
        record = self._record(name)
        record.failures += 1
        now = self._clock()
        if record.is_on_probe or (record.failures >= allowed and record.paused_until <= now):
            length = min(FIRST_PAUSE_S * 2**record.pauses, LONGEST_PAUSE_S)
            record.pauses = min(record.pauses + 1, 16)
            record.is_on_probe = False
            self._pause(name, now + length)

    def _pause(self, name: str, until: float) -> None:
        self._record(name).paused_until = until
        self._share_pause(name, until)

    def _record(self, name: str) -> _Record:
        return self._records.setdefault(name, _Record())

    def _shared_pause(self, name: str) -> float:
        if self._folder is None:
            return 0.0
        try:
            return (self._folder / name).stat().st_mtime
        except OSError:
            return 0.0

    def _share_pause(self, name: str, until: float) -> None:
        if self._folder is None:
            return
        path = self._folder / name
        try:
            make_folder(self._folder, SENT_FOLDER)
            path.touch()
            os.utime(path, (until, until))
        except OSError:
            return


def _site(host: str) -> str:
    """All hosts of staticflickr.com stand and fall together."""
    return "site." + ".".join(host.split(".")[-2:])
