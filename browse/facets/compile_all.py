"""`python -m browse.facets.compile_all` compiles as `manage.py compile_engine` does, but loads no models or views."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from threading import Event

from django.conf import settings
from django.utils.log import configure_logging

from browse.facets.registry import compiler_of_engine

log = logging.getLogger(__name__)

LEAST_WEIGHT = 19
"""What `nice` adds at most."""


def compile_all(*, first_done: Callable[[], object] = lambda: None) -> bool:
    """Compile what queries and imports run, until SIGTERM. False, and a line in the log, where that failed.

    first_done  called once that is compiled which a first import and the first pages need
    """
    told_to_end = Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.set())
    try:
        if compiler := compiler_of_engine():
            compiler.compile(first_done, told_to_end.is_set)
    except Exception as error:  # noqa: BLE001 -- in one line of the server's log, and requests compile for themselves
        log.warning("Not everything could be compiled before it is needed: %s", " ".join(str(error).split()))
        return False
    return True


def main(*told: str) -> None:
    """Compile. Once what is urgent is done, close these open files, and give way to all other processes."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)

    def first_done() -> None:
        for file in told:
            os.close(int(file))
        os.nice(LEAST_WEIGHT)

    if not compile_all(first_done=first_done):
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
