"""What workers share of compiled code, and the process beside them or a first start that compiles it, once."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import wait

log = logging.getLogger(__name__)

_GIVE_WAY = ("nice", "-n", "19")
MOST_WAIT_S = 20.0
"""How long a worker waits for what it could compile for itself."""

_started: list[subprocess.Popen[bytes]] = []
_first: list[int] = []
"""Open files that can be read once the process of a first start has compiled what is urgent, or has ended."""


def load_compiled() -> None:
    """Have this process load what its workers would load each for itself."""
    from browse.facets.registry import compiler_of_engine  # noqa: PLC0415 - reads settings

    if compiler := compiler_of_engine():
        compiler.load()


def start_compiling() -> None:
    """Start it, to give way to all else, where there is anything to compile and nobody is about it."""
    from browse.facets.registry import compiler_of_engine  # noqa: PLC0415 - reads settings

    compiler = compiler_of_engine()
    if compiler and compiler.is_wanted:
        _start(*_GIVE_WAY)


def start_compiling_first() -> None:
    """Start it where nothing is compiled yet; it gives way once a first import and the first pages need no more."""
    told, tells = os.pipe()
    _first.append(told)
    try:
        _start(told_by=(tells,))
    finally:
        os.close(tells)


def wait_for_first(is_wanted: Callable[[], bool]) -> None:
    """Wait while that process compiles what the first pages need, if it is still wanted; else two would compile it."""
    give_up = time.monotonic() + MOST_WAIT_S
    while _first and is_wanted() and time.monotonic() < give_up:
        if wait(_first, 0.1):
            os.close(_first.pop())


def _start(*prefix: str, told_by: tuple[int, ...] = ()) -> None:
    """What goes wrong is logged: requests then compile for themselves.

    It stays in the session: where Linux groups processes by session, as usual, `nice` holds within one alone.
    """
    command = [*prefix, sys.executable, "-m", "browse.facets.compile_all", *map(str, told_by)]
    try:
        _started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0, pass_fds=told_by))
    except OSError as error:
        log.warning("Nothing is compiled before it is needed: %s", error)


def stop_compiling(*, wait: bool = False) -> None:
    """Have it end with the kernel that it is about; the next server goes on with what is left."""
    for process in _started:
        process.terminate()
        if wait:
            process.wait()
    _started.clear()
