"""The engine of this process: one index generation in use, the next one opened before it is needed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings

from browse.facets.engine import Engine
from browse.facets.errors import IndexUnusableError, NewerIndexError
from browse.facets.registry import open_engine
from browse.search.errors import ChangingError, IndexUnavailableError, SearchError, UpgradingError

log = logging.getLogger(__name__)

DAMAGED = ".damaged-"
"""Begins the name of a note beside a generation that a process found damaged."""
LONGEST_WAIT_S = 30.0
"""Between two looks of the check whether its generation is still in use."""
FAULT_KEPT_S = 5.0
"""How long a fault is believed before the generation is looked at again: checking one whole costs a second."""


class Engines:
    """Index generations of one folder, opened for this process. Threads share one of these.

    A generation that appears in the folder is opened, which means checked whole, by a thread of its own: so the
    requests that come after the database names it need not wait.
    """

    def __init__(self, index_dir: Path) -> None:
        self.index_dir = index_dir
        self.kind = settings.FACET_ENGINE
        self._opening = Lock()
        self._engines: dict[str, Engine] = {}
        self._wanted: set[str] = set()
        self._current = ""
        self._fault: tuple[str, float, IndexUnusableError] | None = None
        self._dropped: set[str] = set()
        self._stamp = self._stamp_now()
        self._known = self._names()

    def get(self, name: str, *, deadline: float) -> Engine:
        """The engine of the generation that is current now; engines of others are let go.

        Opens it where nobody did. Raises IndexUnavailableError or UpgradingError where it is unusable, and
        ChangingError where another thread is still opening one at the deadline (time.monotonic).
        """
        engine = self._engines.get(name) or self._open(name, deadline)
        self._current = name
        if next(iter(self._engines), name) != name:
            self._engines = {name: engine}
        self._look_ahead()
        return engine

    @property
    def opened(self) -> list[str]:
        """The generations that can be answered from at once."""
        return list(self._engines)

    def prepare(self, name: str) -> None:
        """Open a generation before it is current. Raises IndexUnusableError."""
        with self._opening:
            if name not in self._engines:
                self._add(name, open_engine(self.index_dir, name))

    def keep_only(self, wanted: set[str]) -> None:
        """Let go of all generations but these, and the one asked for last if it was wanted a moment ago.

        So one that became current while `wanted` was read stays, and an old one goes although nobody asks for the new.
        """
        with self._opening:
            kept = wanted | (self._wanted & {self._current})
            self._wanted = wanted
            self._engines = {name: engine for name, engine in self._engines.items() if name in kept}

    def _is_kept(self, name: str) -> bool:
        return name in self._wanted or name == self._current

    def _add(self, name: str, engine: Engine) -> None:
        """Beside the current one, which stands first, and those that are wanted."""
        first = next(iter(self._engines), "")
        kept = {other: one for other, one in self._engines.items() if other == first or self._is_kept(other)}
        self._engines = {**kept, name: engine}

    def _open(self, name: str, deadline: float) -> Engine:
        if not self._opening.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise ChangingError
        try:
            engine = self._engines.get(name)
            if engine is None:
                self._refuse_what_is_unusable(name)
                engine = open_engine(self.index_dir, name)
                self._engines = {name: engine}
        except IndexUnusableError as error:
            self._fault = (name, time.monotonic(), error)
            log.error("%s", error)
            raise _as_told(error) from error
        else:
            return engine
        finally:
            self._opening.release()

    def _refuse_what_is_unusable(self, name: str) -> None:
        if self._fault and self._fault[0] == name and time.monotonic() - self._fault[1] < FAULT_KEPT_S:
            raise _as_told(self._fault[2]) from self._fault[2]

    def check_current(self, wait: Callable[[float], object], *, pass_s: float) -> None:
        """Check the current engine's files again, all of them within about so many seconds; `wait` is told how long.

        What was changed in place is taken out of use, in this process and, by a note beside it, in all others.
        """
        if not self._engines:
            return
        name, engine = next(iter(self._engines.items()))
        pieces = engine.reread()
        del engine  # nothing here keeps a generation that is out of use
        try:
            for share in pieces:
                left = share * pass_s
                while left > 0:
                    wait(min(left, LONGEST_WAIT_S))
                    left -= LONGEST_WAIT_S
                    if name not in self._engines:
                        return
        except IndexUnusableError as error:
            self._take_out(name, error)

    def _take_out(self, name: str, error: IndexUnusableError) -> None:
        """Serve nothing from it any more, until its files are as they were written."""
        log.error("%s; it is out of use from now on", error)
        self._drop(name)
        with suppress(OSError):
            (self.index_dir / f"{DAMAGED}{name}").touch()

    def _drop(self, name: str) -> None:
        """Have it opened anew, which means checked whole."""
        with self._opening:
            self._dropped.add(name)
            self._engines = {other: engine for other, engine in self._engines.items() if other != name}

    def _drop_what_others_found_damaged(self) -> None:
        """Only once, for a note may outlive what it says."""
        for name in self._engines:
            if name not in self._dropped and (self.index_dir / f"{DAMAGED}{name}").exists():
                self._drop(name)

    def _look_ahead(self) -> None:
        """Start opening what is new in the folder. Costs one stat where nothing is."""
        stamp = self._stamp_now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self._drop_what_others_found_damaged()
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
                    engine = open_engine(self.index_dir, name)
                except IndexUnusableError as error:
                    log.warning("%s", error)
                    continue
                self._add(name, engine)

    def _stamp_now(self) -> int:
        try:
            return self.index_dir.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _names(self) -> set[str]:
        return {path.name for path in self.index_dir.glob("[0-9a-f]" * 12)}


def _as_told(error: IndexUnusableError) -> SearchError:
    """What visitors are told of an index that cannot be used."""
    return UpgradingError() if isinstance(error, NewerIndexError) else IndexUnavailableError()


_engines: Engines | None = None


def engines() -> Engines:
    """The engines of this process, over settings.INDEX_DIR."""
    global _engines  # noqa: PLW0603 - the one engine of the process
    if _engines is None or (_engines.index_dir, _engines.kind) != (settings.INDEX_DIR, settings.FACET_ENGINE):
        _engines = Engines(settings.INDEX_DIR)
    return _engines


def check_index_forever(pass_s: float) -> None:
    """Begin to check what this process answers from again and again, slowly, in a thread of its own."""

    def check() -> None:
        while True:
            engines().check_current(time.sleep, pass_s=pass_s)
            time.sleep(LONGEST_WAIT_S)

    Thread(target=check, name="index-checker", daemon=True).start()
