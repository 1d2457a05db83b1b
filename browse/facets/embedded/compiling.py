"""Kernels compiled ahead of the requests that need them, into the folder where numba keeps machine code.

A process that meets a kernel for the first time looks there before it compiles, so it need not be told.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
from numba.core.event import Event, Listener, install_listener
from numba.core.registry import cpu_target

from browse import facets
from browse.domain.file_fingerprint import fingerprint_of
from browse.domain.file_lock import FileLockedError, file_lock
from browse.facets.embedded.kernels import count_bits, set_bits

STAMP = "all.compiled"
"""Names, beside machine code, what all of it was made of."""
LOCK = "all.lock"


class KernelCompiler:
    """Compiles every kernel, once for each state of program, numba and processor, by one process at a time."""

    def __init__(self) -> None:
        kept = set_bits.stats.cache_path  # type: ignore[attr-defined]
        self.folder = Path(kept) if kept else None

    @property
    def is_wanted(self) -> bool:
        """Whether anything is left to compile that other processes would find, and nobody is about it."""
        if self.folder is None or _compiled_of(self.folder) == _made_of():
            return False
        try:
            with file_lock(self.folder / LOCK):
                return True
        except FileLockedError:
            return False

    def load(self) -> None:
        """Run a kernel, for which numba loads what all of them need: a quarter of a second and 46 MB."""
        count_bits(np.zeros(1, np.uint64))

    def compile(self, first_done: Callable[[], object], is_told_to_end: Callable[[], bool]) -> None:
        """Compile what is not compiled yet, unless another process is about it. Raises OSError, SystemExit."""
        if self.folder is None:
            return
        try:
            with file_lock(self.folder / LOCK), install_listener("numba:compile", _Ending(is_told_to_end)):
                _compile(self.folder, first_done)
        except FileLockedError:
            return


class _Ending(Listener):
    """Ends this process between two kernels: amid one, what numba and LLVM hold would be given back half made."""

    def __init__(self, is_told_to_end: Callable[[], bool]) -> None:
        self._is_told_to_end = is_told_to_end

    def on_start(self, event: Event) -> None:
        pass

    def on_end(self, event: Event) -> None:
        if self._is_told_to_end():
            sys.exit()


def _compile(folder: Path, first_done: Callable[[], object]) -> None:
    from browse.facets.embedded.warm_up import warm  # noqa: PLC0415 - of the one process that compiles

    made_of = _made_of()
    if _compiled_of(folder) != made_of:
        warm(first_done)
        (folder / STAMP).write_text(made_of, encoding="ascii")


def _compiled_of(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _made_of() -> str:
    """What numba tells machine code apart by, for all kernels together, and the questions that call them."""
    sources = fingerprint_of(Path(facets.__path__[0]).rglob("*.py"))
    processor = cpu_target.target_context.codegen().magic_tuple()
    return f"{numba.__version__} {processor} {sources}"
