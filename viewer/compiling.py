"""What workers share of compiled code, and the process beside them or a first import that compiles it, once."""

from __future__ import annotations

import logging
import subprocess
import sys

log = logging.getLogger(__name__)

_started: list[subprocess.Popen[bytes]] = []


def load_compiled() -> None:
    """Have this process load what its workers would load each for itself."""
    from browse.facets.registry import compiler_of_engine  # noqa: PLC0415 - reads settings

    if compiler := compiler_of_engine():
        compiler.load()


def start_compiling() -> None:
    """Start it, where there is anything to compile. What goes wrong is logged: requests then compile for themselves."""
    from browse.facets.registry import compiler_of_engine  # noqa: PLC0415 - reads settings

    try:
        compiler = compiler_of_engine()
        if compiler and compiler.is_wanted:
            command = ["nice", "-n", "19", sys.executable, "-m", "django", "compile_engine"]
            _started.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True))
    except OSError as error:
        log.warning("Nothing is compiled before it is needed: %s", error)


def stop_compiling(*, wait: bool = False) -> None:
    """Have it end with the kernel that it is about; the next server goes on with what is left."""
    for process in _started:
        process.terminate()
        if wait:
            process.wait()
    _started.clear()
