"""The engine that settings choose: FACET_ENGINE names one of FACET_ENGINES, each the dotted path of a factory."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from browse.facets.engine import Engine
from browse.facets.errors import EngineUnavailableError

log = logging.getLogger(__name__)

Factory = Callable[[Path, str], Engine]
"""Opens an engine over the folder of index generations and the name of one. Raises IndexUnusableError."""


Report = Callable[[str, int, int], None]
"""Told of progress: what is being done, how far it is, how far it goes."""


class Store(Protocol):
    """Where an engine keeps generations beside the index folder."""

    def store(self, index_dir: Path, name: str, report: Report) -> None:
        """Take in a generation that was built, whole or not at all. Raises EngineUnavailableError."""
        ...

    def remove(self, keep: set[str]) -> None:
        """Remove all generations but these. Raises EngineUnavailableError."""
        ...


def store_generation(index_dir: Path, name: str, report: Report) -> None:
    """Have the engine that settings choose take in a generation. Raises EngineUnavailableError."""
    if store := store_of_engine():
        store.store(index_dir, name, report)


def keep_generation(name: str) -> None:
    """Have it remove all others. What cannot be reached now is removed another time."""
    try:
        if store := store_of_engine():
            store.remove({name})
    except EngineUnavailableError as error:
        log.warning("%s; older generations stay there", error)


def store_of_engine() -> Store | None:
    """Where the engine that settings choose keeps generations; None where the index folder is all that it reads."""
    path = settings.FACET_STORES.get(settings.FACET_ENGINE)
    return None if path is None else cast(Store, import_string(path)())


def factory(name: str) -> Factory:
    """The factory of an engine by its name in settings.FACET_ENGINES."""
    return cast(Factory, import_string(settings.FACET_ENGINES[name]))


def open_engine(index_dir: Path, generation: str) -> Engine:
    """The engine that settings.FACET_ENGINE names, over a generation. Raises IndexUnusableError."""
    return factory(settings.FACET_ENGINE)(index_dir, generation)


class Compiler(Protocol):
    """What an engine compiles in the program's own process before it can answer."""

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to compile that nobody is about yet. Quickly told."""
        ...

    def load(self) -> None:
        """Load what is needed to run what was compiled, so that processes forked from this one share it."""
        ...

    def compile(self, first_done: Callable[[], object], is_told_to_end: Callable[[], bool]) -> None:
        """Compile all of it and keep it for other processes; nothing where another one is about it. Raises OSError.

        first_done      called once that is kept which a first import and the first pages need
        is_told_to_end  asked time and again: whether to raise SystemExit, with nothing half done
        """
        ...


def compiler_of_engine() -> Compiler | None:
    """Compiles what the engine that settings choose answers with; None where there is nothing to compile."""
    path = settings.FACET_COMPILERS.get(settings.FACET_ENGINE)
    return None if path is None else cast(Compiler, import_string(path)())
