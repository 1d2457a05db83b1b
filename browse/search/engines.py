"""The engine of this process: one index generation in use, the next one opened before it is needed."""

from __future__ import annotations

import logging
import time
from itertools import islice
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings

from browse.facets.embedded import EmbeddedEngine
from browse.facets.errors import IndexUnusableError
from browse.facets.store import open_generation
from browse.search.errors import ChangingError, IndexUnavailableError

log = logging.getLogger(__name__)

FAULT_KEPT_S = 5.0
"""How long a fault is believed before the generation is looked at again: checking one whole costs a second."""


class Engines:
    """Index generations of one folder, opened for this process. Threads share one of these.

    A generation that appears in the folder is opened, which means checked whole, by a thread of its own: so the
    requests that come after the database names it need not wait.
    """

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self._opening = Lock()
        self._engines: dict[str, EmbeddedEngine] = {}
        self._fault: tuple[str, float, IndexUnusableError] | None = None
        self._stamp = self._stamp_now()
        self._known = self._names()

    def get(self, name: str, *, deadline: float) -> EmbeddedEngine:
        """The engine of the generation that is current now; engines of others are let go.

        Opens it where nobody did. Raises IndexUnavailableError where it is unusable, and ChangingError where
        another thread is still opening one at the deadline (time.monotonic).
        """
        engine = self._engines.get(name) or self._open(name, deadline)
        if next(iter(self._engines)) != name:
            self._engines = {name: engine}
        self._look_ahead()
        return engine

    def _open(self, name: str, deadline: float) -> EmbeddedEngine:
        if not self._opening.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise ChangingError
        try:
            engine = self._engines.get(name)
            if engine is None:
                self._refuse_what_is_unusable(name)
                engine = open_generation(self.index_dir, name)
                self._engines = {name: engine}
        except IndexUnusableError as error:
            self._fault = (name, time.monotonic(), error)
            log.error("%s", error)
            raise IndexUnavailableError(str(error)) from error
        else:
            return engine
        finally:
            self._opening.release()

    def _refuse_what_is_unusable(self, name: str) -> None:
        if self._fault and self._fault[0] == name and time.monotonic() - self._fault[1] < FAULT_KEPT_S:
            raise IndexUnavailableError(str(self._fault[2])) from self._fault[2]

    def _look_ahead(self) -> None:
        """Start opening what is new in the folder. Costs one stat where nothing is."""
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        names = self._names()
        new, self._known = names - self._known, names
        if new:
            Thread(target=self._prepare, args=(new,), name="index-opener", daemon=True).start()

    def _prepare(self, names: set[str]) -> None:
        for name in names:
            with self._opening:
                if name in self._engines:
                    continue
                try:
                    engine = open_generation(self.index_dir, name)
                except IndexUnusableError as error:
                    log.warning("%s", error)
                    continue
                self._engines = {**dict(islice(self._engines.items(), 1)), name: engine}

    def _stamp_now(self) -> int:
        try:
            return self.index_dir.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _names(self) -> set[str]:
        return {path.name for path in self.index_dir.glob("[0-9a-f]" * 12)}


_engines: Engines | None = None


def engines() -> Engines:
    """The engines of this process, over settings.INDEX_DIR."""
    global _engines  # noqa: PLW0603 - the one engine of the process
    if _engines is None or _engines.index_dir != settings.INDEX_DIR:
        _engines = Engines(settings.INDEX_DIR)
    return _engines
